"""What people paste or upload as "the cookies", turned into entries: JSON, cookies.txt, headers, and what wraps them.

Nothing here knows what a session is; bot/storage/cookies.py chooses. The text is a secret: no message holds a part
of it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from bot.errors import SessionFileError

Entry = Mapping[str, Any]
"""One cookie as its tool wrote it: keys in lower case without blanks (name, value, domain, httponly, expires, ...)."""

_MOST_WRAPPINGS = 4
"""Of text in text: base64 of a line of an account with JSON in it."""
_BEFORE_COOKIES = 4  # user:password:email:email_password:cookies
_PAIR = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*=")
_KEY_SIGNS = re.compile(r"[\s_-]")
_RENAMED = {
    "host": "domain",
    "content": "value",
    "issecure": "secure",
    "sendfor": "secure",
    "ishttponly": "httponly",
    "expirationdate": "expires",
    "expiry": "expires",
}
_HTTP_ONLY_PREFIX = "#HttpOnly_"
_SPACED = re.compile(r"\S+ +(TRUE|FALSE) +/\S* +(TRUE|FALSE) +-?\d+(\.\d+)? +\S", re.IGNORECASE)
_LWP_PREFIX = "Set-Cookie3:"
_LWP_PART = re.compile(r'\s*([\w-]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*))?\s*(?:;|$)')
_COMMANDS = ("curl ", "curl.exe ")


def read_entries(text: str, name: str) -> list[Entry]:
    """The cookies in `text`. Raises SessionFileError when it is no export; `name` stands for it in messages."""
    return _Reader(name).read(text.removeprefix("\ufeff"), _MOST_WRAPPINGS)


class _Reader:
    """Reads one export; `left` counts down the wrappings that it goes into."""

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, text: str, left: int) -> list[Entry]:
        text = text.strip()
        if not text:
            raise SessionFileError(f"{self._name} is empty")
        if "\0" in text:
            raise SessionFileError(f"{self._name} holds bytes that no export of cookies has")
        if left == 0:
            raise SessionFileError(f"{self._name} wraps its cookies in too many layers")
        return self._form_of(text)(text, left)

    def _form_of(self, text: str) -> Callable[[str, int], list[Entry]]:
        if text[:1] in {"[", "{", '"', "'"}:
            return self._json
        if _is_netscape(text):
            return lambda text, _left: list(_netscape(text))
        if any(line.startswith(_LWP_PREFIX) for line in text.splitlines()):
            return lambda text, _left: list(_lwp(text))
        if text.startswith(_COMMANDS):
            return lambda text, _left: list(_pairs(_header_of_command(text)))
        return self._plain

    def _plain(self, text: str, left: int) -> list[Entry]:
        """A header, a line of an account, or base64 of any of the others."""
        inner = _decoded(text)
        if inner is not None:
            return self.read(inner, left - 1)
        header = _header_in(text)
        if _PAIR.match(header):
            return list(_pairs(header))
        parts = text.split(":", _BEFORE_COOKIES)
        if len(parts) > _BEFORE_COOKIES and "\n" not in text:
            return self.read(parts[-1], left - 1)
        return self._json(text, left)  # nobody knows what it is; most likely it was to be JSON

    def _json(self, text: str, left: int) -> list[Entry]:
        try:
            return self._entries(json.loads(text), left)
        except json.JSONDecodeError as error:
            inner = text[1:-1].strip()
            if text[:1] in {'"', "'"} and text[-1] == text[0] and len(text) > 1:
                return self.read(inner, left - 1)
            place = f"line {error.lineno}, column {error.colno}: {error.msg}"
            # Not "from error": that one holds the whole text.
            raise SessionFileError(f"{self._name} is not valid JSON ({place})") from None
        except (ValueError, RecursionError):  # a number of thousands of digits, brackets in brackets
            raise SessionFileError(f"{self._name} is not valid JSON") from None

    def _entries(self, data: Any, left: int) -> list[Entry]:
        """A list of cookies, {"cookies": ...}, {name: value} or {name: {"value": ...}}."""
        if isinstance(data, dict) and isinstance(data.get("cookies"), list | dict | str):
            data = data["cookies"]
        if isinstance(data, str) and data.strip():
            return self.read(data, left - 1)
        if isinstance(data, dict):
            data = _of_names(data)
        if not isinstance(data, list):
            raise SessionFileError(f"{self._name} is not a list of cookies")
        return [_normalised(entry) for entry in data if isinstance(entry, dict)]


def _of_names(data: Mapping[str, Any]) -> list[Any]:
    if isinstance(data.get("name"), str) and isinstance(data.get("value"), str):
        return [data]  # a single cookie
    named = [{"name": key, "value": value} for key, value in data.items() if isinstance(value, str)]
    return named + [{"name": key, **value} for key, value in data.items() if isinstance(value, dict)]


def _normalised(entry: Mapping[str, Any]) -> Entry:
    """The entry under the keys that all tools' keys stand for; of two that mean the same, the first."""
    found: dict[str, Any] = {}
    for key, value in entry.items():
        short = _KEY_SIGNS.sub("", key.lower()).removesuffix("raw")
        if value is not None:
            found.setdefault(_RENAMED.get(short, short), value)
    return found


