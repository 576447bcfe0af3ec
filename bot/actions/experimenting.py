"""What a running test says of this run's post: which arm was drawn, and that the record says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.actions.visit import Visit
from bot.planning.assignment import drawn_texts, find_part
from bot.planning.slots import moment_at
from bot.storage.experiments import Assignment, Compared, Experiment

FAR_OFF = timedelta(hours=1)
"""A post that goes out so far from the time that was drawn tells nothing of that time."""


@dataclass(frozen=True)
class Drawn:
    """The arm that a test drew for the slot and day of this run."""

    visit: Visit
    experiment: Experiment
    slot: str
    day: date
    arm: int

    @property
    def own_texts(self) -> frozenset[str]:
        """Keys of the templates that go first; empty where it is no test of texts."""
        return drawn_texts(self.experiment, self.arm)[0]

    @property
    def other_texts(self) -> frozenset[str]:
        """Keys of the templates that do not stand in for them."""
        return drawn_texts(self.experiment, self.arm)[1]

    def enter(self, template: str) -> None:
        """A post of this template is about to go out."""
        if self.experiment.plan.compares is Compared.TEXTS:
            self._enter("" if template in self.own_texts else "another text went out in its place")
            return
        distance = abs(self.visit.clock.now() - self._planned_at())
        allowed = FAR_OFF + timedelta(minutes=self.visit.fleet_settings.stagger_minutes)
        minutes = distance.total_seconds() / 60
        self._enter(f"it went out {minutes:.0f} min from the time that was drawn" if distance > allowed else "")

    def leave_out(self, why: str) -> None:
        """No post goes out."""
        self._enter(why)

    def _planned_at(self) -> datetime:
        words = self.experiment.plan.arms[self.arm][0]
        return moment_at(time.fromisoformat(words), self.day, self.visit.settings.schedule.zone)

    def _enter(self, left_out: str) -> None:
        visit = self.visit
        assignment = Assignment(
            self.experiment.id, visit.folder_key, self.slot, self.day, self.arm, visit.run_id, left_out
        )
        assert visit.experiments is not None
        visit.experiments.enter(assignment, visit.clock.now())


def find_drawn(visit: Visit) -> Drawn | None:
    """What a test drew for this run; None when there is none, and for runs that a person asked for."""
    occasion = visit.journal.slot_date(visit.run_id)
    if visit.experiments is None or occasion is None:
        return None
    name, day = occasion
    slot = next((each for each in visit.settings.schedule.all_slots if each.name == name), None)
    if slot is None:
        return None
    part = find_part(visit.experiments.begun(), visit.folder_key, slot, day, visit.settings.schedule.zone)
    return Drawn(visit, part[0], name, day, part[1]) if part else None
