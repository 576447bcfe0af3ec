"""What if: the form of a change that is tried out, and both weeks beside each other in words and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from bot.fleet_view import AccountView
from bot.forecast_view import Changes, Forecast, ForecastRun, Outcome, SlotChange
from bot.settings.account import WEEKDAYS
from bot.storage.planned_posts import QUEUE_SLOT
from webapp.week.page import counts_of
from webapp.week.telling import is_written, tell
from webapp.wording import counted

LIMITS = {
    "tweets_per_hour": "Posts an hour",
    "tweets_per_day": "Posts a day",
    "likes_per_hour": "Likes an hour",
    "likes_per_day": "Likes a day",
    "follows_per_hour": "Follows an hour",
    "follows_per_day": "Follows a day",
}
GLOBAL_LIMITS = {
    "all_tweets_per_hour": "Posts an hour, all accounts",
    "all_likes_per_hour": "Likes an hour, all accounts",
    "all_follows_per_hour": "Follows an hour, all accounts",
    "all_replies_per_hour": "Replies an hour, all accounts",
}
MOST, MOST_SEATS = 1000, 64
SHOWN = 100
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Form:
    """What was sent, and what it means. `wrong` is by field."""

    values: Mapping[str, str]
    weekdays: Sequence[str]
    changes: Changes
    wrong: Mapping[str, str] = field(default_factory=dict)


def read_form(args: MultiDict[str, str]) -> Form:
    """The change that the address names."""
    values = {
        key: args.get(key, "").strip()
        for key in ("account", "group", "slot", "time", "switch", "template", "joins", "leaves")
    }
    values |= {key: args.get(key, "").strip() for key in (*LIMITS, *GLOBAL_LIMITS, "seats")}
    weekdays = [day for day in WEEKDAYS if day in args.getlist("weekdays")]
    wrong: dict[str, str] = {}
    limits = _numbers(values, LIMITS, wrong, MOST)
    global_limits = {key[4:]: value for key, value in _numbers(values, GLOBAL_LIMITS, wrong, MOST).items()}
    seats = _numbers(values, ["seats"], wrong, MOST_SEATS).get("seats")
    if seats == 0:
        wrong["seats"] = "At least 1."
    for name in ("joins", "leaves"):
        if values[name] and not (values["account"] or values["group"]):
            wrong[name] = "Say for whom: choose an account or a group above."
    changes = Changes(
        accounts=(values["account"],) if values["account"] else (),
        groups=(values["group"],) if values["group"] else (),
        slot=_slot(values, weekdays, wrong),
        limits=limits,
        global_limits=global_limits,
        seats=seats,
        template=values["template"],
        joins=values["joins"],
        leaves=values["leaves"],
    )
    return Form(values, weekdays, changes, wrong)


def check_slot(form: Form, accounts: Sequence[AccountView]) -> Form:
    """The form, which says so when none of those it is for has the slot."""
    changes = form.changes
    slots = {slot for each in accounts if changes.are_for(each.id, each.groups) for slot in each.slots}
    if changes.slot is None or changes.slot.slot in slots or changes.template:
        return form
    known = ", ".join(sorted(slots)) or "none"
    return replace(form, wrong={"slot": f"None of these accounts has a slot of this name. Their slots: {known}."})


def _slot(values: Mapping[str, str], weekdays: Sequence[str], wrong: dict[str, str]) -> SlotChange | None:
    at = values["time"]
    if at and not _TIME.fullmatch(at):
        wrong["time"] = "A time of day, such as 08:30."
        return None
    enabled = {"on": True, "off": False}.get(values["switch"])
    is_asked = bool(at or weekdays or enabled is not None)
    if is_asked and not values["slot"]:
        wrong["slot"] = "Name the slot that is changed."
    if not is_asked or not values["slot"]:
        return None
    return SlotChange(values["slot"], time.fromisoformat(at) if at else None, tuple(weekdays) or None, enabled)


def _numbers(
    values: Mapping[str, str], names: Sequence[str] | Mapping[str, str], wrong: dict[str, str], most: int
) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        if not values[name]:
            continue
        if values[name].isascii() and values[name].isdecimal() and int(values[name][:9]) <= most:
            found[name] = int(values[name])
        else:
            wrong[name] = f"A whole number from 0 to {most}."
    return found


@dataclass(frozen=True)
class Differing:
    """A run that is another one with the change. One of the two is None for a run that only one week has."""

    before: ForecastRun | None
    after: ForecastRun | None

    @property
    def any(self) -> ForecastRun:
        found = self.after or self.before
        assert found is not None
        return found

    def told(self, zone: str) -> tuple[tuple[str, str], tuple[str, str]]:
        """Both in words, each with why it does not do all."""
        clock = ZoneInfo(zone)
        return tell(self.before, self.after, clock), tell(self.after, self.before, clock)


@dataclass(frozen=True)
class Comparison:
    """Both weeks."""

    before: Forecast
    after: Forecast
    differing: Sequence[Differing]
    words: Sequence[str]

    @property
    def numbers(self) -> list[tuple[str, int, int]]:
        """(what, now, with the change)."""
        has_queues = any(run.group for run in (*self.before.runs, *self.after.runs))
        then = counts_of(self.after.runs, has_queues=has_queues)
        return [
            (words, number, then[words]) for words, number in counts_of(self.before.runs, has_queues=has_queues).items()
        ]

    @property
    def accounts(self) -> Sequence[str]:
        """Those with a run that differs, in the order of their first one."""
        return list(dict.fromkeys(each.any.account_id for each in self.differing))

    @property
    def shown(self) -> Sequence[Differing]:
        return self.differing[:SHOWN]

    @property
    def hidden(self) -> int:
        return max(0, len(self.differing) - SHOWN)


def compare(before: Forecast, after: Forecast) -> Comparison:
    """What the change changes, in words and run by run."""
    old, new = _by_key(before), _by_key(after)
    keys = dict.fromkeys([*old, *new])
    both = [Differing(old.get(key), new.get(key)) for key in keys if _told(old.get(key)) != _told(new.get(key))]
    both.sort(key=lambda each: (each.any.planned_at, each.any.account_id))
    return Comparison(before, after, both, _in_words(before, after, len(both)))


def _by_key(forecast: Forecast) -> dict[Key, ForecastRun]:
    """By slot and date; posts with a moment have one name for their slot, and may have several tries."""
    return {
        (run.account_id, run.slot, run.local_date, run.planned_at.isoformat() if run.slot == QUEUE_SLOT else ""): run
        for run in forecast.runs
    }


def _told(run: ForecastRun | None) -> Any:
    """What of a run a person would call another one; a minute more or less is none."""
    if run is None:
        return None
    minute = run.at.replace(second=0, microsecond=0)
    return (
        run.planned_at,
        minute,
        run.outcome,
        run.cause,
        run.is_posted,
        run.likes,
        run.follows,
        run.replies,
        run.text if is_written(run) else "",
    )


def _in_words(before: Forecast, after: Forecast, differing: int) -> list[str]:
    if not differing:
        return ["Nothing changes in the coming week."]
    parts = [
        _more_or_fewer(before, after, lambda run: run.is_posted, "post", "posts"),
        _more_or_fewer(before, after, lambda run: run.likes, "like", "likes"),
        _more_or_fewer(before, after, lambda run: run.follows, "follow", "follows"),
        _more_or_fewer(before, after, lambda run: run.outcome is Outcome.LEFT_OUT, "run left out", "runs left out"),
    ]
    found = [part for part in parts if part]
    longest, then = _longest_wait(before), _longest_wait(after)
    return (
        [*found, f"The longest wait of a run is {_minutes(then)} (now {_minutes(longest)})."]
        if then or longest
        else found
    )


def _more_or_fewer(before: Forecast, after: Forecast, count: Callable[[ForecastRun], int], one: str, many: str) -> str:
    """ "7 fewer posts."; "1 more run is left out." of what is called a "run left out"."""
    change = sum(count(run) for run in after.runs) - sum(count(run) for run in before.runs)
    if not change:
        return ""
    what, _, state = (one if abs(change) == 1 else many).partition(" ")
    words = f"{abs(change):,} {'more' if change > 0 else 'fewer'} {what}"
    return f"{words} {'is' if abs(change) == 1 else 'are'} {state}." if state else f"{words}."


def _longest_wait(forecast: Forecast) -> timedelta:
    began = (run.waits for run in forecast.runs if run.started_at is not None)
    return max(began, default=timedelta(0))


def _minutes(time: timedelta) -> str:
    return counted(round(time.total_seconds() / 60), "minute", "minutes") if time else "none"
