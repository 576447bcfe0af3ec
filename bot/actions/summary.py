"""The day of the account in one line, for the record and for the old activity_log. Needs nothing of x.com."""

from __future__ import annotations

from bot.actions.visit import ActionResult, Visit
from bot.storage.metrics import DayCounts


def perform(visit: Visit) -> ActionResult:
    """Say what the account did today and how its followers changed. Raises StorageError."""
    told = "; ".join(part for part in (_deeds(visit.metrics.day(visit.today())), _followers(visit)) if part)
    visit.note(f"the day so far: {told}", "good")
    visit.metrics.log_activity("daily_summary", told, success=True)
    return ActionResult("summary", done=1)


def _deeds(counts: DayCounts) -> str:
    return ", ".join(
        _counted(number, word)
        for number, word in ((counts.posts, "post"), (counts.likes, "like"), (counts.follows, "follow"))
    ) + (f", {counts.replies} {'reply' if counts.replies == 1 else 'replies'}" if counts.replies else "")


def _followers(visit: Visit) -> str:
    """ "123 followers, 5 more than at the reading before"; "" before the first reading of today."""
    reading = visit.metrics.followers(visit.today())
    if reading is None:
        return ""
    change = reading.gained
    since = f", {abs(change)} {'more' if change > 0 else 'fewer'} than at the reading before" if change else ""
    return f"{_counted(reading.followers, 'follower')}{since}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
