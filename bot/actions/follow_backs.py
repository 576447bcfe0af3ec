"""Look whether people that were followed follow back: a few of them a run, on their own profiles. Changes nothing."""

from __future__ import annotations

from datetime import timedelta

from bot.actions.visit import ActionResult, Visit
from bot.errors import BrowserDied, TargetGone, Unavailable

LOOKED_AT = 3
"""So many profiles a run opens for it: each is a page load that x.com sees."""
_FIRST_LOOK, _LAST_LOOK = timedelta(days=1), timedelta(days=30)
_AGAIN_AFTER = timedelta(days=7)


def perform(visit: Visit) -> ActionResult:
    """Look at up to LOOKED_AT people followed a day to a month ago. Raises Trouble of the account, Stopped."""
    now = visit.clock.now()
    followed = (now - _LAST_LOOK, now - _FIRST_LOOK)
    people = visit.journal.followed_unseen(followed, now - _AGAIN_AFTER, LOOKED_AT)
    back = 0
    for number, handle in enumerate(people):
        if number:
            visit.pause_between()
        try:
            back += _look(visit, handle)
        except Unavailable as trouble:
            if isinstance(trouble, BrowserDied):
                raise
            visit.note(f"whether people follow back could not be seen: {trouble.message}", "warning")
            break
    if people:
        visit.note(f"looked whether {len(people)} followed before follow back: {back} do")
    return ActionResult("follow back", len(people))


def _look(visit: Visit, handle: str) -> bool:
    """Whether the person follows back; a profile that is gone tells nothing."""
    try:
        follows = visit.client.read_profile(handle).follows_reader
    except TargetGone:
        follows = None
    visit.journal.enter_follow_back(handle, follows, visit.clock.now())
    return bool(follows)
