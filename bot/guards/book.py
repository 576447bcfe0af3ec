"""What all accounts posted lately or have planned, and whether a text is too much like it.

A text is reserved before it is sent, in the transaction that looked for texts like it: of two accounts that come with
the same at the same moment, one gets it. Reserved texts that no post came of are given back by `settle`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.excerpts import excerpt
from bot.guards.hashtags import hashtags_of
from bot.guards.likeness import ALIKE, weight_of, weight_of_word, words_of
from bot.storage.database import Database, storable
from bot.storage.guard_stops import GuardStop, GuardStops
from bot.storage.journal import IntentState
from bot.storage.text_book import Allowance, BookedText, Form, TextBook, TextState, Whose
from bot.wa_links import without_code

POSTED_WITHIN = timedelta(days=30)
PLANNED_WITHIN = timedelta(days=7)
HASHTAG_WITHIN = timedelta(hours=1)
_KEPT = timedelta(days=37)
"""A week longer than texts count: a wall clock that ran ahead and was set back loses none."""
_HARDLY_FITS = 1e-9
"""Sums of weights miss the edge by a rounding."""
_LASTING = {IntentState.SENDING, IntentState.NEEDS_REVIEW}


@dataclass(frozen=True)
class Alike:
    """A text that another one is like: which, how much (0 to 1), and by which words."""

    other: BookedText
    score: float
    common: tuple[str, ...]

    def in_words(self, now: datetime, name_of: Callable[[str], str] = str) -> str:
        """`name_of` says what people call an account."""
        share, words = f"{self.score:.0%}", ", ".join(self.common[:6])
        what = "plans" if self.other.state is TextState.PLANNED else "posted"
        when = _how_far(self.other.at, now)
        by = f"; common words: {words}" if words else ""
        return f"is {share} like what {name_of(self.other.account_id)} {what} {when}: “{excerpt(self.other.text)}”{by}"


@dataclass(frozen=True)
class Reservation:
    """The number of the reserved text, or 0 and `why_not`."""

    number: int
    why_not: str = ""


class KnownTexts(Protocol):
    """Texts to compare with: the book in fleet.db, or what a simulation keeps in memory. `TextBook` tells the rest."""

    def has_others(self, account_id: str) -> bool:
        """Whether any text is of another account."""

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """In how many forms each word is, up to a number that is many."""

    def forms_with(self, words: Sequence[str], lightest: float, heaviest: float) -> list[Form]:
        """The forms that have any of the words and weigh between the two."""

    def newest_of_form(self, form_id: int, whose: Whose) -> BookedText | None:
        """The newest text with these words."""

    def with_hashtag(self, tags: Sequence[str], whose: Whose) -> tuple[str, BookedText] | None:
        """A text that has one of the hashtags, and which."""

    def allowed_by(self, text_hash: str) -> str:
        """Who let the text pass; "" when nobody did, or it has been used."""


class TextRules:
    """Whether a text may be posted beside what is known. Raises StorageError.

    `own`: whether the account's own posts count as well, though never its own plans: they become those posts. Exact
    repetition is kept from happening by the choice of templates; a shop's own price list may come again with other
    numbers in it. `name_of` says what people call an account.
    """

    def __init__(self, texts: KnownTexts, clock: Clock, name_of: Callable[[str], str] = str) -> None:
        self._known = texts
        self._clock = clock
        self._name_of = name_of

    def find_alike(
        self, account_id: str, text: str, *, at: datetime | None = None, planned: bool = False, own: bool = False
    ) -> Alike | None:
        """The text most like this one, of the 30 days before `at` (now) and the plans of the 7 days after it.

        For a post that is itself `planned`, plans of 30 days on either side count: the later of two that are alike
        would be refused when its time comes.
        """
        moment = at or self._clock.now()
        until = moment + (POSTED_WITHIN if planned else PLANNED_WITHIN)
        whose = Whose(account_id, moment - POSTED_WITHIN, until, own)
        if not own and not self._known.has_others(account_id):
            return None
        words = words_of(storable(text))
        for form, score in self._forms_like(words):
            found = self._known.newest_of_form(form.id, whose)
            if found is not None:
                return Alike(found, score, tuple(sorted(form.words & words, key=lambda word: (-len(word), word))))
        return None

    def why_not_post(
        self, account_id: str, text: str, *, at: datetime | None = None, planned: bool = False, own: bool = False
    ) -> str:
        """Why this account may not post the text, in words; "" when it may. Reserves nothing."""
        if self._known.allowed_by(text_hash(text)):
            return ""
        return self._refusal(account_id, text, at, planned=planned, own=own)[1]

    # inside

    def _refusal(
        self, account_id: str, text: str, at: datetime | None, *, planned: bool, own: bool
    ) -> tuple[GuardStop | None, str]:
        now = self._clock.now()
        alike = self.find_alike(account_id, text, at=at, planned=planned, own=own)
        if alike is not None:
            why = alike.in_words(now, self._name_of)
            return GuardStop(account_id, "near_duplicate", str(alike.other.id), f"“{excerpt(text)}” {why}", now), why
        why = "" if planned else self._doubled_hashtag(account_id, text, at or now)
        return (GuardStop(account_id, "hashtag", why, f"“{excerpt(text)}” {why}", now), why) if why else (None, "")

    def _doubled_hashtag(self, account_id: str, text: str, at: datetime) -> str:
        tags = hashtags_of(text)
        found = self._known.with_hashtag(tags, Whose(account_id, at - HASHTAG_WITHIN, at)) if tags else None
        if found is None:
            return ""
        tag, other = found
        who, when = self._name_of(other.account_id), _how_far(other.at, at)
        return f"has the hashtag #{tag}, which {who} used {when}, within the hour"

    def _forms_like(self, words: frozenset[str]) -> list[tuple[Form, float]]:
        """The forms that are alike, the most alike first.

        One that is alike shares at least `needed` of the weight. So it has one of the rarest words that make up the
        rest: only the forms with one of those are looked at.
        """
        whole = weight_of(words)
        if not whole:
            return []
        needed = whole * ALIKE / (2 - ALIKE)
        near = self._known.forms_with(self._rarest(words, whole - needed), needed - _HARDLY_FITS, whole**2 / needed + 1)
        shared = ((form, words & form.words) for form in near)
        # No word weighs more than 1: most are told apart by how many words they share.
        close = [(form, both) for form, both in shared if 2 * len(both) >= ALIKE * (whole + form.weight)]
        scored = [(form, 2 * weight_of(both) / (whole + form.weight)) for form, both in close]
        return sorted((pair for pair in scored if pair[1] >= ALIKE), key=lambda pair: -pair[1])

    def _rarest(self, words: frozenset[str], weight: float) -> list[str]:
        """The rarest words that weigh more than that together."""
        counts = self._known.counts(words)
        chosen: list[str] = []
        for word in sorted(words, key=lambda each: (counts[each] / weight_of_word(each), each)):
            chosen.append(word)
            weight -= weight_of_word(word)
            if weight < -_HARDLY_FITS:
                break
        return chosen


class GuardBook(TextRules):
    """The texts of all accounts. Safe for threads; raises StorageError."""

    def __init__(self, database: Database, clock: Clock, name_of: Callable[[str], str] = str) -> None:
        self._texts = TextBook(database)
        super().__init__(self._texts, clock, name_of)
        self._stops = GuardStops(database)

    # reserving

    def reserve(self, account_id: str, text: str, *, own: bool = False) -> Reservation:
        """Reserve the text for a post that is sent now, unless one like it is there. Durable on return."""
        now, hashed = self._clock.now(), text_hash(text)
        with self._texts.together():
            self._texts.forget(now - _KEPT)
            if not self._texts.allowed_by(hashed):
                stop, why = self._refusal(account_id, text, now, planned=False, own=own)
                if stop is not None:
                    self._stops.add(stop)
                    return Reservation(0, why)
            number = self._enter(BookedText(0, account_id, text, TextState.OPEN, now))
            self._texts.use_allowance(hashed, number)
            return Reservation(number)

    def release(self, number: int) -> None:
        """The reserved post was surely not sent."""
        self._texts.remove(number)

    def confirm(self, number: int) -> None:
        """The reserved post was sent just now."""
        self._texts.mark_sent(number, self._clock.now())

    def settle(self, account_id: str, state_of: Callable[[str, datetime], IntentState | None]) -> None:
        """Bring what the account has reserved in line with its journal, while none of its runs is about to post.

        `state_of(text, since)` says what became of the newest post with this text; None when there is none.
        """
        for booked in self._texts.open_texts(account_id):
            state = state_of(booked.text, booked.at)
            if state is IntentState.SENT:
                self._texts.mark_sent(booked.id, booked.at)
            elif state not in _LASTING:
                self._texts.remove(booked.id)

    # planning

    def replan(self, account_id: str, planned: Sequence[tuple[str, datetime]]) -> None:
        """What the account plans is this, text and moment of each; a person was told what it is like."""
        with self._texts.together():
            for booked in self._texts.planned_texts(account_id):
                self._texts.remove(booked.id)
            for text, when in planned:
                self._enter(BookedText(0, account_id, text, TextState.PLANNED, when))

    def allow(self, hashed: str, by: str, why: str) -> None:
        """A person lets one post with this `text_hash` pass, whatever it is like. It is kept who and why."""
        self._texts.allow(hashed, by, why, self._clock.now())

    def allowances(self, limit: int) -> list[Allowance]:
        """What persons let pass, newest first."""
        return self._texts.allowances(limit)

    def enter_past(self, account_id: str, text: str, at: datetime) -> None:
        """Enter a post that was sent before the book was there."""
        self._enter(BookedText(0, account_id, text, TextState.SENT, at))

    # inside

    def _enter(self, booked: BookedText) -> int:
        words = words_of(storable(booked.text))
        return self._texts.enter(booked, words, weight_of(words), hashtags_of(booked.text))


def text_hash(text: str) -> str:
    """What a person's word for one post is kept under: of its text, whatever blanks, ends of lines and codes it has."""
    return hashlib.sha256(" ".join(storable(without_code(text)).split()).encode()).hexdigest()


def _how_far(moment: datetime, now: datetime) -> str:
    """How far a past or coming moment is away, in words."""
    is_past, gap = moment <= now, abs(now - moment)
    if gap < timedelta(minutes=1):
        return "just now"
    if gap < timedelta(hours=1):
        size = f"{gap // timedelta(minutes=1)} min"
    elif gap < timedelta(days=2):
        size = f"{gap // timedelta(hours=1)} h"
    else:
        size = f"{gap.days} days"
    return f"{size} ago" if is_past else f"in {size}"
