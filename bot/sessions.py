"""The accounts' sessions as a person sees and replaces them. No value of a cookie leaves this module.

Nothing here asks x.com: that a session is still good there, only a run can tell.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.errors import SessionFileError, SessionObjection, StorageError, sentences
from bot.settings.home import AccountFolder
from bot.storage.cookies import LOGIN, NEEDED, Cookie, Export, decode_export, read_export
from bot.storage.sealing import KeyTrouble, SessionKeys, is_sealed
from bot.storage.session_file import TRIAL_FILE, SessionCheck, SessionFile, StoredSession, read_check

ENDS_SOON = timedelta(days=14)
"""A session that ends within this is told on the account's card."""
SENT = "what you sent"
"""How messages name an export that has no file."""
_EXPORT_AGAIN = "Export the cookies of x.com again, from a browser that is logged in as this account."
_NO_YEAR_AFTER = datetime(9999, 1, 1, tzinfo=UTC)
_RENEW = "log in to x.com as this account in a browser, and import its cookies on its tab Session"
_TRIED_FIRST = "The present session stays until a log-in has shown that the new one works and whose it is"
_Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class SessionPlace:
    """Where the session of an account lies."""

    folder: AccountFolder
    file: str  # relative to the folder
    name: str  # of the account, for messages

    @property
    def path(self) -> Path:
        return self.folder.root / self.file


@dataclass(frozen=True)
class CookieView:
    """A cookie, without its value."""

    name: str
    is_needed: bool
    is_there: bool
    ends: datetime | None = None  # None while it is not there, or when the export names no date


@dataclass(frozen=True)
class SessionView:
    """The session of one account at one moment."""

    file: str
    problem: str = ""  # why it cannot work; "" when nothing here speaks against it
    remedy: str = ""
    is_there: bool = False
    is_sealed: bool = False
    cookies: tuple[CookieView, ...] = ()
    ends: datetime | None = None
    days_left: int | None = None  # whole days; None when the export names no date
    saved_at: datetime | None = None
    check: SessionCheck | None = None  # what x.com said of this very session
    has_candidate: bool = False  # imported cookies wait to be tried before they replace it
    refused: SessionCheck | None = None  # what x.com said of cookies that were tried since it was saved, and not taken

    @property
    def ends_soon(self) -> bool:
        return not self.problem and self.days_left is not None and self.days_left < ENDS_SOON.days

    @property
    def missing(self) -> tuple[str, ...]:
        """The needed cookies that are not there, or over."""
        return tuple(cookie.name for cookie in self.cookies if cookie.is_needed and not cookie.is_there)


@dataclass(frozen=True)
class _Seen:
    """What a file held when it had this stamp; of its secrets only what tells two sessions apart."""

    stamp: _Stamp
    key_mark: tuple[int, int] = (0, 0)
    id: str = ""
    is_sealed: bool = False
    login: str = ""  # a digest
    user_id: str = ""
    ends: Mapping[str, datetime | None] = field(default_factory=dict)  # name -> when
    error: SessionFileError | None = None

    @property
    def is_there(self) -> bool:
        return any(self.stamp)


@dataclass(frozen=True)
class SessionOutlook:
    """A session of which is asked what becomes of it."""

    _place: SessionPlace
    _seen: _Seen

    def problem_at(self, moment: datetime) -> SessionFileError | None:
        """Why it cannot work at `moment`, as a run would meet it; None when nothing here speaks against it."""
        if self._seen.error is not None:
            return self._seen.error
        problem = _problem(self._place, self._seen.ends, moment)
        return SessionFileError(problem) if problem else None


