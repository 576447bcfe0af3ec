"""What the plan page shows: slots with their work in words, and the runs of the coming days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.files_view import AccountFile, FileState
from bot.fleet_view import Trigger
from bot.planning.slots import Occurrence, moment_of
from bot.settings.account import WEEKDAYS, AccountSettings, Policy, Slot
from webapp import wording
from webapp.accounts.card import Action, key
from webapp.files.page import HeadedPage, files, look_at_head, read
from webapp.services import services

DAYS = 7
_BY_A_SLOT = {Trigger.SCHEDULE, Trigger.CATCH_UP}
_RUNS_LOOKED_AT = 50
_SHIFTED = timedelta(minutes=1)


@dataclass(frozen=True)
class SlotEntry:
    """A slot with the words for it."""

    slot: Slot
    settings: AccountSettings

    @property
    def days(self) -> str:
        return days_words(self.slot.weekdays)

    @property
    def work(self) -> list[str]:
        """What it does by itself."""
        return [words for action, words in _deeds(self.slot) if self._policy(action) is Policy.AUTOMATIC]

    @property
    def asked_for(self) -> list[str]:
        """What it looks for and hands to a person on the page Approvals."""
        return [words for action, words in _deeds(self.slot) if self._is_asked_for(action)]

    @property
    def left_out(self) -> list[str]:
        """What its settings name, and the account's policy leaves out."""
        done = (*self.work, *self.asked_for)
        return [words for _, words in _deeds(self.slot) if words not in done]

    @property
    def missed(self) -> str:
        missed = self.slot.missed
        if missed.policy == "skip":
            return "Missed, it is skipped."
        return f"Missed, it is caught up within {missed.within_minutes} min."

    def _is_asked_for(self, action: str) -> bool:
        """Posts are not asked for one by one: those that may not go out by themselves do not go out at all."""
        return action != "post" and self._policy(action) is Policy.APPROVE

    def _policy(self, action: str) -> Policy:
        found: Policy = getattr(self.settings.policy, action)
        return found


@dataclass(frozen=True)
class ComingRun:
    """A run that will be. `shifted_from` is its slot's own time, None when it comes up then."""

    at: datetime
    entry: SlotEntry
    shifted_from: datetime | None


@dataclass(frozen=True)
class PlanPage(HeadedPage):
    """The plan of one account. `settings` is None while its file is broken."""

    state: FileState
    days: Sequence[tuple[str, list[ComingRun]]]

    @property
    def slots(self) -> list[SlotEntry]:
        settings = self.state.settings
        found = [SlotEntry(slot, settings) for slot in settings.schedule.all_slots] if settings else []
        return sorted(found, key=lambda entry: (entry.slot.time, entry.slot.name))

    @property
    def short_of_seats(self) -> str:
        """What the overview says of seats: runs of this account may come late, too."""
        return services().fleet.overview().short_of_seats

    @property
    def are_shifted(self) -> bool:
        """Whether the fleet moves any of its runs."""
        return any(run.shifted_from for _, runs in self.days for run in runs)

    @property
    def button(self) -> Action | None:
        """Pause, or what ends the present rest."""
        card = self.head.card
        return card.pausing or (card.start if card.start.allowed else None)

    @property
    def runs_key(self) -> str:
        """The same while the same runs are to come."""
        runs = [(day, [(run.at, run.entry.slot) for run in runs]) for day, runs in self.days]
        return key(runs, self.holds_still, self.button)

    @property
    def slots_key(self) -> str:
        return key(self.state.mark)


def look_at_plan(account_id: str) -> PlanPage:
    """Answers 404 for an unknown account."""
    head, state = look_at_head(account_id), read(account_id, AccountFile.SETTINGS)
    return PlanPage(head, state, list(_days(account_id, state)))


def _days(account_id: str, state: FileState) -> Iterable[tuple[str, list[ComingRun]]]:
    """The coming runs under the account's own days. A slot that ran today comes up no more today."""
    if state.settings is None:
        return
    settings, zone = state.settings, state.settings.schedule.zone
    runs = services().fleet.runs(account_id, _RUNS_LOOKED_AT)
    done = {(run.slot, run.planned_at.astimezone(zone).date()) for run in runs if run.trigger in _BY_A_SLOT}
    coming = [each for each in files().coming(account_id, DAYS) if (each.slot, each.local_date) not in done]
    today = services().clock.now().astimezone(zone).date()
    for day, found in groupby(coming, key=lambda each: each.planned_at.astimezone(zone).date()):
        yield _day_words(day, today), [_coming_run(settings, each) for each in found]


def _coming_run(settings: AccountSettings, occurrence: Occurrence) -> ComingRun:
    slot = settings.slot(occurrence.slot)
    own = moment_of(slot, occurrence.local_date, settings.schedule.zone)
    shifted = own if occurrence.planned_at - own >= _SHIFTED else None
    return ComingRun(occurrence.planned_at, SlotEntry(slot, settings), shifted)


def _day_words(day: date, today: date) -> str:
    return {0: "Today", 1: "Tomorrow"}.get((day - today).days) or f"{day:%A %d %b}"


def days_words(days: Sequence[str]) -> str:
    """ "Every day", "Mon–Fri", "Sat, Sun"."""
    wanted = [day for day in WEEKDAYS if day in days]
    if len(wanted) == len(WEEKDAYS):
        return "Every day"
    first = WEEKDAYS.index(wanted[0]) if wanted else 0
    if len(wanted) > 2 and tuple(wanted) == WEEKDAYS[first : first + len(wanted)]:
        return f"{wanted[0].title()}–{wanted[-1].title()}"
    return ", ".join(day.title() for day in wanted) or "No day"


def _deeds(slot: Slot) -> list[tuple[str, str]]:
    """(action, words) of what a slot is set to do."""
    found = [("post", f"a {slot.post} post")] if slot.post != "none" else []
    if slot.like:
        found.append(("like", f"{wording.counted(slot.like, 'like', 'likes')} from {slot.like_from}"))
    if slot.follow:
        found.append(("follow", f"{wording.counted(slot.follow, 'follow', 'follows')} from {slot.follow_from}"))
    if slot.reply:
        found.append(("reply", f"{wording.counted(slot.reply, 'reply', 'replies')} from {slot.reply_from}"))
    return found
