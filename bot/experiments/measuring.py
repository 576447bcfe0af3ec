"""What came of each post of a test, and which do not count and why.

A post counts when it went out as it was drawn. What could not (a guard, a cool-down, a limit, a late start) has no
views that could be counted, so there is no comparing by intention alone; it is left out, told with its reason, and when
one arm loses far more posts than the other, the test says that nothing can be compared. All posts are measured at about
one age.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.experiments.view import ExperimentPlace, Tally
from bot.planning.assignment import block_of
from bot.settings.home import is_there
from bot.statistics.measured import Measured
from bot.storage.database import Database
from bot.storage.experiment_numbers import ExperimentNumbers, PastPost, RunPost
from bot.storage.experiments import Assignment, Experiment, OutcomeKind

READ_FROM, READ_UNTIL = timedelta(days=3), timedelta(days=10)
"""Views and likes are taken from the first reading at such an age; most of both come in the first two days."""
OUTCOMES_WITHIN = timedelta(days=7)
"""A chat or an order counts for its post when it comes so soon."""
MATURES_IN = {
    OutcomeKind.ENGAGEMENT: READ_FROM,
    OutcomeKind.CHATS: OUTCOMES_WITHIN,
    OutcomeKind.ORDERS: OUTCOMES_WITHIN,
}
_BUSY_SECONDS = 1.0
_DAYS_APART = 2
"""A run's post goes out on its local date. What is further off is of another run: a restore gives runs new numbers."""
NOT_SENT = "x.com did not take the post, or the run ended before it"
NOT_READ = "its views were not read between 3 and 10 days after it"


@dataclass(frozen=True)
class Mark:
    """One assignment with what became of it: `post` counts, or it waits, or `left_out` says why not."""

    arm: int
    post: Measured | None = None
    sent_at: datetime | None = None
    left_out: str = ""


def measure(
    experiment: Experiment, assignments: Sequence[Assignment], places: Mapping[str, ExperimentPlace], now: datetime
) -> list[Mark]:
    """What became of each; those that count in the order in which they went out. Raises StorageError."""
    marks: list[Mark] = []
    for folder in dict.fromkeys(each.folder for each in assignments):
        own = [each for each in assignments if each.folder == folder]
        place = places.get(folder)
        if place is None or not is_there(place.folder.metrics_db):
            marks += [Mark(each.arm, left_out="the account is not in the list any more") for each in own]
        else:
            marks += _measure_one(experiment, own, place, now)
    return sorted(marks, key=lambda mark: (mark.sent_at is None, mark.sent_at or now))


def tally_of(marks: Iterable[Mark]) -> Tally:
    """Counted, waiting and left out, for each arm."""
    counted, waiting, left_out = [0, 0], [0, 0], dict[str, list[int]]()
    for mark in marks:
        kind = counted if mark.post else left_out.setdefault(mark.left_out, [0, 0]) if mark.left_out else waiting
        kind[mark.arm] += 1
    return Tally(_pair(counted), _pair(waiting), {why: _pair(counts) for why, counts in left_out.items()})


def read_past(place: ExperimentPlace, kind: str, slot: str, now: datetime, days: int = 90) -> list[PastPost]:
    """Posts of its templates before a test. Raises StorageError."""
    if not is_there(place.folder.metrics_db):
        return []
    database = Database(place.folder.metrics_db, "account", _BUSY_SECONDS)
    try:
        numbers = ExperimentNumbers(database)
        return numbers.past_posts(kind=kind, slot=slot, since=now - timedelta(days=days), until=now - READ_FROM)
    finally:
        database.close()


def past_measured(past: Mapping[str, Sequence[PastPost]], outcome: OutcomeKind) -> list[Measured]:
    """The posts of before (account -> posts) as the test would measure them; unknown ones are not in it."""
    found: list[Measured] = []
    for folder, posts in past.items():
        for post in posts:
            if outcome is not OutcomeKind.ENGAGEMENT:
                found.append(Measured(0, getattr(post, outcome), 1.0, folder))
            elif post.views and post.engagements is not None:
                found.append(Measured(0, post.engagements, post.views, folder))
    return found


def _pair(counts: Sequence[int]) -> tuple[int, int]:
    return counts[0], counts[1]


def _measure_one(
    experiment: Experiment, assignments: Sequence[Assignment], place: ExperimentPlace, now: datetime
) -> list[Mark]:
    database = Database(place.folder.metrics_db, "account", _BUSY_SECONDS)
    try:
        numbers = ExperimentNumbers(database)
        posts = numbers.posts_of_runs([each.run_id for each in assignments])
        proven = [post for post in posts.values() if post.is_proven and post.tweet_id]
        amounts = _amounts(numbers, experiment, proven)
    finally:
        database.close()
    return [_mark(experiment, each, posts.get(each.run_id), amounts, now) for each in assignments]


def _amounts(
    numbers: ExperimentNumbers, experiment: Experiment, posts: Sequence[RunPost]
) -> dict[str, tuple[float, float]]:
    """Tweet -> amount and exposure, of those that are known."""
    outcome = experiment.plan.outcome
    if outcome is OutcomeKind.ENGAGEMENT:
        read = numbers.engagement_at_age(posts, READ_FROM, READ_UNTIL)
        return {tweet: (each.engagements, each.views) for tweet, each in read.items()}
    assert experiment.started_at is not None
    if not numbers.attributes_outcomes(experiment.started_at.date()):
        return {}
    found = numbers.outcomes(posts, outcome, OUTCOMES_WITHIN)
    return {post.tweet_id: (found.get(post.tweet_id, 0), 1.0) for post in posts}


def _mark(
    experiment: Experiment,
    assignment: Assignment,
    post: RunPost | None,
    amounts: Mapping[str, tuple[float, float]],
    now: datetime,
) -> Mark:
    arm = assignment.arm
    if assignment.left_out:
        return Mark(arm, left_out=assignment.left_out)
    if post is None or abs((post.sent_at.date() - assignment.local_date).days) > _DAYS_APART:
        return Mark(arm, left_out=NOT_SENT)
    outcome = experiment.plan.outcome
    age = now - post.sent_at
    if age < MATURES_IN[outcome]:
        return Mark(arm, sent_at=post.sent_at)
    if post.tweet_id not in amounts:
        is_early = not post.is_proven or outcome is not OutcomeKind.ENGAGEMENT or age < READ_UNTIL
        return Mark(arm, sent_at=post.sent_at, left_out="" if is_early else NOT_READ)
    amount, exposure = amounts[post.tweet_id]
    block = block_of(assignment.folder, assignment.slot, assignment.local_date)
    return Mark(arm, Measured(arm, amount, exposure, assignment.folder, block), post.sent_at)
