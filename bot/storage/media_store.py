"""The files under an account's media/: received piece by piece, never one over another, never outside of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bot.errors import MediaRefused, StorageError
from bot.settings.home import AccountFolder, relative_parts, safe_join

MEDIA = "media"
LONGEST_NAME = 180  # bytes; every file system takes so many, and a suffix more
DEEPEST = 4  # folders below media/
MOST_LISTED = 20_000
_RENAME = "Give the file another name, then upload it again."
_PIECE = 1024 * 1024
_TEMPORARY = ".upload-"
_FORBIDDEN = frozenset('<>:"|?*/\\')
# Control characters, halves of characters, line ends, and marks that turn the direction of the text around.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")  # emoji and some scripts are written with them


def check_name(name: str) -> str:
    """The name of one file or folder as it is kept (Unicode's form NFC). Raises MediaRefused."""
    kept = unicodedata.normalize("NFC", name)
    why = _what_is_wrong(kept)
    if why:
        raise MediaRefused(f"{printable(name)} was not kept: {why}", remedy=_RENAME)
    return kept


def printable(name: str) -> str:
    """The name as it may stand in a message: short, and with nothing in it that cannot be seen."""
    seen = "".join("�" if _is_invisible(char) else char for char in name)
    return (seen[:59] + "…" if len(seen) > 60 else seen) or "a file without a name"


def _what_is_wrong(name: str) -> str:
    if not name:
        return "it has no name"
    if any(map(_is_invisible, name)):
        return "its name holds characters that cannot be seen"
    if _FORBIDDEN & set(name):
        return 'its name holds one of < > : " | ? * / \\'
    if name[0] in ". ":
        return "its name begins with a dot or a blank"
    if len(name.encode()) > LONGEST_NAME:
        return f"its name is longer than {LONGEST_NAME} bytes"
    try:
        relative_parts(name)
    except ValueError:
        return "Windows does not allow this name"
    return ""


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE and char not in _JOINERS


def _same(name: str) -> str:
    """Equal for names that some file systems take for one: those that differ in case or in Unicode's form alone."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class MediaStore:
    """The media of one account. Names are as templates write them: media/promo/a.jpg. Safe for threads."""

    def __init__(self, folder: AccountFolder) -> None:
        self._folder = folder
        self._placing = threading.Lock()
        self._sweep()

    @property
    def root(self) -> Path:
        """Raises MediaRefused when media/ is a link that leads out of the account's folder."""
        try:
            return self._folder.media_file(MEDIA)
        except ValueError as error:
            raise MediaRefused(
                f"{MEDIA}/ leads out of the account's folder", remedy=f"Put a plain folder {MEDIA}/ in its place."
            ) from error

    def names(self) -> list[str]:
        """Of all files that `find` finds, in the order of the alphabet."""
        found: list[str] = []
        try:
            walk = os.walk(self.root)
        except MediaRefused:
            return []
        for folder, folders, files in walk:
            here = Path(folder).relative_to(self._folder.root)
            folders[:] = [name for name in folders if name[0] != "."] if len(here.parts) <= DEEPEST else []
            found += [name for name in ((here / file).as_posix() for file in files) if self.find(name)]
            if len(found) >= MOST_LISTED:
                break
        return sorted(found[:MOST_LISTED], key=lambda name: (name.casefold(), name))

    def find(self, name: str) -> Path | None:
        """The file of this name; None for what is not there, not a plain file, hidden, or not below media/."""
        try:
            first, *rest = relative_parts(name)
            if first != MEDIA or not rest or any(part[0] == "." for part in rest):
                return None
            file = safe_join(self.root, "/".join(rest))
            return file if file.is_file() else None
        except (ValueError, OSError, MediaRefused):
            return None

    @contextlib.contextmanager
    def receive(self, stream: BinaryIO, name: str, most_bytes: int) -> Iterator[Path]:
        """Write the stream to a file of its own in media/, which is gone again afterwards unless `keep` took it.

        Raises MediaRefused when it is larger than `most_bytes`, StorageError when it cannot be written.
        """
        temporary = self.root / f"{_TEMPORARY}{secrets.token_hex(8)}.tmp"
        try:
            with _told_as_storage(name):
                temporary.parent.mkdir(exist_ok=True)
                with temporary.open("xb") as file:
                    _copy(stream, file, name, most_bytes)
            yield temporary
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def keep(self, temporary: Path, name: str, folder: str = MEDIA) -> str:
        """Give a received file its name in `folder` (media, media/promo); returns the whole name.

        Raises MediaRefused for a name that is taken, also in other letters of case, or may not be; StorageError.
        """
        name, parts = check_name(name), _folder_parts(folder)
        with self._placing, _told_as_storage(name):
            target = self._make_folder(parts)
            taken = _taken(target, name)
            if taken:
                there = "/".join((MEDIA, *parts, taken))
                raise MediaRefused(f"{there} is there already", remedy="Delete it first, or upload under another name.")
            (target / name).touch(exist_ok=False)  # nobody else gets this name now
            try:
                temporary.replace(target / name)
            except OSError:
                (target / name).unlink(missing_ok=True)
                raise
        return "/".join((MEDIA, *parts, name))

    def delete(self, name: str) -> None:
        """Raises KeyError for what `find` does not find, StorageError when it cannot be deleted."""
        with self._placing, _told_as_storage(name):
            file = self.find(name)
            if file is None:
                raise KeyError(name)
            file.unlink()

    def _make_folder(self, parts: tuple[str, ...]) -> Path:
        """The folder these lead to, each followed before anything is made in it."""
        target = self.root
        target.mkdir(exist_ok=True)
        for depth, part in enumerate(parts, start=1):
            taken = _taken(target, part)
            if taken and taken != part:
                raise MediaRefused(f"the folder {part} is there already, as {taken}", remedy=f"Upload into {taken}.")
            try:
                target = safe_join(self.root, "/".join(parts[:depth]))
            except ValueError as error:
                raise MediaRefused(f"{part} leads out of {MEDIA}/", remedy="Choose another folder.") from error
            target.mkdir(exist_ok=True)
        return target

    def _sweep(self) -> None:
        """Remove what a crash left half received."""
        with contextlib.suppress(OSError, MediaRefused):
            for left in self.root.glob(f"{_TEMPORARY}*.tmp"):
                left.unlink(missing_ok=True)


def _folder_parts(folder: str) -> tuple[str, ...]:
    """The folders below media/ that lead to `folder`. Raises MediaRefused."""
    first, *rest = folder.split("/")
    if first != MEDIA or len(rest) >= DEEPEST:
        raise MediaRefused(f"{printable(folder)} is no folder below {MEDIA}/", remedy="Choose another folder.")
    return tuple(map(check_name, rest))


def _taken(folder: Path, name: str) -> str:
    """The entry of `folder` that has this name on some file system; "" when there is none."""
    wanted = _same(name)
    return next((entry.name for entry in folder.iterdir() if _same(entry.name) == wanted), "")


def _copy(stream: BinaryIO, file: BinaryIO, name: str, most_bytes: int) -> None:
    written = 0
    while piece := stream.read(_PIECE):
        written += len(piece)
        if written > most_bytes:
            raise MediaRefused(f"{name} was not kept: it is larger than {most_bytes // _PIECE} MB")
        file.write(piece)
    file.flush()
    os.fsync(file.fileno())


@contextlib.contextmanager
def _told_as_storage(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{name} could not be written or deleted: {error.strerror or error}",
            remedy="Check free disk space and the rights of the account's folder media/.",
        ) from error
