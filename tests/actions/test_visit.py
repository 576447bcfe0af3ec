"""What every action of a visit goes through."""

from __future__ import annotations

import pytest
import structlog

from bot.errors import SessionExpired, TargetGone
from bot.fleet_view import RunState
from tests.engines import Engine


@pytest.fixture
def without_evidence(engine: Engine) -> Engine:
    """An engine whose folder of pictures cannot be written: a file stands in its place."""
    engine.folder.evidence.parent.mkdir(parents=True, exist_ok=True)
    engine.folder.evidence.write_text("no folder", encoding="utf-8")
    return engine


def test_a_picture_that_cannot_be_kept_does_not_hide_the_trouble_that_ended_the_run(without_evidence: Engine) -> None:
    trouble = SessionExpired("x.com shows its login")
    without_evidence.world.fail_next("log_in", trouble)
    with structlog.testing.capture_logs() as logs:
        outcome = without_evidence.run()
    assert (outcome.state, outcome.trouble) == (RunState.FAILED, trouble)
    assert [log["event"] for log in logs if log["log_level"] == "warning"] == ["evidence could not be kept"]
    assert without_evidence.notes()[-1].evidence == ""


def test_a_picture_that_cannot_be_kept_does_not_end_a_run_that_goes_on(without_evidence: Engine) -> None:
    without_evidence.add_strangers(5)
    without_evidence.world.fail_next("like", TargetGone("deleted"))
    assert without_evidence.run().state is RunState.DONE
    assert "deleted" in without_evidence.texts()
