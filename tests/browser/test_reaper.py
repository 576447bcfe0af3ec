"""The reaper ends what names our profiles and nothing else. Stand-ins here; real browsers in tests/e2e/x."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.browser.processes import DRIVER_FOLDER, find_own
from bot.browser.reaper import find_strays, free_profile, reap

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts processes that sleep and carry the given words on their command line."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one(*words: str) -> subprocess.Popen[bytes]:
        code = "import sys, time; sys.stdout.write('up'); sys.stdout.flush(); time.sleep(600)"
        process = subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.read(2) == b"up"
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def browser_words(profile: Path) -> tuple[str, str]:
    return "--remote-debugging-port=0", f"--user-data-dir={profile}"


def test_a_browser_and_a_driver_on_our_profiles_are_ended(start: Start, tmp_path: Path) -> None:
    profile = tmp_path / "profiles" / "ayu"
    profile.mkdir(parents=True)
    browser = start(*browser_words(profile))
    driver = start(f"--log-path={profile / DRIVER_FOLDER / 'driver.log'}")
    assert {stray.pid for stray in find_strays(tmp_path / "profiles")} == {browser.pid, driver.pid}
    assert {stray.pid for stray in reap(tmp_path / "profiles")} == {browser.pid, driver.pid}
    assert browser.wait(10) != 0
    assert driver.wait(10) != 0
    assert find_own(tmp_path) == []


def test_profiles_in_use_are_kept(start: Start, tmp_path: Path) -> None:
    kept = start(*browser_words(tmp_path / "ayu"))
    stray = start(*browser_words(tmp_path / "budi"))
    assert [one.pid for one in reap(tmp_path, keep=[tmp_path / "ayu"])] == [stray.pid]
    assert kept.poll() is None


def test_browsers_elsewhere_are_left_alone(start: Start, tmp_path: Path) -> None:
    ours = tmp_path / "profiles"
    others = [
        start(*browser_words(tmp_path / "profiles-of-somebody" / "ayu")),
        start(*browser_words(tmp_path)),
        start("--user-data-dir=relative/profiles"),
        start("--log-path=" + str(tmp_path / "driver.log")),
    ]
    assert reap(ours) == []
    assert all(process.poll() is None for process in others)


def test_a_browser_that_a_person_opened_on_a_profile_is_left_alone(start: Start, tmp_path: Path) -> None:
    by_hand = start(f"--user-data-dir={tmp_path / 'ayu'}")
    assert reap(tmp_path) == []
    assert by_hand.poll() is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no lock link")
def test_the_lock_of_a_dead_browser_is_removed(tmp_path: Path) -> None:
    (tmp_path / "SingletonLock").symlink_to("another-host-4242")
    assert free_profile(tmp_path) is True
    assert not (tmp_path / "SingletonLock").is_symlink()
    assert free_profile(tmp_path) is False


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no lock link")
def test_the_lock_of_a_running_browser_stays(start: Start, tmp_path: Path) -> None:
    start(*browser_words(tmp_path))
    (tmp_path / "SingletonLock").symlink_to("this-host-1")
    assert free_profile(tmp_path) is False
    assert (tmp_path / "SingletonLock").is_symlink()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no lock link")
def test_the_lock_of_a_browser_that_a_person_opened_stays(start: Start, tmp_path: Path) -> None:
    by_hand = start(f"--user-data-dir={tmp_path}")
    (tmp_path / "SingletonLock").symlink_to(f"{socket.gethostname()}-{by_hand.pid}")
    assert free_profile(tmp_path) is False
    by_hand.kill()
    by_hand.wait(10)
    assert free_profile(tmp_path) is True
