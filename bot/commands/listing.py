"""`--list-accounts`: every account, and how it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.answer import Answer
from bot.commands.onlooker import WHERE_NONE, Onlooker
from bot.commands.table import table
from bot.errors import StorageError
from bot.fleet_view import AccountView, RunView

_HEADINGS = ("id", "handle", "state", "posts today", "followers", "next run", "last run", "why")


def list_accounts(onlooker: Onlooker, width: int = 0, only: str = "") -> Answer:
    """A row for each account, or for this one. Times are in each account's own zone. Raises AviaryError."""
    views = [onlooker.account(onlooker.find(only))] if only else onlooker.accounts()
    accounts = [(view, _last_run(onlooker, view)) for view in views]
    problems, warnings = onlooker.problems(), onlooker.warnings()
    rows = [_row(view, run) for view, run in accounts]
    text = table(_HEADINGS, rows, width) if rows else f"There is no account: {onlooker.why_none()}. {WHERE_NONE}"
    told = [f"problem: {problem}" for problem in problems]
    told += [f"warning: {warning}" for warning in warnings]
    told += [f"warning: {view.id}: {warning}" for view, _ in accounts for warning in view.warnings]
    data = {"accounts": [_data(view, run) for view, run in accounts], "problems": problems, "warnings": warnings}
    return Answer("\n".join([text, *told]), data)


def _last_run(onlooker: Onlooker, view: AccountView) -> RunView | None:
    member = onlooker.registry.members.get(view.id)
    try:
        return onlooker.last_run(member) if member else None
    except StorageError:
        return None  # its state says that the database is damaged


def _row(view: AccountView, run: RunView | None) -> tuple[str, ...]:
    zone = ZoneInfo(view.timezone)
    return (
        view.id,
        f"@{view.handle}" if view.handle else "",
        view.state.kind.replace("_", " "),
        "" if view.posts_limit is None else f"{view.posts_today}/{view.posts_limit}",
        "" if view.followers is None else str(view.followers),
        f"{view.next_slot} {local(view.next_run, zone)}" if view.next_run else "",
        f"{run.slot} {run.state} {local(run.started_at or run.planned_at, zone)}" if run else "",
        view.state.reason,
    )


def _data(view: AccountView, run: RunView | None) -> dict[str, Any]:
    return {
        "id": view.id,
        "name": view.name,
        "handle": view.handle,
        "folder": view.folder,
        "enabled": view.enabled,
        "groups": list(view.groups),
        "state": view.state.kind,
        "reason": view.state.reason,
        "remedy": view.state.remedy,
        "warnings": list(view.warnings),
        "until": moment(view.state.until),
        "posts_today": view.posts_today,
        "posts_limit": view.posts_limit,
        "likes_today": view.likes_today,
        "follows_today": view.follows_today,
        "followers": view.followers,
        "following": view.following,
        "next_slot": view.next_slot,
        "next_run": moment(view.next_run),
        "last_run": run and {"slot": run.slot, "state": run.state, "at": moment(run.started_at), "reason": run.reason},
        "timezone": view.timezone,
    }


def moment(at: datetime | None) -> str | None:
    """A UTC moment as JSON takes it."""
    return at.isoformat(timespec="seconds") if at else None


def local(at: datetime, zone: ZoneInfo) -> str:
    """A moment on the account's clock: "2026-03-02 08:00"."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
