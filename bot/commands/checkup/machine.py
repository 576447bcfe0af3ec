"""This machine: Python, disk, the panel's port, and whether somebody works on the home."""

from __future__ import annotations

import errno
import platform
import shutil
import socket
import sys
from collections.abc import Iterator

from filelock import FileLock, Timeout

from bot.commands.checkup.finding import Finding, Level
from bot.settings.home import Home

OLDEST_PYTHON = (3, 11)
TOO_LITTLE_BYTES = 200 * 1024**2
"""Of disk; databases cannot be written then, and browsers end."""
LITTLE_BYTES = 2 * 1024**3
"""A profile of a browser takes some 300 MiB."""
_GIB = 1024**3


def look_at_machine(home: Home, port: int) -> Iterator[Finding]:
    """All of it."""
    yield check_python(sys.version_info[:2])
    yield check_disk(shutil.disk_usage(home.root).free)
    in_use = is_in_use(home)
    yield _lock(in_use)
    yield check_port(port, in_use=in_use)


def check_python(version: tuple[int, int]) -> Finding:
    """The Python that runs this."""
    told = f"Python {platform.python_version()} at {sys.executable}"
    if version < OLDEST_PYTHON:
        return Finding("Python", Level.WRONG, told, "Install Python 3.11 or newer, then run start.py with it.")
    return Finding("Python", Level.GOOD, told)


def check_disk(free: int) -> Finding:
    """`free` bytes of the disk that the home is on."""
    told = f"{free / _GIB:.1f} GiB are free"
    remedy = "Free space on the disk that the home is on, or move the home to a larger one."
    if free < TOO_LITTLE_BYTES:
        return Finding("disk", Level.WRONG, told, remedy)
    return Finding("disk", Level.WARNING, told, remedy) if free < LITTLE_BYTES else Finding("disk", Level.GOOD, told)


def is_in_use(home: Home) -> bool:
    """Whether a process works on the home."""
    if not home.lock_file.exists():
        return False
    lock = FileLock(home.lock_file, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        return True
    except OSError:
        return False  # its rights are told by another check
    lock.release()
    return False


def _lock(in_use: bool) -> Finding:
    if not in_use:
        return Finding("home", Level.GOOD, "nobody works on it at the moment")
    return Finding(
        "home", Level.GOOD, "a panel, --daemon or another command works on it: one at a time is as it should be"
    )


def check_port(port: int, *, in_use: bool) -> Finding:
    """Whether the panel can listen there; `in_use` tells that one may be listening already."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
            if sys.platform != "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
    except OSError as error:
        return _taken(port, error, in_use=in_use)
    return Finding("port", Level.GOOD, f"the panel can listen on port {port}")


def _taken(port: int, error: OSError, *, in_use: bool) -> Finding:
    other = f"Choose another one: python app.py --port {port + 1 if port < 65535 else 8081}."
    if error.errno not in {errno.EADDRINUSE, 10048}:
        return Finding("port", Level.WRONG, f"port {port} cannot be had: {error.strerror or error}", other)
    if in_use:
        return Finding("port", Level.GOOD, f"port {port} is in use, most likely by the panel that works on this home")
    return Finding("port", Level.WRONG, f"port {port} is in use by another program", other)
