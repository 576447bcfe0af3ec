"""What a person may want to be told of: kinds, and causes that begin, last and end."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.storage.messages import KeptCause


class Kind(StrEnum):
    """What notifications are chosen by."""

    TROUBLE = "trouble"
    REVIEW = "review"
    SESSION = "session"
    RUNWAY = "runway"
    DAILY = "daily"
    WEEKLY = "weekly"


CAUSES = (Kind.TROUBLE, Kind.REVIEW, Kind.SESSION, Kind.RUNWAY)
"""The kinds that begin and end; the others are summaries."""
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True)
class Cause:
    """Something that holds at this moment. With the same `key` it is the same as before."""

    key: str
    kind: Kind
    folder: str  # of the account; "" for the fleet
    account_id: str
    name: str  # of the account; "All accounts"
    what: str
    remedy: str
    page: str
    path: str


@dataclass(frozen=True)
class Sight:
    """One look at everything. Of `unseen` (kind, folder) nothing can be said now: what lasted goes on lasting."""

    causes: tuple[Cause, ...]
    unseen: frozenset[tuple[Kind, str]] = frozenset()


@dataclass(frozen=True)
class Turn:
    """What a look changes: causes to enter, keys of those that are over."""

    changed: tuple[KeptCause, ...]
    ended: tuple[str, ...]


def key_of(kind: Kind, folder: str, reason: str) -> str:
    """The same for the same reason, whatever numbers it tells."""
    plain = _NUMBERS.sub("#", reason).casefold()
    return f"{kind}:{folder}:{hashlib.sha256(plain.encode('utf-8', 'replace')).hexdigest()[:12]}"


def compare(lasting: Mapping[str, KeptCause], sight: Sight, now: datetime) -> Turn:
    """What began, what reads otherwise, and what is over since the last look."""
    changed = []
    for cause in sight.causes:
        known = lasting.get(cause.key)
        kept = _kept(cause, known.began_at if known else now)
        if kept != known:
            changed.append(kept)
    seen = {cause.key for cause in sight.causes}
    ended = tuple(key for key, known in lasting.items() if key not in seen and not _is_unseen(known, sight.unseen))
    return Turn(tuple(changed), ended)


def after(lasting: Mapping[str, KeptCause], turn: Turn) -> dict[str, KeptCause]:
    """What lasts after the turn."""
    left = {key: cause for key, cause in lasting.items() if key not in turn.ended}
    return left | {cause.key: replace(cause, ended_at=None) for cause in turn.changed}


def _is_unseen(cause: KeptCause, unseen: Set[tuple[Kind, str]]) -> bool:
    return any((kind, folder) == (cause.kind, cause.folder) for kind, folder in unseen)


def _kept(cause: Cause, began_at: datetime) -> KeptCause:
    return KeptCause(
        cause.key,
        cause.kind.value,
        cause.folder,
        cause.account_id,
        cause.name,
        cause.what,
        cause.remedy,
        cause.page,
        cause.path,
        began_at,
    )


def of_groups(
    causes: Iterable[KeptCause], groups: Iterable[str], members: Mapping[str, Set[str]]
) -> tuple[KeptCause, ...]:
    """Those of accounts in one of these groups, and of the fleet as a whole; all when no group is chosen.

    `members` has the groups of each account's folder.
    """
    wanted = set(groups)
    return tuple(
        cause for cause in causes if not wanted or not cause.folder or wanted & members.get(cause.folder, set())
    )
