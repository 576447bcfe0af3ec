"""What the account page shows: runs with the steps of those that are open, posts, and their words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.fleet_view import AccountView, Fleet, PostView, RunState, RunView, StepView
from webapp import wording
from webapp.accounts.card import Card
from webapp.live import Mark
from webapp.wording import Face

RUNS_SHOWN = 20
POSTS_SHOWN = 10


@dataclass(frozen=True)
class RunEntry:
    """One run of the list. `steps` is None while it is closed."""

    run: RunView
    steps: list[StepView] | None

    @property
    def face(self) -> Face:
        return wording.RUN_STATES[self.run.state]

    @property
    def trigger(self) -> str:
        return wording.TRIGGERS[self.run.trigger]

    @property
    def deeds(self) -> str:
        return wording.deeds_words(self.run)

    @property
    def moment(self) -> datetime:
        """When it began, or should begin."""
        return self.run.started_at or self.run.planned_at

    @property
    def took(self) -> timedelta | None:
        if self.run.started_at is None or self.run.ended_at is None:
            return None
        return self.run.ended_at - self.run.started_at

    @property
    def is_ahead(self) -> bool:
        return self.run.state is RunState.QUEUED


@dataclass(frozen=True)
class AccountPage:
    """One account's page."""

    card: Card
    runs: list[RunEntry]
    posts: list[PostView]
    mark: Mark

    @property
    def account(self) -> AccountView:
        return self.card.account


def look_at_account(fleet: Fleet, account_id: str, mark: Mark, open_runs: Collection[int] | None) -> AccountPage:
    """Gather the page. `open_runs` None opens the newest run. Raises KeyError for an unknown account."""
    view = fleet.account_view(account_id)
    runs = fleet.runs(account_id, RUNS_SHOWN)
    to_open = {run.id for run in runs[:1]} if open_runs is None else set(open_runs)
    entries = [RunEntry(run, fleet.steps(account_id, run.id) if run.id in to_open else None) for run in runs]
    return AccountPage(Card(view), entries, fleet.posts(account_id, POSTS_SHOWN), mark)


def post_face(post: PostView) -> Face:
    return wording.POST_STATES.get(post.state) or Face(post.state, "info-circle", "off")


def level_face(step: StepView) -> Face:
    return wording.LEVELS.get(step.level) or wording.LEVELS["info"]