def _is_netscape(text: str) -> bool:
    return any(_fields(line) for line in text.splitlines())


def _fields(line: str) -> list[str]:
    """The six or seven fields of a line of cookies.txt; also when pasting made blanks of its tabs. Else nothing."""
    fields = line.split("\t") if "\t" in line else line.split(maxsplit=6) if _SPACED.match(line) else []
    return fields if len(fields) in {6, 7} else []


def _netscape(text: str) -> Iterator[Entry]:
    """cookies.txt: seven fields between tabs. A line that begins with #HttpOnly_ is a cookie, not a comment."""
    for line in text.splitlines():
        http_only = line.startswith(_HTTP_ONLY_PREFIX)
        fields = _fields(line.removeprefix(_HTTP_ONLY_PREFIX))
        if not fields or (line.startswith("#") and not http_only):
            continue
        domain, _with_subdomains, path, secure, expires, name = fields[:6]
        entry: dict[str, Any] = {"name": name, "value": fields[6] if len(fields) == 7 else "", "path": path}
        entry |= {"domain": domain, "secure": secure.upper() == "TRUE", "expires": expires}
        yield entry | ({"httponly": True} if http_only else {})


def _lwp(text: str) -> Iterator[Entry]:
    """Set-Cookie3: name=value; path="/"; domain=".x.com"; path_spec; secure; expires="2030-01-01 00:00:00Z"."""
    for line in text.splitlines():
        if not line.startswith(_LWP_PREFIX):
            continue
        (name, value), *rest = _LWP_PART.findall(line.removeprefix(_LWP_PREFIX)) or [("", "")]
        given = {key.lower(): _unquoted(what) for key, what in rest if key}
        # This format quotes every value that is not a plain word; those quotes are its own.
        entry: dict[str, Any] = {"name": name, "value": _unquoted(value), "secure": "secure" in given}
        yield entry | {key: given[key] for key in ("path", "domain", "expires") if key in given}


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _header_of_command(text: str) -> str:
    """The cookies of a request that was copied as a curl command, of a POSIX shell or of Windows' cmd."""
    if '^"' in text:
        text = re.sub(r"\^(.)", r"\1", text, flags=re.DOTALL)
    try:
        words = shlex.split(text.replace("\\\r\n", " ").replace("\\\n", " ").replace("$'", "'"))
    except ValueError:
        return ""
    for option, value in pairwise(words):
        if option in {"-b", "--cookie"} or (option in {"-H", "--header"} and value.lower().startswith("cookie:")):
            return _header_in(value)
    return ""


def _header_in(text: str) -> str:
    """The Cookie line of a block of headers, without its name; without comments; else the text itself."""
    lines = [line.strip() for line in text.splitlines() if not line.lstrip().startswith(("//", "#"))]
    for index, line in enumerate(lines):
        if line.lower() == "cookie:" and index + 1 < len(lines):
            return lines[index + 1]  # as the developer tools of a browser list headers
        if line.lower().startswith("cookie:"):
            return line.partition(":")[2].strip()
    return "".join(lines)


def _pairs(header: str) -> Iterator[Entry]:
    """name=value; name=value: each split at its first "=" alone, and nothing decoded."""
    for part in header.split(";"):
        name, equals, value = part.strip().partition("=")
        if equals:
            yield {"name": name.strip(), "value": value}


def _decoded(text: str) -> str | None:
    """The text inside base64, of either alphabet; None when it is none."""
    packed = "".join(text.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    if len(packed) < 16 or "=" in packed:
        return None
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
