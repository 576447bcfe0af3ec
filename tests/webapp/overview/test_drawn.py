"""A card that was drawn before says the same as one drawn anew."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jinja2 import Environment
from jinja2.runtime import Macro

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, every_state, make_account, make_run
from bot.fleet_view import AccountState, AccountView, StateKind
from tests.webapp.panel import NOW, Panel, csrf_token, make_panel
from webapp.accounts.card import Card
from webapp.overview.drawn import Drawings, moment_words

LOOKS = ("/?show=all&view=cards", "/?show=all&view=table")
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
WAITS = (0, 3, 20, 90, 3600, 6 * 3600, 86_400, 3 * 86_400)  # seconds


@pytest.fixture
def fleet(clock: FakeClock) -> FakeFleet:
    """One account of each state, each with a past and a plan."""
    plan = {"next_run": NOW + timedelta(minutes=42), "next_slot": "evening", "last_run": make_run(NOW)}
    states = every_state(NOW).items()
    return FakeFleet(clock, tuple(make_account(f"is_{kind}", "", state=state, **plan) for kind, state in states))


def _cards(client: FlaskClient, address: str) -> str:
    page = client.get(address).text
    return TOKEN.sub("", page[page.index('id="cards"') : page.index('id="pager"')].partition(">")[2])


@pytest.mark.parametrize("address", LOOKS)
def test_at_each_moment_it_reads_like_one_drawn_anew(
    address: str, fleet: FakeFleet, clock: FakeClock, tmp_path: Path
) -> None:
    used = make_panel(fleet, clock, tmp_path / "used").operator()
    for number, wait in enumerate(WAITS):
        clock.advance(wait)
        fresh = make_panel(fleet, clock, tmp_path / f"fresh{number}").operator()
        if wait >= 6 * 3600:
            used = _log_in_again(used)
        assert _cards(used, address) == _cards(fresh, address)


def _log_in_again(client: FlaskClient) -> FlaskClient:
    """The same app for somebody whose session may have ended."""
    access = client.application.extensions["aviary"].access
    newcomer = client.application.test_client()
    newcomer.get(f"/login?token={access.issue_login_token()}")
    return newcomer


@pytest.mark.parametrize("address", LOOKS)
def test_an_account_that_changed_is_drawn_anew(address: str, fleet: FakeFleet, panel: Panel) -> None:
    person = panel.operator()
    before = _cards(person, address)
    fleet.set_state("is_waiting", AccountState(StateKind.STOPPED, reason="stopped for the holidays"))
    after = _cards(person, address)
    assert "for the holidays" not in before
    assert "for the holidays" in after


@pytest.mark.parametrize("address", LOOKS)
def test_the_token_in_its_forms_is_its_readers_own(address: str, panel: Panel) -> None:
    one, other = (panel.operator().get(address).text for _ in range(2))
    assert csrf_token(one) != csrf_token(other)
    for page in (one, other):
        assert set(TOKEN.findall(page)) == {f'name="csrf_token" value="{csrf_token(page)}"'}


def _counting_macro(drawings: list[str]) -> Macro:
    """A macro that notes whose card it draws."""
    template = Environment(autoescape=True).from_string(
        "{% macro tile(card) %}{{ note(card.account.id) or card.account.name }}{% endmacro %}",
        globals={"note": drawings.append},
    )
    macro: Macro = template.module.tile  # type: ignore[attr-defined]
    return macro


def _draw(panel: Panel, drawings: Drawings, account: AccountView, macro: Macro) -> str:
    with panel.app.test_request_context("/"):
        return drawings.draw(Card(account), macro)


def test_what_stays_the_same_is_not_drawn_again(panel: Panel) -> None:
    drawn: list[str] = []
    drawings, macro = Drawings(), _counting_macro(drawn)
    texts = {_draw(panel, drawings, make_account("kopi", "Kopi & Susu"), macro) for _ in range(3)}
    assert texts == {"Kopi &amp; Susu"}
    assert drawn == ["kopi"]


def test_old_drawings_are_let_go(panel: Panel) -> None:
    drawn: list[str] = []
    drawings, macro = Drawings(at_most=2), _counting_macro(drawn)
    for account_id in ("a", "b", "c", "c", "a"):
        _draw(panel, drawings, make_account(account_id), macro)
    assert drawn == ["a", "b", "c", "a"]


def test_an_account_without_past_and_plan_has_no_words_for_moments() -> None:
    assert moment_words(make_account("new"), NOW) == ("", "", "", "")
