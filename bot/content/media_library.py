"""The media of all accounts, as panel and API work with them: which template uses what, adding, deleting."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bot.content.containers import Malformed, check_boxes, count_frames
from bot.content.media import FORMATS, GIF, MediaFacts, MediaFormat, inspect_media
from bot.content.templates import ContentError, read_content
from bot.content.thumbnails import make_thumbnail
from bot.errors import MediaInUse, MediaRefused, SettingsError
from bot.settings.content import load_templates
from bot.settings.home import AccountFolder, is_there
from bot.storage.files import write_atomically
from bot.storage.media_store import MEDIA, MediaStore, check_name

SHOWN = 48
"""So many files `look` tells of at once, unless it is asked for another number."""
# Both from X's own page "Media best practices" (docs.x.com), read in 2026.
MOST_FRAMES = 350
MOST_PIXELS_OF_ALL_FRAMES = 300_000_000
USES_UNKNOWN = "unknown"
QUEUED = "queued post"
"""The kind of a use by a post that waits in the queue; no template's kind has a blank."""
_REMEMBERED = 5000  # files


@dataclass(frozen=True)
class MediaUse:
    """A template or a queued post that goes with a file. `kind`: promo, value, the operator's own, or `QUEUED`."""

    kind: str
    text: str

    @property
    def is_queued(self) -> bool:
        return self.kind == QUEUED


@dataclass(frozen=True)
class MediaItem:
    """One file. `facts` is None for what X does not take; `problem` then says why, `remedy` what to do."""

    name: str  # as templates write it: media/promo/a.jpg
    facts: MediaFacts | None
    uses: tuple[MediaUse, ...] = ()
    use_mark: str = ""  # what `MediaLibrary.delete` wants to hear; "" for what nothing uses
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class MissingMedia:
    """A file that templates name and that is not there."""

    name: str
    uses: tuple[MediaUse, ...]


@dataclass(frozen=True)
class MediaShelf:
    """A part of an account's files, and what is known of all of them."""

    items: tuple[MediaItem, ...]
    total: int
    missing: tuple[MissingMedia, ...]
    folders: tuple[str, ...]  # files can be added to: media, and those below it that exist or that templates name
    templates_problem: str = ""  # why it is not known which template uses what; "" when it is


_Entry = tuple[Path, str, MediaUse]


@dataclass(frozen=True)
class _Named:
    """What templates.yaml named when it had this stamp: where it lies, as it is written there, by whom."""

    stamp: tuple[int, ...]
    entries: tuple[_Entry, ...] = ()
    problem: str = ""  # why it cannot be read


@dataclass(frozen=True)
class _Uses:
    """Who uses which file, by `_identity`; and what is named and not there."""

    of_file: Mapping[str, tuple[MediaUse, ...]]
    missing: tuple[MissingMedia, ...]
    problem: str = ""


