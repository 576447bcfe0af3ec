"""What an account's own database says, as the panel shows it. Opened for each look and closed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from bot.content.desk import History
from bot.fleet_view import PostView, RunState, RunView, StepView, Trigger, WhyView
from bot.settings.home import AccountFolder, is_there
from bot.storage.database import Database
from bot.storage.journal import BY_A_MODEL, Intent, IntentState, Journal, RunRecord, StepRecord
from bot.storage.keyword_numbers import KeywordNumbers, read_keyword_numbers
from bot.storage.metrics import DayCounts, Followers, Metrics
from bot.storage.numbers import AccountNumbers, read_account_numbers
from bot.storage.planned_posts import PlannedPosts
from bot.storage.readings import Readings

_BUSY_SECONDS = 1.0
"""All accounts wait while the manager looks into one's database."""
_POSTS_COUNTED = 20


@dataclass(frozen=True)
class AccountRecords:
    """Journal, metrics, written posts and readings of one account, while its database is open."""

    journal: Journal
    metrics: Metrics
    posts: PlannedPosts
    readings: Readings


@contextmanager
def open_records(folder: AccountFolder) -> Iterator[AccountRecords]:
    """Raises StorageError when the database is damaged, cannot be made, or is locked for longer than a moment."""
    database = Database(folder.metrics_db, "account", _BUSY_SECONDS)
    try:
        yield AccountRecords(Journal(database), Metrics(database), PlannedPosts(database), Readings(database))
    finally:
        database.close()


@dataclass(frozen=True)
class Numbers:
    """What a card shows from the database."""

    day: date
    counts: DayCounts
    followers: Followers | None
    last_run: RunView | None  # of its slots; those that only looked at something tell nothing of its work
    needs_review: int = 0
    posts_asking: int = 0  # written posts that failed or were missed


def read_numbers(folder: AccountFolder, day: date) -> Numbers:
    """The numbers of the local date `day`. Raises StorageError."""
    with open_records(folder) as records:
        last = records.journal.last_work()
        in_review = records.journal.count_in_review()
        shown = run_view(last) if last else None
        asking = records.posts.count_asking()
        return Numbers(day, records.metrics.day(day), records.metrics.followers(), shown, in_review, asking)


def read_history(folder: AccountFolder, now: datetime, days: int) -> History:
    """What was posted, with the texts of so many days. Raises StorageError."""
    if not is_there(folder.metrics_db):
        return History()  # a new account: its database is made with its first run
    with open_records(folder) as records:
        texts = records.journal.times_of_texts(now - timedelta(days=days))
        return History(records.journal.uses_of_templates(), texts, records.journal.posts_sent())


def read_days(folder: AccountFolder, today: date, zone: tzinfo) -> AccountNumbers:
    """Days and posts up to `today` on the clock of `zone`. Raises StorageError."""
    database = Database(folder.metrics_db, "account", _BUSY_SECONDS)
    try:
        return read_account_numbers(database, today, zone, _POSTS_COUNTED)
    finally:
        database.close()


def read_keywords(folder: AccountFolder) -> dict[str, KeywordNumbers]:
    """Keyword -> what it brought. Raises StorageError."""
    database = Database(folder.metrics_db, "account", _BUSY_SECONDS)
    try:
        return read_keyword_numbers(database)
    finally:
        database.close()


def read_runs(folder: AccountFolder, limit: int, before: int = 0) -> list[RunView]:
    with open_records(folder) as records:
        return [run_view(run) for run in records.journal.runs(limit, before=before)]


def read_steps(folder: AccountFolder, run_id: int) -> list[StepView]:
    with open_records(folder) as records:
        return [StepView(step.at, step.text, step.level, step.evidence) for step in records.journal.steps(run_id)]


def read_posts(folder: AccountFolder, handle: str, limit: int, before: int = 0) -> list[PostView]:
    with open_records(folder) as records:
        return [_post_view(intent, handle) for intent in records.journal.intents(limit=limit, before=before)]


def why_view(step: StepRecord) -> WhyView:
    return WhyView(step.id, step.at, step.text, step.level, step.run_id, step.slot, step.next_at, step.evidence)


def run_view(run: RunRecord) -> RunView:
    return RunView(
        id=run.id,
        slot=run.slot,
        trigger=Trigger(run.trigger),
        state=RunState(run.state),
        planned_at=run.planned_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        reason=run.reason,
        remedy=run.remedy,
        posts=run.posts,
        likes=run.likes,
        follows=run.follows,
        replies=run.replies,
    )


def _post_view(intent: Intent, handle: str) -> PostView:
    url = f"https://x.com/{handle}/status/{intent.tweet_id}" if intent.tweet_id else ""
    if intent.state is IntentState.NEEDS_REVIEW:
        answered = f"https://x.com/{intent.reply_to_handle}/status/{intent.reply_to}"
        url = answered if intent.reply_to else f"https://x.com/{handle}"
    at = intent.sending_at or intent.created_at
    by_model, answers = intent.worded_by == BY_A_MODEL, intent.reply_to_handle
    return PostView(
        intent.tweet_id, intent.text, intent.media, intent.state.value, at, url, intent.id, by_model, answers
    )
