"""Settings files as they go into a backup: what may be a secret is left out of the copy, and taken back on return.

Left out are the logins of proxies in accounts.yaml, and what stands under keys that name a password, a key or a token.
Texts that people write to be posted (templates, keywords) stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bot.errors import SettingsError
from bot.settings.proxy import HIDDEN, address_of, hide_logins, read_proxy
from bot.settings.yaml_editing import edit_yaml
from bot.settings.yaml_reading import KeyPath, parse_yaml

LEFT_OUT = "left-out-of-the-backup"
"""Stands for a value in the copy of a settings file; one word, so that it is the same with and without quotes."""
_NAMES = (
    r"passw(?:or)?d|passphrase|secret|credential|api[_-]?key|private_?key|authorization|auth_token|access_token|"
    r"bot_token|tokens?\b|\bct0\b"
)
_SECRET = rf"[\w.-]*(?:{_NAMES})[\w.-]*"
_KEY = re.compile(_SECRET, re.IGNORECASE)
_SAID = rf"""["']?{_SECRET}["']?"""
_WRITTEN = re.compile(
    rf"""(?P<before>{_SAID}[^\S\n]*[:=][^\S\n]*["']?)(?P<value>[^\s"',}}\]\[{{|>#][^\s"',}}\]]*)""", re.IGNORECASE
)
"""A value in a file that is YAML. A list, a mapping and a block of lines are none: `_strike` has gone into them."""
_LOOSELY_WRITTEN = re.compile(
    rf"""(?P<before>{_SAID}\s*[:=]\s*(?:bearer\s+)?["']?)(?P<value>\[[^\]\n]*\]|{{[^}}\n]*}}|[^\s"',}}]+)""",
    re.IGNORECASE,
)
"""The same where nothing has to stay YAML: in comments and in files of another kind."""
_URL_LOGIN = re.compile(r"""(?P<scheme>://)[^\s/@:"'<>]+:[^\s/@"'<>]+@""")
_COMMENT = re.compile(r"(?P<before>^|\s)(?P<comment>#[^\n]*)", re.MULTILINE)
_NUMBER = re.compile(r"[0-9]{0,6}")


def leave_out_secrets(text: str, file: Path, *, is_list: bool = False) -> str:
    """`text` without its secrets; as it is, letter by letter, when it holds none. `is_list`: it is an accounts.yaml.

    What cannot be read as YAML is gone over line by line, and rather too much is left out.
    """
    try:
        kept = edit_yaml(text, _strike, file) if _holds_secrets(parse_yaml(text, file).data) else text
    except SettingsError:
        kept = _strike_loosely(text, is_list=is_list)
    else:
        kept = _COMMENT.sub(lambda found: found["before"] + _strike_loosely(found["comment"], is_list=is_list), kept)
        kept = _WRITTEN.sub(_struck, kept)
    return kept if is_list else _URL_LOGIN.sub(r"\g<scheme>", kept)


def _strike_loosely(text: str, *, is_list: bool) -> str:
    """It may leave a line that is no YAML any more."""
    kept = _LOOSELY_WRITTEN.sub(_struck, text)
    return hide_logins(kept) if is_list else kept


def take_back_secrets(text: str, present: str, file: Path) -> str:
    """`text` with what `present` has where it was left out; where that has nothing, the key goes, too.

    Of a proxy without its login, the present one is kept when it has the same address. Raises SettingsError.
    """
    data = parse_yaml(text, file).data
    if not any(_places(data, _was_left_out)) and not any(entry.get("proxy") for entry in _entries(data)):
        return text
    try:
        now = parse_yaml(present, file).data
    except SettingsError:
        now = {}
    return edit_yaml(text, lambda fresh: _take_back(fresh, now), file)


def _holds_secrets(data: Any) -> bool:
    return any(_places(data, _is_secret)) or bool(_proxies(data))


def _strike(data: Any) -> None:
    for path in list(_places(data, _is_secret)):
        _owner(data, path)[path[-1]] = LEFT_OUT
    for entry in _proxies(data):
        entry["proxy"] = address_of(entry["proxy"]) or HIDDEN


def _take_back(data: Any, now: Any) -> None:
    for path in reversed(list(_places(data, _was_left_out))):  # from the end: what goes from a list moves the rest
        owner, value = _owner(data, path), _value(now, path)
        if value is None:
            del owner[path[-1]]
        else:
            owner[path[-1]] = value
    present = {entry.get("id"): entry["proxy"] for entry in _entries(now) if entry.get("proxy")}
    for entry in _entries(data):
        kept = present.get(entry.get("id"))
        if entry.get("proxy") and kept and address_of(kept) == address_of(entry["proxy"]):
            entry["proxy"] = kept


def _places(data: Any, is_meant: Callable[[KeyPath, Any], bool], above: KeyPath = ()) -> Iterator[KeyPath]:
    """Where the values are that are meant, by their path and what they are."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        if isinstance(value, dict | list):
            yield from _places(value, is_meant, (*above, key))
        elif is_meant((*above, key), value):
            yield (*above, key)


def _is_secret(path: KeyPath, value: Any) -> bool:
    """Whether it stands under such a key, also within a list or a mapping there."""
    is_below = any(_KEY.fullmatch(str(key)) for key in path)
    return isinstance(value, str) and is_below and not _says_nothing(value)


def _was_left_out(_path: KeyPath, value: Any) -> bool:
    return isinstance(value, str) and value.strip() == LEFT_OUT


def _says_nothing(value: str) -> bool:
    """Whether it is empty, or a small number: `max_token: 500` is a limit."""
    return value.strip() == LEFT_OUT or _NUMBER.fullmatch(value.strip()) is not None


def _struck(found: re.Match[str]) -> str:
    value = found["value"]
    return found[0] if _says_nothing(value) or LEFT_OUT.startswith(value) else found["before"] + LEFT_OUT


def _entries(data: Any) -> list[Any]:
    entries = data.get("accounts") if isinstance(data, dict) else None
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _proxies(data: Any) -> list[Any]:
    """The entries whose proxy has a login, or cannot be read: then nobody knows what it holds."""
    return [entry for entry in _entries(data) if entry.get("proxy") and not _is_plain(entry["proxy"])]


def _is_plain(value: Any) -> bool:
    try:
        proxy = read_proxy(value)
    except ValueError:
        return False
    return proxy is None or not proxy.has_login


def _owner(data: Any, path: KeyPath) -> Any:
    for part in path[:-1]:
        data = data[part]
    return data


def _value(data: Any, path: KeyPath) -> Any:
    """What stands at `path`; None for nothing."""
    try:
        return _owner(data, path)[path[-1]]
    except (KeyError, IndexError, TypeError):
        return None
