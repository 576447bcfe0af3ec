"""Serves the panel with the engine behind it.

    python app.py [--home DIR] [--host H] [--port P] [--demo]
    waitress-serve app:app                 (the home comes from AVIARY_HOME)

Both run the engine. Importing this module starts nothing: `app` is made when it is first asked for.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
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
from bot.storage.panel_store import PanelStore
from webapp import create_app
from webapp.access import Access

if TYPE_CHECKING:
    from practice.site import PracticeSite

    app: Flask

ROOT = Path(__file__).resolve().parent
THREADS = 8
LARGEST_REQUEST = 64 * 1024 * 1024  # bytes; waitress would take 1 GiB


def __getattr__(name: str) -> Flask:
    """`app`, for waitress-serve and other WSGI servers: made and its engine started when first asked for."""
    if name != "app":
        raise AttributeError(name)
    # Our log goes to a file; what the server itself has to say, such as its address, belongs on its console.
    logging.getLogger("waitress").addHandler(logging.StreamHandler())
    panel = _Panel(Path(os.environ.get("AVIARY_HOME") or ROOT))
    panel.open()
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
        self.manager.open()
        configure(self.manager.home.log_file)
        self.access = Access(PanelStore(self.manager.home.data), self._clock)
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


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; returns the exit code."""
    options = _read(arguments)
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _leave)
    try:
        with _listening(options.host, options.port) as listener, _practice(options) as site:
            return _serve(options, listener, site)
    except AviaryError as error:
        print(f"aviary: {error.message}" + (f" - {error.remedy}" if error.remedy else ""), file=sys.stderr)
        return 1


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="Aviary: one panel for many X accounts.")
    parser.add_argument("--home", type=Path, help="folder with config/ and accounts/ (default: AVIARY_HOME, else here)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default: 8080; 0: any free one)")
    parser.add_argument("--demo", action="store_true", help="three example accounts against the practice site")
    options = parser.parse_args(arguments)
    default = ROOT / "demo-home" if options.demo else Path(os.environ.get("AVIARY_HOME") or ROOT)
    options.home = (options.home or default).resolve()
    return options


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
            remedy = f"End the program that uses it, or choose another port: --port {port + 1}."
            raise AviaryError(f"port {port} on {host} cannot be used: {error.strerror}", remedy=remedy) from error
        yield listener


@contextlib.contextmanager
def _practice(options: argparse.Namespace) -> Iterator[PracticeSite | None]:
    """The practice site and a fresh demo home, when it is the demo."""
    if not options.demo:
        yield None
        return
    from practice.seed import seeded_world  # noqa: PLC0415  only the demo needs it
    from practice.shop_day import NotADemoHome, write_demo_home  # noqa: PLC0415
    from practice.site import PracticeSite  # noqa: PLC0415

    try:
        with PracticeSite(seeded_world()) as site:
            write_demo_home(options.home, site.world, site.address, datetime.now(UTC))
            yield site
    except NotADemoHome as error:
        raise HomeError(str(error), remedy="Choose an empty or new folder with --home.") from error
    except FileNotFoundError as error:
        raise AviaryError(str(error), remedy="Run python3 start.py setup.") from error
    except PermissionError as error:
        raise HomeError(f"cannot write to {options.home}", remedy="Choose another folder with --home.") from error


def _serve(options: argparse.Namespace, listener: socket.socket, site: PracticeSite | None) -> int:
    panel = _Panel(options.home, demo=options.demo, host=options.host)
    panel.open()
    try:
        server: Any = create_server(
            panel.app, sockets=[listener], threads=THREADS, max_request_body_size=LARGEST_REQUEST, ident="Aviary"
        )
        _announce(panel, options.host, listener.getsockname()[1], site)
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
