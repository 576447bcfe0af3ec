"""What the page of a group's queue shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import abort, url_for

from bot.content.length import weighted_length, why_unfit
from bot.fleet_view import AccountView
from bot.group_queue_view import GroupQueueLook, GroupQueues, RotatingPost
from bot.storage.group_queues import GroupPost
from webapp.overview.selection import group_counts
from webapp.queue.form import AT, SLOT, PostForm
from webapp.queue.notice import Notice, take_notice
from webapp.services import services

ONE, MANY = "one", "many"


@dataclass(frozen=True)
class RotationPage:
    """The queue of one group."""

    look: GroupQueueLook
    form: PostForm
    media: Sequence[str]
    others: Sequence[str]  # the other groups
    accounts: Sequence[AccountView]
    kind: str = ONE  # what the form's text is: one post, or one a paragraph
    notice: Notice | None = None
    left: Sequence[tuple[str, str]] = ()  # texts that were not entered, and why
    short_of_seats: str = ""  # what the overview warns of

    @property
    def group(self) -> str:
        return self.look.group

    @property
    def zone(self) -> str:
        return str(self.look.zone)

    @property
    def is_empty(self) -> bool:
        return not (self.look.waiting or self.look.given or self.look.asks or self.look.sent)

    @cached_property
    def names(self) -> dict[str, str]:
        """Account id -> its name."""
        return {account.id: account.name for account in self.accounts}

    def name_of(self, account_id: str) -> str:
        """The id itself for an account that is not in the list any more."""
        return self.names.get(account_id, account_id)

    def handle_of(self, account_id: str) -> str:
        return next((each.handle for each in self.accounts if each.id == account_id), "")

    @property
    def length(self) -> tuple[int, str]:
        """How long the form's text is as X counts it, and why it does not do."""
        return weighted_length(self.form.text), why_unfit(self.form.text) if self.form.text.strip() else ""


def queues() -> GroupQueues:
    return services().fleet.group_queues


def look_at_rotation(
    group: str, form: PostForm | None = None, kind: str = ONE, left: Sequence[tuple[str, str]] = ()
) -> RotationPage:
    """Answers 404 for a group without accounts and posts."""
    fleet = services().fleet.overview()
    accounts = fleet.accounts
    names = [name for name, _ in group_counts(accounts)]
    if group not in names and group not in queues().counts():
        abort(404, f"No account is in a group “{group}”, and no post waits for it.")
    others = [name for name in names if name != group]
    look = queues().look(group)
    media, notice = queues().media(), take_notice()
    return RotationPage(look, form or PostForm(), media, others, accounts, kind, notice, left, fleet.short_of_seats)


def find_post(group: str, key: str) -> RotatingPost:
    """The post, else 404."""
    try:
        return queues().find(group, key)
    except KeyError:
        abort(404, "This post is not in the queue of the group any more.")


def form_of(post: GroupPost, look: GroupQueueLook) -> PostForm:
    """What the form of a post begins with."""
    local = post.at.astimezone(look.zone) if post.at else None
    return PostForm(
        post.text,
        post.media,
        AT if local else SLOT,
        f"{local:%Y-%m-%d}" if local else "",
        f"{local:%H:%M}" if local else "",
    )


def address_of(group: str) -> str:
    return url_for("rotation.show", name=group)
