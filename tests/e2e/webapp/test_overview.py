"""A long list of accounts in a real browser: found, walked by keys, ticked, and changed many at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, every_state, make_account, make_run
from bot.fleet_view import AccountState, RunState, StateKind
from tests.e2e.webapp.browsing import DESKTOP, PHONE, Visit, visiting
from tests.webapp.panel import NOW, make_panel

pytestmark = pytest.mark.e2e

GROUPS = ("jakarta", "bandung", "surabaya")
MIXED = (StateKind.WAITING, StateKind.WAITING, StateKind.STOPPED, StateKind.NEEDS_ATTENTION, StateKind.DISABLED)


@pytest.fixture
def fleet(clock: FakeClock) -> FakeFleet:
    """Two hundred accounts; of five in a row two wait, one is stopped, one needs attention, one is disabled."""
    states = every_state(NOW)
    failed = make_run(NOW, state=RunState.FAILED, reason="x.com did not answer")
    return FakeFleet(
        clock,
        tuple(
            make_account(
                f"shop{n:03}",
                f"Shop {n:03}",
                groups=(GROUPS[n % 3],),
                state=states[MIXED[n % 5]],
                followers=n,
                last_run=failed if n % 20 == 0 else None,
            )
            for n in range(200)
        ),
    )


@pytest.fixture
def operator(browser: webdriver.Chrome, fleet: FakeFleet, clock: FakeClock, tmp_path: Path) -> Iterator[Visit]:
    """Somebody at a desk, logged in, on the overview of two hundred accounts."""
    with visiting(browser, make_panel(fleet, clock, tmp_path / "data")) as visit:
        visit.log_in()
        yield visit


def _press(visit: Visit, *keys: str) -> None:
    visit.browser.switch_to.active_element.send_keys(*keys)


def _present(visit: Visit) -> str:
    """The account that has the focus."""
    code = "return document.activeElement.closest('[data-account]')?.dataset.account ?? ''"
    return str(visit.script(code))


def _ticked(visit: Visit) -> list[str]:
    code = "return [...document.querySelectorAll('#cards .pick:checked')].map((box) => box.value)"
    return [str(value) for value in visit.script(code)]


def _scope(visit: Visit) -> str:
    return str(visit.script("const l = document.getElementById('bulk-for'); return l.selectedOptions[0].textContent"))


def _first(visit: Visit) -> str:
    return str(visit.script("return document.querySelector('#cards [data-account]')?.dataset.account ?? ''"))


def test_pages_are_turned_without_a_reload_and_begin_at_the_top(operator: Visit) -> None:
    operator.script("window.samePage = true; document.getElementById('page-after').scrollIntoView()")
    operator.click("#page-after")
    operator.wait(lambda: _first(operator) == "shop050")
    assert "51–100 of 200 accounts" in operator.text("#pager-range")
    assert operator.browser.current_url.endswith("/?page=2")
    bar, first = operator.script(
        "return ['#bulk', '#account-shop050'].map((css) => document.querySelector(css).getBoundingClientRect())"
    )
    assert bar["bottom"] <= first["top"] < 300
    assert operator.script("return window.samePage === true")
    assert operator.complaints() == []


def test_what_trouble_there_is_stands_in_a_menu_and_narrows_the_list(operator: Visit) -> None:
    operator.click("#menu-trouble-summary")
    operator.find("#menu-trouble").find_element(By.PARTIAL_LINK_TEXT, "treats the session as logged out").click()
    operator.wait(lambda: "40 accounts" in operator.text("#pager-range"))
    assert operator.count("article.account") == 40
    operator.click("#group-1")
    operator.wait(lambda: "of 40" not in operator.text("#pager-range") and operator.count("article.account") < 40)
    operator.click("#filters-clear")
    operator.wait(lambda: operator.count("article.account") == 50)
    assert operator.complaints() == []


def test_the_table_is_chosen_once_and_sorted_by_its_headings(operator: Visit, fleet: FakeFleet) -> None:
    operator.click("#view-table")
    operator.wait(lambda: operator.count(".row-account") == 50)
    operator.click("#sort-followers")
    operator.wait(lambda: _first(operator) == "shop199")
    operator.click("#sort-followers")
    operator.wait(lambda: _first(operator) == "shop000")
    operator.open("/accounts/shop000")
    operator.click(".brand")
    operator.wait(lambda: operator.count(".row-account") == 50)
    assert operator.find("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    fleet.set_state("shop000", AccountState(StateKind.QUEUED))
    operator.wait(lambda: operator.text("#account-shop000-badge") == "Queued")
    assert operator.complaints() == []


def test_a_button_of_a_row_acts_on_its_account_alone(operator: Visit, fleet: FakeFleet) -> None:
    operator.open("/?view=table")
    operator.click("#account-shop005-stop")
    operator.click("#account-shop010-stop")
    operator.wait(lambda: operator.text("#account-shop010-badge") == "Stopped")
    operator.wait(lambda: operator.text("#account-shop005-badge") == "Stopped")
    assert sorted(fleet.asked) == [("stop", "shop005"), ("stop", "shop010")]
    assert operator.complaints() == []


def test_the_list_is_walked_ticked_and_opened_by_keys_alone(operator: Visit) -> None:
    _press(operator, "j", "j", "j", "k")
    assert _present(operator) == "shop001"
    _press(operator, "x")
    _press(operator, "j", "j")
    _press(operator, Keys.SHIFT + "x")
    assert _ticked(operator) == ["shop001", "shop002", "shop003"]
    assert _scope(operator) == "3 ticked"
    _press(operator, "x")
    assert _ticked(operator) == ["shop001", "shop002"]
    _press(operator, Keys.ESCAPE)
    assert _ticked(operator) == []
    _press(operator, Keys.ENTER)
    operator.wait(lambda: operator.browser.current_url.endswith("/accounts/shop003"))
    assert operator.complaints() == []


def test_letters_in_a_field_are_letters(operator: Visit) -> None:
    _press(operator, "f")
    _press(operator, "xajk?")
    assert operator.find("#finder-words").get_attribute("value") == "xajk?"
    assert not operator.find("#keys").is_displayed()


def test_the_keys_are_told_and_can_be_switched_off(operator: Visit) -> None:
    _press(operator, "?")
    assert operator.find("#keys").is_displayed()
    operator.click("#keys-off")
    _press(operator, Keys.ESCAPE)
    operator.wait(lambda: not operator.find("#keys").is_displayed())
    _press(operator, "j")
    operator.open("/?show=all")
    _press(operator, "j", "x")
    assert _present(operator) == ""
    assert _ticked(operator) == []
    _press(operator, "?")
    assert operator.find("#keys").is_displayed()


def test_keys_turn_pages_and_change_the_look(operator: Visit) -> None:
    _press(operator, "n")
    operator.wait(lambda: _first(operator) == "shop050")
    _press(operator, "v")
    operator.wait(lambda: operator.count(".row-account") == 50)
    _press(operator, "p")
    operator.wait(lambda: _first(operator) == "shop000")


def test_ticks_outlive_other_pages_searches_and_polls(operator: Visit, fleet: FakeFleet) -> None:
    operator.click("#pick-shop000")
    operator.click("#page-after")
    operator.wait(lambda: _first(operator) == "shop050")
    operator.click("#pick-shop050")
    fleet.add_account(make_account("new"))
    operator.wait(lambda: "of 201" in operator.text("#pager-range"))
    operator.find("#finder-words").send_keys("105")
    operator.wait(lambda: _first(operator) == "shop105")
    operator.click("#pick-shop105")
    assert _scope(operator) == "3 ticked"
    operator.click("#bulk-stop")
    operator.wait(lambda: operator.count("#order-changing li") == 3)
    assert "shop000" in operator.text("#order-changing")


def test_a_group_is_stopped_after_a_look_and_started_again(operator: Visit, fleet: FakeFleet) -> None:
    operator.open("/?group=jakarta&view=table")
    Select(operator.find("#bulk-for")).select_by_visible_text("Group jakarta (67)")
    operator.click("#bulk-stop")
    operator.wait(lambda: operator.count("#order-give") == 1)
    assert "27 of 67 will be stopped" in operator.text("#order-summary")
    assert "13 are disabled" in operator.text("#order-summary")
    assert fleet.asked == []
    operator.click("#order-give")
    operator.wait(lambda: "27 accounts are stopped; 40 were left as they were." in operator.text("#order-title"))
    assert len(fleet.asked) == 27
    assert operator.count("#order-results li") == 67
    operator.click("#order-undo")
    operator.wait(lambda: "Start 27 accounts?" in operator.text("#order-title"))
    operator.click("#order-give")
    operator.wait(lambda: "27 accounts are started" in operator.text("#order-title"))
    operator.click("#order-back")
    operator.wait(lambda: operator.browser.current_url.endswith("/?group=jakarta"))
    assert operator.count(".row-account") == 50
    assert operator.complaints() == []


def test_going_back_from_the_look_finds_the_ticks_again(operator: Visit) -> None:
    operator.click("#pick-shop001")
    operator.click("#pick-shop002")
    operator.click("#bulk-pause")
    operator.wait(lambda: operator.count("#order-cancel") == 1)
    operator.browser.back()
    operator.wait(lambda: operator.count("#bulk") == 1)
    operator.wait(lambda: _scope(operator) == "2 ticked")


def test_the_whole_page_is_ticked_at_once(operator: Visit) -> None:
    operator.click("#pick-page")
    assert len(_ticked(operator)) == 50
    assert _scope(operator) == "50 ticked"
    operator.click("#pick-none")
    assert _ticked(operator) == []
    assert _scope(operator) == "None ticked"


def test_without_scripts_many_are_paused_too(operator: Visit, fleet: FakeFleet) -> None:
    operator.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    operator.open("/?view=table&group=bandung&q=shop+00")
    operator.click("#pick-shop001")
    operator.click("#pick-shop007")
    operator.click("#bulk-pause")
    operator.wait(lambda: operator.browser.find_elements(By.ID, "order-give"))
    assert "1 of 2 will be paused; 1 is stopped" in operator.find("#order-summary").text
    operator.click("#order-give")
    operator.wait(lambda: operator.browser.find_elements(By.ID, "order-results"))
    assert fleet.asked == [("pause", "shop001")]
    operator.click("#order-back")
    operator.wait(lambda: "group=bandung" in operator.browser.current_url)
    operator.click("#menu-trouble-summary")
    operator.click("#trouble-1")
    operator.wait(lambda: "trouble=failed" in operator.browser.current_url)


def test_on_a_phone_the_buttons_come_with_the_first_tick(operator: Visit) -> None:
    operator.look(PHONE)
    operator.open("/?view=table")
    assert not operator.find("#bulk-stop").is_displayed()
    operator.click("#pick-shop000")
    assert operator.find("#bulk-stop").is_displayed()
    operator.script("window.scrollTo(0, document.body.scrollHeight)")
    top = operator.script("return document.getElementById('bulk-stop').getBoundingClientRect().top")
    assert 0 < top < PHONE[1]


def _tick_two(visit: Visit) -> None:
    visit.script("document.querySelectorAll('.pick').forEach((box, at) => at < 2 && box.click())")


def _open_keys(visit: Visit) -> None:
    visit.script("document.getElementById('keys').showModal()")


def _open_troubles(visit: Visit) -> None:
    visit.script("document.getElementById('menu-trouble').open = true")


def _give(visit: Visit) -> None:
    visit.click("#order-give")
    visit.wait(lambda: visit.count("#order-results") == 1)


@pytest.mark.parametrize(
    "size",
    [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone", marks=pytest.mark.nightly)],
)
def test_each_page_is_sound_with_two_hundred_accounts(operator: Visit, size: tuple[int, int]) -> None:
    operator.look(size)
    pages = {
        "/?view=cards&show=all&page=2": _tick_two,
        "/?view=table&show=all&sort=-posts&page=4": _tick_two,
        "/?trouble=any&group=jakarta&view=table": _open_troubles,
        "/?show=all&view=table&size=25": _open_keys,
        "/?q=nobody&view=table": lambda _visit: None,
        "/bulk?action=stop": lambda _visit: None,
        "/bulk?action=resume&scope=all": lambda _visit: None,
        "/bulk?action=run&scope=all": lambda _visit: None,
        "/bulk?action=stop&scope=group:jakarta": _give,
    }
    for path, act in pages.items():
        operator.open(path)
        act(operator)
        assert operator.find_faults() == [], path
