"""Sending what is written down as an intent, a post or a reply, at most once.

The order of writes is the promise: intent, then `sending`, then the one click, then the proof. The permit is dated anew
right before `sending`: what counts is when x.com gets it. See docs/architecture.md, "Never twice, never lost".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.actions.holding import Going
from bot.actions.reconcile import reconcile, record_sent
from bot.actions.visit import Visit
from bot.errors import (
    AccountLocked,
    AccountSuspended,
    ActionRefused,
    ChallengeShown,
    Consequence,
    DuplicateRefused,
    LimitReached,
    MediaRefused,
    PostLimitReached,
    ProxyRefused,
    SessionExpired,
    SlowDown,
    Stopped,
    Trouble,
)
from bot.excerpts import excerpt
from bot.storage.journal import IntentState

# x.com's own no after the click: the post surely does not stand. Anything else after the click proves nothing.
_REFUSALS = (ActionRefused, DuplicateRefused, MediaRefused, PostLimitReached, SlowDown)
# Told by the page that came after the click, not by the answer to it: x.com may have taken the post before.
_TOLD_BY_THE_PAGE = (AccountLocked, AccountSuspended, ChallengeShown, ProxyRefused, SessionExpired)
_PAST = {"post": "posted", "reply": "replied"}

Delivery = Callable[[Callable[[], None]], str]
"""Types and clicks; is handed what must be called right before the click, and returns the id."""


@dataclass(frozen=True)
class Sent:
    """What came of it: SENT, FAILED (surely not sent), SENDING or NEEDS_REVIEW (nobody knows yet)."""

    state: IntentState
    why: str = ""
    limit: LimitReached | None = None  # held it back before the click
    was_looked_for: bool = False  # its answer was lost
    refusal: str = ""  # x.com does not take one like this, and says why


def deliver(
    visit: Visit,
    action: str,
    going: Going,
    delivery: Delivery,
    *,
    check: Callable[[], None] = lambda: None,
) -> Sent:
    """Deliver what its intent says and settle it by what came of it; `action` is post or reply.

    `check` has the last word before the click, by raising Stopped. Raises Trouble that concerns the account or the
    run, and Stopped.
    """
    clicked = False

    def before_send() -> None:
        nonlocal clicked
        visit.renew_permit(action, going.permit)
        with visit.journal.together():
            check()
            visit.journal.mark_sending(going.intent, visit.clock.now())
        clicked = True

    try:
        tweet_id = delivery(before_send)
    except Trouble as trouble:
        return _not_delivered(visit, action, going, trouble, clicked=clicked)
    except LimitReached as limit:
        _withdraw(visit, going, limit.message)
        return Sent(IntentState.FAILED, limit.message, limit)
    except Stopped as stopped:
        if not clicked:
            _withdraw(visit, going, f"stopped before sending: {stopped.message}")
            visit.note(f"stopped before the {action} was sent")
        raise
    _record_sent(visit, going, tweet_id)
    return Sent(IntentState.SENT)


def _record_sent(visit: Visit, going: Going, tweet_id: str) -> None:
    record_sent(visit, visit.journal.intent(going.intent), tweet_id, visit.clock.now())
    going.hold.confirm()


def _not_delivered(visit: Visit, action: str, going: Going, trouble: Trouble, *, clicked: bool) -> Sent:
    """Trouble on the way: surely not sent, or nobody knows. Raises the trouble that is not of this post alone."""
    if clicked and isinstance(trouble, _TOLD_BY_THE_PAGE):
        visit.note(f"the {action} may have gone out; it is looked for when the account works again", "warning")
        raise trouble
    if clicked and not isinstance(trouble, _REFUSALS):
        return _undecided(visit, action, going, trouble)
    _withdraw(visit, going, trouble.message)
    if trouble.consequence is not Consequence.ACTION_FAILED:
        raise trouble
    why = f"not {_PAST[action]}: {trouble.message}"
    visit.note(why, "error", trouble)
    return Sent(IntentState.FAILED, why, refusal=trouble.message)


def _undecided(visit: Visit, action: str, going: Going, trouble: Trouble) -> Sent:
    """The click was made and nobody knows what came of it: look whether it stands, never click again."""
    where = "on the profile" if action == "post" else "below the post it answers"
    told = f"the answer to the {action} was lost ({trouble.message}); looking for it {where}"
    visit.note(told, "warning", trouble)
    reconcile(visit)
    going.hold.settle()
    # a person may have decided it meanwhile
    return Sent(visit.journal.intent(going.intent).state, was_looked_for=True)


def _withdraw(visit: Visit, going: Going, why: str) -> None:
    """It was surely not sent: permit and text are free again, unless a person called it sent meanwhile."""
    if visit.journal.settle(going.intent, IntentState.FAILED, visit.clock.now(), reason=why):
        visit.permits.give_back(going.permit)
        going.hold.release()


def short(text: str) -> str:
    """One line for the record."""
    return excerpt(text, 80)
