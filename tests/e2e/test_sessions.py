"""How an account gets its session, in real browsers: by a log-in in a window, and by cookies that are tried first.

A second driver on the window's browser is the person's hands. The window is on a virtual screen where Xvfb is there;
where it is not, the browser is opened out of sight, and all else is as it is for a person.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from bot.account_manager import AccountManager
from bot.connecting import ConnectRequest, connect_browser
from bot.fleet_view import RunState, RunView, StateKind
from bot.storage.sealing import is_sealed
from bot.x.contract import StepKind, XClient
from practice.world import cookies_for
from tests.e2e.fleets import PracticeFleet

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def screen() -> Iterator[bool]:
    """A screen that nobody sees; False on a machine that has none to offer."""
    server = shutil.which("Xvfb")
    if server is None:
        yield False
        return
    words = [server, "-displayfd", "1", "-screen", "0", "1360x1100x24", "-nolisten", "tcp"]
    with (
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        assert running.stdout is not None
        patch.setenv("DISPLAY", f":{running.stdout.readline().strip()}")
        yield True
        running.terminate()


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, screen: bool) -> Iterator[PracticeFleet]:
    fleet = PracticeFleet(tmp_path_factory.mktemp("sessions"), seats=1)
    if not screen:
        fleet.manager = AccountManager(fleet.root, connect=connect_out_of_sight, why_no_window=lambda _driver: "")
    with fleet:
        for account_id, handle in (("kopi", "KopiUji"), ("roti", "RotiUji")):
            fleet.add(account_id, handle, slot={"post": "none"})
        fleet.manager.load_accounts()
        yield fleet


def connect_out_of_sight(request: ConnectRequest) -> XClient:
    """The real browser, headless: what a test on a machine without a screen can have of a window."""
    return connect_browser(replace(request, in_window=False))


class Person:
    """Who sits before the window."""

    def __init__(self, browser: webdriver.Chrome) -> None:
        self.browser = browser

    def log_in(self, handle: str) -> None:
        self.wait(lambda: bool(self.browser.find_elements(By.CSS_SELECTOR, "input[autocomplete=username]")))
        self.browser.find_element(By.CSS_SELECTOR, "input[autocomplete=username]").send_keys(handle)
        self.browser.find_element(By.CSS_SELECTOR, "[role=dialog] button").click()

    def close_window(self) -> None:
        self.browser.close()

    @staticmethod
    def wait(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < end, "it did not come"
            time.sleep(0.1)


@contextmanager
def window(fleet: PracticeFleet, account_id: str) -> Iterator[Person]:
    """Have Aviary open it; a person comes to it."""
    profile = folder(fleet, account_id) / "data" / "profile"
    (profile / "DevToolsActivePort").unlink(missing_ok=True)
    assert "begins now" in fleet.manager.log_in_in_window(account_id)
    Person.wait(lambda: step(fleet, account_id) is StepKind.AWAITING_LOG_IN)
    options = webdriver.ChromeOptions()
    options.debugger_address = f"127.0.0.1:{(profile / 'DevToolsActivePort').read_text().split()[0]}"
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver"), env={**os.environ}))
    try:
        yield Person(driver)
    finally:
        driver.service.stop()


def step(fleet: PracticeFleet, account_id: str) -> StepKind | None:
    now = fleet.manager.account_view(account_id).state.step
    return now.kind if now else None


def folder(fleet: PracticeFleet, account_id: str) -> Path:
    return fleet.root / fleet.manager.account_view(account_id).folder


def ended(fleet: PracticeFleet, account_id: str) -> RunView:
    assert fleet.manager.wait_until_idle(PATIENCE_SECONDS)
    assert fleet.processes_left() == []
    return fleet.manager.runs(account_id)[0]


def test_the_log_in_of_a_person_becomes_the_session(fleet: PracticeFleet) -> None:
    file = folder(fleet, "kopi") / "cookies.json"
    file.unlink()
    with window(fleet, "kopi") as person:
        person.log_in("kopiuji")
        run = ended(fleet, "kopi")
    assert (run.state, run.reason) == (RunState.DONE, "")
    assert is_sealed(file.read_bytes())
    view = fleet.manager.sessions.look("kopi")
    assert view.check is not None
    assert (view.check.handle, view.problem, view.missing) == ("KopiUji", "", ())
    fleet.site.world.user("KopiUji").sessions[0].ended = True
    fleet.manager.check_session("kopi")
    assert ended(fleet, "kopi").state is RunState.DONE, "the stored session is the new one, and it works"


def test_a_log_in_as_somebody_else_and_a_closed_window_leave_the_session_as_it_was(fleet: PracticeFleet) -> None:
    file = folder(fleet, "roti") / "cookies.json"
    before = file.read_bytes()
    with window(fleet, "roti") as person:
        person.log_in("KopiUji")
        run = ended(fleet, "roti")
    assert run.reason.startswith("The log-in was as @KopiUji, and this account is @RotiUji")
    with window(fleet, "roti") as person:
        person.close_window()
        run = ended(fleet, "roti")
    assert (run.state, run.reason) == (RunState.FAILED, "The window was closed before the log-in was complete.")
    assert file.read_bytes() == before
    assert fleet.manager.account_view("roti").state.kind is StateKind.WAITING
    fleet.manager.check_session("roti")
    assert ended(fleet, "roti").state is RunState.DONE, "what was done in the window changes nothing for the runs"


def test_cookies_are_tried_in_a_browser_of_their_own_before_they_replace_a_session(fleet: PracticeFleet) -> None:
    user = fleet.site.world.user("RotiUji")
    before = user.sessions[-1].token
    fleet.site.world.open_session(user)
    fleet.manager.sessions.take("roti", json.dumps(cookies_for(user)).encode())
    run = ended(fleet, "roti")
    assert (run.state, run.reason) == (RunState.DONE, "")
    view = fleet.manager.sessions.look("roti")
    assert view.check is not None
    assert (view.check.handle, view.has_candidate) == ("RotiUji", False)
    assert not (folder(fleet, "roti") / "data" / "trial-profile").exists()
    next(session for session in user.sessions if session.token == before).ended = True
    fleet.manager.check_session("roti")
    assert ended(fleet, "roti").state is RunState.DONE, "it works with the new session"
