"""Cards or table, pages, and what the browser remembers of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, every_state, make_account, make_run
from bot.fleet_view import AccountState, StateKind
from tests.webapp.panel import HTMX, NOW, Panel, make_panel, mark, shown


@pytest.fixture
def fleet(clock: FakeClock) -> FakeFleet:
    """Sixty accounts, each tenth in the group jakarta."""
    return FakeFleet(
        clock,
        tuple(
            make_account(f"shop{n:02}", f"Shop {n:02}", groups=("jakarta",) if n % 10 == 0 else ()) for n in range(60)
        ),
    )


def _fields(page: str) -> dict[str, str]:
    """What the page's poll sends."""
    poll = page[page.rindex('id="poll-marks"') :]
    poll = poll[: poll.index("</span>")]
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', poll))


def _poll(client: FlaskClient, page: str) -> tuple[int, str]:
    answer = client.get("/statuses", query_string=_fields(page), headers=HTMX)
    return answer.status_code, answer.text


def _names(html: str) -> list[str]:
    return re.findall(r'data-account="([^"]+)"', html)


# Pages


def test_a_long_list_comes_in_pages(operator: FlaskClient) -> None:
    first, second = operator.get("/").text, operator.get("/?page=2").text
    assert (len(_names(first)), len(_names(second))) == (50, 10)
    assert "1–50 of 60 accounts" in first
    assert 'href="/?page=2"' in first
    assert 'id="page-before"' in second


def test_a_short_list_has_no_pages(operator: FlaskClient) -> None:
    html = operator.get("/?group=jakarta").text
    assert "6 accounts" in html
    assert 'aria-label="Pages"' not in html
    assert 'aria-label="Accounts on a page"' not in html


def test_the_filter_and_the_order_go_along_to_the_next_page(operator: FlaskClient) -> None:
    assert 'href="/?state=waiting&amp;sort=-name&amp;page=2"' in operator.get("/?state=waiting&sort=-name").text


