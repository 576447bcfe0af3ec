"""Send a post that a person wrote: the one of this run, or the next that waits for a slot. At most once, ever.

What keeps it from going out twice is the journal's protocol (bot/actions/post.py) and one line more of the database:
a written post has no second intent unless the first was proven to have failed. What comes of the intent is the state
of the post, so that no crash parts the two.
"""

from __future__ import annotations

from pathlib import Path

from bot.actions.holding import Going, TextHold
from bot.actions.post import (
    find_media,
    posted_before,
    repeats,
    send,
    tell_limited,
    tell_not_posted,
)
from bot.actions.visit import ActionResult, Visit
from bot.content.length import why_unfit
from bot.errors import LimitReached, MediaRefused, Stopped, sentences
from bot.settings.account import Policy
from bot.storage.journal import Origin
from bot.storage.planned_posts import PlannedPost, PostState
from bot.x.contract import Draft

KIND = "queued"
"""What the journal calls such posts, beside promo and value."""
_CHANGED = "somebody changed the queued post meanwhile"


def perform(visit: Visit) -> ActionResult:
    """Send the post that this run was made for. Raises as `bot.actions.post.perform` does."""
    before = posted_before(visit)
    if before is not None:
        return before
    post = visit.posts.of_run(visit.run_id)
    if not visit.posts.is_unchanged(post) or post.due_at is None or post.due_at > visit.clock.now():
        visit.note(f"{_name(post)} was changed, moved or deleted meanwhile: nothing is sent by this run")
        return ActionResult("post")
    visit.note(f"{_name(post)}, written for {visit.in_words(post.at or post.due_at)}")
    if visit.settings.policy.post is Policy.OFF:
        return tell_not_posted(visit, "posting is set to “off” for this account")
    why, media = _check(visit, post)
    return _give_up(visit, post, why) if why else _try(visit, post, media)


def perform_next(visit: Visit) -> ActionResult | None:
    """Send the post that waits for a slot; None when none does, so that a template may go out.

    One that cannot go out as it is is left to a person, and the one behind it has its turn.
    """
    if visit.settings.policy.post is Policy.OFF or posted_before(visit) is not None:
        return None  # what comes next says so
    visit.posts.give_up_worn()
    while (post := visit.posts.next_free()) is not None:
        why, media = _check(visit, post)
        if not why:
            visit.note(f"{_name(post)} goes before a template")
            return _try(visit, post, media)
        _give_up(visit, post, why)
    return None


def _try(visit: Visit, post: PlannedPost, media: tuple[Path, ...]) -> ActionResult:
    """Send what was checked, unless a guard or a limit holds it back or somebody changes it before the click."""
    hold = TextHold(visit)
    why = hold.take(post.text)
    if why:
        return _give_up(visit, post, f"its text {why}")
    try:
        visit.check_turn()
        permit = visit.take_permit("post")
    except LimitReached as limit:
        hold.release()
        return tell_limited(visit, limit)
    intent = _take(visit, post, permit)
    if intent is None:
        hold.release()
        visit.permits.give_back(permit)
        visit.note(f"{_CHANGED}: nothing is sent by this run")
        return ActionResult("post")

    def is_unchanged() -> None:
        if not visit.posts.is_unchanged(post):
            raise Stopped(_CHANGED)

    return send(
        visit,
        Going(intent, permit, hold),
        Draft(post.text, media),
        name=_name(post),
        check=is_unchanged,
        refused=lambda reason: visit.posts.give_up(post.id, PostState.FAILED, reason),
    )


def _take(visit: Visit, post: PlannedPost, permit: int) -> int | None:
    """Bind the post to an intent; None when it is not as it was read any more. Both or neither."""
    with visit.journal.together():
        if not visit.posts.is_unchanged(post):
            return None
        now = visit.clock.now()
        return visit.journal.intend(visit.run_id, KIND, "", post.text, post.media, permit, now, Origin(post.id))


def _check(visit: Visit, post: PlannedPost) -> tuple[str, tuple[Path, ...]]:
    """Why the post cannot go out as it is, "" when it can; and its files."""
    unfit = why_unfit(post.text)
    if unfit:
        return f"its text {unfit}", ()
    repeat = repeats(visit)(post.text)
    if repeat:
        return f"its text {repeat}", ()
    try:
        return "", find_media(visit.folder, post.media)
    except MediaRefused as refusal:
        return sentences(refusal.message, refusal.remedy), ()


def _give_up(visit: Visit, post: PlannedPost, why: str) -> ActionResult:
    visit.posts.give_up(post.id, PostState.FAILED, why)
    visit.note(sentences(f"{_name(post)} was not sent: {why}", "Change it in the queue"), "error")
    return ActionResult("post", shortfalls=(f"{_name(post)} was not sent: {why}",))


def _name(post: PlannedPost) -> str:
    return f"queued post of {post.who}"
