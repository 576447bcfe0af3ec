"""What the activity page shows: the record by day, and the words for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import url_for

from bot.fleet_view import Fleet, WhyView
from webapp import times, wording
from webapp.accounts.card import Card, key
from webapp.accounts.page import RUNS_SHOWN
from webapp.activity.record import Found, RecordQuery, search_record
from webapp.live import Mark
from webapp.wording import Face

ENTRIES_SHOWN = 50


@dataclass(frozen=True)
class Entry:
    """One entry of the record. `run_address` is the run it belongs to, "" when that is not shown any more."""

    why: WhyView
    run_address: str

    @property
    def face(self) -> Face:
        return wording.RECORD_LEVELS.get(self.why.level) or wording.RECORD_LEVELS["info"]


@dataclass(frozen=True)
class ActivityPage:
    """The record of one account, or the part of it that was asked for."""

    card: Card
    why_today: str
    query: RecordQuery
    found: Found
    runs_shown: Collection[int]
    now: datetime
    mark: Mark

    @property
    def days(self) -> list[tuple[str, list[Entry]]]:
        """The entries under the account's own days: "Today", "Yesterday", "Sat 21 Nov 2026"."""
        zone = self.card.account.timezone
        days = groupby(self.found.entries, lambda why: times.day_words(why.at, self.now, zone))
        return [(day, [Entry(why, self._run_address(why)) for why in entries]) for day, entries in days]

    @property
    def levels(self) -> list[tuple[str, Face, bool]]:
        """(level, how it looks, whether it is ticked) of each level that can be chosen."""
        return [(level, face, level in self.query.levels) for level, face in wording.RECORD_LEVELS.items()]

    @property
    def is_newest(self) -> bool:
        """Whether new entries belong on this page."""
        return not self.query.before

    @property
    def record_key(self) -> str:
        """The same while the same entries are shown on the same day."""
        return key(self.query, [day for day, _ in self.days], [why.id for why in self.found.entries])

    @property
    def newest_address(self) -> str:
        return self.address(self.query.before_entry(0))

    @property
    def older_address(self) -> str:
        """The next page, "" on the last one."""
        return self.address(self.query.before_entry(self.found.next_before)) if self.found.next_before else ""

    def address(self, query: RecordQuery) -> str:
        """The page's URL with this query."""
        args = query.address_args()
        return url_for("activity.show", account_id=self.card.account.id, **args)  # type: ignore[arg-type]

    def _run_address(self, why: WhyView) -> str:
        if why.run_id not in self.runs_shown:
            return ""
        account_id = self.card.account.id
        return url_for("accounts.show", account_id=account_id, run=why.run_id, _anchor=f"run-{why.run_id}")


def look_at_activity(fleet: Fleet, account_id: str, query: RecordQuery, mark: Mark, now: datetime) -> ActivityPage:
    """Gather the page. Raises KeyError for an unknown account."""
    card = Card(fleet.account_view(account_id))
    found = search_record(fleet, account_id, query, ENTRIES_SHOWN)
    runs = {run.id for run in fleet.runs(account_id, RUNS_SHOWN)}
    return ActivityPage(card, fleet.why_no_post_today(account_id), query, found, runs, now, mark)