class MediaLibrary:
    """Safe for threads. `folder_of` gives the folder of an account and raises KeyError for an unknown one, as all
    methods with an `account_id` then do; `changed` is told of each account whose files are other ones now; `queued`
    gives text and media of what waits in an account's queue.
    """

    def __init__(
        self,
        folder_of: Callable[[str], AccountFolder],
        changed: Callable[[str], None],
        queued: Callable[[str], Iterable[tuple[str, tuple[str, ...]]]] = lambda _account_id: (),
    ) -> None:
        self._folder_of = folder_of
        self._changed = changed
        self._queued = queued
        self._stores: dict[Path, MediaStore] = {}
        self._named: dict[Path, _Named] = {}
        self._facts: OrderedDict[tuple[str, tuple[int, ...]], MediaFacts | MediaRefused] = OrderedDict()
        self._lock = threading.RLock()  # of what is remembered
        self._unpacking = threading.Lock()  # one large picture in memory at a time

    def look(self, account_id: str, *, offset: int = 0, limit: int = SHOWN) -> MediaShelf:
        """`limit` of its files from the one at `offset` on, in the order of their names."""
        folder = self._folder_of(account_id)
        names = self._store(folder).names()
        uses = self._uses_of(account_id, folder)
        items = tuple(self._item(folder, name, uses) for name in names[offset : offset + limit])
        return MediaShelf(items, len(names), uses.missing, _folders(names, uses.missing), uses.problem)

    def find(self, account_id: str, name: str) -> MediaItem | None:
        """One file by its name; None when there is none."""
        folder = self._folder_of(account_id)
        if self._store(folder).find(name) is None:
            return None
        return self._item(folder, name, self._uses_of(account_id, folder))

    def path(self, account_id: str, name: str) -> Path | None:
        """Where a file lies that X takes; None for what is not there, or is something else whatever its name says."""
        folder = self._folder_of(account_id)
        file = self._store(folder).find(name)
        return file if file is not None and isinstance(self._inspected(file, name), MediaFacts) else None

    def thumbnail(self, account_id: str, name: str) -> Path | None:
        """A small WEBP of a picture, made when it is first asked for; None for videos and what is no picture."""
        folder = self._folder_of(account_id)
        file = self._store(folder).find(name)
        facts = self._inspected(file, name) if file is not None else None
        if file is None or not isinstance(facts, MediaFacts) or facts.format.is_video:
            return None
        small = _thumbnail_path(folder, name, file)
        with self._unpacking:
            if not small.is_file():
                try:
                    packed = make_thumbnail(file)
                except MediaRefused:
                    return None
                _drop_thumbnails(folder, name)
                write_atomically(small, packed)
        return small

    def add(self, account_id: str, name: str, stream: BinaryIO, *, folder: str = MEDIA) -> MediaItem:
        """Take a file in, of any size, piece by piece; what it is, its content says. Never replaces another file.

        Its suffix becomes one of its format. Raises MediaRefused and StorageError, and then keeps nothing.
        """
        account = self._folder_of(account_id)
        store, name = self._store(account), check_name(name)
        most = max(each.most_bytes for each in FORMATS)
        with store.receive(stream, name, most) as received:
            facts = self._check(received, name)
            kept = store.keep(received, _with_suffix(name, facts.format), folder)
        self._changed(account_id)
        return self._item(account, kept, self._uses_of(account_id, account))

    def delete(self, account_id: str, name: str, *, use_mark: str = "") -> str:
        """Delete a file; returns a line for the person. `use_mark` is that of the MediaItem the person was shown.

        Raises MediaInUse when templates or queued posts use it that the mark does not stand for, KeyError for an
        unknown file or account, StorageError when it cannot be deleted.
        """
        folder = self._folder_of(account_id)
        item = self.find(account_id, name)
        if item is None:
            raise KeyError(name)
        if item.use_mark and item.use_mark != use_mark:
            raise MediaInUse(_in_use(item))
        self._store(folder).delete(name)
        _drop_thumbnails(folder, name)
        self._changed(account_id)
        return f"{name} is deleted."

    def _check(self, received: Path, name: str) -> MediaFacts:
        """All that is asked of a new file. Raises MediaRefused."""
        facts = inspect_media(received, name)
        try:
            if facts.format.is_video:
                check_boxes(received)
            elif facts.format is GIF:
                _check_frames(name, facts, count_frames(received, MOST_FRAMES))
        except Malformed as error:
            raise MediaRefused(f"{name} {error}", remedy="Make or copy the file again, then upload it.") from error
        if not facts.format.is_video:
            with self._unpacking:
                make_thumbnail(received, name)  # only a picture that can be unpacked is whole
        return facts

    def _item(self, folder: AccountFolder, name: str, uses: _Uses) -> MediaItem:
        file = folder.root / name
        known = uses.of_file.get(_identity(file), ())
        mark = USES_UNKNOWN if uses.problem else _mark(known)
        facts = self._inspected(file, name)
        if isinstance(facts, MediaFacts):
            return MediaItem(name, facts, known, mark)
        return MediaItem(name, None, known, mark, facts.message, facts.remedy)

    def _inspected(self, file: Path, name: str) -> MediaFacts | MediaRefused:
        """What is in the file, looked up once for each change of it."""
        key = (str(file), _stamp(file))
        with self._lock:
            known = self._facts.get(key)
        if known is not None:
            return known
        try:
            facts: MediaFacts | MediaRefused = inspect_media(file, name)
        except MediaRefused as refused:
            facts = refused
        with self._lock:
            self._facts[key] = facts
            while len(self._facts) > _REMEMBERED:
                self._facts.popitem(last=False)
        return facts

    def _store(self, folder: AccountFolder) -> MediaStore:
        with self._lock:
            if folder.root not in self._stores:
                self._stores[folder.root] = MediaStore(folder)
            return self._stores[folder.root]

    def _uses_of(self, account_id: str, folder: AccountFolder) -> _Uses:
        stamp = _stamp(folder.templates_yaml)
        with self._lock:
            named = self._named.get(folder.root)
            if named is None or named.stamp != stamp:
                named = self._named[folder.root] = _read_named(folder, stamp)
        return _look_up(named, _entries_of(folder, self._queued(account_id)))


def _read_named(folder: AccountFolder, stamp: tuple[int, ...]) -> _Named:
    if not is_there(folder.templates_yaml):
        return _Named(stamp)
    try:
        content = read_content(load_templates(folder))
    except (SettingsError, ContentError) as error:
        return _Named(stamp, problem=str(error))
    named = ((MediaUse(template.kind, template.text), template.media) for template in content.templates)
    return _Named(stamp, tuple(_places_of(folder, named)))


