"""Pausing and resuming the whole fleet."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_account
from bot.fleet_view import PAUSED_BY_A_PERSON
from tests.webapp.panel import HTMX

TROUBLE = "3 accounts fell into trouble within 10 minutes (a: locked; b: locked; c: locked)"


@pytest.fixture
def fleet(clock: FakeClock) -> FakeFleet:
    """Four in a group, one outside of it."""
    inside = tuple(make_account(f"shop{number}", groups=("shops", "jakarta")) for number in range(4))
    return FakeFleet(clock, (*inside, make_account("kopi", "Kopi Senja")))


def _between(html: str, start: str, end: str) -> str:
    return html[html.index(start) : html.index(end, html.index(start))]


def _buttons(html: str) -> list[str]:
    """The paths of the buttons beside the search."""
    form = _between(html, 'id="pausing-form"', "</form>")
    return [part.split('"')[0] for part in form.split('formaction="')[1:]]


# The whole fleet


def test_pausing_all_leads_back_and_says_what_was_done(operator: FlaskClient, fleet: FakeFleet) -> None:
    answer = operator.post("/fleet/pause")
    assert answer.headers["Location"] == "/?show=all"
    assert fleet.asked == [("pause fleet",)]
    html = operator.get("/").text
    assert "present runs go on to their end." in html
    assert html.count('data-key="paused"') == 5


def test_with_htmx_it_says_so_and_lets_the_poll_bring_the_rest(operator: FlaskClient, fleet: FakeFleet) -> None:
    answer = operator.post("/fleet/pause", headers=HTMX)
    assert answer.headers["HX-Trigger"] == "aviary:acted"
    assert "All accounts are paused" in answer.text
    assert "<article" not in answer.text
    assert fleet.asked == [("pause fleet",)]


def test_it_leads_back_to_what_was_shown(operator: FlaskClient) -> None:
    answer = operator.post("/fleet/pause", data={"group": "shops", "trouble": "any"})
    assert answer.headers["Location"] == "/?group=shops&trouble=any"


def test_resuming_ends_the_pause(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_fleet_pause(TROUBLE)
    assert operator.post("/fleet/resume").status_code == 302
    assert fleet.overview().paused == ""
    assert "All accounts are paused" not in operator.get("/").text


def test_the_banner_says_why_and_resumes(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert "strip-warn" not in operator.get("/").text
    fleet.set_fleet_pause(TROUBLE)
    html = operator.get("/").text
    banner = _between(html, 'id="fleet-pause"', "</section>")
    assert TROUBLE in banner
    assert 'formaction="/fleet/resume"' in banner
    assert html.index("fleet-pause") < html.index("<article")


def test_a_long_reason_is_shown_in_part_and_can_be_opened(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_fleet_pause("accounts fell into trouble: " + "; ".join(f"shop{n}: x.com wants proof" for n in range(50)))
    banner = _between(operator.get("/").text, 'id="fleet-pause"', "</section>")
    summary = _between(banner, "<summary>", "</summary>")
    assert "shop49" in banner
    assert "shop49" not in summary
    assert len(summary) < 350


def test_ending_a_pause_that_aviary_began_asks_first(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_fleet_pause(PAUSED_BY_A_PERSON)
    assert "data-confirm" not in operator.get("/").text
    fleet.set_fleet_pause(TROUBLE)
    html = operator.get("/").text
    assert html.count('data-confirm="Aviary paused all accounts by itself') == 2
    assert "those that need attention stay as they are" in html


def test_an_account_paused_with_all_sends_to_the_banner(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_fleet_pause(TROUBLE)
    html = operator.get("/accounts/kopi").text
    assert "Paused with all accounts" in html
    assert 'href="/#fleet-pause"' in html
    assert "Resume all on the overview first" in html


def test_all_can_be_paused_or_resumed_whatever_is_shown(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert _buttons(operator.get("/").text) == ["/fleet/pause"]
    assert _buttons(operator.get("/?q=nobody").text) == ["/fleet/pause"]
    fleet.set_fleet_pause(TROUBLE)
    assert _buttons(operator.get("/").text) == ["/fleet/resume"]


@pytest.mark.parametrize("address", ["/fleet/pause", "/fleet/resume"])
def test_none_of_it_happens_by_opening_an_address(operator: FlaskClient, fleet: FakeFleet, address: str) -> None:
    assert operator.get(address).status_code == 405
    assert fleet.asked == []
