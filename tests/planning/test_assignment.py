from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.planning.agenda import Agenda
from bot.planning.assignment import arm_of, block_of, takes_part, times_in
from bot.settings.account import Slot
from bot.storage.experiments import Compared, Experiment, ExperimentState, OutcomeKind, Plan, Verdict

JAKARTA = ZoneInfo("Asia/Jakarta")
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
MORNING = Slot(name="morning", time="08:00", post="promo")  # type: ignore[arg-type]
DAYS = [date(2026, 3, 2) + timedelta(days=number) for number in range(84)]


def made(compares: Compared, subject: str, arms: tuple[tuple[str, ...], tuple[str, ...]]) -> Experiment:
    plan = Plan("Test", compares, ("accounts/one",), subject, arms, OutcomeKind.ENGAGEMENT, 0.3, 60, 180)
    return Experiment(1, plan, 99, ExperimentState.RUNNING, START, "", START, None, Verdict.OPEN, "", ())


TIMES = made(Compared.TIMES, "morning", (("07:00",), ("20:30",)))


@pytest.mark.parametrize("seed", range(5))
def test_every_account_slot_and_weekday_has_both_arms_alike_often(seed: int) -> None:
    for folder in ("accounts/one", "accounts/two"):
        for weekday in range(7):
            arms = [arm_of(seed, folder, "morning", day) for day in DAYS if day.weekday() == weekday]
            assert sum(arms) == len(arms) / 2


def test_the_two_days_of_a_block_have_different_arms_and_lie_a_week_apart() -> None:
    blocks: dict[object, list[date]] = {}
    for day in DAYS:
        blocks.setdefault(block_of("accounts/one", "morning", day), []).append(day)
    whole = [days for days in blocks.values() if len(days) == 2]
    assert len(whole) >= 35
    for first, second in whole:
        assert second - first == timedelta(days=7)
        assert arm_of(7, "accounts/one", "morning", first) != arm_of(7, "accounts/one", "morning", second)


def test_another_seed_account_or_slot_draws_other_arms() -> None:
    drawn = {
        (seed, folder, slot): tuple(arm_of(seed, folder, slot, day) for day in DAYS)
        for seed in (1, 2)
        for folder in ("a", "b")
        for slot in ("morning", "evening")
    }
    assert len(set(drawn.values())) == len(drawn)


def test_the_same_is_drawn_for_ever() -> None:
    """A change of this would give accounts another arm in the middle of a test."""
    assert [arm_of(99, "accounts/one", "morning", day) for day in DAYS[:14]] == [
        *(1, 0, 0, 1, 0, 1, 0),
        *(0, 1, 1, 0, 1, 0, 1),
    ]


def test_it_draws_from_the_day_after_its_start_to_the_day_of_its_end_on_the_accounts_clock() -> None:
    late = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # the 3rd in Jakarta
    begun = replace(TIMES, started_at=late)
    assert not takes_part(begun, "accounts/one", MORNING, date(2026, 3, 3), JAKARTA)
    assert takes_part(begun, "accounts/one", MORNING, date(2026, 3, 4), JAKARTA)
    assert takes_part(begun, "accounts/one", MORNING, date(2026, 3, 3), ZoneInfo("UTC"))
    ended = replace(begun, ended_at=late + timedelta(days=7))
    assert takes_part(ended, "accounts/one", MORNING, date(2026, 3, 10), JAKARTA)
    assert not takes_part(ended, "accounts/one", MORNING, date(2026, 3, 11), JAKARTA)


def test_it_draws_for_its_own_slots_and_accounts_alone() -> None:
    day = date(2026, 3, 10)
    texts = made(Compared.TEXTS, "promo", (("one",), ("two",)))
    assert takes_part(texts, "accounts/one", MORNING, day, JAKARTA)
    assert not takes_part(texts, "accounts/two", MORNING, day, JAKARTA)
    assert not takes_part(texts, "accounts/one", MORNING.model_copy(update={"post": "value"}), day, JAKARTA)
    assert not takes_part(TIMES, "accounts/one", MORNING.model_copy(update={"name": "evening"}), day, JAKARTA)
    draft = replace(TIMES, started_at=None)
    assert not takes_part(draft, "accounts/one", MORNING, day, JAKARTA)


def test_a_slot_has_the_drawn_time_and_fires_once_a_day() -> None:
    agenda = Agenda()
    agenda.plan("one", [MORNING], JAKARTA, START, time_of=times_in([TIMES], "accounts/one", JAKARTA))
    due = [occurrence for _, occurrence in agenda.take_due(START + timedelta(days=28))]
    assert len({each.local_date for each in due}) == len(due) == 28
    for each in due:
        arm = arm_of(99, "accounts/one", "morning", each.local_date)
        assert each.planned_at.astimezone(JAKARTA).time() == (time(7, 0), time(20, 30))[arm]
        assert each.planned_at.astimezone(JAKARTA).date() == each.local_date


def test_other_accounts_keep_their_times() -> None:
    assert times_in([TIMES], "accounts/two", JAKARTA)(MORNING, date(2026, 3, 10)) == time(8, 0)
