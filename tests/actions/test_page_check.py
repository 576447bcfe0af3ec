"""A look at x.com's pages as a run of an account: its report, its record, its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import SessionExpired
from bot.fleet.page_reports import find_report_file, read_report
from bot.fleet_view import RunState
from bot.slot_work import PAGES_SLOT
from bot.x.contract import StepKind
from tests.engines import Engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path)
    yield engine
    engine.close()


def test_it_reads_only_and_keeps_a_report(engine: Engine) -> None:
    outcome = engine.run(PAGES_SLOT)
    assert (outcome.state, outcome.reason) == (RunState.DONE, "")
    assert {call.name for call in engine.world.calls} == {"log_in", "check_pages", "close"}
    report = read_report(engine.folder)
    assert report is not None
    assert (report.handle, report.missing, report.ended_by) == ("OneShop", (), "")
    assert len(report.files) == 12
    assert all(find_report_file(engine.folder, report.id, name) for name in (*report.files, "report.json"))
    assert "as Aviary knows them" in engine.texts()


def test_it_tells_each_page_while_it_works(engine: Engine) -> None:
    engine.run(PAGES_SLOT)
    told = [(step.done, step.total) for step in engine.steps if step.kind is StepKind.CHECKING]
    assert told == [(number, 6) for number in range(1, 7)]


def test_missing_selectors_are_named_at_the_end(engine: Engine) -> None:
    engine.world.renamed = {"like", "follow"}
    outcome = engine.run(PAGES_SLOT)
    assert (outcome.state, outcome.trouble) == (RunState.PARTLY, None)
    assert outcome.reason == "missing on x.com's pages: like, follow"


def test_trouble_ends_it_and_the_report_says_so(engine: Engine) -> None:
    trouble = SessionExpired("x.com shows its login")
    engine.world.fail_next("check_pages", trouble)
    outcome = engine.run(PAGES_SLOT)
    assert (outcome.state, outcome.trouble) == (RunState.FAILED, trouble)
    report = read_report(engine.folder)
    assert report is not None
    assert (report.pages, report.ended_by) == ((), "x.com shows its login")


def test_a_post_whose_answer_was_lost_waits_for_a_look_of_its_own(engine: Engine) -> None:
    engine.world.lose_next_answer(stored=True)
    engine.run("morning")
    engine.world.calls.clear()
    assert engine.run(PAGES_SLOT).state is RunState.DONE
    assert engine.world.calls_of("read_own_posts") == []


def test_a_report_that_cannot_be_read_is_none(engine: Engine) -> None:
    engine.run(PAGES_SLOT)
    report = read_report(engine.folder)
    assert report is not None
    (engine.folder.checks / report.id / "report.json").write_text("{", encoding="utf-8")
    assert read_report(engine.folder) is None
