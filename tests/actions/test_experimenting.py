"""A run whose slot a test draws for: the drawn text goes, the other does not stand in, and the record says so."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.planning.assignment import arm_of
from bot.storage.database import Database
from bot.storage.experiments import Assignment, Compared, Experiment, Experiments, OutcomeKind, Plan
from bot.storage.journal import Journal
from tests.engines import START, Engine
from tests.experiments.trials import TEXTS, write_arms
from tests.homes import write_yaml

DAY = date(2026, 3, 3)
FOLDER = "accounts/one_OneShop"


@pytest.fixture
def store(engine: Engine) -> Experiments:
    write_arms(engine.folder.root, "OneShop")
    store = Experiments(engine._database)
    engine.shared = replace(engine.shared, experiments=store)
    engine.bot = engine.new_bot()
    return store


def begin(store: Experiments, compares: Compared = Compared.TEXTS, seed: int = 3) -> Experiment:
    arms = (("question",), ("statement",)) if compares is Compared.TEXTS else (("08:00",), ("20:00",))
    subject = "promo" if compares is Compared.TEXTS else "morning"
    plan = Plan("Test", compares, (FOLDER,), subject, arms, OutcomeKind.ENGAGEMENT, 0.3, 60, 180)
    experiment = store.add(plan, seed, START - timedelta(days=3), "eko")
    assert store.start(experiment.id, START - timedelta(days=3))
    return store.find(experiment.id)


def run_slot(engine: Engine, day: date = DAY, trigger: str = "schedule") -> None:
    with closing(Database(engine.folder.metrics_db, "account")) as database:
        run_id = Journal(database).plan_run("morning", day.isoformat(), trigger, engine.clock.now())
    engine.bot.run_slot("morning", run_id=run_id)


def test_the_drawn_text_goes_out_whatever_turn_it_has(engine: Engine, store: Experiments) -> None:
    experiment = begin(store)
    days = [DAY + timedelta(days=number) for number in range(6)]
    for day in days:
        run_slot(engine, day)
        engine.clock.advance(86400)
    arms = [arm_of(experiment.seed, FOLDER, "morning", day) for day in days]
    assert len(set(arms)) == 2
    assert [intent.template for intent in reversed(engine.intents())] == [TEXTS[arm] for arm in arms]
    entered = store.assignments(experiment.id)
    assert [(each.local_date, each.arm, each.left_out) for each in entered] == [
        (day, arm, "") for day, arm in zip(days, arms, strict=True)
    ]
    assert [each.run_id for each in entered] == [intent.run_id for intent in reversed(engine.intents())]


def test_the_other_text_does_not_stand_in(engine: Engine, store: Experiments) -> None:
    experiment = begin(store)
    drawn = TEXTS[arm_of(experiment.seed, FOLDER, "morning", DAY)]
    other = next(each for each in TEXTS if each != drawn)
    only_the_other = [{"name": other, "text": "Something of {wa_number} for everybody"}]
    write_yaml(engine.folder.templates_yaml, {"promo_templates": only_the_other})
    run_slot(engine)
    assert engine.intents() == []
    (entered,) = store.assignments(experiment.id)
    assert "no promo template" in entered.left_out


def test_a_text_of_no_arm_may_go_out_in_its_place_and_does_not_count(engine: Engine, store: Experiments) -> None:
    experiment = begin(store)
    write_yaml(engine.folder.templates_yaml, {"promo_templates": [{"name": "third", "text": "Call {wa_number} today"}]})
    run_slot(engine)
    assert [intent.template for intent in engine.intents()] == ["third"]
    assert [each.left_out for each in store.assignments(experiment.id)] == ["another text went out in its place"]


def test_a_run_that_a_person_asked_for_is_not_drawn_for(engine: Engine, store: Experiments) -> None:
    experiment = begin(store)
    run_slot(engine, trigger="manual")
    assert len(engine.intents()) == 1
    assert store.assignments(experiment.id) == []


def test_a_limit_leaves_it_out_until_it_goes_out_after_all(engine: Engine, store: Experiments) -> None:
    experiment = begin(store)
    arm = arm_of(experiment.seed, FOLDER, "morning", DAY)
    store.enter(Assignment(experiment.id, FOLDER, "morning", DAY, arm, 1, "limit reached (hour)"), START)
    run_slot(engine)
    (entered,) = store.assignments(experiment.id)
    assert entered.left_out == ""


def test_a_post_far_from_the_drawn_time_tells_nothing_of_it(engine: Engine, store: Experiments) -> None:
    experiment = begin(store, Compared.TIMES)
    days = [DAY + timedelta(days=number) for number in range(21)]
    in_time, late = [day for day in days if arm_of(experiment.seed, FOLDER, "morning", day) == 0][:2]
    engine.clock.advance((in_time - START.date()).total_seconds())  # 08:00, as was drawn
    run_slot(engine, in_time)
    engine.clock.advance((late - in_time).total_seconds() + 5 * 3600)
    run_slot(engine, late, trigger="catch_up")
    first, second = store.assignments(experiment.id)
    assert first.left_out == ""
    assert second.left_out == "it went out 300 min from the time that was drawn"


def test_another_process_draws_the_same(engine: Engine, store: Experiments, tmp_path: Path) -> None:
    experiment = begin(store)
    with closing(Database(engine.home.root / "data" / "fleet.db", "fleet")) as again:
        (found,) = Experiments(again).begun()
    days = [DAY + timedelta(days=number) for number in range(14)]
    assert found == experiment
    assert [arm_of(found.seed, FOLDER, "morning", day) for day in days] == [
        arm_of(experiment.seed, FOLDER, "morning", day) for day in days
    ]