def test_a_change_on_another_page_sends_no_card(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/?page=2").text
    fleet.change("shop03", likes_today=2)
    code, html = _poll(operator, page)
    assert code == 200
    assert "shop03" not in html
    assert 'id="totals"' in html


def test_a_poll_sends_no_fragment_that_the_page_has(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/").text
    fleet.change("shop03", likes_today=2)
    html = _poll(operator, page)[1]
    assert "account-shop03-numbers" in html
    for name in ("filters", "pausing", "problems", "fleet-pause", "bulk-scope", "pager"):
        assert f'id="{name}"' not in html
    fleet.set_state("shop04", AccountState(StateKind.STOPPED))
    assert 'id="filters"' in _poll(operator, page)[1]


def test_an_account_that_comes_on_the_page_brings_the_cards_anew(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/?page=2").text
    fleet.add_account(make_account("new"))
    html = _poll(operator, page)[1]
    assert len(_names(html)) == 11
    assert 'id="pager"' in html


@pytest.mark.parametrize(("size", "shown_now"), [("25", 25), ("100", 60), ("7", 50), ("x", 50)])
def test_the_size_of_a_page_can_be_chosen(operator: FlaskClient, size: str, shown_now: int) -> None:
    assert len(_names(operator.get(f"/?size={size}").text)) == shown_now


# The table


def test_the_table_shows_the_same_accounts(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.change("shop01", followers=4321, next_run=NOW, last_run=make_run(NOW), warnings=("a is missing",))
    fleet.set_state("shop02", every_state(NOW)[StateKind.LIMITED])
    html = operator.get("/?view=table").text
    assert "<article" not in html
    assert html.count("<tr class=") == 50
    for words in ("4,321", "due now", "Done", "1 to put right", "acts too fast", "Until"):
        assert words in html


def test_a_heading_tells_the_order_and_turns_it(operator: FlaskClient) -> None:
    html = operator.get("/?view=table&sort=name").text
    assert 'aria-sort="ascending"' in html
    assert 'href="/?sort=-name&amp;show=all"' in html
    assert 'aria-sort="descending"' in operator.get("/?view=table&sort=-name").text


def test_a_changed_row_comes_by_the_poll_in_parts_that_the_table_has(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/?view=table").text
    fleet.change("shop03", state=every_state(NOW)[StateKind.FAILING], posts_today=4)
    html = _poll(operator, page)[1]
    parts = re.findall(r'id="(account-[^"]+)"', html)
    assert "account-shop03-badge" in parts
    for part in parts:
        assert f'id="{part}"' in page, f"{part} has no place on the page"


def test_a_button_of_a_row_answers_with_parts_that_the_table_has(operator: FlaskClient) -> None:
    page = operator.get("/?view=table").text
    html = operator.post("/accounts/shop03/stop", data={"from": "table"}, headers=HTMX).text
    assert "Stopped" in html
    for part in re.findall(r'id="(account-[^"]+)"', html):
        assert f'id="{part}"' in page


def test_a_poll_keeps_to_the_look_of_its_own_page(operator: FlaskClient, fleet: FakeFleet) -> None:
    cards = operator.get("/?view=cards").text
    operator.get("/?view=table&size=25")
    fleet.change("shop03", likes_today=1)
    assert "account-shop03-numbers" in _poll(operator, cards)[1]


def test_without_scripts_a_button_leads_back_to_the_page_it_was_on(operator: FlaskClient) -> None:
    here = {"Referer": "http://localhost/?state=waiting&page=2"}
    answer = operator.post("/accounts/shop55/run", data={"from": "table"}, headers=here)
    assert answer.headers["Location"] == "/?state=waiting&page=2#account-shop55"
    elsewhere = {"Referer": "http://evil.example/?state=waiting"}
    answer = operator.post("/accounts/shop56/run", data={"from": "overview"}, headers=elsewhere)
    assert answer.headers["Location"] == "/#account-shop56"


# What the browser remembers


def test_the_look_and_the_order_are_remembered(operator: FlaskClient) -> None:
    operator.get("/?view=table&size=25&sort=-name")
    html = operator.get("/").text
    assert _names(html)[0] == "shop59"
    assert len(_names(html)) == 25
    assert "<tr class=" in html


def test_the_file_order_can_be_chosen_again(operator: FlaskClient) -> None:
    operator.get("/?sort=-name")
    assert _names(operator.get("/?sort=").text)[0] == "shop00"
    assert _names(operator.get("/").text)[0] == "shop00"


def test_the_filter_is_remembered_and_the_address_says_so(operator: FlaskClient) -> None:
    operator.get("/?group=jakarta&state=waiting&trouble=any")
    assert operator.get("/").headers["Location"] == "/?state=waiting&group=jakarta&trouble=any"
    assert 'href="/?show=all"' in operator.get("/?group=jakarta&state=waiting&trouble=any").text
    assert len(_names(operator.get("/?show=all").text)) == 50
    assert operator.get("/").status_code == 200


def test_a_search_is_not_remembered_and_leaves_the_filter_as_it_was(operator: FlaskClient) -> None:
    operator.get("/?group=jakarta")
    assert _names(operator.get("/?q=shop+07").text) == ["shop07"]
    assert operator.get("/").headers["Location"] == "/?group=jakarta"


def test_it_outlives_the_login(panel: Panel) -> None:
    client = panel.operator()
    client.get("/?view=table")
    client.get(f"/login?token={panel.access.issue_login_token()}")
    client.delete_cookie(panel.app.config["SESSION_COOKIE_NAME"])
    client.get(f"/login?token={panel.access.issue_login_token()}")
    assert "<tr class=" in client.get("/").text


def test_another_browser_has_its_own_look(panel: Panel) -> None:
    panel.operator().get("/?view=table")
    assert "<article" in panel.operator().get("/").text


def test_a_cookie_that_was_tampered_with_counts_for_nothing(operator: FlaskClient) -> None:
    answer = operator.get("/?view=table")
    name, _, value = answer.headers["Set-Cookie"].partition("=")
    assert "HttpOnly" in value
    assert "SameSite=Lax" in value
    operator.set_cookie(name, "e30." + value.partition(";")[0].partition(".")[2])
    assert "<article" in operator.get("/").text


def test_a_page_that_changes_nothing_sets_no_cookie(operator: FlaskClient) -> None:
    operator.get("/")
    assert "Set-Cookie" not in operator.get("/").headers


# Filters


def test_many_groups_stand_in_a_menu(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert 'id="menu-group"' not in operator.get("/").text
    for number in range(7):
        fleet.change(f"shop{number:02}", groups=(f"region {number}",))
    html = operator.get("/?group=region+3").text
    assert 'id="menu-group"' in html
    assert "Group: region 3" in html
    assert 'href="/?group=region+6"' in html


def test_the_trouble_menu_offers_what_there_is(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert 'id="menu-trouble"' not in operator.get("/").text
    fleet.set_state("shop05", every_state(NOW)[StateKind.NEEDS_ATTENTION])
    assert "X.com" not in operator.get("/").text
    html = operator.get("/?trouble=x.com+treats+the+session+as+logged+out").text
    assert _names(html) == ["shop05"]
    assert 'href="/?trouble=any"' in html


def test_one_account_alone_has_nothing_for_many(clock: FakeClock, tmp_path: Path) -> None:
    client = make_panel(FakeFleet(clock, (make_account("only"),)), clock, tmp_path).operator()
    assert "data-many" not in client.get("/").text
    fleet = FakeFleet(clock, (make_account("a"), make_account("b")))
    assert "data-many" in make_panel(fleet, clock, tmp_path / "two").operator().get("/").text


def test_marks_say_what_the_page_shows(operator: FlaskClient) -> None:
    page = operator.get("/?view=table&size=25&page=2&q=shop").text
    fields = _fields(page)
    assert (fields["view"], fields["size"], fields["page"], fields["q"]) == ("table", "25", "2", "shop")
    assert (fields["since"], fields["shown"]) == (mark(page), shown(page))
