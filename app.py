"""Serves the panel with the engine behind it.

    python app.py [--home DIR] [--host H] [--port P] [--demo]
    waitress-serve app:app                 (the home comes from AVIARY_HOME)

Both run the engine. Importing this module starts nothing: `app` is made when it is first asked for.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from flask import Flask
from waitress.server import create_server

from bot.account_manager import AccountManager
from bot.clock import SystemClock
from bot.errors import AviaryError, HomeError
from bot.log import configure
from bot.settings.fleet import check_address
from bot.storage.panel import PanelStore
from webapp import create_app
from webapp.access import Access
from webapp.uploads import LARGEST_UPLOAD

if TYPE_CHECKING:
    from practice.site import PracticeSite

    app: Flask

ROOT = Path(__file__).resolve().parent
THREADS = 8
LARGEST_REQUEST = LARGEST_UPLOAD  # bytes; kept on disk until the panel has looked who sends it


def __getattr__(name: str) -> Flask:
    """`app`, for waitress-serve and other WSGI servers: made and its engine started when first asked for."""
    if name != "app":
        raise AttributeError(name)
    # Our log goes to a file; what the server itself has to say, such as its address, belongs on its console.
    logging.getLogger("waitress").addHandler(logging.StreamHandler())
    panel = _Panel(Path(os.environ.get("AVIARY_HOME") or ROOT))
    try:
        panel.open()
    except AviaryError as error:
        raise SystemExit(_told(error)) from error
    atexit.register(panel.close)
    with contextlib.suppress(ValueError):  # not the main thread: whoever serves us handles the signals
        signal.signal(signal.SIGTERM, _leave)
    print(f"panel: open {panel.way_in()} at this server's address", file=sys.stderr, flush=True)
    globals()["app"] = panel.app
    return panel.app


class _Panel:
    """Engine and pages of one home."""

    def __init__(self, home: Path, *, demo: bool = False, host: str = "") -> None:
        self._clock = SystemClock()
        self._demo = demo
        self._host = host
        self.manager = AccountManager(home, clock=self._clock)

    def open(self) -> None:
        """Take the home and let the engine run. Raises AviaryError."""
        _check_environment()
        self.manager.open()
        configure(self.manager.home.log_file)
        self.access = Access(PanelStore(self.manager.home.data), self._clock)
        if self._demo:
            self.manager.notifications.stay_on_this_machine()
            self.access.give_consent("the demo")  # nothing of it reaches x.com; the notice can be read all the same
        names = [self._host] if self._host else []
        self.app = create_app(self.manager, self.access, clock=self._clock, allowed_hosts=names, demo=self._demo)
        self.manager.start()

    def way_in(self) -> str:
        """The path, with a one-time token where one is needed, that lets the operator in."""
        if self._demo:
            return f"/login?token={self.access.issue_login_token()}"
        if not self.access.has_password():
            return f"/setup?token={self.access.issue_setup_token()}"
        return "/"

    def close(self) -> None:
        self.manager.close()


def _check_environment() -> None:
    """Refuse what would make every run fail later. Raises AviaryError."""
    try:
        check_address(os.environ.get("AVIARY_X_ADDRESS", ""))
    except ValueError as error:
        raise AviaryError(f"AVIARY_X_ADDRESS {error}", remedy="Correct it, or unset it for the real x.com.") from error


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; returns the exit code."""
    options = _read(arguments)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _leave)
    try:
        panel = _Panel(options.home, demo=options.demo, host=options.host)
        with _listening(options.host, options.port) as listener, _practice(options, panel.manager) as site:
            return _serve(panel, options.host, listener, site)
    except AviaryError as error:
        print(_told(error), file=sys.stderr)
        return 1


def _told(error: AviaryError) -> str:
    return f"aviary: {error.message}" + (f" - {error.remedy}" if error.remedy else "")


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="Aviary: one panel for many X accounts.")
    parser.add_argument("--home", type=Path, help="folder with config/ and accounts/ (default: AVIARY_HOME, else here)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=_port, default=8080, help="port to listen on (default: 8080; 0: any free one)")
    parser.add_argument("--demo", action="store_true", help="three example accounts against the practice site")
    options = parser.parse_args(arguments)
    default = ROOT / "demo-home" if options.demo else Path(os.environ.get("AVIARY_HOME") or ROOT)
    options.home = (options.home or default).resolve()
    return options


def _port(word: str) -> int:
    port = int(word)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is no port: choose one from 1 to 65535, or 0 for any free one")
    return port


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The panel's socket, bound before anything else is begun. Raises AviaryError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise _not_to_be_had(host, port, error) from error
        yield listener


def _not_to_be_had(host: str, port: int, error: OSError) -> AviaryError:
    """Why the address cannot be listened on, and what to do."""
    if error.errno in {errno.EADDRINUSE, 10048}:
        remedy = f"End the program that uses it, or choose another port: --port {port + 1 if port < 65535 else 8081}."
        return AviaryError(f"port {port} on {host} is in use", remedy=remedy)
    if error.errno in {errno.EACCES, 10013}:
        return AviaryError(f"port {port} needs more rights than you have", remedy="Choose one above 1023 with --port.")
    remedy = "Choose an address of this machine with --host, such as 127.0.0.1, or 0.0.0.0 for all of them."
    return AviaryError(f"this machine has no address {host}", remedy=remedy)


@contextlib.contextmanager
def _practice(options: argparse.Namespace, manager: AccountManager) -> Iterator[PracticeSite | None]:
    """The practice site and a fresh demo home, when it is the demo; `manager` holds the home before it is wiped."""
    if not options.demo:
        yield None
        return
    from practice.seed import seeded_world  # noqa: PLC0415  only the demo needs it
    from practice.shop_day import NotADemoHome, claim_demo_home, write_demo_home  # noqa: PLC0415
    from practice.site import PracticeSite  # noqa: PLC0415

    try:
        site = PracticeSite(seeded_world())
    except FileNotFoundError as error:
        raise AviaryError(str(error), remedy="Run python3 start.py setup.") from error
    with site:
        try:
            claim_demo_home(options.home)
            manager.take_home()
            lock_file = manager.home.lock_file
            write_demo_home(options.home, site.world, site.address, datetime.now(UTC), lock_file=lock_file)
        except NotADemoHome as error:
            raise HomeError(str(error), remedy="Choose an empty or new folder with --home.") from error
        except OSError as error:
            message = f"cannot write to {options.home}: {error.strerror or error}"
            raise HomeError(message, remedy="Choose another folder with --home.") from error
        yield site


def _serve(panel: _Panel, host: str, listener: socket.socket, site: PracticeSite | None) -> int:
    panel.open()
    try:
        server: Any = create_server(
            panel.app, sockets=[listener], threads=THREADS, max_request_body_size=LARGEST_REQUEST, ident="Aviary"
        )
        _announce(panel, host, listener.getsockname()[1], site)
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            server.run()
        print("aviary: ending; runs finish at their next safe point", flush=True)
        server.close()
    finally:
        panel.close()
    return 0


def _announce(panel: _Panel, host: str, port: int, site: PracticeSite | None) -> None:
    """Tell the person, and scripts, where everything is: one thing a line."""
    shown = f"[{host}]" if ":" in host else host
    print(f"panel: http://{shown}:{port}{panel.way_in()}")
    if site is not None:
        print(f"practice: {site.url}")
        print(f"practice control: {site.control_url}")
    print("Open the panel's address in a browser. Ctrl-C ends it.", flush=True)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
