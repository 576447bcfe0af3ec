"""What a person does with the panel, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from selenium.webdriver.common.keys import Keys

from bot.fleet.fake import FakeFleet, make_account
from bot.fleet_view import AccountState, StateKind, StepView
from bot.x.contract import Step, StepKind
from tests.e2e.webapp.browsing import Visit
from tests.webapp.panel import NOW, PASSWORD
from webapp.times import relative

pytestmark = pytest.mark.e2e


def _mark_page(visit: Visit) -> None:
    visit.script("window.samePage = true")


def _is_same_page(visit: Visit) -> bool:
    return bool(visit.script("return window.samePage === true"))


def test_the_link_logs_in_and_a_pressed_button_moves_the_card_without_a_reload(visit: Visit, fleet: FakeFleet) -> None:
    visit.log_in()
    assert visit.count("article.account") == 12
    _mark_page(visit)
    visit.click("#account-warung-run")
    visit.wait(lambda: visit.text("#account-warung-badge") == "Queued")
    assert "Warung Paket: next slot is queued." in visit.text("#toasts")
    assert fleet.asked == [("run", "warung", "")]
    fleet.set_state("warung", AccountState(StateKind.WORKING, step=Step(StepKind.UPLOADING, 2, 3)))
    visit.wait(lambda: visit.text("#account-warung-situation") == "Uploading 2/3")
    assert visit.text("#account-warung-badge") == "Working"
    assert _is_same_page(visit)
    assert visit.complaints() == []


def test_two_accounts_are_asked_one_after_the_other(operator: Visit, fleet: FakeFleet) -> None:
    for name in ("warung", "kopi"):
        operator.click(f"#account-{name}-run")
    operator.wait(lambda: operator.text("#account-kopi-badge") == "Queued")
    assert sorted(fleet.asked) == [("run", "kopi", ""), ("run", "warung", "")]
    operator.wait(lambda: "3 queued" in operator.text("#totals"))


def test_a_slot_is_chosen_from_the_menu(operator: Visit, fleet: FakeFleet) -> None:
    operator.click("#account-warung-slots")
    operator.click("#account-warung-actions .menu-list button[value=afternoon]")
    operator.wait(lambda: fleet.asked == [("run", "warung", "afternoon")])
    assert operator.complaints() == []


def test_an_open_menu_stays_and_catches_up_when_it_is_closed(operator: Visit, fleet: FakeFleet) -> None:
    operator.click("#account-warung-slots")
    fleet.change("warung", state=AccountState(StateKind.QUEUED), likes_today=7)
    operator.wait(lambda: operator.text("#account-warung-badge") == "Queued")
    assert operator.find("#account-warung-actions .menu-list button[value=evening]").is_displayed()
    operator.find("#account-warung-slots").send_keys(Keys.ESCAPE)
    operator.wait(lambda: operator.count("#account-warung-actions .menu-list button[value]") == 0)
    assert operator.count("#account-warung-pause") == 1
    assert operator.find("#account-warung-run").get_attribute("aria-disabled") == "true"


def test_the_focus_stays_on_a_button_whose_card_changes(operator: Visit, fleet: FakeFleet) -> None:
    operator.script("document.getElementById('account-warung-stop').focus()")
    fleet.set_state("warung", AccountState(StateKind.WORKING, step=Step(StepKind.TYPING)))
    operator.wait(lambda: operator.text("#account-warung-badge") == "Working")
    assert operator.script("return document.activeElement.id") == "account-warung-stop"


def test_stopping_a_working_account_asks_first(operator: Visit, fleet: FakeFleet) -> None:
    operator.click("#account-is_working-stop")
    assert operator.text("#confirm-title") == "Stop Toko Working?"
    operator.click("#confirm button[value=no]")
    assert fleet.asked == []
    operator.click("#account-is_working-stop")
    operator.click("#confirm-yes")
    operator.wait(lambda: operator.text("#account-is_working-badge") == "Stopped")
    assert fleet.asked == [("stop", "is_working")]


def test_a_button_that_cannot_be_used_says_why(operator: Visit, fleet: FakeFleet) -> None:
    operator.click("#account-is_disabled-start")
    operator.wait(lambda: "its page “Account” enables it" in operator.text("#toasts"))
    assert fleet.asked == []


def test_a_new_account_appears_by_itself(operator: Visit, fleet: FakeFleet) -> None:
    _mark_page(operator)
    fleet.add_account(make_account("roti", "Roti Hangat"))
    operator.wait(lambda: operator.count("#account-roti") == 1)
    assert _is_same_page(operator)


def test_searching_narrows_the_cards_and_keeps_the_address(operator: Visit, fleet: FakeFleet) -> None:
    _mark_page(operator)
    operator.find("#finder-words").send_keys("senja")
    operator.wait(lambda: operator.count("article.account") == 1)
    assert operator.browser.current_url.endswith("/?q=senja")
    operator.click("#filter-waiting")
    operator.wait(lambda: operator.browser.current_url.endswith("/?q=senja&state=waiting"))
    fleet.set_state("kopi", AccountState(StateKind.QUEUED))
    operator.wait(lambda: "No account matches" in operator.text("#cards"))
    assert _is_same_page(operator)
    assert operator.complaints() == []


def test_the_selector_works_by_keyboard_alone(operator: Visit) -> None:
    operator.find("body").send_keys("/")
    operator.browser.switch_to.active_element.send_keys("sen")
    operator.wait(lambda: operator.count("#selector-list a") == 1)
    operator.browser.switch_to.active_element.send_keys(Keys.ENTER)
    operator.wait(lambda: operator.browser.current_url.endswith("/accounts/kopi"))


def test_arrows_walk_the_selector_and_escape_closes_it(operator: Visit) -> None:
    operator.click("#selector-input")
    operator.wait(lambda: operator.count("#selector-list a") == 12)
    operator.find("#selector-input").send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert "Kopi Senja" in operator.text("#selector-list [aria-selected=true]")
    operator.find("#selector-input").send_keys(Keys.ESCAPE)
    assert not operator.find("#selector-list").is_displayed()


def test_an_account_page_shows_new_steps_and_keeps_runs_open(operator: Visit, fleet: FakeFleet) -> None:
    operator.open("/accounts/kopi")
    newest, older = fleet.runs("kopi")
    operator.click(f"#run-{older.id}-summary")
    operator.wait(lambda: "Posted the morning's picture" in operator.text(f"#run-{older.id}"))
    fleet.add_step("kopi", newest.id, StepView(NOW, "closing the browser", "info"))
    operator.wait(lambda: "Closing the browser" in operator.text(f"#run-{newest.id}"))
    assert "Posted the morning's picture" in operator.text(f"#run-{older.id}")
    assert operator.complaints() == []


def test_a_picture_of_a_failure_is_shown(operator: Visit) -> None:
    operator.open("/accounts/kopi")
    operator.script("document.querySelector('.evidence img').scrollIntoView()")
    operator.wait(lambda: operator.script("return document.querySelector('.evidence img').naturalWidth") == 1280)
    assert operator.complaints() == []


def test_a_lost_connection_is_told_and_taken_back(operator: Visit, fleet: FakeFleet) -> None:
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    operator.browser.execute_cdp_cmd("Network.enable", {})
    operator.browser.execute_cdp_cmd("Network.emulateNetworkConditions", {**network, "offline": True})
    operator.wait(lambda: "does not answer" in operator.text("#connection"))
    operator.browser.execute_cdp_cmd("Network.emulateNetworkConditions", {**network, "offline": False})
    fleet.set_state("warung", AccountState(StateKind.QUEUED))
    operator.wait(lambda: operator.text("#connection") == "")
    operator.wait(lambda: operator.text("#account-warung-badge") == "Queued")


def test_an_ended_login_is_told_and_the_page_goes_on_after_the_next(operator: Visit, fleet: FakeFleet) -> None:
    operator.panel.fake_clock().advance(15 * 86400)
    operator.wait(lambda: "Your login has ended" in operator.text("#connection"))
    overview = operator.browser.current_window_handle
    operator.browser.switch_to.new_window("tab")
    operator.log_in()
    operator.browser.close()
    operator.browser.switch_to.window(overview)
    operator.wait(lambda: operator.text("#connection") == "")
    operator.click("#account-warung-run")
    operator.wait(lambda: fleet.asked == [("run", "warung", "")])


def test_the_theme_follows_the_system_until_one_is_chosen(operator: Visit) -> None:
    def theme() -> str:
        return str(operator.script("return document.documentElement.dataset.bsTheme"))

    operator.look((1400, 900), "dark")
    operator.wait(lambda: theme() == "dark")
    operator.click("#theme-switch")  # system -> light
    assert theme() == "light"
    operator.open("/accounts/kopi")
    assert theme() == "light"


def test_times_stay_true_by_the_same_rule_as_the_servers(operator: Visit) -> None:
    spans = [timedelta(seconds=s) for s in (330, -330, 5460, -9000, 40 * 3600, -200 * 3600, -0.5)]
    moments = [(NOW + span).isoformat() for span in spans]
    code = """
        return arguments[0].map((moment) => {
          const time = document.createElement("time");
          time.dateTime = moment;
          time.dataset.relative = "past";
          document.body.append(time);
          document.dispatchEvent(new Event("visibilitychange"));
          return time.textContent;
        });"""
    assert operator.script(code, moments) == [relative(NOW + span, NOW) for span in spans]


def test_without_scripts_login_buttons_and_search_work_too(visit: Visit, fleet: FakeFleet) -> None:
    visit.panel.set_password()
    visit.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    visit.open("/accounts/warung")
    visit.find("#password").send_keys(PASSWORD, Keys.ENTER)
    visit.wait(lambda: visit.browser.current_url.endswith("/accounts/warung"))
    visit.click("#account-warung-run")
    visit.wait(lambda: fleet.asked == [("run", "warung", "")])
    assert "next slot is queued" in visit.find("#toasts").text
    visit.open("/?q=senja")
    assert visit.count("article.account") == 1


def test_logging_out_leads_to_the_login(operator: Visit) -> None:
    operator.click(".topbar-end form button")
    operator.wait(lambda: operator.browser.current_url.endswith("/login"))
    operator.open("/accounts/kopi")
    assert "/login" in operator.browser.current_url
