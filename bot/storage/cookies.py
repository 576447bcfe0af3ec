"""The session file of an account: cookies.json in the shapes that existing users have.

Values are secrets: they are never logged, shown or put into a message (x_dom cookie_formats.md, traps 1 to 10).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.errors import SessionFileError

_X_DOMAINS = (".x.com", "x.com", ".twitter.com", "twitter.com")
# Tied to one browser and address, or the tokens of other accounts: cookie_formats.md, "What makes up a session".
_LEFT_OUT = frozenset({"__cf_bm", "cf_clearance", "auth_multi"})
_SAME_SITE = {"no_restriction": "None", "none": "None", "lax": "Lax", "strict": "Strict"}
_LATEST_SECONDS = 10**11  # greater numbers are milli- or microseconds
_MAX_BYTES = 2 * 1024 * 1024


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


def load_cookies(file: Path, now: datetime) -> tuple[Cookie, ...]:
    """The session in `file`. Raises SessionFileError when there is none that could work at `now`."""
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise SessionFileError(f"{file.name} is larger than {_MAX_BYTES // 1024} KiB: no export of cookies")
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SessionFileError(f"{file.name} is missing") from error
    except UnicodeDecodeError as error:
        raise SessionFileError(f"{file.name} is not saved as UTF-8") from error
    except OSError as error:
        raise SessionFileError(f"{file.name} cannot be read: {error.strerror or error}") from error
    return parse_cookies(text, file.name, now)


def parse_cookies(text: str, name: str, now: datetime) -> tuple[Cookie, ...]:
    """A list of cookies, {"cookies": [...]}, or {name: value}. Raises SessionFileError; `name` is for messages."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise SessionFileError(f"{name} is not valid JSON (line {error.lineno}: {error.msg})") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets in brackets
        raise SessionFileError(f"{name} is not valid JSON") from error
    chosen = _choose(_entries(data, name))
    token = chosen.get("auth_token")
    if token is None:
        raise SessionFileError(f"{name} holds no auth_token of x.com, so it is not a session that is logged in")
    if token.expires is not None and token.expires <= now.timestamp():
        ended = datetime.fromtimestamp(token.expires, UTC)
        raise SessionFileError(f"the session in {name} ended on {ended:%d %b %Y}")
    return tuple(cookie for cookie in chosen.values() if not _is_past(cookie, now))


def _entries(data: Any, name: str) -> list[Mapping[str, Any]]:
    if isinstance(data, dict) and isinstance(data.get("cookies"), list | dict):
        data = data["cookies"]
    if isinstance(data, dict):
        data = [{"name": key, "value": value} for key, value in data.items() if isinstance(value, str)]
    if not isinstance(data, list):
        raise SessionFileError(f"{name} is not a list of cookies")
    return [entry for entry in data if isinstance(entry, dict)]


def _choose(entries: Iterable[Mapping[str, Any]]) -> dict[str, Cookie]:
    """One cookie a name: those of x.com before those of twitter.com, unpartitioned copies only."""
    chosen: dict[str, Cookie] = {}
    ordered = sorted(entries, key=lambda entry: "twitter.com" in _domain(entry))
    for entry in ordered:
        if entry.get("partitionKey") or not _is_of_x(entry):
            continue
        cookie = _cookie(entry)
        chosen.setdefault(cookie.name, cookie)
    return chosen


def _is_of_x(entry: Mapping[str, Any]) -> bool:
    name, value = entry.get("name"), entry.get("value")
    if not isinstance(name, str) or not isinstance(value, str) or not value.strip():
        return False
    return name not in _LEFT_OUT and _domain(entry) in _X_DOMAINS


def _domain(entry: Mapping[str, Any]) -> str:
    """In lower case; where an export names none, it is x.com's."""
    return str(entry.get("domain") or ".x.com").strip().lower()


def _cookie(entry: Mapping[str, Any]) -> Cookie:
    host_only = bool(entry.get("hostOnly")) or _domain(entry) == "x.com"
    same_site = _SAME_SITE.get(str(entry.get("sameSite") or "").lower())
    secure = bool(entry.get("secure", True)) or same_site == "None"
    return Cookie(
        name=entry["name"],
        value=entry["value"].strip("\r\n"),
        domain="x.com" if host_only else ".x.com",
        path=str(entry.get("path") or "/"),
        secure=secure,
        http_only=bool(entry.get("httpOnly", entry["name"] in {"auth_token", "kdt"})),
        same_site=same_site,
        expires=_expiry(entry),
    )


def _expiry(entry: Mapping[str, Any]) -> int | None:
    """Whole Unix seconds from expirationDate, expiry or expires; None for a session cookie."""
    for key in ("expirationDate", "expiry", "expires"):
        value = entry.get(key)
        if isinstance(value, float) and not math.isfinite(value):
            continue
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            seconds = int(value)
            while seconds > _LATEST_SECONDS:
                seconds //= 1000
            return seconds
    return None


def _is_past(cookie: Cookie, now: datetime) -> bool:
    return cookie.expires is not None and cookie.expires <= now.timestamp()
