"""`--backup FILE` and `--restore FILE`: everything into one zip, and back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from bot.account_manager import AccountManager
from bot.backups_view import RestorePreview
from bot.commands.answer import Answer
from bot.commands.engine import Tell, engine_of
from bot.commands.listing import moment
from bot.commands.table import table
from bot.errors import ArchiveError
from bot.settings.home import Home
from bot.storage.archives import Manifest, Progress, read_manifest
from bot.storage.backups import NEVER, write_backup

_USE_THE_PANEL = (
    "Put the zip into the folder backups of this home and restore it on the page Backups of the panel that is running, "
    "or end what works on this home first."
)
_SECONDS_BETWEEN = 2.0
MakeManager = Callable[[str], AccountManager]


def back_up(home: Home, file: Path, at: datetime, tell: Tell) -> Answer:
    """Write a backup into `file`, also while a panel works on the home. Raises ArchiveError."""
    if file.exists():
        raise ArchiveError(f"{file} is there already", remedy="Choose another name; a backup is never written over.")
    manifest = write_backup(home, file.absolute(), at, _told(tell))
    text = f"{file}: {len(manifest.files)} files of {len(manifest.accounts)} accounts, checked after writing."
    left_out = [f"left out: {line}" for line in (*manifest.left_out, NEVER)]
    return Answer("\n".join([text, *left_out]), _data(file, manifest))


def restore(file: Path, account_id: str, make: MakeManager, tell: Tell) -> Answer:
    """Put all of a backup back, or one account (id, handle or folder); or add the account of a bundle.

    Raises AviaryError.
    """
    manifest = read_manifest(file.absolute())
    with engine_of(lambda: make(""), _USE_THE_PANEL) as manager:
        if not manifest.is_backup:
            return _add(manager, file, account_id)
        account_id = _id_in(manifest, account_id)
        preview = manager.backups.preview_file(file.absolute(), account_id)
        tell(_preview_text(preview))
        line = manager.backups.restore_file(file.absolute(), account_id, _told(tell))
    accounts = [{"id": each.id, "fate": each.fate.value} for each in preview.accounts]
    return Answer(line, {"restored": line, "accounts": accounts})


def _id_in(manifest: Manifest, name: str) -> str:
    """The id of the account in this backup that is called so; `name` itself where none is, or more than one."""
    wanted = name.strip().removeprefix("@").casefold()
    found = [
        each.id
        for each in manifest.accounts
        if wanted in {each.username.removeprefix("@").casefold(), PurePosixPath(each.folder).name.casefold()}
    ]
    is_id = any(each.id == name for each in manifest.accounts)
    return found[0] if len(found) == 1 and wanted and not is_id else name


def _add(manager: AccountManager, file: Path, account_id: str) -> Answer:
    if account_id:
        raise ArchiveError(f"{file.name} is one account", remedy="Leave --account out.")
    added, left_out = manager.backups.take_bundle(file.absolute())
    text = f"{added} is added, disabled: look at it, then set enabled: true."
    return Answer(
        "\n".join([text, *(f"left out: {line}" for line in left_out)]), {"account": added, "left_out": left_out}
    )


def _preview_text(preview: RestorePreview) -> str:
    rows = [
        (each.id, each.fate.value, str(each.new_files), str(each.changed_files), str(each.same_files), each.why)
        for each in preview.accounts
    ]
    return table(("account", "what happens", "new files", "changed", "same", "why"), rows)


def _data(file: Path, manifest: Manifest) -> dict[str, Any]:
    return {
        "file": str(file),
        "made_at": moment(manifest.made_at),
        "version": manifest.version,
        "accounts": [each.id for each in manifest.accounts],
        "files": len(manifest.files),
        "left_out": [*manifest.left_out, NEVER],
        "damaged": list(manifest.damaged),
    }


def _told(tell: Tell) -> Callable[[Progress], None]:
    """A line now and then: progress comes a thousand times a second."""
    last = 0.0

    def say(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= _SECONDS_BETWEEN:
            last = time.monotonic()
            done = progress.bytes * 100 // max(1, progress.of_bytes)
            tell(f"{progress.step}: {progress.files} of {progress.of_files} files, {done} %")

    return say
