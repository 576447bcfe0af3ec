"""The one line that answers: why did this account not post today?"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import in_words
from bot.fleet.records import AccountRecords
from bot.fleet_view import AccountView, StateKind
from bot.settings.account import RESERVED_SLOT_NAMES
from bot.storage.journal import RunRecord

_RUNS_A_DAY = 100
_HOLDING = {
    StateKind.BROKEN,
    StateKind.NEEDS_ATTENTION,
    StateKind.LIMITED,
    StateKind.FAILING,
    StateKind.PAUSED,
    StateKind.STOPPED,
    StateKind.DISABLED,
}


def why_no_post_today(records: AccountRecords, view: AccountView, now: datetime) -> str:
    """What it posted today, or what kept it from posting, slot by slot, and when it tries again."""
    zone = ZoneInfo(view.timezone)
    today = now.astimezone(zone).date()
    runs = [run for run in records.journal.runs(_RUNS_A_DAY) if run.planned_at.astimezone(zone).date() == today]
    posted = sum(run.posts for run in runs)
    if posted:
        return f"Posted {posted} {'time' if posted == 1 else 'times'} today."
    reasons = [f"{run.slot}: {_reason(run)}" for run in reversed(runs) if run.slot not in RESERVED_SLOT_NAMES]
    told = "; ".join(reasons) if reasons else "no slot has come up yet today"
    return f"Not posted today: {told}. {_outlook(view, zone, now)}"


def _reason(run: RunRecord) -> str:
    if run.reason:
        return run.reason
    return {"running": "at work now", "queued": "waits for a seat", "done": "the slot has no post"}.get(
        run.state, run.state
    )


def _outlook(view: AccountView, zone: ZoneInfo, now: datetime) -> str:
    if view.state.kind in _HOLDING:
        until = f" until {in_words(view.state.until, now, zone)}" if view.state.until else ""
        return f"Now {view.state.kind.value.replace('_', ' ')}{until}: {view.state.reason or 'by its file'}."
    if view.next_run is None:
        return "No slot is switched on."
    return f"Next: {view.next_slot}, {in_words(view.next_run, now, zone)}."
