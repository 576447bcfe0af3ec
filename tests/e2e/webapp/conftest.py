"""One Chromium for all tests of this folder, a fresh panel for each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from selenium import webdriver

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, every_state, make_account, make_run
from bot.fleet_view import PostView, RunState, StateKind, StepView
from tests.e2e.webapp.browsing import Visit, open_chromium, visiting
from tests.webapp.panel import NOW, make_panel


@pytest.fixture(scope="session")
def browser() -> Iterator[webdriver.Chrome]:
    chromium = open_chromium()
    yield chromium
    chromium.quit()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def fleet(clock: FakeClock, tmp_path: Path) -> FakeFleet:
    """Three accounts as in a shop's day, and one of each state besides."""
    fleet = FakeFleet(clock, (make_account("warung", "Warung Paket"), make_account("kopi", "Kopi Senja")))
    for kind, state in every_state(NOW).items():
        enabled = kind is not StateKind.DISABLED
        fleet.add_account(make_account(f"is_{kind}", f"Toko {kind.title()}", state=state, enabled=enabled))
    fleet.home = tmp_path / "home"
    _fail_once(fleet, tmp_path)
    fleet.add_post(
        "kopi", PostView("17", "Kopi hari ini ☕", ("media/promo/a.jpg",), "sent", NOW, "https://x.com/kopi")
    )
    fleet.add_post("kopi", PostView("", "Promo!", (), "needs_review", NOW, "https://x.com/kopi", 7))
    fleet.add_post("kopi", PostView("", "Halo pagi", (), "sending", NOW, "", 8))
    limit = {"slot": "evening", "next_at": NOW + timedelta(minutes=42)}
    fleet.note("kopi", "not posted: the limit of 20 posts an hour is used up", "warning", **limit)
    fleet.change("warung", next_run=NOW + timedelta(minutes=4), next_slot="evening", followers=1200)
    fleet.change("kopi", warnings=tuple(f"media/promo/{word * 20}.png is missing: put it there." for word in "abc"))
    fleet.change("is_broken", posts_limit=None)
    fleet.guards.texts.reserve("kopi", "Biji kopi Gayo baru dipanggang pagi ini ☕ Wangi cokelat, pesan sebelum sore!")
    fleet.guards.texts.reserve(
        "warung", "Wangi cokelat! Biji KOPI GAYO baru dipanggang pagi ini, pesan sebelum sore 🔥"
    )
    fleet.guards.engagement.add_never("pembeli_galak", "admin", "asked us to stop")
    return fleet


def _fail_once(fleet: FakeFleet, folder: Path) -> None:
    """Give kopi an older run that went well and a newer one that failed, with a picture."""
    Image.new("RGB", (1280, 800), "#e8eaed").save(folder / "e1.png")
    fleet.add_evidence("kopi", "e1", folder / "e1.png")
    fleet.add_run("kopi", make_run(NOW), [StepView(NOW, "posted the morning's picture", "good")])
    steps = [StepView(NOW, "x.com shows the login page", "error", "e1"), StepView(NOW, "logging in", "info")]
    fleet.add_run("kopi", make_run(NOW, slot="evening", state=RunState.FAILED, reason="logged out", posts=0), steps)


@pytest.fixture
def visit(browser: webdriver.Chrome, fleet: FakeFleet, clock: FakeClock, tmp_path: Path) -> Iterator[Visit]:
    """Somebody at a desk, not logged in."""
    with visiting(browser, make_panel(fleet, clock, tmp_path / "data")) as visit:
        yield visit


@pytest.fixture
def operator(visit: Visit) -> Visit:
    """Somebody at a desk, logged in, on the overview."""
    visit.log_in()
    return visit
