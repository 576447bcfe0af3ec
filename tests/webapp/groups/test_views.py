"""Groups in the panel: how they stand, one order for all of one, another name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, every_state, make_account
from bot.fleet_view import StateKind
from bot.storage.panel.audit import AuditQuery
from tests.webapp.desk import Desk, sit_down
from tests.webapp.panel import NOW, make_panel

STATES = every_state(NOW)


@pytest.fixture
def fleet(clock: FakeClock) -> FakeFleet:
    """Two in bali, one of them in trouble; one in both groups; one in none."""
    return FakeFleet(
        clock,
        (
            make_account("a", "Toko A", groups=("bali",)),
            make_account("b", "Toko B", groups=("bali", "kopi & teh"), state=STATES[StateKind.NEEDS_ATTENTION]),
            make_account("c", "Toko C"),
        ),
    )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.world.add("two", "TwoShop")
    desk.manager.reload()
    desk.manager.roster.change("one", {"groups": ["first", "bali", "last"]})
    desk.manager.roster.change("two", {"groups": ["bali", "kopi"]})
    yield desk
    desk.world.close()


def test_the_list_says_how_many_there_are_and_how_they_stand(operator: FlaskClient) -> None:
    page = operator.get("/groups").text
    for words in ("2 accounts", "1 in trouble", "1 waiting", "1 needs attention"):
        assert words in page
    assert 'href="/?group=bali&amp;trouble=any"' in page
    assert 'name="scope" value="group:kopi &amp; teh"' in page
    assert 'href="/groups"' in operator.get("/").text


def test_a_group_has_a_page_with_its_accounts_and_orders_for_all_of_them(operator: FlaskClient) -> None:
    page = operator.get("/groups/one?name=kopi+%26+teh").text
    assert "Toko B" in page
    assert "Toko A" not in page
    for name in ("stop", "pause", "set_limit", "apply_template"):
        assert f'name="action" value="{name}"' in page
    assert operator.get("/groups/one?name=nowhere").status_code == 404
    assert operator.post("/groups/rename", data={"name": "nowhere", "new_name": "x"}).status_code == 404


def test_without_groups_it_says_how_one_is_made(clock: FakeClock, tmp_path: Path) -> None:
    page = make_panel(FakeFleet(clock, (make_account("a"),)), clock, tmp_path).operator().get("/groups").text
    assert "No account is in a group yet." in page
    assert "Put all accounts into a group" in page


def test_a_group_is_renamed_in_all_its_accounts_in_one_write(desk: Desk) -> None:
    versions = len(desk.manager.roster.versions())
    answer = desk.client.post("/groups/rename", data={"name": "bali", "new_name": "Bali Utara"})
    page = desk.client.get(answer.headers["Location"]).text
    assert "bali is now called Bali Utara, in 2 accounts." in page
    assert desk.manager.account_view("one").groups == ("first", "Bali Utara", "last")
    assert len(desk.manager.roster.versions()) == versions + 1
    [entry] = desk.panel.store.audit.search(AuditQuery(words="groups"), 10)
    assert entry.target == "/groups/rename · “bali” to “Bali Utara”: one, two"


@pytest.mark.parametrize("name", ["kopi", "", "a, b"])
def test_a_name_that_is_none_or_taken_is_refused_and_stays_in_the_form(desk: Desk, name: str) -> None:
    answer = desk.client.post("/groups/rename", data={"name": "bali", "new_name": name})
    assert answer.status_code == 409
    assert f'value="{name or "bali"}" required' in answer.text
    assert desk.manager.account_view("one").groups == ("first", "bali", "last")


def test_removing_a_group_shows_first_what_changes(desk: Desk) -> None:
    html = desk.client.get("/bulk?action=remove_from_group&scope=group:bali&set.group=bali").text
    assert "Groups: first, bali, last → first, last" in html
    assert "Remove from a group: 2 accounts" in html