class Sessions:
    """Looks at the sessions of all accounts and replaces them. Safe for threads.

    `places` gives those of the accounts whose files can be read. `replaced` is told of each that has a new session,
    `try_out` of each that has cookies to try, and says in words what comes of it.
    """

    def __init__(
        self,
        places: Callable[[], Mapping[str, SessionPlace]],
        keys: SessionKeys,
        clock: Clock,
        replaced: Callable[[str], object],
        try_out: Callable[[str], str],
    ) -> None:
        self._places = places
        self._keys = keys
        self._clock = clock
        self._replaced = replaced
        self._try_out = try_out
        self._seen: dict[Path, _Seen] = {}

    def outlooks(self) -> dict[str, SessionOutlook]:
        """Account -> its session, of all whose files can be read."""
        return {key: SessionOutlook(place, self._see(place)) for key, place in self._places().items()}

    def look(self, account_id: str) -> SessionView:
        """Raises KeyError for an unknown account, and for one whose settings cannot be read."""
        place = self._places()[account_id]
        seen = self._see(place)
        return replace(
            _view(place, seen, self._clock.now()),
            check=_check_of(place, seen),
            has_candidate=SessionFile(place.path, self._keys).has_candidate,
            refused=_refused(place, seen),
        )

    def lines(self, folder: AccountFolder, file: str) -> Iterator[str]:
        """What a person should know before a run meets it, each with what to do."""
        view = self.glance(folder, file)
        if view.problem and not view.is_there:
            yield (
                f"{view.problem}: export the cookies of x.com from a browser that is logged in as this account, and "
                "import them on its tab Session."
            )
        elif view.problem:
            yield sentences(view.problem, view.remedy)
        elif view.ends_soon and view.days_left is not None:
            yield f"the session ends {days_words(view.days_left)}: {_RENEW}."

    def glance(self, folder: AccountFolder, file: str) -> SessionView:
        """What the file itself tells, without what x.com said of it. Cheap: a file is read once per change."""
        place = SessionPlace(folder, file, "")
        return _view(place, self._see(place), self._clock.now())

    def take(self, account_id: str, content: bytes, *, anyway: bool = False) -> str:
        """Import an export; returns a line for the person.

        Where nothing speaks against the present session, a run has to show first that the new one works and is the
        account's own; it lies beside the present one meanwhile. Else, and with `anyway`, it does as `replace` does.
        """
        view = self.look(account_id)
        if anyway or view.problem or (view.check is not None and view.check.problem):
            return self.replace(account_id, content, anyway=anyway)
        place, now = self._places()[account_id], self._clock.now()
        export, cookies = _read_sent(content, now)
        with self._keys.lock:
            self._refuse_objections(account_id, place, export, now)
            self._write(SessionFile(place.path, self._keys).candidate, cookies, now)
        return sentences(_TRIED_FIRST, self._try_out(account_id))

    def replace(self, account_id: str, content: bytes, *, anyway: bool = False) -> str:
        """Put the session of an export in place of the present one; returns a line for the person.

        Raises SessionFileError when it is none that could work, SessionObjection when a person should think twice
        (not with `anyway`), StorageError, and KeyError as `look` does.
        """
        place, now = self._places()[account_id], self._clock.now()
        export, cookies = _read_sent(content, now)
        with self._keys.lock:
            if not anyway:
                self._refuse_objections(account_id, place, export, now)
            self._write(SessionFile(place.path, self._keys), cookies, now)
        self._replaced(account_id)
        return _told(export, now)

    @staticmethod
    def _write(file: SessionFile, cookies: tuple[Cookie, ...], now: datetime) -> None:
        try:
            file.replace(cookies, now)
        except OSError as error:
            raise StorageError(f"{file.path.name} cannot be written: {error.strerror or error}") from error

    def _refuse_objections(self, account_id: str, place: SessionPlace, export: Export, now: datetime) -> None:
        objections = list(self._objections(account_id, place, export, now))
        if objections:
            raise SessionObjection(f"The session was not replaced: {'; '.join(objections)}")

    def _objections(self, account_id: str, place: SessionPlace, export: Export, now: datetime) -> Iterator[str]:
        """What speaks against putting it in place of the present one."""
        present, login = self._see(place), _digest(export)
        for other_id, other in self._places().items():
            if other_id != account_id and self._see(other).login == login:
                yield f"this is the session of {other.name}"
        if isinstance(present.error, KeyTrouble):
            yield f"{present.error.message}; it would be set aside"
        elif not _view(place, present, now).problem:
            yield from _drawbacks(export, present, now)

    def _see(self, place: SessionPlace) -> _Seen:
        stamp = _stamp(place.path)
        known = self._seen.get(place.path)
        # A key may be lost or put back at any time; the file that needs it stays the same.
        mark = self._keys.mark
        if known is None or (known.stamp, known.key_mark) != (stamp, mark):
            known = self._seen[place.path] = replace(self._read(place, stamp), key_mark=mark)
        return known

    def _read(self, place: SessionPlace, stamp: _Stamp) -> _Seen:
        try:
            return _summary(stamp, SessionFile(place.path, self._keys).read())
        except SessionFileError as error:
            return _Seen(stamp, error=error)


def check_sent(content: bytes, now: datetime) -> None:
    """Make sure that an export holds a session that could work at `now`. Raises SessionFileError."""
    _read_sent(content, now)


def days_words(days: int) -> str:
    """ "within a day", "in 1 day", "in 9 days"."""
    return "within a day" if days < 1 else f"in {days:,} {'day' if days == 1 else 'days'}"


