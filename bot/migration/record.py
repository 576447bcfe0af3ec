"""data/migration.json: what is being moved, or was, so that whoever comes after a crash can end it, or undo it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.errors import HomeError
from bot.migration.file_work import FileWork
from bot.migration.listing import Listing
from bot.settings.fleet import load_fleet_file
from bot.settings.home import Home, relative_parts

VERSION = 1
FILE = "migration.json"


class Kind(StrEnum):
    """Where the accounts came from."""

    MOVE = "move"  # the single account got a folder
    SCRATCH = "scratch"  # new accounts were made beside it


class State(StrEnum):
    """What was begun last, or that it is over."""

    OPEN = "open"
    DONE = "done"
    UNDOING = "undoing"


@dataclass(frozen=True)
class Record:
    """One migration. Paths are relative to the home, those of listings to the folder they were made of."""

    kind: Kind
    state: State
    at: str
    entries: tuple[dict[str, Any], ...]
    """As written into accounts.yaml."""
    listing: Listing
    """What moved, or what was made (below the home)."""
    made: tuple[str, ...]
    """Folders that were not there before, the outer ones first."""
    accounts_before: str | None
    """The text of accounts.yaml before, None for no such file."""
    accounts_written: str
    """The text of accounts.yaml as the migration wrote it."""
    backup: str = ""
    is_listed: bool = False
    """Whether accounts.yaml named the account before, with the home as its folder."""
    undo: Listing = field(default_factory=Listing)
    """What goes back."""
    undo_made: tuple[str, ...] = ()

    @property
    def folders(self) -> list[str]:
        """Those of the accounts."""
        return [str(entry["folder"]) for entry in self.entries]

    @property
    def folder(self) -> str:
        """That of the account that was the single one."""
        return self.folders[0]

    def is_in_force(self, home: Home) -> bool:
        """Whether accounts.yaml names the account in its new folder: that is the one step which makes the change.

        Raises SettingsError when the file cannot be read.
        """
        fleet = load_fleet_file(home)
        written = [entry.folder for entry in fleet.accounts] + [entry.folder for entry in fleet.broken]
        named = {relative_parts(folder) for folder in written if folder}
        return any(relative_parts(folder) in named for folder in self.folders)


def record_file(home: Home) -> Path:
    """Where it lies."""
    return home.data / FILE


def read_record(home: Home) -> Record | None:
    """The record; None for a home that was never migrated, or is as before again. Raises HomeError."""
    file = record_file(home)
    try:
        return _from_data(json.loads(file.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HomeError(
            f"{file} cannot be read: {error}",
            remedy="Update Aviary if a newer one wrote it, or put the file back from a backup.",
        ) from error


def write_record(home: Home, record: Record, work: FileWork) -> None:
    """On the disk when it returns. Raises OSError."""
    data = {"version": VERSION, **vars(record)}
    data["listing"], data["undo"] = record.listing.as_data(), record.undo.as_data()
    work.write(record_file(home), json.dumps(data, indent=1).encode("ascii") + b"\n")


def forget_record(home: Home, work: FileWork) -> None:
    """The home is as before. Raises OSError."""
    work.remove(record_file(home))


def _from_data(data: dict[str, Any]) -> Record:
    if data["version"] != VERSION:
        raise ValueError(f"it has the version {data['version']}")
    return Record(
        kind=Kind(data["kind"]),
        state=State(data["state"]),
        at=str(data["at"]),
        entries=tuple(dict(entry) for entry in data["entries"]),
        listing=Listing.from_data(data["listing"]),
        made=tuple(data["made"]),
        accounts_before=data["accounts_before"],
        accounts_written=str(data["accounts_written"]),
        backup=str(data["backup"]),
        is_listed=bool(data["is_listed"]),
        undo=Listing.from_data(data["undo"]),
        undo_made=tuple(data["undo_made"]),
    )


def text_of(content: bytes) -> str:
    """Bytes of whatever encoding, as the record keeps them."""
    return content.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """The bytes that `text_of` was given."""
    return text.encode("utf-8", "surrogateescape")
