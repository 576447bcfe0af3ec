"""An existing user's folder as it is: the old command line and the panel work on it, and nothing of it is moved."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from bot.browser.processes import find_own
from bot.fleet.records import open_records
from bot.fleet_view import Trigger
from bot.settings.home import AccountFolder
from bot.storage.journal import IntentState
from practice.seed import seeded_world
from practice.site import PracticeSite
from practice.world import cookies_for
from tests import legacy
from tests.e2e.fleets import picture
from tests.e2e.serving import ROOT, ServedApp
from tests.e2e.test_main_job import accounts_of, complaints, eventually, text_of
from tests.e2e.webapp.browsing import open_chromium

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
HANDLE = "TokoContoh"
WITHOUT_WAITING = {
    "min_delay: 10": "min_delay: 0",
    "max_delay: 30": "max_delay: 0",
    "[30, 60]": "0",
    "[20, 45]": "0",
    "morning: {enabled: true, time: 08:00}": "morning: {enabled: true, time: 03:59, like: 2, follow: 1}",
}


@pytest.fixture
def site() -> Iterator[PracticeSite]:
    with PracticeSite(seeded_world(), upload_seconds=0.2) as site:
        yield site


@pytest.fixture
def home(tmp_path: Path, site: PracticeSite) -> Path:
    """Their folder, with a space in its name, known to the practice site."""
    root = tmp_path / "Bot Toko Lama"
    legacy.write_account(root)
    legacy.write_metrics(root / "data" / "metrics.db")
    picture(root / "media" / "promo" / "poster.png", "teal")
    (root / "data" / "logs").mkdir()
    (root / "data" / "logs" / "bot.log").write_text("2025-12-21 morning_slot ok\n", encoding="utf-8")
    settings = root / "config" / "settings.yaml"
    text = settings.read_text(encoding="utf-8")
    for before, after in WITHOUT_WAITING.items():
        assert before in text
        text = text.replace(before, after)
    settings.write_text(text, encoding="utf-8")
    cookies = cookies_for(site.world.add_account(HANDLE, "Toko Contoh"))
    (root / "cookies.json").write_text(json.dumps(cookies, indent=2), encoding="utf-8")
    return root


def hashes(root: Path) -> dict[str, str]:
    """Of every file but those in data/, which a run writes, and of the old log there."""
    files = {file.relative_to(root).as_posix(): file for file in root.rglob("*") if file.is_file()}
    kept = {name: file for name, file in files.items() if not name.startswith("data/") or name.endswith("bot.log")}
    return {name: sha256(file.read_bytes()).hexdigest() for name, file in kept.items()}


def old_rows(root: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(root / "data" / "metrics.db")) as connection:
        names = ("daily_activity", "tweet_performance", "conversions", "keyword_performance", "activity_log")
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY id").fetchall() for name in names}


def run(home: Path, site: PracticeSite, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--home", str(home), *words],
        env={**os.environ, "AVIARY_X_ADDRESS": site.address},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=150,
        check=False,
    )


def test_the_old_command_line_and_the_panel_work_on_an_existing_users_folder(home: Path, site: PracticeSite) -> None:
    before, rows = hashes(home), old_rows(home)

    tested = run(home, site, "--test", "--json")
    assert tested.returncode == 0, tested.stderr
    (found,) = json.loads(tested.stdout)["accounts"]
    assert (found["id"], found["handle"], found["followers"]) == ("account1", HANDLE, 0)
    assert accounts_of(site.control_url)[HANDLE]["posts"] == []

    worked = run(home, site, "--run-once", "morning", "--account", HANDLE)
    assert worked.returncode == 0, worked.stderr
    assert f"logged in as @{HANDLE}" in worked.stderr
    truth = accounts_of(site.control_url)[HANDLE]
    assert [len(truth[what]) for what in ("posts", "likes", "follows")] == [1, 2, 1]
    assert worked.stdout.splitlines()[1].split()[:6] == ["account1", f"@{HANDLE}", "done", "1", "2", "1"]
    assert "080000000001" in truth["posts"][0]["text"] or "6280000000001" in truth["posts"][0]["text"]

    after = old_rows(home)
    assert {name: after[name][: len(rows[name])] for name in rows} == rows, "every row of before is there"
    assert {name: len(after[name]) - len(rows[name]) for name in rows} == {
        "daily_activity": 1,
        "tweet_performance": 1,
        "conversions": 0,
        "keyword_performance": len(after["keyword_performance"]) - 1,
        "activity_log": 2,
    }
    assert hashes(home) == before
    assert [f"{own.pid} {own.path}" for own in find_own(home)] == []

    _look_at_the_panel(home, site)
    assert hashes(home) == before


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM to send")
def test_a_daemon_ends_in_time_in_the_middle_of_a_run(home: Path, site: PracticeSite) -> None:
    now = datetime.now(UTC)
    with open_records(AccountFolder(home)) as records:  # as Run now enters it right before the process ends
        assert records.journal.plan_run("morning", now.date().isoformat(), Trigger.MANUAL, now)
    daemon = subprocess.Popen(
        [sys.executable, "-u", str(ROOT / "main.py"), "--home", str(home), "--daemon"],
        env={**os.environ, "AVIARY_X_ADDRESS": site.address},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    try:
        assert daemon.stderr is not None
        assert any(f"logged in as @{HANDLE}" in line for line in iter(daemon.stderr.readline, ""))
        begun = time.monotonic()
        daemon.terminate()
        daemon.communicate(timeout=30)
        assert (daemon.returncode, time.monotonic() - begun < 30) == (0, True)
    finally:
        daemon.kill()
        daemon.wait(10)
    assert [f"{own.pid} {own.path}" for own in find_own(home)] == []
    with open_records(AccountFolder(home)) as records:
        (ended,), sent = records.journal.runs(5), records.journal.intents(states=[IntentState.SENT])
        assert ended.state in {"stopped", "failed", "partly", "done"}
        assert len(accounts_of(site.control_url)[HANDLE]["posts"]) == len(sent) or records.journal.has_undecided()


def _look_at_the_panel(home: Path, site: PracticeSite) -> None:
    """Its first page has one card with the numbers of the run, and each page of the account opens."""
    with ServedApp(home, AVIARY_X_ADDRESS=site.address) as app:
        link = app.line("panel: ")
        refused = run(home, site, "--run-once", "morning")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "Run now" in refused.stderr
        browser = open_chromium()
        try:
            _come_in(browser, link)
            (card,) = browser.find_elements(By.CSS_SELECTOR, "article.account")
            assert f"@{HANDLE}" in card.text
            assert "1/10" in text_of(browser, "#account-account1-numbers").split()
            browser.get(f"{link.partition('/setup')[0]}/accounts/account1/session")
            assert "stays in plain text" in text_of(browser, "main")
            assert complaints(browser) == []
        finally:
            browser.quit()
        assert app.end() == 0


def _come_in(browser: webdriver.Chrome, link: str) -> None:
    browser.get(link)
    for field in browser.find_elements(By.CSS_SELECTOR, "input[type=password]"):
        field.send_keys("a short sentence is easy")
    browser.find_element(By.CSS_SELECTOR, "form [type=submit]").click()
    eventually(lambda: browser.find_elements(By.ID, "notice-accept"), 20)
    browser.find_element(By.ID, "notice-accept").click()
    eventually(lambda: browser.find_elements(By.CSS_SELECTOR, "article.account"), 20)
