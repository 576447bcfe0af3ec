"""Nobody else works on the home while its files move: not Aviary, and as far as can be seen not an older program."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from bot.errors import HomeInUse
from bot.settings.home import Home

_STOP = "Stop the panel or the daemon (Ctrl-C in its window, or stop its service), then run this again."


@contextmanager
def hold_home(home: Home) -> Iterator[None]:
    """Keep other processes off the home. Raises HomeError when it cannot be written to, HomeInUse."""
    home.prepare()
    lock = FileLock(home.lock_file, blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise HomeInUse(f"Aviary works on {home.root} now", remedy=_STOP) from error
    try:
        yield
    finally:
        lock.release()


def refuse_users(files: Collection[Path]) -> None:
    """Raises HomeInUse when another program has one of these files open: an older bot knows nothing of our lock.

    Where the system shows the open files of its programs, that is; SQLite's own locks are asked besides.
    """
    wanted = {os.path.realpath(file) for file in files}
    for process in psutil.process_iter() if os.name == "posix" else ():
        try:
            opened = {each.path for each in process.open_files()} if process.pid != os.getpid() else set()
        except (psutil.Error, OSError):
            continue  # it is gone, or of somebody else
        for path in sorted(wanted & opened):
            name = f"{Path(path).parent.name}/{Path(path).name}"
            raise HomeInUse(f"another program (process {process.pid}) has {name} open", remedy=_STOP)
