"""Writing files so that a crash leaves the old or the new one, never half of one."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

_WAITS = (0.05, 0.2, 0.5) if os.name == "nt" else ()
"""Seconds between tries to replace a file that another program has open."""


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> None:
    """Replace `path` by `content` in one step, on disk when it returns. `private`: only this user may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, 0o600 if private else 0o644)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_new(path: Path, content: bytes) -> bool:
    """Write a private file that is on disk when it returns; False when there is one already, which stays."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    write_atomically(fresh, content, private=True)
    try:
        os.link(fresh, path)  # unlike a rename, never over one that is there
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if path.exists():
            return False
        _replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def _replace(temporary: Path, path: Path) -> None:
    """Move the new file over the old. Windows refuses while somebody (a virus scanner, say) has the old one open."""
    for wait in _WAITS:
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    temporary.replace(path)


def sync_folder(folder: Path) -> None:
    """Bring new names in it to the disk, too. Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
