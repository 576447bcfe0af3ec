"""The key that signs the panel's cookies and seals what must be read again, in a file of its own."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bot.errors import HomeError

SECRET_KEY_BYTES = 32


def read_secret_key(file: Path) -> bytes:
    """The key; made at the first call, readable by its owner alone. Raises HomeError when it is damaged."""
    if not file.exists():
        _write_new_private_file(file, secrets.token_bytes(SECRET_KEY_BYTES))
    key = file.read_bytes()
    if len(key) < SECRET_KEY_BYTES:
        message = f"{file} is damaged"
        remedy = "Delete the file; everybody logs in again, with a recovery code where a second factor is set."
        raise HomeError(message, remedy=remedy)
    return key


def _write_new_private_file(path: Path, content: bytes) -> None:
    """Write a file nobody had; when another process was quicker, its file stays. POSIX keeps the mode 0600."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    try:
        if not path.exists():
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
