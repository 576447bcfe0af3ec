"""Sealing what must not lie about in plain text: Fernet (AES-128-CBC with HMAC-SHA256), and where its key comes from.

The key is AVIARY_KEY of the environment, else `session.key` in the home's data folder, made at first need. A file
that was sealed with the key file is still opened after AVIARY_KEY is set.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

import structlog
from cryptography.fernet import Fernet, InvalidToken

from bot.errors import SessionFileError
from bot.storage.files import write_new

FORMAT = "aviary-session"
VERSION = 1
KEY_VARIABLE = "AVIARY_KEY"
KEY_FILE = "session.key"
_ABOUT = (
    "A session on x.com, encrypted by Aviary. To replace it, import cookies in the panel, or save a plain export under "
    "this name."
)
_MAKE_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
_SET_VARIABLE = f"Set {KEY_VARIABLE} to what this prints: {_MAKE_KEY}"
_log = structlog.get_logger(__name__)


class KeyTrouble(SessionFileError):
    """The key is missing, damaged, or not the one that the session was sealed with."""


@dataclass(frozen=True)
class Opened:
    """What was in a sealed file. `id` is the same as long as nothing else is sealed into it."""

    content: bytes
    id: str
    is_by_present_key: bool


class SessionKeys:
    """The keys of one home. Safe for threads; `lock` keeps those of one process apart that write sessions."""

    def __init__(self, data_folder: Path, from_environment: str | None = None) -> None:
        """`from_environment` is the value of AVIARY_KEY; None looks it up."""
        self.lock = threading.RLock()
        self._file = data_folder / KEY_FILE
        told = os.environ.get(KEY_VARIABLE, "") if from_environment is None else from_environment
        self._told = told.strip()

    @property
    def mark(self) -> tuple[int, int]:
        """Changes when the key file is made, taken away or put back."""
        try:
            status = self._file.stat()
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_ino)

    def seal(self, content: bytes, session_id: str = "", about: str = _ABOUT) -> bytes:
        """A file's content that `unseal` opens again; `about` is for people. Raises KeyTrouble and OSError."""
        key = self._sealing_key()
        envelope = {
            "format": FORMAT,
            "version": VERSION,
            "about": about,
            "id": session_id or secrets.token_hex(8),
            "key": _name_of(key),
            "sealed": Fernet(key).encrypt(content).decode("ascii"),
        }
        return json.dumps(envelope, indent=1).encode("ascii") + b"\n"

    def unseal(self, content: bytes, name: str) -> Opened:
        """Open what `seal` made. Raises KeyTrouble, and SessionFileError when it is damaged."""
        envelope = _envelope(content, name)
        keys = {_name_of(key): key for key in self._opening_keys()}
        key = keys.get(envelope["key"])
        if key is None:
            raise KeyTrouble(f"{name} was encrypted with another key", remedy=self._remedy(envelope["key"]))
        try:
            opened = Fernet(key).decrypt(envelope["sealed"])
        except (InvalidToken, ValueError) as error:
            raise SessionFileError(f"{name} is damaged: its own key does not decrypt it") from error
        return Opened(opened, envelope["id"], envelope["key"] == next(iter(keys)))

    def _sealing_key(self) -> bytes:
        with self.lock:
            if not self._told and not self._file.exists():
                _make_key_file(self._file)
            return self._opening_keys()[0]

    def _opening_keys(self) -> list[bytes]:
        """The one to seal with first; none while no key was made."""
        told: list[bytes] = []
        if self._told:
            told.append(_checked(self._told.encode("utf-8", "replace"), KEY_VARIABLE, _SET_VARIABLE))
        try:
            kept = self._file.read_bytes().strip()
        except FileNotFoundError:
            return told
        except OSError as error:
            message = f"{self._file} cannot be read: {error.strerror or error}"
            raise KeyTrouble(message, remedy="Let the user Aviary runs as read it.") from error
        remedy = f"Put {self._file} back from a backup. Without one: delete it, and import all sessions again."
        return [*told, _checked(kept, str(self._file), remedy)]

    def _remedy(self, name: str) -> str:
        return (
            f"Put the key {name} back: as {self._file}, or as {KEY_VARIABLE}. Without it the session is lost: log in "
            "to x.com as this account in a browser and import its cookies again."
        )


def is_sealed(content: bytes) -> bool:
    """Whether this was made by `SessionKeys.seal`, of whatever version and key. No export of cookies looks so."""
    if f'"{FORMAT}"'.encode() not in content[:200]:
        return False
    try:
        envelope = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(envelope, dict) and envelope.get("format") == FORMAT


def _envelope(content: bytes, name: str) -> dict[str, str]:
    envelope = json.loads(content)
    if envelope.get("version") != VERSION:
        remedy = "Update this Aviary, or import the cookies again."
        raise KeyTrouble(f"{name} was written by a newer Aviary", remedy=remedy)
    if not all(isinstance(envelope.get(key), str) for key in ("id", "key", "sealed")):
        raise SessionFileError(f"{name} is damaged: it was encrypted by Aviary, but a part of it is missing")
    return dict(envelope)


def _name_of(key: bytes) -> str:
    """Tells keys apart and says nothing of them."""
    return hashlib.sha256(b"aviary session key" + key).hexdigest()[:8]


def _checked(key: bytes, source: str, remedy: str) -> bytes:
    try:
        Fernet(key)
    except ValueError:
        raise KeyTrouble(f"{source} is not a key", remedy=remedy) from None
    return key


def _make_key_file(file: Path) -> None:
    if write_new(file, Fernet.generate_key() + b"\n"):
        _log.info("a new key for sessions was made", file=str(file))
