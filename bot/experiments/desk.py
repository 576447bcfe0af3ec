"""ExperimentDesk: tests planned by people, looked at and ended by themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

import structlog

from bot.clock import Clock
from bot.errors import StorageError
from bot.experiments.measuring import Mark, measure, tally_of
from bot.experiments.prospect import AreAlike, content_of, full_about, has_both, look_ahead, posts_per_week
from bot.experiments.view import ExperimentPlace, ExperimentView, Prospect, Tally, Wanted, WinnerChange
from bot.experiments.winning import changes_of, use_winner
from bot.files_view import AccountFiles
from bot.refusal import Refusal
from bot.storage.experiments import Compared, Experiment, Experiments, ExperimentState, Look, Plan, Verdict

_NOT_RUNNING = Refusal("This test does not run any more.")
_log = structlog.get_logger(__name__)


class ExperimentDesk:
    """Safe for threads. `store` and `places` are asked at each look; `changed` is told whose slots have other times.

    The seeds from which arms are drawn come from `random`.

    Methods with an id raise KeyError for an unknown one. What a person asks for is answered with a line in words; one
    that says no is a `Refusal`.
    """

    def __init__(
        self,
        store: Callable[[], Experiments],
        places: Callable[[], Sequence[ExperimentPlace]],
        clock: Clock,
        files: Callable[[], AccountFiles],
        changed: Callable[[Sequence[str]], None],
        are_alike: AreAlike,
        random: Random,
    ) -> None:
        self._store = store
        self._places = places
        self._clock = clock
        self._files = files
        self._changed = changed
        self._are_alike = are_alike
        self._random = random
        self._lock = threading.Lock()  # one look at a time

    # looking

    def all(self) -> list[Experiment]:
        """Newest first."""
        return self._store().all()

    def show(self, experiment_id: int) -> ExperimentView:
        """One test, with how far its posts are. Raises StorageError."""
        from bot.statistics.looks import look_sizes  # noqa: PLC0415 - as in `look`

        experiment = self._store().find(experiment_id)
        tally = tally_of(self._marks(experiment)) if experiment.started_at else Tally()
        weekly, is_over = self._weekly(experiment.plan), experiment.ended_at is not None
        return ExperimentView(
            experiment,
            self._accounts(experiment),
            tally,
            look_sizes(experiment.plan.size),
            weekly,
            None if is_over else full_about(experiment.plan, tally, weekly, self._clock.now()),
            self.overlapping(experiment) if experiment.state is ExperimentState.DRAFT else None,
        )

    def prospect(self, wanted: Wanted) -> Prospect:
        """What the test would take. Raises ExperimentRefused and StorageError."""
        found = look_ahead(wanted, self._places(), self._clock.now(), self._are_alike)
        other = self._in_the_way(_plan_of(wanted, found))
        return found if other is None else replace(found, remarks=(_in_its_way(other), *found.remarks))

    def places(self) -> Sequence[ExperimentPlace]:
        """The accounts that a test can be about."""
        return self._places()

    # planning

    def create(self, wanted: Wanted, who: str) -> Experiment:
        """Keep it as a draft, with the size that its numbers ask for now. Raises ExperimentRefused and StorageError."""
        plan = _plan_of(wanted, self.prospect(wanted))
        return self._store().add(plan, self._random.getrandbits(48), self._clock.now(), who)

    def start(self, experiment_id: int) -> str:
        """Let the slots draw from tomorrow on."""
        with self._lock:
            experiment = self._store().find(experiment_id)
            other = self.overlapping(experiment)
            if other is not None:
                return Refusal(_in_its_way(other))
            if not self._store().start(experiment_id, self._clock.now()):
                return Refusal("Only a draft can be started.")
        self._tell(experiment)
        return f"“{experiment.plan.name}” runs: A and B are drawn from tomorrow on."

    def stop(self, experiment_id: int, who: str) -> str:
        """End it before its time. What is counted so far calls no winner."""
        with self._lock:
            experiment = self._store().find(experiment_id)
            why = f"{who or 'a person'} stopped it"
            is_ended = self._end(experiment, ExperimentState.STOPPED, Verdict.TOO_LITTLE, why)
        if not is_ended:
            return _NOT_RUNNING
        return f"“{experiment.plan.name}” is stopped: today goes on as drawn, from tomorrow on slots are as before."

    def delete(self, experiment_id: int) -> str:
        """Delete a draft; what has begun is kept."""
        experiment = self._store().find(experiment_id)
        if not self._store().delete_draft(experiment_id):
            return Refusal("What has begun is kept: only a draft can be deleted.")
        return f"The draft “{experiment.plan.name}” is deleted."

    def overlapping(self, experiment: Experiment) -> Experiment | None:
        """A running test about the same slots of an account."""
        return self._in_the_way(experiment.plan, experiment.id)

    # its end

    def look(self) -> None:
        """Look at every test that runs, and end those that have come to their end."""
        running = [each for each in self._store().begun() if each.state is ExperimentState.RUNNING]
        for experiment in running:
            try:
                with self._lock:
                    self._look_at(experiment)
            except StorageError as error:
                _log.warning("a test could not be looked at", experiment=experiment.id, error=error.message)

    def winner_changes(self, experiment_id: int) -> list[WinnerChange]:
        """What using the winner would change in each account; nothing is written. Empty without a winner."""
        view = self.show(experiment_id)
        if view.winner is None:
            return []
        return changes_of(view.experiment.plan, view.winner, self._files(), view.accounts)

    def use_winner(self, experiment_id: int) -> list[str]:
        """Write these changes; returns the ids of the accounts that are changed. Raises AviaryError at the first no."""
        view = self.show(experiment_id)
        if view.winner is None:
            return []
        changes = [each for each in self.winner_changes(experiment_id) if each.lines]
        plan, files = view.experiment.plan, self._files()
        return [each.account_id for each in changes if use_winner(plan, view.winner, files, each.account_id)]

    def _look_at(self, experiment: Experiment) -> None:
        from bot.experiments.deciding import decide  # noqa: PLC0415

        gone = self._gone(experiment)
        decision = decide(experiment, self._marks(experiment), self._clock.now())
        if decision.verdict is not Verdict.OPEN:
            self._end(experiment, ExperimentState.DONE, decision.verdict, decision.why, decision.looks)
        elif gone:
            self._end(experiment, ExperimentState.DONE, Verdict.TOO_LITTLE, gone, decision.looks)
        elif decision.looks != experiment.looks:
            self._store().keep_looks(experiment.id, decision.looks)

    def _end(
        self,
        experiment: Experiment,
        state: ExperimentState,
        verdict: Verdict,
        why: str,
        looks: Sequence[Look] | None = None,
    ) -> bool:
        kept = experiment.looks if looks is None else looks
        is_ended = self._store().end(experiment.id, state, self._clock.now(), verdict, why, kept)
        if is_ended:
            _log.info("a test has ended", experiment=experiment.id, verdict=verdict or state, why=why)
            self._tell(experiment)
        return is_ended

    def _gone(self, experiment: Experiment) -> str:
        """Why the test cannot go on: no account has both arms any more. "" when it can."""
        plan, places = experiment.plan, self._by_folder()
        found = [places[folder] for folder in plan.folders if folder in places]
        if not found:
            return "no account that took part is in the list any more"
        if any(_may_go_on(plan, place) for place in found):
            return ""
        thing = "slot" if plan.compares is Compared.TIMES else "template of A or of B"
        return f"its {thing} is not there any more, or switched off"

    def _marks(self, experiment: Experiment) -> list[Mark]:
        assignments = self._store().assignments(experiment.id)
        return measure(experiment, assignments, self._by_folder(), self._clock.now())

    def _by_folder(self) -> dict[str, ExperimentPlace]:
        return {place.folder_key: place for place in self._places()}

    def _accounts(self, experiment: Experiment) -> tuple[tuple[str, str], ...]:
        places = self._by_folder()
        found = (places[folder] for folder in experiment.plan.folders if folder in places)
        return tuple((place.account_id, place.name) for place in found)

    def _weekly(self, plan: Plan) -> int:
        places = self._by_folder()
        return posts_per_week(plan, [places[folder] for folder in plan.folders if folder in places])

    def _in_the_way(self, plan: Plan, but: int = 0) -> Experiment | None:
        running = (each for each in self._store().begun() if each.state is ExperimentState.RUNNING)
        return next((each for each in running if each.id != but and self._overlap(each.plan, plan)), None)

    def _tell(self, experiment: Experiment) -> None:
        self._changed([account_id for account_id, _ in self._accounts(experiment)])

    def _overlap(self, one: Plan, other: Plan) -> bool:
        places = self._by_folder()
        shared = set(one.folders) & set(other.folders)
        return any(_slots(one, places.get(folder)) & _slots(other, places.get(folder)) for folder in shared)


def _plan_of(wanted: Wanted, prospect: Prospect) -> Plan:
    return Plan(
        wanted.name,
        wanted.compares,
        tuple(place.folder_key for place in prospect.accounts),
        wanted.subject,
        (wanted.first, wanted.second),
        wanted.outcome,
        wanted.smallest_percent / 100,
        prospect.size,
        wanted.longest_weeks * 7,
        wanted.group,
    )


def _in_its_way(other: Experiment) -> str:
    return (
        f"“{other.plan.name}” is about the same slots of the same account, so neither could be told from the other."
        " Stop that one first, or wait for its end."
    )


def _slots(plan: Plan, place: ExperimentPlace | None) -> set[str]:
    """Names of the slots that a test draws for in an account."""
    if plan.compares is Compared.TIMES:
        return {plan.subject}
    slots = place.settings.schedule.all_slots if place is not None and place.settings is not None else ()
    return {slot.name for slot in slots if slot.post == plan.subject}


def _may_go_on(plan: Plan, place: ExperimentPlace) -> bool:
    """True also where the files cannot be read now: that passes."""
    if place.settings is None:
        return True
    if plan.compares is Compared.TIMES:
        return any(slot.name == plan.subject and slot.enabled for slot in place.settings.schedule.all_slots)
    content = content_of(place)
    return content is None or has_both(plan.arms, plan.subject, content)