def _view(place: SessionPlace, seen: _Seen, now: datetime) -> SessionView:
    saved_at = datetime.fromtimestamp(seen.stamp[0] / 10**9, UTC) if seen.is_there else None
    if seen.error is not None:
        return SessionView(place.file, seen.error.message, seen.error.remedy, seen.is_there, saved_at=saved_at)
    ends = seen.ends.get(LOGIN)
    return SessionView(
        file=place.file,
        problem=_problem(place, seen.ends, now),
        remedy=SessionFileError.remedy,
        is_there=True,
        is_sealed=seen.is_sealed,
        cookies=tuple(_cookies(seen.ends, now)),
        ends=ends,
        days_left=None if ends is None else (ends - now).days,
        saved_at=saved_at,
    )


def _drawbacks(export: Export, present: _Seen, now: datetime) -> Iterator[str]:
    """What is worse than in a present session that could work."""
    if export.user_id and present.user_id and export.user_id != present.user_id:
        yield "it belongs to another account on X than the present one"
    if export.find("ct0") is None and "ct0" in present.ends:
        yield "it holds no ct0, and the present one does"
    ends, present_ends = _end(export), present.ends.get(LOGIN)
    if ends is None:
        return
    if present_ends is not None and ends < present_ends - timedelta(days=1):
        yield f"it ends on {ends:%d %b %Y}, before the present one"
    elif ends - now < timedelta(days=1):
        yield "it ends within a day"


def _told(export: Export, now: datetime) -> str:
    """What a person should know of the session that was taken in."""
    ends = _end(export)
    parts = [
        f"The session was imported; it ends {days_words((ends - now).days)}" if ends else "The session was imported"
    ]
    if export.find("ct0") is None:
        parts.append("ct0 is missing; x.com hands out another at the first visit")
    if export.is_of_twitter:
        parts.append("It was exported for twitter.com, so it may be out of date")
    return sentences(*parts, "Check it to see whose it is.")


def _read_sent(content: bytes, now: datetime) -> tuple[Export, tuple[Cookie, ...]]:
    """An export and the session in it. Raises SessionFileError."""
    try:
        if is_sealed(content):
            raise SessionFileError(f"{SENT} is a session that Aviary has encrypted, not an export of cookies")
        export = read_export(decode_export(content, SENT), SENT)
        return export, export.usable(SENT, now)
    except SessionFileError as error:
        raise SessionFileError(error.message, remedy=_EXPORT_AGAIN) from None


def _summary(stamp: _Stamp, stored: StoredSession) -> _Seen:
    export = stored.export
    ends = {cookie.name: _moment(cookie.expires) for cookie in export.cookies}
    return _Seen(
        stamp,
        id=stored.id,
        is_sealed=stored.is_sealed,
        login=_digest(export),
        user_id=export.user_id,
        ends=ends,
    )


def _digest(export: Export) -> str:
    return hashlib.sha256(export.login.value.encode("utf-8", "replace")).hexdigest() if export.login else ""


def _end(export: Export) -> datetime | None:
    return _moment(export.login.expires) if export.login else None


def _moment(seconds: int | None) -> datetime | None:
    """When a cookie ends; far ahead for numbers that no calendar has."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(min(seconds, int(_NO_YEAR_AFTER.timestamp())), UTC)


def _problem(place: SessionPlace, ends: Mapping[str, datetime | None], now: datetime) -> str:
    """The same words as a run that meets it has: bot/storage/cookies.py."""
    name = place.path.name
    if LOGIN not in ends:
        return f"{name} holds no {LOGIN} of x.com, so it is not a session that is logged in"
    end = ends[LOGIN]
    return f"the session in {name} ended on {end:%d %b %Y}" if end is not None and end <= now else ""


def _cookies(ends: Mapping[str, datetime | None], now: datetime) -> Iterator[CookieView]:
    """The needed ones first, whether they are there or not."""
    for name in (*NEEDED, *sorted(ends.keys() - set(NEEDED))):
        end = ends.get(name)
        yield CookieView(name, name in NEEDED, name in ends and (end is None or end > now), end)


def _check_of(place: SessionPlace, seen: _Seen) -> SessionCheck | None:
    check = read_check(place.folder) if seen.id else None
    return check if check is not None and check.session_id == seen.id else None


def _refused(place: SessionPlace, seen: _Seen) -> SessionCheck | None:
    """What x.com said of cookies that were not taken, as long as the session is the one of that time."""
    said = read_check(place.folder, TRIAL_FILE)
    return said if said is not None and said.session_id == seen.id else None


def _stamp(path: Path) -> _Stamp:
    """Changes with the content; zeros for a file that is not there."""
    try:
        status = os.stat(path)  # noqa: PTH116  looked at for every account every 30 s
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)
