"""What the pages of suggestions show."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from functools import partial

from bot.advice.hours import BetterHour, HourNumbers
from bot.advice.practices import Practice
from bot.advice.suggesting import SlotSuggestion
from bot.advice.weighing import WeighedPost
from bot.excerpts import excerpt
from bot.file_edits import FileEdit, draft
from bot.files_view import AccountFile, FileState
from bot.fleet_view import AccountView
from bot.settings.account_editing import change_slot
from bot.statistics.intervals import Interval
from bot.suggestions_view import Advice, DismissedSuggestion
from webapp import wording
from webapp.files.page import HeadedPage, look_at_head
from webapp.services import services
from webapp.suggestions.notice import Notice

_WIDTH = 320
"""Of the drawings, in units of their viewBox."""
_EDGE = 8
_LEAST_LINES = 40
_TEXT_SHOWN = 120


@dataclass(frozen=True)
class Bar:
    """One interval of a drawing: places on its axis, and the words for it."""

    label: str
    words: str
    low: float
    middle: float
    high: float
    is_wanted: bool  # the one that is suggested: another shape, since colour alone tells nothing


@dataclass(frozen=True)
class Drawing:
    """Intervals on one axis that begins at 0."""

    bars: tuple[Bar, ...]
    most: str  # what the axis ends at

    @property
    def words(self) -> str:
        """The same as text."""
        return "; ".join(f"{bar.label}: {bar.words}" for bar in self.bars)


@dataclass(frozen=True)
class SlotCard:
    """A suggestion for a slot, in words."""

    account: AccountView
    suggestion: SlotSuggestion

    @property
    def drawing(self) -> Drawing:
        comparison = self.suggestion.comparison
        rows = ((comparison.here, False), (comparison.there, True))
        return draw([(hour_words(each), each.rate, posts_words(each), wanted) for each, wanted in rows])

    @property
    def reason(self) -> str:
        """Why, with the numbers."""
        return reason_of(self.suggestion.better)

    @property
    def gain(self) -> str:
        return f"{self.suggestion.comparison.gain:+.0%}"


@dataclass(frozen=True)
class PracticeCard:
    """What top posts share, in words."""

    practice: Practice

    @property
    def title(self) -> str:
        return wording.trait_words(self.practice.trait.kind, self.practice.trait.value)

    @property
    def drawing(self) -> Drawing:
        each = self.practice
        rows = (
            ("Posts like this", each.share, f"{each.top:,} of {each.posts:,} posts", True),
            ("All others", each.other_share, f"{each.other_top:,} of {each.other_posts:,} posts", False),
        )
        return draw(rows, digits=0)

    @property
    def lift(self) -> str:
        lift = self.practice.lift
        return f"{lift.estimate:.1f} times as often ({lift.low:.1f}–{lift.high:.1f})"


@dataclass(frozen=True)
class BestPost:
    """One of the best posts, and its account."""

    account: AccountView
    post: WeighedPost

    @property
    def text(self) -> str:
        return excerpt(self.post.post.text, _TEXT_SHOWN)

    @property
    def facts(self) -> str:
        """ "19:00–20:00, with a picture, 4.1 % engagement per view: 1.9 times the account’s mean" """
        post = self.post
        parts = [hours_words(post.hour), *([wording.trait_words("media", post.post.media)] if post.post.media else [])]
        rate = f"{percent(post.post.rate)} engagement per view, {post.relative:.1f} times the account’s mean"
        return ", ".join([*parts, rate])


@dataclass(frozen=True)
class DismissedCard:
    """A suggestion that was dismissed."""

    account: AccountView
    dismissed: DismissedSuggestion

    @property
    def hours(self) -> str:
        return hours_words(self.dismissed.dismissal.hour)


@dataclass(frozen=True)
class SuggestionsView:
    """All that is shown of an advice, whether of one account or of all."""

    advice: Advice
    accounts: Sequence[AccountView]
    notice: Notice | None

    @property
    def _by_id(self) -> dict[str, AccountView]:
        return {account.id: account for account in self.accounts}

    @property
    def slots(self) -> list[SlotCard]:
        known = self._by_id
        found = [each for each in self.advice.suggested.suggestions if each.account_id in known]
        return [SlotCard(known[each.account_id], each) for each in found]

    @property
    def crowded(self) -> list[tuple[AccountView, str, str]]:
        """(account, slot, reason) of better hours that have no room."""
        known = self._by_id
        return [
            (known[each.comparison.account_id], each.comparison.slot.name, reason_of(each))
            for each in self.advice.suggested.crowded
            if each.comparison.account_id in known
        ]

    @property
    def practices(self) -> list[PracticeCard]:
        return [PracticeCard(each) for each in self.advice.practices.found]

    @property
    def best(self) -> list[BestPost]:
        known = self._by_id
        return [BestPost(known[each.account_id], each) for each in self.advice.best if each.account_id in known]

    @property
    def dismissed(self) -> list[DismissedCard]:
        known = self._by_id
        return [
            DismissedCard(known[each.account_id], each) for each in self.advice.dismissed if each.account_id in known
        ]

    @property
    def lacking(self) -> list[tuple[AccountView, str]]:
        """(account, what is missing) of those that nothing can be said of yet."""
        known = self._by_id
        return [
            (known[each.account_id], wording.lacking_posts(each))
            for each in self.advice.accounts
            if each.account_id in known and (each.trouble or not each.has_enough)
        ]

    @property
    def has_hours(self) -> bool:
        """Whether any slot could be compared with another hour."""
        return any(each.hours for each in self.advice.accounts)


@dataclass(frozen=True)
class AccountSuggestions(HeadedPage):
    """The page of one account."""

    view: SuggestionsView


@dataclass(frozen=True)
class Acceptance:
    """What accepting would change: lines of settings.yaml, before (-) and after (+)."""

    lines: Sequence[tuple[str, str]]
    state: FileState


def look_at_suggestions(notice: Notice | None) -> SuggestionsView:
    """Those of all accounts."""
    fleet = services().fleet
    return SuggestionsView(fleet.suggestions.look(), fleet.overview().accounts, notice)


def look_at_account(account_id: str, notice: Notice | None) -> AccountSuggestions | None:
    """Those of one; None while its settings cannot be read. Answers 404 for an unknown account."""
    head = look_at_head(account_id)
    try:
        advice = services().fleet.suggestions.look(account_id)
    except KeyError:
        return None
    return AccountSuggestions(head, SuggestionsView(advice, [head.account], notice))


def acceptance_of(account_id: str, slot: str, to: time) -> Acceptance:
    """What would be written. Raises SettingsError for a file that cannot be used, KeyError for an unknown slot."""
    change = partial(change_slot, name=slot, values={("time",): clock_words(to)})
    files = services().fleet.files
    [drafted] = draft(files, account_id, [FileEdit.of_data(AccountFile.SETTINGS, change)])
    before, after = (state.text.splitlines() for state in (drafted.before, drafted.after))
    told = [line for line in difflib.ndiff(before, after) if line[0] in "-+"]
    return Acceptance([(line[0], line[2:]) for line in told[:_LEAST_LINES]], drafted.before)


def draw(rows: Sequence[tuple[str, Interval, str, bool]], digits: int = 1) -> Drawing:
    """Rows of (label, interval, what it is of, whether it is the one that is suggested)."""
    most = max(interval.high for _, interval, _, _ in rows) or 1.0

    def place(value: float) -> float:
        return round(_EDGE + (_WIDTH - 2 * _EDGE) * min(max(value, 0.0), most) / most, 1)

    bars = [
        Bar(
            label,
            f"{interval_words(interval, digits)}, {of}",
            place(interval.low),
            place(interval.estimate),
            place(interval.high),
            wanted,
        )
        for label, interval, of, wanted in rows
    ]
    return Drawing(tuple(bars), percent(most, digits))


def reason_of(better: BetterHour) -> str:
    """The numbers behind a better hour, in one sentence."""
    here, there, by = better.comparison.here, better.comparison.there, better.better_by
    return (
        f"Posts between {hours_words(there.hour)} got {interval_words(there.rate)} engagement per view over "
        f"{posts_words(there)}, those between {hours_words(here.hour)} {interval_words(here.rate)} over "
        f"{posts_words(here)}: {by.low * 100:.1f} to {by.high * 100:.1f} percentage points more."
    )


def percent(share: float, digits: int = 1) -> str:
    """ "3.1 %" """
    return f"{share * 100:.{digits}f} %"


def interval_words(interval: Interval, digits: int = 1) -> str:
    """ "3.1 % (2.4–3.9)" """
    low, high = (f"{max(value, 0.0) * 100:.{digits}f}" for value in (interval.low, interval.high))
    return f"{percent(interval.estimate, digits)} ({low}–{high})"


def clock_words(at: time) -> str:
    return f"{at:%H:%M}"


def hours_words(hour: int) -> str:
    return f"{hour:02d}:00–{(hour + 1) % 24:02d}:00"


def hour_words(numbers: HourNumbers) -> str:
    return hours_words(numbers.hour)


def posts_words(numbers: HourNumbers) -> str:
    return wording.counted(numbers.sample.size, "post", "posts")
