"""Summaries read from the accounts' own databases, each opened for a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeVar

from bot.clock import Clock, zone_of
from bot.errors import StorageError
from bot.settings.home import AccountFolder, is_there
from bot.storage.database import Database
from bot.storage.messages import KeptCause
from bot.storage.read_cache import ReadCache
from bot.storage.span_facts import SpanFacts, first_day, read_span
from bot.summaries.composing import AccountSummary, Span, Summary

Found = TypeVar("Found")
_BUSY_SECONDS = 1.0
_MOST_KEPT = 4_000  # a day and a week of 2,000 accounts


@dataclass(frozen=True)
class SummaryPlace:
    """An account as summaries meet it."""

    account_id: str
    name: str
    folder: AccountFolder
    path: str  # of the folder, as causes name it
    timezone: str
    groups: tuple[str, ...] = ()
    next_run: datetime | None = None
    next_slot: str = ""


class Summaries:
    """Safe for threads. `causes_between` gives what needed a person at some moment of a span."""

    def __init__(
        self,
        places: Callable[[], Mapping[str, SummaryPlace]],
        causes_between: Callable[[datetime, datetime], Sequence[KeptCause]],
        clock: Clock,
    ) -> None:
        self._places = places
        self._causes_between = causes_between
        self._clock = clock
        self._days: ReadCache[tuple[SpanFacts, SpanFacts] | None] = ReadCache(_MOST_KEPT)
        self._first_days: ReadCache[date | None] = ReadCache(_MOST_KEPT)

    def today(self, account_id: str = "") -> date:
        """The account's present day; of all accounts, that which most of them have."""
        places = self._places()
        now = self._clock.now()
        if account_id:
            return now.astimezone(zone_of(places[account_id].timezone)).date()
        days = Counter(now.astimezone(zone_of(place.timezone)).date() for place in places.values())
        return max(days, key=lambda day: (days[day], day), default=now.astimezone(UTC).date())

    def of_fleet(self, span: Span, last: date, groups: Sequence[str] = ()) -> Summary:
        """All accounts, or those in one of these groups, each with the days of its own calendar."""
        wanted = set(groups)
        places = [place for place in self._places().values() if not wanted or wanted & set(place.groups)]
        causes = self._causes(span, last)
        accounts = tuple(self._look(place, span, last, causes) for place in places)
        return Summary(span, last, accounts, tuple(each for each in causes if not each.folder))

    def of_account(self, account_id: str, span: Span, last: date) -> AccountSummary:
        """One account. Raises KeyError for an unknown one."""
        return self._look(self._places()[account_id], span, last, self._causes(span, last))

    def first_day(self, account_id: str) -> date | None:
        """The day of the account's first record; None without any. Raises KeyError for an unknown account."""
        place = self._places()[account_id]
        try:
            return self._first_days.get(
                place.folder.metrics_db,
                place.timezone,
                lambda: _read(place, lambda database: first_day(database, zone_of(place.timezone))),
            )
        except StorageError:
            return None

    def _causes(self, span: Span, last: date) -> Sequence[KeptCause]:
        """What may concern any account: days begin and end at other moments in other zones."""
        start = datetime.combine(span.first(last), time(), UTC) - timedelta(hours=14)
        return self._causes_between(start, datetime.combine(last, time(), UTC) + timedelta(hours=36))

    def _look(self, place: SummaryPlace, span: Span, last: date, causes: Sequence[KeptCause]) -> AccountSummary:
        zone = zone_of(place.timezone)
        first = span.first(last)
        facts, before, trouble = self._facts(place, span, last, zone)
        is_so_far = last >= self._clock.now().astimezone(zone).date()
        own = tuple(each for each in causes if each.folder == place.path and _touches(each, first, last, zone))
        coming = (place.next_run, place.next_slot) if is_so_far else (None, "")
        return AccountSummary(
            place.account_id, place.name, place.timezone, facts, before, is_so_far, own, *coming, trouble
        )

    def _facts(self, place: SummaryPlace, span: Span, last: date, zone: tzinfo) -> tuple[SpanFacts, SpanFacts, str]:
        """The days, those before, and why they cannot be read."""
        days, earlier = (span.first(last), last), (span.first(span.before(last)), span.before(last))
        unknown, unknown_before = SpanFacts(*days), SpanFacts(*earlier)

        def read(database: Database) -> tuple[SpanFacts, SpanFacts]:
            return read_span(database, *days, zone), read_span(database, *earlier, zone)

        try:
            asked = (place.timezone, *days)
            found = self._days.get(place.folder.metrics_db, asked, lambda: _read(place, read))
        except StorageError as error:
            return unknown, unknown_before, error.message
        return (*found, "") if found is not None else (unknown, unknown_before, "")


def _read(place: SummaryPlace, read: Callable[[Database], Found]) -> Found | None:
    """What `read` finds in the account's database; None while there is none: it is made with the first run."""
    if not is_there(place.folder.metrics_db):
        return None
    database = Database(place.folder.metrics_db, "account", _BUSY_SECONDS)
    try:
        return read(database)
    finally:
        database.close()


def _touches(cause: KeptCause, first: date, last: date, zone: tzinfo) -> bool:
    """Whether it lasted at some time of these days."""
    ended = cause.ended_at.astimezone(zone).date() if cause.ended_at else None
    return cause.began_at.astimezone(zone).date() <= last and (ended is None or ended >= first)
