"""x.com changes its pages: the check names what is gone, and config/selectors.yaml brings it back, in real Chromium."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from bot.errors import PageChanged, SessionExpired
from bot.fleet_view import RunState, StateKind
from bot.x.client import TwitterClient
from bot.x.contract import Draft
from bot.x.expectations import PAGES
from bot.x.page import Timeouts
from bot.x.report import PageLook
from bot.x.selectors import SelectorSet
from tests.e2e.fleets import PracticeFleet
from tests.e2e.x.conftest import Shop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[3]
Open = Callable[..., TwitterClient]
SHORT = Timeouts(element=6)  # what is missing is waited for in full, page by page
OVERRIDES = """\
composer_text: ['[data-testid="no_such_thing"]', '[data-testid="tweetTextarea_0V2"]']
like: '[data-testid="likeV2"]'
follow: '[data-testid$="-followV2"]'
"""


def whole_state(shop: Shop) -> Any:
    with urlopen(f"{shop.site.control_url}/state") as answer:
        return json.load(answer)


def walk(client: TwitterClient, shop: Shop) -> dict[str, PageLook]:
    return {look.page.name: look for look in client.check_pages(shop.cookies)}


def test_on_the_healthy_site_everything_is_found_and_nothing_changes(open_client: Open, shop: Shop) -> None:
    before = whole_state(shop)
    looks = walk(open_client(), shop)
    assert whole_state(shop) == before
    assert list(looks) == list(PAGES)
    assert {name: look.page.missing for name, look in looks.items()} == dict.fromkeys(PAGES, ())
    assert [name for name, look in looks.items() if look.page.note] == []


def test_every_page_leaves_a_picture_and_a_sample_without_secrets(open_client: Open, shop: Shop) -> None:
    secrets = [cookie.value for cookie in shop.cookies if cookie.name in {"auth_token", "ct0"}]
    for look in walk(open_client(), shop).values():
        assert look.evidence is not None
        assert look.evidence.screenshot.startswith(b"\x89PNG")
        assert "data-testid" in look.evidence.html
        assert "<script" not in look.evidence.html
        assert not any(secret in look.evidence.html for secret in secrets)


def test_the_check_works_where_the_log_in_cannot_be_confirmed(open_client: Open, shop: Shop) -> None:
    gone = dict.fromkeys(("own_avatar", "own_profile_link", "primary_column"), ("#gone",))
    client = open_client(selectors=SelectorSet(gone), timeouts=SHORT)
    looks = walk(client, shop)
    assert "could not be confirmed" in looks["home"].page.note
    assert set(looks["home"].page.missing) == set(gone)
    assert looks["person"].page.findings


def test_an_expired_session_ends_the_check(open_client: Open, shop: Shop) -> None:
    shop.set_fault("expired", "load")
    with pytest.raises(SessionExpired):
        walk(open_client(), shop)


def test_css_that_no_browser_takes_is_a_changed_page_and_not_a_hang(open_client: Open, shop: Shop) -> None:
    client = open_client(selectors=SelectorSet({"composer_submit": ("a:has(:has(b))",)}))
    client.log_in(shop.cookies)
    with pytest.raises(PageChanged, match="does not take the CSS of 'composer_submit'"):
        client.post(Draft("Halo"), before_send=lambda: None)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[PracticeFleet]:
    with PracticeFleet(tmp_path / "home", timeouts=SHORT) as fleet:
        fleet.add("one", "toko_uji", slot={"post": "promo", "like": 1, "follow": 1}, promo=["Buka hari ini"])
        fleet.manager.load_accounts()
        yield fleet


def done(fleet: PracticeFleet) -> tuple[int, int, int]:
    state = fleet.state()["toko_uji"]
    return len(state["posts"]), len(state["likes"]), len(state["follows"])


def test_the_check_names_what_was_renamed_and_its_new_name_in_selectors_yaml_mends_it(fleet: PracticeFleet) -> None:
    fleet.set_fault("toko_uji", "page_changed", "", count=3)  # so many visits: run, check, run
    fleet.run_all(240)
    assert done(fleet) == (0, 0, 0)
    assert fleet.manager.account_view("one").state.kind is StateKind.NEEDS_ATTENTION

    fleet.manager.check_pages("one")
    assert fleet.manager.wait_until_idle(240)
    report = fleet.manager.page_report("one")
    assert report is not None
    assert report.missing == ("composer_text", "like", "follow")
    missing = {page.name: page.missing for page in report.pages if page.missing}
    assert missing == {"composer": ("composer_text",), "search": ("like",), "post": ("like",), "person": ("follow",)}

    (fleet.root / "config" / "selectors.yaml").write_text(OVERRIDES, encoding="utf-8")
    fleet.manager.reload()
    fleet.manager.start_account("one")
    fleet.run_all(240)
    run = fleet.manager.runs("one")[0]
    assert (run.state, done(fleet)) == (RunState.DONE, (1, 1, 1)), run


@pytest.fixture
def idle_fleet(tmp_path: Path) -> Iterator[PracticeFleet]:
    """A home on which no engine works; the practice site and the account are there."""
    with PracticeFleet(tmp_path / "home") as fleet:
        fleet.add("one", "toko_uji", slot={"post": "none"})
        fleet.manager.close()
        before = fleet.state()
        yield fleet
        assert fleet.state() == before
        assert fleet.processes_left() == []
        fleet.manager.open()


def test_the_command_walks_the_pages_and_finds_all(idle_fleet: PracticeFleet) -> None:
    healthy = command(idle_fleet, "--check-x", "@toko_uji")
    assert healthy.returncode == 0, healthy
    assert "All expected selectors were found." in healthy.stdout


@pytest.mark.nightly  # it waits in full for each that is gone; that exit code is in tests/test_main.py, too
def test_the_command_exits_with_three_when_something_is_gone(idle_fleet: PracticeFleet) -> None:
    idle_fleet.set_fault("toko_uji", "page_changed", "")
    changed = command(idle_fleet, "--check-x", "one", "--json")
    assert changed.returncode == 3, changed
    assert json.loads(changed.stdout)["missing"] == ["composer_text", "like", "follow"]


def command(fleet: PracticeFleet, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--home", str(fleet.root), *words],
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
