"""What the templates of a test say, beside their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.experiments.view import ExperimentPlace
from bot.storage.experiments import Compared, OutcomeKind, Plan
from tests.experiments.trials import write_arms
from tests.homes import write_yaml
from tests.worlds import World
from webapp.experiments.form import text_choices
from webapp.experiments.texts import ACCOUNTS_READ, NamedText, arm_texts

LONG = " ".join(["kopi"] * 40)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def places(world: World, *handles: str) -> list[ExperimentPlace]:
    """An account for each handle, with texts of its own under the same two names."""
    for number, handle in enumerate(handles):
        write_arms(world.add(f"a{number}", handle), handle)
    return list(world.open().experiments.places())


def plan(*arms: tuple[str, ...], compares: Compared = Compared.TEXTS) -> Plan:
    first, second = arms
    return Plan("test", compares, (), "promo", (first, second), OutcomeKind.ENGAGEMENT, 0.3, 20, 90)


def test_a_short_text_is_whole_and_a_long_one_begins() -> None:
    short, long = NamedText("morning", ("Kopi!",)), NamedText("morning", (LONG,))
    assert (short.beginning, short.is_whole) == ("Kopi!", True)
    assert long.beginning.endswith("…")
    assert not long.is_whole


def test_a_template_without_a_name_says_its_text_once() -> None:
    assert NamedText("Kopi!", ("Kopi!",)).is_its_own_name
    assert not NamedText("morning", ("Kopi!",)).is_its_own_name


def test_each_account_of_a_group_has_its_own_text_under_the_name(world: World) -> None:
    (question,), (statement,) = arm_texts(plan(("question",), ("statement",)), places(world, "Ayu", "Budi"))
    assert question.texts == ("Who of Ayu knows {tip}?", "Who of Budi knows {tip}?")
    assert statement.texts == ("Nobody beats Ayu now: {tip}!", "Nobody beats Budi now: {tip}!")
    assert not question.is_whole
    choices = {each.key: each for each in text_choices(places_again(world))}
    assert choices["question"].named == question
    assert choices["question"].accounts == 2


def places_again(world: World) -> list[ExperimentPlace]:
    return list(world.managers[-1].experiments.places())


def test_a_template_that_is_gone_has_no_text_and_a_test_of_times_none_at_all(world: World) -> None:
    found = places(world, "Ayu")
    assert arm_texts(plan(("nothing",), ("statement",)), found)[0] == [NamedText("nothing", ())]
    assert arm_texts(plan(("07:00",), ("19:00",), compares=Compared.TIMES), found) == [[], []]


def test_a_thread_is_read_whole(world: World) -> None:
    [place] = places(world, "Ayu")
    thread = {"name": "question", "thread": ["One", "Two"]}
    write_yaml(place.folder.templates_yaml, {"promo_templates": [thread]})
    (question,), _ = arm_texts(plan(("question",), ("statement",)), [place])
    assert question.texts == ("One\n\nTwo",)


def test_of_a_large_group_the_files_of_some_accounts_are_read(world: World) -> None:
    found = places(world, *(f"Shop{number}" for number in range(ACCOUNTS_READ + 2)))
    (question,), _ = arm_texts(plan(("question",), ("statement",)), found)
    assert len(question.texts) == ACCOUNTS_READ
