"""What of an export of cookies is a session on x.com, as WebDriver takes it.

Values are secrets: they are never logged, shown or put into a message (x_dom cookie_formats.md, traps 1 to 10).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.errors import SessionFileError
from bot.storage.cookie_formats import Entry, read_entries

LOGIN = "auth_token"
"""The cookie that is the login itself."""
NEEDED = (LOGIN, "ct0")
"""Without the first there is no session; x.com hands out the second again, if it must."""
MOST_BYTES = 2 * 1024 * 1024
"""Of an export: that of a whole browser has a few hundred KiB."""
_X, _TWITTER = "x.com", "twitter.com"
# Tied to one browser and address, or the tokens of other accounts: cookie_formats.md, "What makes up a session".
_LEFT_OUT = frozenset({"__cf_bm", "cf_clearance", "auth_multi"})
_HTTP_ONLY = frozenset({LOGIN, "kdt", "att"})
_SAME_SITE = {"no_restriction": "None", "none": "None", "lax": "Lax", "strict": "Strict"}
_NO = frozenset({"", "0", "false", "no"})
_LATEST_SECONDS = 10**11  # greater numbers are milli- or microseconds
_MOST_SIGNS = 4096  # of a cookie; browsers drop longer ones
_NOT_IN_COOKIES = re.compile(r"[\x00-\x1f\x7f]")
_USER_ID = re.compile(r'"?u(?:=|%3D)(\d{1,20})"?', re.IGNORECASE)
_OTHER_FILES = {
    b"SQLite format 3": "the cookie store of a browser, whose values only that browser can read",
    b"\x80": "a pickle of Python, which is not loaded because it can run programs",
    b"PK\x03\x04": "a zip",
}


@dataclass(frozen=True)
class Cookie:
    """One cookie of a session, as WebDriver takes it. The value is never shown: repr hides it."""

    name: str
    value: str = field(repr=False)
    domain: str = ".x.com"
    path: str = "/"
    secure: bool = True
    http_only: bool = False
    same_site: str | None = None  # "None", "Lax", "Strict"; None leaves the key out
    expires: int | None = None  # Unix seconds; None is a session cookie

    def is_past(self, now: datetime) -> bool:
        return self.expires is not None and self.expires <= now.timestamp()


@dataclass(frozen=True)
class Export:
    """The cookies of x.com in an export, a name once; perhaps no session, and perhaps out of date."""

    cookies: tuple[Cookie, ...]
    is_of_twitter: bool = False  # the login was exported for twitter.com, x.com's name until May 2024

    @property
    def login(self) -> Cookie | None:
        return self.find(LOGIN)

    @property
    def user_id(self) -> str:
        """The number x.com knows the account by; "" when the export does not tell."""
        twid = self.find("twid")
        found = _USER_ID.fullmatch(twid.value) if twid else None
        return found[1] if found else ""

    def find(self, name: str) -> Cookie | None:
        return next((cookie for cookie in self.cookies if cookie.name == name), None)

    def usable(self, name: str, now: datetime) -> tuple[Cookie, ...]:
        """The session at `now`. Raises SessionFileError when there is none; `name` stands for it in messages."""
        if self.login is None:
            raise SessionFileError(f"{name} holds no {LOGIN} of x.com, so it is not a session that is logged in")
        if self.login.expires is not None and self.login.is_past(now):
            raise SessionFileError(f"the session in {name} ended on {_moment(self.login.expires):%d %b %Y}")
        return tuple(cookie for cookie in self.cookies if not cookie.is_past(now))


def decode_export(content: bytes, name: str) -> str:
    """The text of a file. Raises SessionFileError for what is too large or no text."""
    if len(content) > MOST_BYTES:
        raise SessionFileError(f"{name} is larger than {MOST_BYTES // 1024} KiB: no export of cookies")
    for start, what in _OTHER_FILES.items():
        if content.startswith(start):
            raise SessionFileError(f"{name} is {what}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # not "from" it: it holds the whole content
        raise SessionFileError(f"{name} is not saved as UTF-8") from None


def read_export(text: str, name: str) -> Export:
    """The cookies of x.com in an export of any known format. Raises SessionFileError when it is none."""
    entries = [entry for entry in read_entries(text, name) if _is_of_x(entry)]
    chosen, is_of_twitter = _choose(entries)
    return Export(tuple(chosen.values()), is_of_twitter)


def parse_cookies(text: str, name: str, now: datetime) -> tuple[Cookie, ...]:
    """The session in an export. Raises SessionFileError when there is none that could work at `now`."""
    return read_export(text, name).usable(name, now)


def to_text(cookies: Sequence[Cookie]) -> str:
    """The cookies as `read_export` reads them again."""
    return json.dumps({"cookies": [_to_entry(cookie) for cookie in cookies]})


def _to_entry(cookie: Cookie) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": cookie.name, "value": cookie.value, "domain": cookie.domain, "path": cookie.path}
    entry |= {"secure": cookie.secure, "httpOnly": cookie.http_only, "sameSite": cookie.same_site}
    return entry | ({} if cookie.expires is None else {"expiry": cookie.expires})


def _choose(entries: Sequence[Entry]) -> tuple[dict[str, Cookie], bool]:
    """One cookie a name, and whether they are twitter.com's.

    x.com's come first. twitter.com's fill in what is missing, unless they are another login: then nothing is mixed.
    """
    sites = {site: _of_site(entries, site) for site in (_X, _TWITTER)}
    own, older = sites[_X], sites[_TWITTER]
    if LOGIN in own and LOGIN in older and own[LOGIN].value != older[LOGIN].value:
        return own, False
    return older | own, LOGIN in older and LOGIN not in own


def _of_site(entries: Iterable[Entry], site: str) -> dict[str, Cookie]:
    """Those of all subdomains before those of the host alone, those of all paths before others."""
    own = [entry for entry in entries if _site(entry) == site]
    own.sort(key=lambda entry: (not _domain(entry).startswith("."), entry.get("path") not in {None, "", "/"}))
    chosen: dict[str, Cookie] = {}
    for entry in own:
        cookie = _cookie(entry)
        chosen.setdefault(cookie.name, cookie)
    return chosen


def _is_of_x(entry: Entry) -> bool:
    name, value = entry.get("name"), entry.get("value")
    if not isinstance(name, str) or not isinstance(value, str) or not name or not value.strip():
        return False
    if name in _LEFT_OUT or entry.get("partitionkey") or _site(entry) not in {_X, _TWITTER}:
        return False
    return len(name) + len(value) <= _MOST_SIGNS and not _NOT_IN_COOKIES.search(name + value.strip("\r\n"))


def _site(entry: Entry) -> str:
    return _domain(entry).removeprefix(".")


def _domain(entry: Entry) -> str:
    """In lower case, of an address its host; where an export names none, it is x.com's."""
    named = str(entry.get("domain") or ".x.com").strip().lower()
    return named.partition("://")[2].partition("/")[0] if "://" in named else named


