"""The practice site as one thing: the world, its pages over TLS, and its control port."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from practice.app import make_app
from practice.control import make_control
from practice.faults import FaultBook
from practice.server import HOST, Server, make_tls
from practice.visits import Door
from practice.world import World

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"


class PracticeSite:
    """Runs in threads of the calling process, on loopback only. Also a context manager.

    Port 0 takes a free one. `vendor` holds React and Draft.js (the set-up fills it). A picture is "uploading"
    for `upload_seconds`, a video three times as long. Raises OSError when a port is taken, and
    FileNotFoundError when `vendor` has not been filled.
    """

    def __init__(
        self,
        world: World,
        *,
        port: int = 0,
        control_port: int = 0,
        vendor: Path = VENDOR,
        upload_seconds: float = 0.8,
    ) -> None:
        if not (vendor / "Draft.min.js").is_file():
            raise FileNotFoundError(f"{vendor} has no Draft.min.js: run the set-up (python3 start.py setup)")
        self.world = world
        self.faults = FaultBook()
        self._door = Door(world, self.faults)
        self._site = Server(make_app(self._door, vendor, upload_seconds), port, make_tls())
        try:
            self._control = Server(make_control(world, self.faults), control_port)
        except OSError:
            self._site.stop()
            raise

    @property
    def address(self) -> str:
        """Host and port of the site, as the setting browser.x_address takes it."""
        return f"{HOST}:{self._site.port}"

    @property
    def url(self) -> str:
        """Where the site can be opened without any mapping."""
        return f"https://{self.address}"

    @property
    def control_url(self) -> str:
        """Where the control port answers."""
        return f"http://{HOST}:{self._control.port}"

    def start(self) -> PracticeSite:
        """Answer from now on."""
        self._site.start()
        self._control.start()
        return self

    def stop(self) -> None:
        """End both ports and every connection."""
        self._door.closing.set()
        self._site.stop()
        self._control.stop()

    def __enter__(self) -> PracticeSite:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
