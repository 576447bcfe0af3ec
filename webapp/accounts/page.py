"""What the account page shows: runs with the steps of those that are open, posts, and their words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.fleet_view import AccountView, Fleet, PostView, RunState, RunView, StepView
from webapp import wording
from webapp.accounts.card import Card, key
from webapp.live import Mark
from webapp.wording import Face

RUNS_SHOWN = 20
POSTS_SHOWN = 10
POSTS_SEARCHED = 1000
_NEEDS_REVIEW = "needs_review"


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
    why_today: str

    @property
    def posts_key(self) -> str:
        """The same while the same posts are in the same states."""
        return key(self.posts)

    @property
    def account(self) -> AccountView:
        return self.card.account


def look_at_account(fleet: Fleet, account_id: str, mark: Mark, open_runs: Collection[int] | None) -> AccountPage:
    """Gather the page. `open_runs` None opens the newest run. Raises KeyError for an unknown account."""
    view = fleet.account_view(account_id)
    runs = fleet.runs(account_id, RUNS_SHOWN)
    to_open = {run.id for run in runs[:1]} if open_runs is None else set(open_runs)
    entries = [RunEntry(run, fleet.steps(account_id, run.id) if run.id in to_open else None) for run in runs]
    return AccountPage(Card(view), entries, _posts(fleet, view), mark, fleet.why_no_post_today(account_id))


def _posts(fleet: Fleet, account: AccountView) -> list[PostView]:
    """The newest posts, before them all that wait for a person's word, however old."""
    newest = fleet.posts(account.id, POSTS_SHOWN)
    if account.needs_review <= sum(map(waits_for_a_person, newest)):
        return sorted(newest, key=lambda post: not waits_for_a_person(post))
    older = fleet.posts(account.id, POSTS_SEARCHED)
    waiting = [post for post in older if waits_for_a_person(post)]
    return waiting + [post for post in newest if not waits_for_a_person(post)]


def waits_for_a_person(post: PostView) -> bool:
    """Whether only a person can say if this post was sent."""
    return post.state == _NEEDS_REVIEW


def post_face(post: PostView) -> Face:
    return wording.POST_STATES.get(post.state) or Face(post.state, "info-circle", "off")


def level_face(step: StepView) -> Face:
    return wording.LEVELS.get(step.level) or wording.LEVELS["info"]
