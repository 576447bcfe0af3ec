"""A home with tests in it, and posts with counts as runs and refreshes leave them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.account_manager import AccountManager
from bot.experiments.view import Wanted
from bot.planning.assignment import arm_of
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.experiments import Assignment, Compared, Experiment, Experiments, OutcomeKind
from bot.storage.journal import IntentState, Journal
from bot.storage.readings import PostReading, Readings, SentPost
from tests.homes import write_yaml

TEXTS = ("question", "statement")


def write_arms(root: Path, handle: str) -> None:
    """Two named templates with words of the account's own, which give many texts."""
    lists = {
        "tips": [f"{handle} hint {word}" for word in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")]
    }
    arms = [
        {"name": "question", "text": f"Who of {handle} knows {{tip}}?"},
        {"name": "statement", "text": f"Nobody beats {handle} now: {{tip}}!"},
    ]
    write_yaml(root / "config" / "templates.yaml", {"promo_templates": arms, **lists})


def wanted(**changes: object) -> Wanted:
    values: dict[str, object] = {
        "name": "Question or statement",
        "compares": Compared.TEXTS,
        "account_id": "one",
        "group": "",
        "subject": "promo",
        "first": ("question",),
        "second": ("statement",),
        "outcome": OutcomeKind.ENGAGEMENT,
        "smallest_percent": 100,
    }
    return Wanted(**{**values, **changes})  # type: ignore[arg-type]


def wanted_times(**changes: object) -> Wanted:
    times = {"compares": Compared.TIMES, "subject": "morning", "first": ("07:00",), "second": ("19:00",)}
    return wanted(**{**times, **changes})


def fleet_store(manager: AccountManager) -> Experiments:
    """What the manager's runs write to, by a connection of one's own."""
    return Experiments(Database(manager.home.fleet_db, "fleet"))


def post_for(
    experiment: Experiment, root: Path, days: Sequence[date], store: Experiments, lift: float = 1.0, likes: int = 20
) -> None:
    """A post of 1000 views on each of these days, as drawn; those of the second arm get `lift` times the likes."""
    folder = experiment.plan.folders[0]
    with closing(Database(AccountFolder(root).metrics_db, "account")) as database:
        journal, readings = Journal(database), Readings(database)
        for number, day in enumerate(days):
            arm = arm_of(experiment.seed, folder, "morning", day)
            at = datetime.fromisoformat(f"{day}T08:00:00+00:00")
            run_id = journal.plan_run("morning", day.isoformat(), "schedule", at)
            assert run_id is not None
            store.enter(Assignment(experiment.id, folder, "morning", day, arm, run_id), at)
            tweet_id = send(journal, run_id, experiment.plan.arms[arm][0], at)
            readings.add_post(SentPost(tweet_id, at, f"text {number}", "promo", slot="morning"))
            counted = round(likes * (lift if arm else 1) * ((0.8 + number % 5 / 10) if lift != 1 else 1))
            reading = PostReading(tweet_id, views=1000, likes=counted, reposts=0, replies=0)
            readings.record_posts([reading], at + timedelta(days=4))


def send(journal: Journal, run_id: int, template: str, at: datetime) -> str:
    """Returns the id of the post."""
    intent = journal.intend(run_id, "promo", template, f"text of run {run_id}", (), None, at)
    journal.mark_sending(intent, at)
    journal.settle(intent, IntentState.SENT, at, tweet_id=f"9{run_id:06}")
    return f"9{run_id:06}"