def _entries_of(folder: AccountFolder, queued: Iterable[tuple[str, tuple[str, ...]]]) -> list[_Entry]:
    return list(_places_of(folder, ((MediaUse(QUEUED, text), media) for text, media in queued)))


def _places_of(folder: AccountFolder, named: Iterable[tuple[MediaUse, Sequence[str]]]) -> Iterator[_Entry]:
    for use, media in named:
        for name in dict.fromkeys(media):
            with contextlib.suppress(ValueError):  # it leads elsewhere: readiness.py tells that
                yield folder.media_file(name), name, use


def _look_up(named: _Named, queued: Sequence[_Entry]) -> _Uses:
    """Join what is named with the files that are there at this moment."""
    uses: dict[str, tuple[MediaUse, ...]] = {}
    missing: dict[str, str] = {}
    for file, name, use in (*named.entries, *queued):
        identity = _identity(file)
        uses[identity] = (*uses.get(identity, ()), use)
        if not use.is_queued and not is_there(file):  # the page Queue tells what a queued post lacks
            missing.setdefault(identity, name)
    return _Uses(uses, tuple(MissingMedia(name, uses[key]) for key, name in missing.items()), named.problem)


def _folders(names: list[str], missing: tuple[MissingMedia, ...]) -> tuple[str, ...]:
    wanted = [each.name.replace("\\", "/").removeprefix("./") for each in missing]
    folders = {str(PurePosixPath(name).parent) for name in [*names, *wanted] if name.startswith(f"{MEDIA}/")}
    return tuple(sorted(folders | {MEDIA}))


def _check_frames(name: str, facts: MediaFacts, frames: int) -> None:
    remedy = "Make it shorter or smaller, or make an MP4 of it."
    if frames > MOST_FRAMES:
        raise MediaRefused(f"{name} has more than {MOST_FRAMES} frames, the most X takes in a GIF", remedy=remedy)
    pixels = facts.width * facts.height * frames
    if frames > 1 and pixels > MOST_PIXELS_OF_ALL_FRAMES:
        most = MOST_PIXELS_OF_ALL_FRAMES // 10**6
        raise MediaRefused(
            f"{name} has {pixels // 10**6} million pixels in all its frames; X takes up to {most} million",
            remedy=remedy,
        )


def _with_suffix(name: str, kind: MediaFormat) -> str:
    """The name with a suffix of its format: instead of another format's, else behind what there is."""
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    if suffix.casefold() in kind.suffixes:
        return name
    is_of_media = any(suffix.casefold() in each.suffixes for each in FORMATS)
    return (stem if is_of_media else name) + kind.suffixes[0]


def _in_use(item: MediaItem) -> str:
    if item.use_mark == USES_UNKNOWN:
        return f"templates.yaml cannot be read, so nobody knows whether a template uses {item.name}"
    return f"{item.name} is not deleted: {count_users(item.uses)}"


def count_users(uses: Sequence[MediaUse]) -> str:
    """Who uses a file, as “a template and 2 queued posts use it”."""
    queued = sum(use.is_queued for use in uses)
    numbers = {"template": len(uses) - queued, "queued post": queued}
    users = [f"a {what}" if number == 1 else f"{number} {what}s" for what, number in numbers.items() if number]
    return f"{' and '.join(users)} {'uses' if len(uses) == 1 else 'use'} it"


def _mark(uses: tuple[MediaUse, ...]) -> str:
    return hashlib.sha256(repr(uses).encode("utf-8", "replace")).hexdigest()[:16] if uses else ""


def _thumbnails(folder: AccountFolder) -> Path:
    return folder.data / "thumbnails"


def _thumbnail_path(folder: AccountFolder, name: str, file: Path) -> Path:
    """Another one after each change of the file."""
    changed, size, _ = _stamp(file)
    return _thumbnails(folder) / f"{_hash(name)}-{changed:x}-{size:x}.webp"


def _drop_thumbnails(folder: AccountFolder, name: str) -> None:
    with contextlib.suppress(OSError):  # Windows: one that is just being sent stays until the next change
        for old in _thumbnails(folder).glob(f"{_hash(name)}-*.webp"):
            old.unlink(missing_ok=True)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:24]


def _identity(file: Path) -> str:
    """The same for one file under all its names: some systems take a.jpg and A.JPG for one, and there are links."""
    try:
        status = file.stat()
    except OSError:
        return os.path.normcase(file)
    return f"{status.st_dev}:{status.st_ino}"


def _stamp(file: Path) -> tuple[int, ...]:
    """Changes with the content; zeros for a file that is not there."""
    try:
        status = file.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)
