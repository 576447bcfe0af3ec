"""config/accounts.yaml as a file that the panel and people change: found, changed, kept in its former states."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from bot.clock import Clock
from bot.errors import ChangedMeanwhile, SettingsError, SettingsProblem
from bot.settings.fleet import FleetFile, read_fleet
from bot.settings.home import Home
from bot.settings.proxy import address_of
from bot.settings.single import read_single
from bot.settings.yaml_editing import as_yaml, edit_yaml
from bot.settings.yaml_reading import parse_yaml
from bot.storage.kept_files import MISSING, KeptFile

_TRIES = 5
"""A hand edit that comes between reading and writing is taken in, and the change made anew."""


class MasterList:
    """Not safe for threads: the manager holds its lock."""

    def __init__(self, home: Home, clock: Clock) -> None:
        self._home = home
        self.file = KeptFile(home.accounts_yaml, clock)

    @property
    def is_unwritten(self) -> bool:
        """Whether there is no file, but the single account of old: the first change writes it down."""
        return read_single(self._home) is not None

    def entries(self) -> list[Any]:
        """The entries as written, or as they would be. Raises SettingsError when the file cannot be read."""
        text, mark = self.file.read()
        return self._single() if mark == MISSING else self._entries_of(parse_yaml(text, self._home.accounts_yaml).data)

    def _single(self) -> list[Any]:
        """The single account of old as an entry; none where there is no such account."""
        single = read_single(self._home)
        known = single.model_dump(include={"id", "name", "username", "enabled", "folder"}) if single else {}
        return [{key: value for key, value in known.items() if value != ""}] if known else []

    def change(self, change: Callable[[list[Any]], None], known_broken: Collection[str]) -> None:
        """Let `change` change the entries in place. Durable on return.

        Raises SettingsError with what the change would break that is not in `known_broken` already, ChangedMeanwhile
        when others write all the time, and whatever `change` raises.
        """

        def change_file(data: Any) -> None:
            if not data:
                data["version"] = as_yaml("1.0")
            if data.get("accounts") is None:
                data["accounts"] = as_yaml(self._single())
            change(self._entries_of(data))

        for attempt in range(_TRIES):
            text, mark = self.file.read()
            changed = edit_yaml(text, change_file, self._home.accounts_yaml)
            self._refuse_broken(changed, known_broken)
            try:
                self.file.write(changed, mark)
            except ChangedMeanwhile:
                if attempt == _TRIES - 1:
                    raise
            else:
                return

    def restore(self, version_id: str, mark: str) -> None:
        """Put a former state in place of the one of `mark`. Raises KeyError, ChangedMeanwhile, SettingsError."""
        text = self.file.version(version_id)
        self.read(text)
        self.file.write(text, mark)

    def check(self, entry: Mapping[str, Any]) -> None:
        """Raises SettingsError for values that no entry can have."""
        text = edit_yaml("", lambda data: data.update({"accounts": [as_yaml(dict(entry))]}), self._home.accounts_yaml)
        self._refuse_broken(text, ())

    def read(self, text: str) -> FleetFile:
        """What `text` would mean as accounts.yaml. Raises SettingsError."""
        return read_fleet(parse_yaml(text, self._home.accounts_yaml), self._home)

    def _refuse_broken(self, text: str, known_broken: Collection[str]) -> None:
        broken = [entry for entry in self.read(text).broken if entry.id not in known_broken]
        if broken:
            raise SettingsError([problem for entry in broken for problem in entry.problems])

    def _entries_of(self, data: Any) -> list[Any]:
        entries = data.get("accounts") if isinstance(data, dict) else None
        if entries is not None and not isinstance(entries, list):
            message = "must be a list: each account begins with a dash"
            raise SettingsError([SettingsProblem(self._home.accounts_yaml, 1, "accounts", message)])
        return entries if entries is not None else []


def find_entry(entries: list[Any], account_id: str) -> Any:
    """The entry of that id. Raises KeyError."""
    for entry in entries:
        if isinstance(entry, dict) and entry.get("id") == account_id:
            return entry
    raise KeyError(account_id)


def shown_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry as people may see it: its proxy without the login."""
    return {key: address_of(value) if key == "proxy" else value for key, value in entry.items()}


def mark_of(entry: Mapping[str, Any]) -> str:
    """Stands for the state of an entry, whatever its comments and the order of its keys. It is not made of secrets."""
    return hashlib.sha256(json.dumps(shown_entry(entry), sort_keys=True, default=str).encode()).hexdigest()[:32]
