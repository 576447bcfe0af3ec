"""Real browsers: whatever happens to them, none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot.browser.chrome import ChromeOpener
from bot.browser.contract import BrowserRequest
from bot.browser.processes import DRIVER_FOLDER, find_own, wait_until_gone
from bot.browser.reaper import find_strays, reap
from bot.browser.running import POLITE_SECONDS
from bot.clock import StopSignal, SystemClock
from bot.errors import BrowserDied, XDown
from bot.x.client import TwitterClient
from bot.x.page import Page, Timeouts

pytestmark = pytest.mark.e2e

NOWHERE = "127.0.0.1:9"
PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "profiles" / "ayu"
    reap(tmp_path)


def request(profile: Path) -> BrowserRequest:
    return BrowserRequest(profile=profile, x_address=NOWHERE, page_load_seconds=5)


def browser_pid(profile: Path) -> int:
    return next(own.pid for own in find_own(profile) if own.path.name != DRIVER_FOLDER)


def test_closing_ends_driver_and_browser_and_may_be_repeated(profile: Path) -> None:
    browser = ChromeOpener().open(request(profile))
    assert browser.is_alive()
    assert len(find_own(profile)) == 2
    browser.close()
    browser.close()
    assert find_own(profile) == []
    assert not browser.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="processes are paused by a signal here")
@pytest.mark.parametrize("who", ["driver", "browser"])
def test_closing_is_quick_when_one_of_them_hangs(profile: Path, who: str) -> None:
    browser = ChromeOpener().open(request(profile))
    drivers = [own.pid for own in find_own(profile) if own.path.name == DRIVER_FOLDER]
    os.kill(drivers[0] if who == "driver" else browser_pid(profile), signal.SIGSTOP)
    started = time.monotonic()
    browser.close()
    assert time.monotonic() - started < POLITE_SECONDS * 3
    assert find_own(profile) == []


def test_a_browser_that_was_killed_is_noticed_and_named(profile: Path) -> None:
    browser = ChromeOpener().open(request(profile))
    client = TwitterClient(browser, "ayu", clock=SystemClock(), stop=StopSignal())
    victim = psutil.Process(browser_pid(profile))
    victim.kill()
    assert wait_until_gone([victim], 10) == []
    assert not browser.is_alive()
    with pytest.raises(BrowserDied):
        client.read_profile("ayu")
    evidence = client.evidence()
    assert evidence.screenshot == b""
    client.close()
    assert find_own(profile) == []


def test_a_site_that_does_not_answer_is_down(profile: Path) -> None:
    client = TwitterClient(ChromeOpener().open(request(profile)), "ayu", clock=SystemClock(), stop=StopSignal())
    with pytest.raises(XDown, match="ERR_CONNECTION_REFUSED"):
        client.read_profile("ayu")
    client.close()


def test_what_a_killed_process_left_behind_is_reaped(profile: Path) -> None:
    """Selenium's driver and browser go on when the Python process is killed."""
    code = f"""
from pathlib import Path
from bot.browser.chrome import ChromeOpener
from bot.browser.contract import BrowserRequest
import threading
import time
browser = ChromeOpener().open(BrowserRequest(profile=Path({str(profile)!r}), x_address={NOWHERE!r}))
print("open", flush=True)
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline().strip() == "open"
    parent.kill()
    parent.wait(10)
    parent.stdout.close()
    strays = find_strays(profile.parent)
    assert len(strays) == 2
    assert find_strays(profile.parent, keep=[profile]) == []
    assert {stray.pid for stray in reap(profile.parent)} == {stray.pid for stray in strays}
    assert find_own(profile.parent) == []
    again = ChromeOpener().open(request(profile))
    assert again.is_alive()
    again.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no lock link")
def test_a_profile_locked_by_a_machine_that_is_gone_opens_again(profile: Path) -> None:
    profile.mkdir(parents=True)
    (profile / "SingletonLock").symlink_to("a-host-that-is-gone-4242")
    browser = ChromeOpener().open(request(profile))
    assert browser.is_alive()
    browser.close()


def test_opening_again_ends_the_browser_that_still_works_on_the_profile(profile: Path) -> None:
    first = ChromeOpener().open(request(profile))
    old = browser_pid(profile)
    second = ChromeOpener().open(request(profile))
    assert browser_pid(profile) != old
    assert not first.is_alive()
    assert second.is_alive()
    second.close()
    first.close()
    assert find_own(profile) == []


def test_cookies_are_on_disk_once_the_browser_is_closed(profile: Path) -> None:
    browser = ChromeOpener().open(request(profile))
    cookie = {"name": "kept", "value": "yes", "domain": ".x.com", "path": "/", "secure": True, "expires": 2e9}
    browser.driver.execute_cdp_cmd("Network.setCookies", {"cookies": [cookie]})
    browser.close()
    again = ChromeOpener().open(request(profile))
    found = again.driver.execute_cdp_cmd("Network.getCookies", {"urls": ["https://x.com/"]})
    again.close()
    assert [one["value"] for one in found["cookies"]] == ["yes"]


def test_a_call_that_waits_ends_when_the_browser_is_closed_under_it(profile: Path) -> None:
    browser = ChromeOpener().open(BrowserRequest(profile=profile, x_address=NOWHERE))
    page = Page(browser.driver, SystemClock(), StopSignal(), Timeouts())
    closing = threading.Timer(1.0, browser.close)
    closing.start()
    started = time.monotonic()
    with pytest.raises(BrowserDied):
        page.evaluate("return new Promise((done) => setTimeout(done, 60000));")
    assert time.monotonic() - started < 8 + POLITE_SECONDS
    closing.join(30)
    assert find_own(profile) == []
