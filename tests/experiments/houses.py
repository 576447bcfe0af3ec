"""A fleet with one account that can test."""

from __future__ import annotations

from datetime import date, timedelta

from bot.refusal import Refusal
from bot.storage.experiments import Experiment
from tests.experiments.trials import fleet_store, wanted, write_arms
from tests.worlds import World


class House:
    """A fleet with one account that can test, and its manager."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.root = world.add("one", "OneShop")
        write_arms(self.root, "OneShop")
        self.manager = world.open()
        self.desk = self.manager.experiments
        self.store = fleet_store(self.manager)

    def begin(self, **changes: object) -> Experiment:
        experiment = self.desk.create(wanted(**changes), "eko")
        line = self.desk.start(experiment.id)
        assert not isinstance(line, Refusal), line
        return self.store.find(experiment.id)

    def days(self, number: int) -> list[date]:
        """Whole blocks of two weeks, so that in 14 days each arm is drawn 7 times, whatever the seed."""
        return [date(2026, 3, 16) + timedelta(days=each) for each in range(number)]
