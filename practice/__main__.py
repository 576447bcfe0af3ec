"""`python -m practice --port 8443 --control-port 8444`: the practice site alone, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from practice.seed import seeded_world
from practice.site import VENDOR, PracticeSite


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C; returns the exit code."""
    options = _read(arguments)
    world = seeded_world(options.seed)
    for handle in options.account:
        world.add_account(handle, handle)
    try:
        site = PracticeSite(world, port=options.port, control_port=options.control_port, vendor=options.vendor)
    except OSError as error:
        print(f"practice: cannot start: {error}", file=sys.stderr)
        return 1
    with site:
        print(f"practice: {site.url}", flush=True)
        print(f"practice control: {site.control_url}", flush=True)
        _wait_for_the_end()
    return 0


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m practice", description="A stand-in for x.com on this machine.")
    parser.add_argument("--port", type=int, default=8443, help="TLS port of the site (0: any free one)")
    parser.add_argument("--control-port", type=int, default=8444, help="plain HTTP port of the control (0: any)")
    parser.add_argument("--seed", type=int, default=1, help="which world: same seed, same people and posts")
    parser.add_argument("--vendor", type=Path, default=VENDOR, help="folder with React and Draft.js")
    parser.add_argument("--account", action="append", default=[], metavar="HANDLE", help="a managed account to make")
    return parser.parse_args(arguments)


def _wait_for_the_end() -> None:
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    while not ended.wait(0.5):  # a plain wait() would not see Ctrl-C on Windows
        pass


if __name__ == "__main__":
    sys.exit(main())
