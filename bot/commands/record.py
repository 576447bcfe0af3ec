"""`--why ACCOUNT`: why it posted or did not, and the record of every decision and step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.answer import Answer
from bot.commands.listing import local, moment
from bot.commands.onlooker import Onlooker
from bot.commands.table import table
from bot.fleet.records import AccountRecords, why_view
from bot.fleet.why_today import why_no_post_today
from bot.fleet_view import AccountView, WhyView

LEVELS = ("info", "good", "warning", "error")


@dataclass(frozen=True)
class Narrowing:
    """Which entries are wanted: the newest `limit`, of these levels (none: all), with these words."""

    limit: int = 50
    levels: Sequence[str] = ()
    words: str = ""


def tell_why(onlooker: Onlooker, name: str, narrowing: Narrowing, width: int = 0) -> Answer:
    """One line on today, then the record, newest first. Raises AviaryError for an unknown account, StorageError."""
    member = onlooker.find(name)
    view = onlooker.account(member)
    now = onlooker.clock.now()

    def look(records: AccountRecords) -> tuple[str, list[WhyView]]:
        steps = records.journal.history(narrowing.limit, levels=narrowing.levels, words=narrowing.words)
        return why_no_post_today(records, view, now), [why_view(step) for step in steps]

    nothing: tuple[str, list[WhyView]] = ("It has done nothing yet.", [])
    today, record = onlooker.read(member, look, nothing)
    return Answer(_text(view, today, record, width), _data(view, today, record))


def _text(view: AccountView, today: str, record: Sequence[WhyView], width: int) -> str:
    zone = ZoneInfo(view.timezone)
    rows = [(local(each.at, zone), each.level, each.slot, _words(each, zone)) for each in record]
    heading = f"{view.name} (@{view.handle})" if view.handle else view.name
    told = table((f"when ({view.timezone})", "level", "slot", "what"), rows, width) if rows else "No entry."
    return f"{heading}\n{today}\n\n{told}"


def _words(entry: WhyView, zone: ZoneInfo) -> str:
    again = f"; tried again {local(entry.next_at, zone)}" if entry.next_at else ""
    picture = f"; picture: data/evidence/{entry.evidence}.png" if entry.evidence else ""
    return f"{entry.text}{again}{picture}"


def _data(view: AccountView, today: str, record: Sequence[WhyView]) -> dict[str, Any]:
    return {
        "account": {"id": view.id, "name": view.name, "handle": view.handle, "timezone": view.timezone},
        "today": today,
        "record": [
            {
                "id": each.id,
                "at": moment(each.at),
                "level": each.level,
                "run_id": each.run_id,
                "slot": each.slot,
                "text": each.text,
                "next_at": moment(each.next_at),
                "evidence": each.evidence,
            }
            for each in record
        ],
    }
