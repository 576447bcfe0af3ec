"""Suggestions out of the accounts' own numbers: reckoned when they are asked for, remembered while nothing is new."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.advice.hours import Comparison
from bot.advice.placing import FleetRules
from bot.advice.practices import Practices, TraitCounts, count_traits, find_practices
from bot.advice.suggesting import (
    NO_HOUR_IS_KEPT,
    AccountPlan,
    SlotSuggestion,
    Suggested,
    compare_slots,
    may_move,
    suggest,
)
from bot.advice.weighing import FEWEST_POSTS, SPAN, WeighedPost, weigh
from bot.clock import Clock
from bot.errors import PostUnfit, StorageError
from bot.guards.likeness import are_alike
from bot.planning.slots import moment_at
from bot.queue_view import PostQueues
from bot.settings.account import AccountSettings, Policy, Slot
from bot.settings.fleet import FleetSettings
from bot.settings.home import AccountFolder, is_there
from bot.storage.database import Database, database_stamp
from bot.storage.planned_posts import PlannedPost, Written
from bot.storage.settled_posts import mark_of_posts, read_settled_posts
from bot.storage.suggestions import Dismissal, SuggestionBook
from bot.suggestions_view import AccountAdvice, Advice, DismissedSuggestion

MUCH_MORE = 1.5
"""A dismissed suggestion comes back when it stands on so many times as many posts."""
BEST_OF_EACH = 3
BEST_IN_ALL = 12
_BUSY_SECONDS = 1.0


@dataclass(frozen=True)
class AdvisedAccount:
    """An account whose settings can be read. `folder_name` is its folder below the home, with slashes."""

    account_id: str
    folder: AccountFolder
    folder_name: str
    settings: AccountSettings

    def plan(self, now: datetime) -> AccountPlan:
        """Its slots, by its clock's present offset."""
        schedule = self.settings.schedule
        offset = now.astimezone(schedule.zone).utcoffset() or timedelta(0)
        posts = self.settings.policy.post is not Policy.OFF
        return AccountPlan(self.account_id, schedule, int(offset / timedelta(minutes=1)), posts)


@dataclass(frozen=True)
class _Known:
    """What was reckoned of one account, and of what: as long as `mark` is the same it stays so."""

    mark: tuple[object, ...]
    advice: AccountAdvice
    stamp: tuple[object, ...] = ()  # of the file, to know without opening it
    counts: TraitCounts | None = None
    best: tuple[WeighedPost, ...] = ()
    comparisons: tuple[Comparison, ...] = ()


