"""What an account lacks before its slots can do what they are set to: told before a run meets it.

Nothing here keeps an account from working: a slot does what it can. Looking costs a few calls of `stat`, and reading
templates.yaml and keywords.yaml once after each change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.templates import (
    KEYS_OF_ENTRIES,
    KEYS_OF_FILE,
    KEYS_OF_TEMPLATE,
    Content,
    ContentError,
    key_of_kind,
    kind_of_key,
    read_content,
)
from bot.errors import SettingsError, SettingsProblem
from bot.settings.account import AccountSettings, Policy, Slot
from bot.settings.content import load_keywords, read_templates
from bot.settings.hints import hints_of_keys
from bot.settings.home import AccountFolder, is_there
from bot.settings.yaml_reading import Document

_SHOWN = 3
_Stamp = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class _Named:
    """What the two files named when they had this stamp."""

    stamp: _Stamp
    kinds: frozenset[str] = frozenset()  # of templates that are there
    media: tuple[tuple[str, str, Path | None], ...] = ()  # kind, name in the file, where it lies; None: outside
    groups: frozenset[str] = frozenset()  # of keywords; empty groups left out
    hints: tuple[str, ...] = ()
    is_readable: bool = True


class Readiness:
    """Looks after many accounts. Not safe for threads.

    `session_lines` says what is wrong with the session in a file of an account's folder.
    """

    def __init__(self, session_lines: Callable[[AccountFolder, str], Iterable[str]] | None = None) -> None:
        self._session_lines = session_lines or _lacking_session
        self._named: dict[Path, _Named] = {}
        self._looks: dict[Path, tuple[AccountSettings, tuple[str, ...]]] = {}

    def lacks(self, folder: AccountFolder, settings: AccountSettings) -> tuple[str, ...]:
        """What was missing when these settings were first met or `forget` was called, a line each with what to do.

        Files that cannot be read are not told here.
        """
        known = self._looks.get(folder.root)
        if known is None or known[0] is not settings:
            known = self._looks[folder.root] = (settings, self._look(folder, settings))
        return known[1]

    def forget(self, folder: AccountFolder) -> None:
        """Look again the next time. What the files named is kept while they are the same."""
        self._looks.pop(folder.root, None)

    def keep_only(self, folders: Iterable[AccountFolder]) -> None:
        """Forget the accounts that are gone."""
        kept = {folder.root for folder in folders}
        self._named = {root: named for root, named in self._named.items() if root in kept}
        self._looks = {root: look for root, look in self._looks.items() if root in kept}

    def _look(self, folder: AccountFolder, settings: AccountSettings) -> tuple[str, ...]:
        named = self._what_is_named(folder)
        slots = [slot for slot in settings.schedule.all_slots if slot.enabled]
        lines = [*self._session_lines(folder, settings.account.cookies_file)]
        if named.is_readable:
            wanted = _kinds_to_post(settings, slots)
            lines += [*_lacking_templates(named, wanted), *_lacking_media(named, wanted)]
            lines += _lacking_keywords(named, _groups_to_search(settings, slots))
        return (*lines, *named.hints)

    def _what_is_named(self, folder: AccountFolder) -> _Named:
        config = str(folder.config)
        stamp = (_stamp(f"{config}/templates.yaml"), _stamp(f"{config}/keywords.yaml"))
        known = self._named.get(folder.root)
        if known is None or known.stamp != stamp:
            known = self._named[folder.root] = _read(folder, stamp)
        return known


def _stamp(file: str) -> tuple[int, int, int]:
    """Changes with the content; zeros for a file that is not there."""
    try:
        status = os.stat(file)  # noqa: PTH116  a Path for each look would cost more than the look itself
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _read(folder: AccountFolder, stamp: _Stamp) -> _Named:
    try:
        keywords = load_keywords(folder)
        document = read_templates(folder) if any(stamp[0]) else Document(folder.templates_yaml, {}, {})
        content = read_content(document.data)
    except (SettingsError, ContentError):
        return _Named(stamp, is_readable=False)  # the account's card says so already
    return _Named(
        stamp,
        frozenset(template.kind for template in content.templates if template.enabled),
        tuple(dict.fromkeys(_media(folder, content))),
        frozenset(group for group, words in keywords.items() if words),
        tuple(str(hint) for hint in hints_of_templates(document)),
    )


def _media(folder: AccountFolder, content: Content) -> Iterator[tuple[str, str, Path | None]]:
    for template in content.templates:
        for name in template.media if template.enabled else ():
            try:
                yield template.kind, name, folder.media_file(name)
            except ValueError:
                yield template.kind, name, None


def hints_of_templates(document: Document) -> Iterator[SettingsProblem]:
    """Keys of templates.yaml that are nearly known ones, and further kinds that cannot be read."""
    kinds = [key for key in document.data if kind_of_key(key)]
    yield from hints_of_keys(document, document.data, (*KEYS_OF_FILE, *kinds))
    for path, why in read_content(document.data).unread:
        yield document.problem(path, why)
    for name, keys in {**dict.fromkeys(kinds, KEYS_OF_TEMPLATE), **KEYS_OF_ENTRIES}.items():
        entries = document.data.get(name)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            yield from hints_of_keys(document, entry, keys, (name, index))


def _lacking_session(folder: AccountFolder, name: str) -> Iterator[str]:
    if not is_there(folder.root / name):
        yield (
            f"{name} is missing: export the cookies of x.com from a browser that is logged in as this account, and "
            "import them on its tab Session."
        )


def _lacking_templates(named: _Named, wanted: Mapping[str, list[str]]) -> Iterator[str]:
    for kind, slots in wanted.items():
        if kind not in named.kinds:
            yield f"templates.yaml has no {key_of_kind(kind)}: {_joined(slots)} will post nothing until you write some."


def _lacking_media(named: _Named, wanted: Collection[str]) -> Iterator[str]:
    used = [(name, file) for kind, name, file in named.media if kind in wanted]
    missing = dict.fromkeys(name for name, file in used if file is None or not is_there(file))
    if len(missing) == 1:
        yield f"{_joined(list(missing))} is missing: put it into the account's folder, or its template is passed over."
    elif missing:
        yield (
            f"{_joined(list(missing))} are missing: put them into the account's folder, or their templates are passed "
            "over."
        )


def _lacking_keywords(named: _Named, wanted: Collection[str]) -> Iterator[str]:
    lacking = [group for group in wanted if group not in named.groups]
    if lacking:
        yield f"keywords.yaml has no keywords under {_joined(lacking)}: nobody is found there to like or follow."


def _kinds_to_post(settings: AccountSettings, slots: Iterable[Slot]) -> dict[str, list[str]]:
    """Kind of template -> the slots that post it by themselves."""
    wanted: dict[str, list[str]] = {}
    for slot in slots:
        if slot.post != "none" and settings.policy.post is Policy.AUTOMATIC:
            wanted.setdefault(slot.post, []).append(slot.name)
    return wanted


def _groups_to_search(settings: AccountSettings, slots: Iterable[Slot]) -> list[str]:
    """The groups of keywords that slots search with by themselves, each once."""
    wanted: dict[str, None] = {}
    for slot in slots:
        if slot.like and settings.policy.like is Policy.AUTOMATIC:
            wanted[slot.like_from] = None
        if slot.follow and settings.policy.follow is Policy.AUTOMATIC:
            wanted[slot.follow_from] = None
        if slot.reply and settings.policy.reply is Policy.AUTOMATIC:
            wanted[slot.reply_from] = None
    return list(wanted)


def _joined(names: list[str]) -> str:
    """ "a", "a and b", "a, b, c and 4 more"."""
    shown = names[:_SHOWN]
    if len(names) > _SHOWN:
        shown.append(f"{len(names) - _SHOWN} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
