"""Pausing, deciding and asking why, in a real browser."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from bot.fleet.fake import FakeFleet
from tests.e2e.webapp.browsing import Visit

pytestmark = pytest.mark.e2e

TROUBLE = "3 accounts fell into trouble within 10 minutes (a: locked; b: locked; c: locked)"


def _mark_page(visit: Visit) -> None:
    visit.script("window.samePage = true")


def _assert_same_page_without_complaints(visit: Visit) -> None:
    assert visit.script("return window.samePage === true")
    assert visit.complaints() == []


def _texts(visit: Visit, css: str) -> list[str]:
    code = "return [...document.querySelectorAll(arguments[0])].map(each => each.innerText.trim())"
    return list(visit.script(code, css))


def _press(visit: Visit, *keys: str) -> None:
    for key in keys:
        visit.browser.switch_to.active_element.send_keys(key)


def _focus(visit: Visit) -> str:
    return str(visit.script("return document.activeElement.id"))


def _tab_to(visit: Visit, element_id: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(60):
        if _focus(visit) == element_id:
            return
        _press(visit, Keys.TAB)
    raise AssertionError(f"{element_id} cannot be reached with Tab")


# Pausing


def test_pausing_all_changes_every_card_without_a_reload(operator: Visit, fleet: FakeFleet) -> None:
    _mark_page(operator)
    operator.click("#pausing-1")
    operator.wait(lambda: "All accounts are paused" in operator.text("#fleet-pause"))
    for account in ("warung", "kopi", "is_waiting", "is_queued"):
        assert operator.text(f"#account-{account}-badge") == "Paused"
    assert operator.text("#account-is_working-badge") == "Working"
    assert operator.text("#pausing") == "Resume all"
    operator.click("#fleet-resume")
    operator.wait(lambda: operator.text("#account-warung-badge") == "Waiting")
    assert operator.text("#fleet-pause") == ""
    assert fleet.asked == [("pause fleet",), ("resume fleet",)]
    _assert_same_page_without_complaints(operator)


def test_a_pause_that_aviary_began_appears_by_itself_and_asks_before_it_ends(operator: Visit, fleet: FakeFleet) -> None:
    _mark_page(operator)
    fleet.set_fleet_pause(TROUBLE)
    operator.wait(lambda: "(a: locked; b: locked; c: locked)" in operator.text("#fleet-pause"))
    assert operator.text("#announcer") == "All accounts are paused"
    operator.click("#fleet-resume")
    assert operator.text("#confirm-title") == "Resume all?"
    assert "Aviary paused all accounts by itself" in operator.text("#confirm-words")
    operator.click("#confirm button[value=no]")
    assert fleet.asked == []
    operator.click("#fleet-resume")
    operator.click("#confirm-yes")
    operator.wait(lambda: operator.text("#fleet-pause") == "")
    assert fleet.asked == [("resume fleet",)]
    _assert_same_page_without_complaints(operator)


def test_one_account_is_paused_from_its_menu_and_resumed_by_its_first_button(operator: Visit, fleet: FakeFleet) -> None:
    operator.click("#account-warung-slots")
    operator.click("#account-warung-pause")
    operator.wait(lambda: operator.text("#account-warung-badge") == "Paused")
    operator.wait(lambda: operator.text("#account-warung-start").startswith("Resume"))
    operator.click("#account-warung-start")
    operator.wait(lambda: operator.text("#account-warung-badge") == "Waiting")
    assert fleet.asked == [("pause", "warung"), ("resume", "warung")]


# Deciding


def test_a_post_is_decided_by_keyboard_alone(operator: Visit, fleet: FakeFleet) -> None:
    _tab_to(operator, "account-kopi-review-link")
    _press(operator, Keys.ENTER)
    operator.wait(lambda: operator.browser.current_url.endswith("/accounts/kopi#posts"))
    _mark_page(operator)
    _tab_to(operator, "post-7-look")
    _press(operator, Keys.TAB)
    assert _focus(operator) == "post-7-there"
    _press(operator, Keys.TAB, Keys.ENTER)
    assert operator.text("#confirm-title") == "It is not there: “Promo!”?"
    assert "It then counts as not sent" in operator.text("#confirm-words")
    _press(operator, Keys.ESCAPE)
    assert fleet.asked == []
    assert _focus(operator) == "post-7-not-there"
    _press(operator, Keys.ENTER)
    _tab_to(operator, "confirm-yes")
    _press(operator, Keys.ENTER)
    operator.wait(lambda: operator.count("#post-7-there") == 0)
    assert fleet.asked == [("decide", "kopi", "7", "not there")]
    assert "Not posted" in operator.text("#posts")
    assert operator.text("#account-kopi-review") == ""
    _assert_same_page_without_complaints(operator)


def test_the_focus_stays_on_a_decision_while_the_account_changes(operator: Visit, fleet: FakeFleet) -> None:
    operator.open("/accounts/kopi")
    operator.script("document.getElementById('post-7-there').focus()")
    fleet.change("kopi", likes_today=7)
    operator.wait(lambda: "7" in operator.text("#account-kopi-numbers"))
    assert _focus(operator) == "post-7-there"


# Why?


def test_the_record_is_narrowed_by_levels_and_words_as_they_are_chosen(operator: Visit, fleet: FakeFleet) -> None:
    operator.open("/accounts/kopi")
    operator.click("#why-today a")
    operator.wait(lambda: operator.browser.current_url.endswith("/accounts/kopi/activity"))
    assert operator.count("#record .entry") == 4
    _mark_page(operator)
    operator.click("#record-levels input[value=error]")
    operator.wait(lambda: _texts(operator, ".entry-text") == ["x.com shows the login page"])
    operator.click("#record-levels input[value=warning]")
    operator.wait(lambda: operator.count("#record .entry") == 2)
    assert operator.browser.current_url.endswith("/activity?level=warning&level=error")
    operator.find("#record-words").send_keys("limit")
    operator.wait(lambda: operator.count("#record .entry") == 1)
    assert "Tries again 15:12" in operator.text("#record")
    _assert_same_page_without_complaints(operator)


def test_new_entries_appear_by_themselves_inside_the_filter(operator: Visit, fleet: FakeFleet) -> None:
    operator.open("/accounts/kopi/activity?level=error")
    _mark_page(operator)
    fleet.note("kopi", "resumed by a person")
    fleet.note("kopi", "the browser died", "error")
    operator.wait(lambda: operator.count("#record .entry") == 2)
    assert _texts(operator, ".entry-text") == ["The browser died", "x.com shows the login page"]
    fleet.set_why_today("kopi", "Posted 1 time today.")
    operator.wait(lambda: operator.text("#why-today") == "Posted 1 time today.")
    operator.click("#account-kopi-run")
    operator.wait(lambda: operator.text("#account-kopi-badge") == "Queued")
    _assert_same_page_without_complaints(operator)


def test_without_scripts_the_record_can_be_narrowed_and_posts_be_decided(operator: Visit, fleet: FakeFleet) -> None:
    operator.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    operator.open("/accounts/kopi/activity")
    operator.click("#record-levels input[value=error]")
    operator.click("#record-filter button")
    operator.wait(lambda: operator.count("#record .entry") == 1)
    operator.open("/accounts/kopi")
    operator.click("#post-7-there")
    operator.wait(lambda: fleet.asked == [("decide", "kopi", "7", "there")])
    operator.open("/")
    operator.click("#pausing-1")
    operator.wait(lambda: fleet.overview().paused != "")
