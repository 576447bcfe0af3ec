"""What the accounts' own numbers suggest: read, accepted, dismissed."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import Field

from bot.advice.hours import HourNumbers
from bot.advice.practices import Practice
from bot.advice.suggesting import SlotSuggestion
from bot.advice.weighing import TraitKind
from bot.files_view import AccountFile
from bot.statistics.intervals import Interval
from bot.suggestions_view import AccountAdvice
from webapp.access import actor
from webapp.api.account_model import find_account
from webapp.api.contract import Body, Operation, Query, Record, Words
from webapp.api.problems import Problem, ProblemKind
from webapp.services import services
from webapp.suggestions.accepting import NotSuggested, accept_time
from webapp.suggestions.page import reason_of

TAG = "Suggestions"
_OF_SLOT = "/accounts/<account_id>/slots/<slot>/suggestion"
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM on the account's clock.")]


class IntervalRecord(Record):
    """An estimate with the limits of its interval."""

    estimate: float
    low: float
    high: float


class HourRecord(Record):
    """The posts of one hour of the account's clock."""

    hour: int
    posts: int
    engagement_per_view: IntervalRecord


class SuggestionRecord(Record):
    """A better time for a slot."""

    account: str
    slot: str
    time: Clock = Field(description="The suggested one.")
    present_time: Clock
    present: HourRecord
    suggested: HourRecord
    better_by: IntervalRecord = Field(description="The difference of the two in engagement per view.")
    expected_gain: float = Field(description="0.2 is a fifth more, after few posts were trusted less.")
    reason: str


class PracticeRecord(Record):
    """What the top fifth of posts share more often than the rest. It need not be the cause."""

    kind: TraitKind
    value: str
    posts: int
    in_top: int
    share_in_top: IntervalRecord
    other_share_in_top: IntervalRecord
    lift: IntervalRecord = Field(description="How many times as often.")


class KnownRecord(Record):
    """How much is known of an account."""

    account: str
    settled_posts: int = Field(description="Of the last 180 days, with known views, read two days later at least.")
    needed_posts: int
    trouble: str = Field(description="Why its numbers cannot be read; empty when they can.")


class SuggestionList(Record):
    """All that is suggested now."""

    suggestions: list[SuggestionRecord]
    practices: list[PracticeRecord]
    accounts: list[KnownRecord]


class SuggestionsQuery(Query):
    """Of whom."""

    account: Words | None = Field(None, description="Of this account alone, with its templates.")


class Accepted(Body):
    """The time that was suggested."""

    time: Clock


class SuggestionDone(Record):
    """What was done, in words."""

    message: str


@Operation(
    "GET",
    "/suggestions",
    TAG,
    answer=SuggestionList,
    query=SuggestionsQuery,
    problems=(ProblemKind.NOT_FOUND, ProblemKind.ENTRY_BROKEN),
)
def list_suggestions(query: SuggestionsQuery) -> SuggestionList:
    """Tell what the numbers of the accounts suggest, and what their best posts share."""
    if query.account:
        find_account(query.account)
    try:
        advice = services().fleet.suggestions.look(query.account or "")
    except KeyError:
        raise Problem(ProblemKind.ENTRY_BROKEN) from None
    return SuggestionList(
        suggestions=[_suggestion(each) for each in advice.suggested.suggestions],
        practices=[_practice(each) for each in advice.practices.found],
        accounts=[_known(each) for each in advice.accounts],
    )


@Operation(
    "POST",
    f"{_OF_SLOT}/accept",
    TAG,
    answer=SuggestionDone,
    body=Accepted,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def accept_suggestion(account_id: str, slot: str, body: Accepted) -> SuggestionDone:
    """Give a slot the time that is suggested for it.

    Only that line of settings.yaml changes; a former state of the file brings it back.
    """
    found = _find(account_id, slot)
    mark = services().fleet.files.read(account_id, AccountFile.SETTINGS).mark
    try:
        accept_time(account_id, found, time.fromisoformat(body.time), mark)
    except NotSuggested as refused:
        raise Problem(ProblemKind.REFUSED, str(refused)) from refused
    return SuggestionDone(message=f"{slot} goes at {body.time} instead of {found.time:%H:%M}.")


@Operation(
    "POST",
    f"{_OF_SLOT}/dismiss",
    TAG,
    answer=SuggestionDone,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def dismiss_suggestion(account_id: str, slot: str) -> SuggestionDone:
    """Do not suggest this again before much more is known."""
    _find(account_id, slot)
    who = actor()
    dismissal = services().fleet.suggestions.dismiss(account_id, slot, who.name if who else "")
    return SuggestionDone(message=f"{dismissal.hour:02d}:00 is not suggested for {slot} again for now.")


def _find(account_id: str, slot: str) -> SlotSuggestion:
    """The present suggestion. Raises Problem."""
    find_account(account_id)
    try:
        return services().fleet.suggestions.find(account_id, slot)
    except KeyError:
        raise Problem(ProblemKind.REFUSED, f"Nothing is suggested for the slot “{slot}” of this account.") from None


def _suggestion(each: SlotSuggestion) -> SuggestionRecord:
    comparison = each.comparison
    return SuggestionRecord(
        account=each.account_id,
        slot=each.slot,
        time=f"{each.to:%H:%M}",
        present_time=f"{each.time:%H:%M}",
        present=_hour(comparison.here),
        suggested=_hour(comparison.there),
        better_by=_interval(each.better.better_by),
        expected_gain=comparison.gain,
        reason=reason_of(each.better),
    )


def _hour(numbers: HourNumbers) -> HourRecord:
    return HourRecord(hour=numbers.hour, posts=numbers.sample.size, engagement_per_view=_interval(numbers.rate))


def _practice(each: Practice) -> PracticeRecord:
    return PracticeRecord(
        kind=each.trait.kind,
        value=each.trait.value,
        posts=each.posts,
        in_top=each.top,
        share_in_top=_interval(each.share),
        other_share_in_top=_interval(each.other_share),
        lift=_interval(each.lift),
    )


def _known(each: AccountAdvice) -> KnownRecord:
    return KnownRecord(
        account=each.account_id, settled_posts=each.settled, needed_posts=each.needed, trouble=each.trouble
    )


def _interval(interval: Interval) -> IntervalRecord:
    return IntervalRecord(estimate=interval.estimate, low=interval.low, high=interval.high)