def _cookie(entry: Entry) -> Cookie:
    host_only = _says_yes(entry.get("hostonly")) or _domain(entry) == _X or entry["name"].startswith("__Host-")
    same_site = _SAME_SITE.get(str(entry.get("samesite") or "").lower())
    path = entry.get("path")
    return Cookie(
        name=entry["name"],
        value=entry["value"].strip("\r\n"),
        domain=_X if host_only else f".{_X}",
        path=path if isinstance(path, str) and path.startswith("/") else "/",
        secure=_says_yes(entry.get("secure", True)) or same_site == "None",
        http_only=_says_yes(entry.get("httponly", False)) or entry["name"] in _HTTP_ONLY,
        same_site=same_site,
        expires=_expiry(entry.get("expires")),
    )


def _says_yes(value: Any) -> bool:
    return value.strip().lower() not in _NO if isinstance(value, str) else bool(value)


def _expiry(value: Any) -> int | None:
    """Whole Unix seconds of a number or a date; None for a session cookie."""
    if isinstance(value, str):
        value = _number(value.strip())
    if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    seconds = int(value)
    while seconds > _LATEST_SECONDS:
        seconds //= 1000
    return seconds


def _number(text: str) -> float | None:
    try:
        return float(text) if text.isascii() and len(text) < 40 else None
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC)
