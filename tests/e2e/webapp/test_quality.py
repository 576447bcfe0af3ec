"""Each page on desktop and phone, light and dark: no console error, no policy violation, usable by everyone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from selenium import webdriver

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet
from tests.e2e.webapp.browsing import PHONE, SIZES, THEMES, Visit, visiting
from tests.webapp.panel import make_panel

pytestmark = pytest.mark.e2e


def _leave_alone(_visit: Visit) -> None:
    pass


def _open_menu(visit: Visit) -> None:
    visit.click("#account-warung-slots")


def _open_selector(visit: Visit) -> None:
    visit.click("#selector-input")
    visit.wait(lambda: visit.count("#selector-list a") == 12)


def _ask(visit: Visit) -> None:
    visit.click("#account-is_working-stop")


def _act(visit: Visit) -> None:
    visit.click("#account-warung-run")
    visit.wait(lambda: visit.text("#toasts"))


def _decide(visit: Visit) -> None:
    visit.click("#post-7-not-there")


def _open_operation(visit: Visit) -> None:
    visit.click("#operation-add_account summary")
    visit.click("#schema-Account summary")


PAGES: dict[str, tuple[str, Callable[[Visit], None]]] = {
    "overview": ("/", _leave_alone),
    "overview with nothing found": ("/?q=nobody", _leave_alone),
    "overview with a menu": ("/?q=warung", _open_menu),
    "overview with the selector": ("/", _open_selector),
    "overview with a question": ("/?q=working", _ask),
    "overview with a message": ("/?q=warung", _act),
    "overview with a filter": ("/?state=waiting", _leave_alone),
    "account with a failure": ("/accounts/kopi", _leave_alone),
    "account with a decision": ("/accounts/kopi", _decide),
    "activity": ("/accounts/kopi/activity", _leave_alone),
    "activity with a filter": ("/accounts/kopi/activity?level=error&words=login", _leave_alone),
    "activity with nothing found": ("/accounts/kopi/activity?words=nothing", _leave_alone),
    "media with nothing yet": ("/accounts/kopi/media", _leave_alone),
    "account with nothing yet": ("/accounts/is_waiting", _leave_alone),
    "account in need": ("/accounts/is_needs_attention", _leave_alone),
    "groups with none yet": ("/groups", _leave_alone),
    "account templates with none yet": ("/account-templates", _leave_alone),
    "an order that asks": ("/bulk?action=apply_template&scope=all", _leave_alone),
    "an order that shows what changes": ("/bulk?action=add_to_group&scope=all&set.group=bali", _leave_alone),
    "guards": ("/guards", _leave_alone),
    "one database for all": ("/export", _leave_alone),
    "the notice on X's rules": ("/notice", _leave_alone),
    "the reference of the API": ("/api/docs", _leave_alone),
    "the reference of the API with an operation": ("/api/docs", _open_operation),
}


def _assert_sound(visit: Visit) -> None:
    assert visit.find_faults() == []


@SIZES
def test_each_page_is_sound(operator: Visit, fleet: FakeFleet, size: tuple[int, int]) -> None:
    fleet.set_problems("accounts.yaml, line 4: accounts.0.id: is missing. Give it one.")
    operator.look(size)
    for path, act in PAGES.values():
        operator.open(path)
        act(operator)
        _assert_sound(operator)


TROUBLES = "; ".join(f"account{number}: x.com wants this account to prove it is a person" for number in range(12))


@SIZES
def test_a_paused_fleet_is_sound(operator: Visit, fleet: FakeFleet, size: tuple[int, int]) -> None:
    fleet.change("kopi", groups=("jakarta",))
    fleet.set_fleet_pause(f"12 accounts fell into trouble within 10 minutes ({TROUBLES})")
    operator.look(size)
    operator.open("/?group=jakarta")
    operator.click("#fleet-pause summary")
    _assert_sound(operator)
    operator.click("#fleet-resume")
    _assert_sound(operator)


@SIZES
def test_the_way_in_is_sound(visit: Visit, size: tuple[int, int]) -> None:
    visit.look(size)
    visit.open("/login")
    _assert_sound(visit)
    visit.open(f"/setup?token={visit.panel.access.issue_setup_token()}")
    _assert_sound(visit)
    visit.panel.set_password()
    visit.open("/login")
    _assert_sound(visit)


@pytest.mark.parametrize("path", ["/accounts/nobody", "/accounts/kopi/start"])
def test_error_pages_are_usable_by_everyone(operator: Visit, path: str) -> None:
    operator.open(path)
    assert operator.accessibility_problems() == []
    operator.click("main a.btn-primary")
    operator.wait(lambda: operator.count("article.account") == 12)


def test_an_empty_fleet_is_sound(browser: webdriver.Chrome, clock: FakeClock, tmp_path: Path) -> None:
    panel = make_panel(FakeFleet(clock), clock, tmp_path, demo=True)
    with visiting(browser, panel) as visit:
        visit.look(PHONE)
        visit.log_in()
        assert "No accounts yet" in visit.text("#cards")
        _assert_sound(visit)


@pytest.mark.parametrize("theme", THEMES)
def test_words_that_cannot_be_read_in_one_theme_are_found(operator: Visit, theme: str) -> None:
    operator.open("/accounts/kopi")
    pale = f"[data-bs-theme={theme}] h1 {{ color: #777; background: #888 }}"
    code = "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]); document.adoptedStyleSheets.push(sheet)"
    operator.script(code, pale)
    [fault] = operator.find_faults()
    assert fault.startswith(f"{theme}: color-contrast")
