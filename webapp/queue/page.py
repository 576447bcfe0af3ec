"""What the queue page of an account shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn
from zoneinfo import ZoneInfo

from flask import abort

from bot.clock import zone_of
from bot.content.length import MAX_WEIGHT, weighted_length, why_unfit
from bot.content.media_library import MediaItem
from bot.queue_view import PostQueues, QueueLook
from bot.storage.planned_posts import PlannedPost, PostState
from webapp.accounts.card import key
from webapp.accounts.finding import find_account
from webapp.files.page import HeadedPage, look_at_head
from webapp.queue.form import PostForm
from webapp.queue.notice import Notice, take_notice
from webapp.services import services

MEDIA_OFFERED = 120
_LONGEST_COUNTED = 4000
_ASKS = {PostState.FAILED, PostState.MISSED, PostState.NEEDS_REVIEW}


@dataclass(frozen=True)
class Length:
    """How long a text is as X counts it, and why it does not do."""

    count: int | None
    problem: str

    @property
    def most(self) -> int:
        return MAX_WEIGHT


@dataclass(frozen=True)
class QueuePage(HeadedPage):
    """The queue of one account."""

    look: QueueLook
    form: PostForm
    media: Sequence[MediaItem]
    notice: Notice | None = None

    @property
    def length(self) -> Length:
        """Of the form's text."""
        return length_of(self.form.text)

    @property
    def asks(self) -> list[PlannedPost]:
        """Those that need a person."""
        return [post for post in self.look.posts if post.state in _ASKS]

    @property
    def dated(self) -> list[PlannedPost]:
        return [post for post in self.look.posts if post.at and post.state in {PostState.QUEUED, PostState.SENDING}]

    @property
    def waiting(self) -> list[PlannedPost]:
        return [post for post in self.look.posts if not post.at and post.state in {PostState.QUEUED, PostState.SENDING}]

    @property
    def drafts(self) -> list[PlannedPost]:
        return [post for post in self.look.posts if post.state is PostState.DRAFT]

    @property
    def holds(self) -> str:
        """Why nothing of it goes out; "" when it does."""
        return f"the account is {self.holds_still}" if self.holds_still else self.look.holds

    @property
    def key(self) -> str:
        """The same while the same is shown."""
        return key(self.look, self.holds)


def queues() -> PostQueues:
    return services().fleet.queues


def look_at_queue(account_id: str, form: PostForm | None = None) -> QueuePage:
    """Answers 404 for an unknown account, 409 while its settings cannot be read."""
    head = look_at_head(account_id)
    try:
        look = queues().look(account_id)
    except KeyError:
        refuse_unread(account_id)
    return QueuePage(head, look, form or PostForm(), media_of(account_id), take_notice())


def refuse_unread(account_id: str) -> NoReturn:
    """For an account without usable settings: answers 404 or 409."""
    find_account(account_id)
    abort(409, "The settings of this account cannot be read. Put them right first; its queue stays as it is.")


def find_post(account_id: str, post_id: int) -> PlannedPost:
    """The post, else 404."""
    find_account(account_id)
    try:
        return queues().find(account_id, post_id)
    except KeyError:
        abort(404, "This post is not in the queue any more.")


def zone_of_account(account_id: str) -> ZoneInfo:
    """The clock of the account."""
    zone = zone_of(find_account(account_id).timezone)
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")


def media_of(account_id: str) -> Sequence[MediaItem]:
    """The files that a post may take."""
    try:
        return [item for item in services().fleet.media.look(account_id, limit=MEDIA_OFFERED).items if item.facts]
    except KeyError:
        return ()


def length_of(text: str) -> Length:
    """How long the text is by X's own rules."""
    count = weighted_length(text) if len(text) <= _LONGEST_COUNTED else None
    return Length(count, why_unfit(text) if text.strip() else "")
