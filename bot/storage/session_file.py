"""An account's session on disk: encrypted, under the name its settings give; a plain export put there is taken in.

That of the single account of old stays plain where it is, so that the program that wrote it can go on with it. A file
that cannot be opened is never written over: `replace` sets it aside first.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.errors import SessionFileError
from bot.settings.home import AccountFolder
from bot.storage.cookies import MOST_BYTES, Cookie, Export, decode_export, read_export, to_text
from bot.storage.files import write_atomically
from bot.storage.sealing import SessionKeys, is_sealed

CHECK_FILE = "session_check.json"
TRIAL_FILE = "session_trial.json"
"""What x.com said of cookies that were tried and not taken; its id is that of the session that stayed."""
_CANDIDATE = ".candidate"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StoredSession:
    """What a session file holds. `id` tells it from another session; of a plain one it is made of the content."""

    export: Export
    id: str
    is_sealed: bool = False
    is_by_present_key: bool = True


@dataclass(frozen=True)
class LoadedSession:
    """The cookies to log in with, and the id of the session they are."""

    cookies: tuple[Cookie, ...]
    id: str = ""


class SessionFile:
    """The file of one account. Safe for threads that share `keys`. With `stays_plain`, `load` leaves a plain one so."""

    def __init__(self, path: Path, keys: SessionKeys, *, stays_plain: bool = False) -> None:
        self.path = path
        self._keys = keys
        self._stays_plain = stays_plain

    @property
    def candidate(self) -> SessionFile:
        """Where cookies wait that are tried before they replace this session."""
        return SessionFile(self.path.with_name(self.path.name + _CANDIDATE), self._keys)

    @property
    def has_candidate(self) -> bool:
        return self.candidate.path.is_file()

    def read(self) -> StoredSession:
        """What is in the file; nothing is changed. Raises SessionFileError, also KeyTrouble."""
        return self._stored(self._content())

    def load(self, now: datetime) -> LoadedSession:
        """The session that can work at `now`. A plain file is encrypted. Raises SessionFileError, also KeyTrouble."""
        content = self._content()
        stored = self._stored(content)
        cookies = stored.export.usable(self.path.name, now)
        is_settled = stored.is_by_present_key if stored.is_sealed else self._stays_plain
        return LoadedSession(cookies, stored.id if is_settled else self._take_in(content, stored))

    def replace(self, cookies: tuple[Cookie, ...], now: datetime) -> str:
        """Put this session in place of the one there is; returns its id. Raises KeyTrouble and OSError.

        A candidate is out of the question then.
        """
        with self._keys.lock:
            self._set_aside(now)
            session_id = self._write(cookies)
            self.candidate.path.unlink(missing_ok=True)
            return session_id

    @property
    def present_id(self) -> str:
        """The id of the session; "" where there is none that can be read."""
        try:
            return self.read().id
        except SessionFileError:
            return ""

    def adopt(self, tried: LoadedSession, now: datetime) -> str:
        """Put the candidate in place that was tried; "" when it is another by now. Raises as `replace` does."""
        with self._keys.lock:
            return self.replace(tried.cookies, now) if self._is_candidate(tried) else ""

    def forget_candidate(self, tried: LoadedSession) -> None:
        """Take away the candidate that was tried, unless it is another by now. Trouble with that is logged."""
        try:
            with self._keys.lock:
                if self._is_candidate(tried):
                    self.candidate.path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("candidate of a session could not be removed", file=str(self.path), error=str(error))

    def _is_candidate(self, tried: LoadedSession) -> bool:
        return bool(tried.id) and self.candidate.present_id == tried.id

    def _write(self, cookies: tuple[Cookie, ...], session_id: str = "") -> str:
        sealed = self._keys.seal(to_text(cookies).encode(), session_id)
        write_atomically(self.path, sealed, private=True)
        return self._keys.unseal(sealed, self.path.name).id

    def _take_in(self, content: bytes, stored: StoredSession) -> str:
        """Encrypt it by the present key; returns the id. Where that cannot be done, the account works on as before."""
        if self.path.is_symlink():
            _log.warning("session stays as it is: its file is a link to another place", file=str(self.path))
            return stored.id
        try:
            with self._keys.lock:
                if self.path.read_bytes() != content:
                    return stored.id  # somebody has put another one there meanwhile
                return self._write(stored.export.cookies, stored.id if stored.is_sealed else "")
        except (OSError, SessionFileError) as error:
            _log.warning("session could not be encrypted", file=str(self.path), error=str(error))
            return stored.id

    def _set_aside(self, now: datetime) -> None:
        """Keep an encrypted file that the present keys do not open: perhaps its key turns up."""
        content = self._sealed_content()
        if not content:
            return
        try:
            self._stored(content)
        except SessionFileError:
            kept = self.path.with_name(f"{self.path.name}.unopened-{now:%Y%m%d-%H%M%S}")
            self.path.rename(kept)
            _log.warning("session that could not be opened was set aside", file=str(kept))

    def _sealed_content(self) -> bytes:
        try:
            content = self._content()
        except SessionFileError:
            return b""
        return content if is_sealed(content) else b""

    def _stored(self, content: bytes) -> StoredSession:
        name = self.path.name
        if not is_sealed(content):
            plain_id = f"plain-{hashlib.sha256(content).hexdigest()[:16]}"
            return StoredSession(read_export(decode_export(content, name), name), plain_id)
        opened = self._keys.unseal(content, name)
        export = read_export(decode_export(opened.content, name), name)
        return StoredSession(export, opened.id, is_sealed=True, is_by_present_key=opened.is_by_present_key)

    def _content(self) -> bytes:
        name = self.path.name
        try:
            with self.path.open("rb") as file:
                return file.read(MOST_BYTES * 2)  # what is larger than allowed is told by decode_export
        except FileNotFoundError as error:
            raise SessionFileError(f"{name} is missing") from error
        except OSError as error:
            raise SessionFileError(f"{name} cannot be read: {error.strerror or error}") from error


@dataclass(frozen=True)
class SessionCheck:
    """What x.com said when a session was last used."""

    session_id: str
    at: datetime
    handle: str = ""  # whose it is; "" when x.com did not take it
    problem: str = ""


def note_check(folder: AccountFolder, check: SessionCheck, file: str = CHECK_FILE) -> None:
    """Keep it beside the account's records. Trouble in writing is logged: no run ends for it."""
    content = json.dumps({**asdict(check), "at": check.at.isoformat()}).encode()
    try:
        write_atomically(folder.data / file, content)
    except OSError as error:
        _log.warning("check of a session could not be kept", folder=str(folder.root), error=str(error))


def read_check(folder: AccountFolder, file: str = CHECK_FILE) -> SessionCheck | None:
    """The last one; None without one that can be read."""
    try:
        kept = json.loads((folder.data / file).read_bytes())
        told = {key: str(kept[key]) for key in ("session_id", "handle", "problem")}
        return SessionCheck(at=datetime.fromisoformat(kept["at"]), **told)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
