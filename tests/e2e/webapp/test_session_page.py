"""The session page in Chromium: cookies are pasted or chosen, refused, replaced on wish, and never shown again."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.fleet.fake import FakeFleet
from bot.fleet_view import AccountState, RunState, StateKind
from bot.settings.home import AccountFolder
from bot.storage.sealing import SessionKeys, is_sealed
from bot.storage.session_file import SessionCheck, SessionFile, note_check
from bot.x.contract import Step, StepKind
from tests.e2e.webapp.browsing import PHONE, SIZES, Visit
from tests.webapp.panel import NOW

pytestmark = pytest.mark.e2e

PAGE = "/accounts/kopi/session"
TOKEN = "5ec2e7a0" * 5


@pytest.fixture
def folder(fleet: FakeFleet, tmp_path: Path) -> AccountFolder:
    """The folder of kopi."""
    fleet.home = tmp_path / "home"
    folder = AccountFolder(fleet.home / fleet.account_view("kopi").folder)
    folder.root.mkdir(parents=True)
    return folder


def export(days: float = 90, **values: str) -> str:
    named = {"auth_token": TOKEN, "ct0": "c7" * 16, "twid": "u%3D42", "personalization_id": '"v1_abc=="', **values}
    shared = {"domain": ".x.com", "expirationDate": (NOW + timedelta(days=days)).timestamp()}
    return json.dumps([{"name": name, "value": value, **shared} for name, value in named.items() if value])


def paste(visit: Visit, text: str) -> None:
    visit.script("arguments[0].value = arguments[1];", visit.find("#session-text"), text)


def pasted(visit: Visit) -> str:
    """What is in the field now."""
    return str(visit.script("return document.querySelector('#session-text').value"))


def assert_sound(visit: Visit) -> None:
    assert visit.find_faults() == []


@SIZES
def test_the_page_is_sound_in_each_look(operator: Visit, folder: AccountFolder, size: tuple[int, int]) -> None:
    operator.look(size)
    operator.open(PAGE)
    assert_sound(operator)
    for text in (export(), export(days=9.5, ct0=""), "["):
        operator.open(PAGE)  # without the message of before, which lies over the form on a phone
        paste(operator, text)
        operator.click("#session-anyway")
        operator.click("#session-send")
        operator.wait(lambda: operator.text("#session-trouble") or not pasted(operator))
        assert_sound(operator)
    session_id = json.loads(folder.cookies_json.read_bytes())["id"]
    note_check(folder, SessionCheck(session_id, NOW, "kopi_lain", "The cookies belong to @kopi_lain, not to @kopi."))
    operator.open(PAGE)
    assert_sound(operator)


@SIZES
def test_the_way_by_a_window_is_sound_in_each_look(
    operator: Visit, folder: AccountFolder, fleet: FakeFleet, size: tuple[int, int]
) -> None:
    operator.look(size)
    operator.open(PAGE)
    operator.click("#session-window-open")
    operator.wait(lambda: "as soon as a seat is free" in operator.text("#session-window"))
    step = Step(StepKind.AWAITING_LOG_IN, total=10)
    fleet.change_run("kopi", state=RunState.RUNNING, started_at=NOW)
    fleet.set_state("kopi", AccountState(StateKind.WORKING, step=step))
    operator.wait(lambda: "Waiting for your log-in in the window" in operator.text("#session-window"))
    assert_sound(operator)
    operator.open(PAGE)  # without the message of before, which lies over the button
    operator.click("#session-window-cancel")
    operator.wait(lambda: "was cancelled" in operator.text("#session-window"))
    assert_sound(operator)
    fleet.no_window = "The machine that Aviary runs on has no screen to show a window on. Import cookies instead."
    fleet.set_state("kopi", AccountState(StateKind.NEEDS_ATTENTION, "x.com shows its login"))
    operator.open(PAGE)
    paste(operator, export())
    operator.click("#session-send")
    operator.wait(lambda: "press Resume" in operator.text("#session-state"))
    assert "has no screen" in operator.text("#session-window")
    assert_sound(operator)
    operator.click("#session-resume")
    operator.wait(lambda: "press Resume" not in operator.text("#session-state"))


def test_a_person_pastes_cookies_is_asked_to_think_twice_and_replaces_them(
    operator: Visit, folder: AccountFolder, fleet: FakeFleet
) -> None:
    operator.open("/accounts/kopi")
    operator.click(f'.tabs a[href="{PAGE}"]')
    assert "There is no session yet." in operator.text("#session-state")
    paste(operator, export())
    operator.click("#session-send")
    operator.wait(lambda: "It ends in 90 days." in operator.text("#session-state"))
    assert pasted(operator) == ""
    assert TOKEN not in operator.browser.page_source

    paste(operator, export(days=20, twid="u%3D43"))
    operator.click("#session-send")
    operator.wait(lambda: "belongs to another account on X" in operator.text("#session-trouble"))
    assert TOKEN in pasted(operator), "what was pasted need not be pasted again"
    operator.click("#session-anyway")
    operator.click("#session-send")
    operator.wait(lambda: "It ends in 20 days." in operator.text("#session-state"))
    assert operator.text("#session-trouble") == ""
    assert is_sealed(folder.cookies_json.read_bytes())

    operator.click("#session-check")
    operator.wait(lambda: fleet.asked == [("check session", "kopi")])
    assert_sound(operator)


def test_a_file_is_chosen_on_the_phone(operator: Visit, folder: AccountFolder, tmp_path: Path) -> None:
    file = tmp_path / "cookies.txt"
    file.write_text(f"#HttpOnly_.x.com\tTRUE\t/\tTRUE\t{int(NOW.timestamp()) + 864000}\tauth_token\t{TOKEN}\n")
    operator.look(PHONE, "dark")
    operator.open(PAGE)
    operator.find("#session-file").send_keys(str(file))
    operator.click("#session-send")
    operator.wait(lambda: "It ends in 10 days." in operator.text("#session-state"))
    assert "Missing: ct0" in operator.text("#session-state")
    keys = SessionKeys((folder.root.parents[1]) / "data", "")
    assert SessionFile(folder.cookies_json, keys).read().export.cookies[0].value == TOKEN
    assert_sound(operator)
