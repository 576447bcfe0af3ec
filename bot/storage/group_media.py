"""The pictures and videos of posts of groups: kept in the home, and brought to the member that gets a post."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from bot.errors import MediaRefused
from bot.settings.home import AccountFolder, Home
from bot.storage.media_store import LONGEST_NAME, MEDIA, MediaStore

BROUGHT = f"{MEDIA}/group"
"""Where they lie in a member's folder."""
_PIECE = 1024 * 1024


def group_media_folder(home: Home) -> AccountFolder:
    """Where the media of all groups lie, as those of an account lie in its folder."""
    return AccountFolder(home.data / "group-media")


def bring_media(source: AccountFolder, target: AccountFolder, names: Sequence[str]) -> tuple[str, ...]:
    """Have these files in the member's media, under names made of what is in them; returns the names there.

    Done again, it finds them there. Raises MediaRefused for a file that is gone, StorageError.
    """
    return tuple(_bring(MediaStore(source), MediaStore(target), target, name) for name in names)


def _bring(source: MediaStore, target: MediaStore, folder: AccountFolder, name: str) -> str:
    file = source.find(name)
    if file is None:
        raise MediaRefused(f"{name} is missing among the media of groups", remedy="Add the file to the post again.")
    kept = _kept_name(file, name)
    whole = f"{BROUGHT}/{kept}"
    if target.find(whole) is not None:
        return whole
    if _is_linked(file, folder, kept):
        return whole
    with file.open("rb") as stream, target.receive(stream, kept, file.stat().st_size) as received:
        return target.keep(received, kept, BROUGHT)


def _is_linked(file: Path, folder: AccountFolder, kept: str) -> bool:
    """Give the same file a second name, which takes no time and no room; False where the system cannot."""
    with contextlib.suppress(OSError, ValueError):
        place = folder.media_file(BROUGHT)
        place.mkdir(parents=True, exist_ok=True)
        os.link(file, place / kept)
        return True
    return False


def _kept_name(file: Path, name: str) -> str:
    """The same for the same content, so that nothing in the member's folder is ever replaced by it."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    own = PurePosixPath(name)
    stem = own.stem.encode()[: LONGEST_NAME - 40].decode(errors="ignore")
    return f"{digest.hexdigest()[:16]}-{stem}{own.suffix}"
