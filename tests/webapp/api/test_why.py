"""Why, over the API; and that whatever goes wrong under /api is a problem in JSON."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_account
from tests.webapp.panel import NOW, make_panel

WHY = "/api/accounts/warung/why"
PROBLEM = "application/problem+json"


def test_it_tells_today_in_one_line_and_the_record_newest_first(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.note("warung", "paused by a person")
    next_at = NOW + timedelta(minutes=42)
    fleet.note("warung", "hourly limit used up", "warning", slot="evening", run_id=7, next_at=next_at, evidence="e1")
    fleet.set_why_today("warung", "Not posted today: evening: hourly limit used up.")
    answer = operator.get(WHY)
    assert answer.mimetype == "application/json"
    assert answer.json == {
        "account": "warung",
        "summary": "Not posted today: evening: hourly limit used up.",
        "entries": [
            {
                "id": 2,
                "at": "2026-11-23T07:30:00Z",
                "level": "warning",
                "text": "hourly limit used up",
                "run": 7,
                "slot": "evening",
                "next_at": "2026-11-23T08:12:00Z",
                "evidence": "/accounts/warung/evidence/e1",
            },
            {
                "id": 1,
                "at": "2026-11-23T07:30:00Z",
                "level": "info",
                "text": "paused by a person",
                "run": None,
                "slot": None,
                "next_at": None,
                "evidence": None,
            },
        ],
        "next_before": None,
    }


def test_it_is_paged_without_gap_or_overlap(operator: FlaskClient, fleet: FakeFleet) -> None:
    for number in range(7):
        fleet.note("warung", f"step {number}")
    seen: list[int] = []
    before: int | None = 0
    while before is not None:
        page = operator.get(WHY, query_string={"limit": 3, "before": before}).json
        assert page is not None
        assert len(page["entries"]) <= 3
        seen += [entry["id"] for entry in page["entries"]]
        before = page["next_before"]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_levels_and_words_narrow_it(operator: FlaskClient, fleet: FakeFleet) -> None:
    for level in ("info", "good", "warning", "error"):
        fleet.note("warung", f"an entry of {level}", level)
    page = operator.get(f"{WHY}?level=error&level=good&words=entry").json
    assert page is not None
    assert [entry["level"] for entry in page["entries"]] == ["error", "good"]
    assert operator.get(f"{WHY}?words=nothing").json == {**page, "entries": []}


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("limit=0", {"parameter": "limit", "detail": "should be greater than or equal to 1"}),
        ("limit=501", {"parameter": "limit", "detail": "should be less than or equal to 500"}),
        ("limit=many", {"parameter": "limit", "detail": "must be a whole number"}),
        ("before=-1", {"parameter": "before", "detail": "should be greater than or equal to 0"}),
        ("level=loud", {"parameter": "level", "detail": "should be 'info', 'good', 'warning' or 'error'"}),
        ("limits=5", {"parameter": "limits", "detail": "is not known here"}),
        ("limit=5&limit=6", {"parameter": "limit", "detail": "may be given once"}),
    ],
)
def test_what_it_does_not_understand_is_told_by_its_parameter(
    operator: FlaskClient, query: str, error: dict[str, str]
) -> None:
    answer = operator.get(f"{WHY}?{query}")
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)
    assert answer.json is not None
    assert answer.json["errors"] == [error]
    assert answer.json["type"] == "/api/docs#values"


def test_an_unknown_account_is_a_problem(operator: FlaskClient) -> None:
    answer = operator.get("/api/accounts/nobody/why")
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
    assert answer.json is not None
    assert answer.json["detail"] == "There is no account “nobody”."


def test_other_addresses_and_methods_are_problems_too(operator: FlaskClient) -> None:
    for answer, code in ((operator.get("/api/nothing"), 404), (operator.post(WHY), 405)):
        assert (answer.status_code, answer.mimetype) == (code, PROBLEM)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.json is not None
    assert answer.json["detail"] == "This address takes GET, HEAD, OPTIONS, not POST."
    assert operator.get("/apiary").mimetype == "text/html"


class BrokenFleet(FakeFleet):
    """An engine with a fault nobody thought of."""

    def why_no_post_today(self, account_id: str) -> str:
        raise RuntimeError("secret detail")


def test_a_crash_is_a_problem_without_its_details(clock: FakeClock, tmp_path: Path) -> None:
    answer = make_panel(BrokenFleet(clock, (make_account("warung"),)), clock, tmp_path).operator().get(WHY)
    assert (answer.status_code, answer.mimetype) == (500, PROBLEM)
    assert "secret detail" not in answer.text