class Suggestions:
    """Implements `bot.suggestions_view.Suggestions`. Safe for threads.

    `accounts` are those of the list by id; `fleet` gives the settings of all. `open` has to be called before the rest.
    """

    def __init__(
        self,
        accounts: Callable[[], Mapping[str, AdvisedAccount]],
        fleet: Callable[[], FleetSettings],
        clock: Clock,
        queues: PostQueues,
    ) -> None:
        self._accounts = accounts
        self._fleet = fleet
        self._clock = clock
        self._queues = queues
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def open(self, database: Database) -> None:
        """Keep what persons decide in fleet.db."""
        self._book = SuggestionBook(database)

    # looking

    def look(self, account_id: str = "") -> Advice:
        accounts = self._accounts()
        if account_id:
            accounts[account_id]  # KeyError for an unknown one
        known = self._reckon(accounts)
        dismissed = self._dismissed(accounts)
        suggested = self._suggest(accounts, known, dismissed)
        shown = {account_id: known[account_id]} if account_id else known
        stagger = self._fleet().stagger_minutes
        return Advice(
            tuple(each.advice for each in shown.values()),
            _of_accounts(suggested, shown),
            tuple(each for each in dismissed if each.account_id in shown),
            _practices(shown, with_templates=bool(account_id)),
            _best(shown),
            stagger,
            stagger >= NO_HOUR_IS_KEPT,
        )

    def find(self, account_id: str, slot: str) -> SlotSuggestion:
        accounts = self._accounts()
        accounts[account_id]
        suggested = self._suggest(accounts, self._reckon(accounts), self._dismissed(accounts))
        for each in suggested.suggestions:
            if (each.account_id, each.slot) == (account_id, slot):
                return each
        raise KeyError(slot)

    def may_move(self, account_id: str, slot: Slot, to: time) -> bool:
        accounts, now = self._accounts(), self._clock.now()
        accounts[account_id]
        return may_move([each.plan(now) for each in accounts.values()], self._rules(), account_id, slot, to)

    def find_best(self, account_id: str, tweet_id: str) -> WeighedPost:
        account = self._accounts()[account_id]
        for post in self._reckon({account_id: account})[account_id].best:
            if post.post.tweet_id == tweet_id:
                return post
        raise KeyError(tweet_id)

    # deciding

    def dismiss(self, account_id: str, slot: str, who: str) -> Dismissal:
        comparison = self.find(account_id, slot).comparison
        folder = self._accounts()[account_id].folder_name
        dismissal = Dismissal(folder, slot, comparison.there.hour, comparison.posts, who, self._clock.now())
        self._book.dismiss(dismissal)
        return dismissal

    def show_again(self, account_id: str, slot: str, hour: int) -> bool:
        return self._book.show_again(self._accounts()[account_id].folder_name, slot, hour)

    def draft_from(self, account_id: str, source: WeighedPost, who: str) -> PlannedPost:
        account = self._accounts()[account_id]
        if account_id == source.account_id:
            raise PostUnfit({"account": "this account posted it itself; choose another one"})
        text = f"“{source.post.text.strip()}”"
        self._book.take_text(account.folder_name, source.post.text, who, self._clock.now())
        at = _next_at(source, account.settings.schedule.zone, self._clock.now())
        return self._queues.add(account_id, Written(text, (), at, is_draft=True), who)

    def why_taken(self, account_id: str, text: str) -> str:
        """Why a text may not go into this account's queue: it is still that of the post its draft began from."""
        account = self._accounts().get(account_id)
        taken = self._book.taken_texts(account.folder_name) if account else []
        if any(are_alike(text, each) for each in taken):
            return "is still like the post of another account that its draft began from: say it in other words"
        return ""

    # inside

    def _rules(self) -> FleetRules:
        fleet = self._fleet()
        return FleetRules(
            fleet.max_concurrent_accounts,
            fleet.global_rate_limit.tweets_per_hour,
            fleet.minimum_gap_seconds,
            fleet.stagger_minutes,
        )

    def _suggest(
        self,
        accounts: Mapping[str, AdvisedAccount],
        known: Mapping[str, _Known],
        dismissed: tuple[DismissedSuggestion, ...],
    ) -> Suggested:
        now = self._clock.now()
        unwanted = {(each.account_id, each.dismissal.slot, each.dismissal.hour): each.dismissal for each in dismissed}

        def is_dismissed(comparison: Comparison) -> bool:
            found = unwanted.get((comparison.account_id, comparison.slot.name, comparison.there.hour))
            return found is not None and comparison.posts < found.posts * MUCH_MORE

        comparisons = [comparison for each in known.values() for comparison in each.comparisons]
        return suggest([each.plan(now) for each in accounts.values()], comparisons, self._rules(), is_dismissed)

    def _dismissed(self, accounts: Mapping[str, AdvisedAccount]) -> tuple[DismissedSuggestion, ...]:
        owners = {each.folder_name: each.account_id for each in accounts.values()}
        return tuple(
            DismissedSuggestion(owners[each.folder], each) for each in self._book.dismissals() if each.folder in owners
        )

    def _reckon(self, accounts: Mapping[str, AdvisedAccount]) -> dict[str, _Known]:
        """What each account's posts tell, from memory where nothing is new."""
        with self._lock:
            found = {key: self._reckon_one(account) for key, account in accounts.items()}
            self._known |= found
            return found

    def _reckon_one(self, account: AdvisedAccount) -> _Known:
        none = AccountAdvice(account.account_id, 0, 0, FEWEST_POSTS)
        file = account.folder.metrics_db
        if not is_there(file):
            return _Known((), none)
        now, stagger = self._clock.now(), self._fleet().stagger_minutes
        plan = account.plan(now)
        stamp = (*database_stamp(file), now.date(), plan, stagger, account.folder_name)
        known = self._known.get(account.account_id)
        if known and known.stamp == stamp:
            return known
        try:
            with _opened(file) as database:
                mark = (mark_of_posts(database), *stamp[-4:])
                if known and known.mark == mark:
                    return replace(known, stamp=stamp)
                read = read_settled_posts(database, now - SPAN)
        except StorageError as error:
            return _Known((), replace(none, trouble=error.message))
        posts = weigh(account.account_id, read.settled, plan.schedule.zone, now)
        comparisons = tuple(compare_slots(plan, posts, stagger))
        advice = AccountAdvice(account.account_id, read.posts, len(read.settled), FEWEST_POSTS, len(comparisons))
        best = sorted((post for post in posts if post.is_top), key=lambda post: -post.rate)
        counts = count_traits(account.account_id, posts)
        return _Known(mark, advice, stamp, counts, tuple(best[:BEST_IN_ALL]), comparisons)


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    """Raises StorageError."""
    database = Database(file, "account", _BUSY_SECONDS)
    try:
        yield database
    finally:
        database.close()


def _of_accounts(suggested: Suggested, shown: Mapping[str, _Known]) -> Suggested:
    return Suggested(
        tuple(each for each in suggested.suggestions if each.account_id in shown),
        tuple(each for each in suggested.crowded if each.comparison.account_id in shown),
    )


def _practices(shown: Mapping[str, _Known], *, with_templates: bool) -> Practices:
    counts = [each.counts for each in shown.values() if each.counts]
    return find_practices(counts, with_templates=with_templates)


def _best(shown: Mapping[str, _Known]) -> tuple[WeighedPost, ...]:
    """The best posts, those that did best beside their own account's first; of many accounts a few of each."""
    most = BEST_OF_EACH if len(shown) > 1 else BEST_IN_ALL
    found = [post for each in shown.values() for post in each.best[:most]]
    return tuple(sorted(found, key=lambda post: -post.relative)[:BEST_IN_ALL])


def _next_at(source: WeighedPost, zone: ZoneInfo, now: datetime) -> datetime:
    """The next time that the post's own time of day comes on another clock, at least an hour from now."""
    local = source.post.posted_at.astimezone(zone)
    today = now.astimezone(zone).date()
    wanted = time(source.hour, local.minute)
    moments = (moment_at(wanted, today + timedelta(days=days), zone) for days in range(3))
    return next(moment for moment in moments if moment >= now + timedelta(hours=1))
