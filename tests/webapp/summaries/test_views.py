"""The pages of days and weeks, and the same over the API."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_account
from bot.notifications.causes import Sight
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.panel.tokens import Scope
from bot.storage.readings import PostReading, Readings, SentPost
from tests.notifications.house import cause
from tests.webapp.access.people import bearer
from tests.webapp.panel import NOW, Panel, make_panel

TODAY = date(2026, 11, 23)


@pytest.fixture
def panel(clock: FakeClock, tmp_path: Path) -> Panel:
    """Warung posted today and yesterday, Kopi has never worked."""
    accounts = (
        make_account("warung", "Warung <Paket>", groups=("shops",), timezone="UTC", folder="accounts/warung"),
        make_account("kopi", "Kopi", timezone="UTC", folder="accounts/kopi"),
    )
    fleet = FakeFleet(clock, accounts)
    fleet.home = tmp_path / "home"
    folder = AccountFolder(fleet.home / "accounts/warung")
    folder.data.mkdir(parents=True)
    database = Database(folder.metrics_db, "account")
    readings = Readings(database)
    for number, days in enumerate((0, 1, 1, 9)):
        readings.add_post(SentPost(str(number), NOW - timedelta(days=days, hours=1), "text"))
    readings.record_posts([PostReading("0", likes=41)], NOW)
    database.close()
    return make_panel(fleet, clock, tmp_path / "data")


@pytest.fixture
def person(panel: Panel) -> FlaskClient:
    return panel.operator()


def cells(page: str, row: str) -> list[str]:
    """The cells of a row of the table of figures."""
    found = re.search(rf'<th scope="row">{row}.*?</tr>', page, re.DOTALL)
    assert found, row
    texts = re.findall(r"<td>(.*?)</td>", found[0], re.DOTALL)
    return [re.sub(r"<[^>]+>", "", text).strip() for text in texts]


def test_the_day_of_all_accounts(person: FlaskClient) -> None:
    page = person.get("/summaries").text
    assert '<h1 class="page-title">Mon 23 Nov 2026, so far</h1>' in page
    assert cells(page, "Posts") == ["1", "2", "-1"]
    assert cells(page, "Likes") == ["41", "unknown", "unknown"]
    assert cells(page, "Orders") == ["unknown"] * 3
    assert "of 1 of 2 accounts" in page
    assert "Warung &lt;Paket&gt;" in page
    assert "<Paket>" not in page


def test_older_days_and_weeks_stay_reachable(person: FlaskClient) -> None:
    page = person.get("/summaries").text
    assert 'href="/summaries/2026-11-22"' in page
    assert 'id="summary-after"' not in page
    page = person.get("/summaries/2026-11-22").text
    assert cells(page, "Posts") == ["2", "0", "+2"]
    assert 'id="summary-after" rel="next" href="/summaries/2026-11-23"' in page
    page = person.get("/summaries/2026-11-23?span=week").text
    assert cells(page, "Posts") == ["3", "1", "+2"]
    assert 'href="/summaries/2026-11-16?span=week"' in page


def test_a_group_alone(person: FlaskClient) -> None:
    assert "Kopi" not in person.get("/summaries/2026-11-23?group=shops").text.partition('id="figures-title"')[2]
    page = person.get("/summaries/2026-11-23?group=none").text
    assert "There is no account to sum up in this group" in page


def test_the_page_of_one_account(person: FlaskClient) -> None:
    page = person.get("/accounts/warung/summaries?day=2026-11-22").text
    assert cells(page, "Posts") == ["2", "0", "+2"]
    assert 'href="/accounts/warung/summaries?day=2026-11-14"' in page  # its first record
    assert "Nothing is recorded of it yet" in person.get("/accounts/kopi/summaries").text
    assert 'href="/accounts/warung/summaries"' in person.get("/accounts/warung").text
    assert person.get("/accounts/nobody/summaries").status_code == 404


@pytest.mark.parametrize("day", ["2026-11-30", "1999-01-01", "yesterday", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_days_that_cannot_be_told_are_not_found(person: FlaskClient, day: str) -> None:
    assert person.get(f"/summaries/{day}").status_code == 404
    assert person.get(f"/accounts/warung/summaries?day={day}").status_code == 404


def test_what_needs_a_person_is_told_with_the_way_there(panel: Panel, person: FlaskClient) -> None:
    panel.fleet.sight = Sight((cause(folder="accounts/warung", name="Warung", path="/accounts/warung/session"),))
    panel.fleet.notifications.look()
    for address in ("/summaries", "/accounts/warung/summaries"):
        page = person.get(address).text
        assert "needs attention: lock" in page
        assert 'href="/accounts/warung/session"' in page
    panel.fleet.sight = Sight(())
    panel.fake_clock().advance(60)
    panel.fleet.notifications.look()
    assert "Needed a person, and is over" in person.get("/summaries").text
    assert "needs attention: lock" not in person.get("/summaries/2026-11-22").text


def with_a_cause(fleet: FakeFleet, clock: FakeClock, folder: Path) -> FlaskClient:
    """An operator's client of a panel where the first account needs a person since this moment."""
    fleet.home = folder / "home"
    panel = make_panel(fleet, clock, folder / "data")
    account = fleet.overview().accounts[0]
    fleet.sight = Sight((cause(folder=account.folder, name=account.name),))
    fleet.notifications.look()
    return panel.operator()


@pytest.mark.parametrize(
    ("zones", "told"),
    [
        (("Asia/Jakarta", "Asia/Jakarta"), "Asia/Jakarta"),
        (("UTC", "Asia/Jayapura", "Asia/Jayapura"), "Asia/Jayapura"),
        (("UTC", "UTC"), "UTC"),
    ],
)
def test_since_when_is_told_on_the_clock_that_most_accounts_have(
    clock: FakeClock, tmp_path: Path, zones: tuple[str, ...], told: str
) -> None:
    accounts = [make_account(f"a{n}", "Kopi", timezone=zone, folder=f"accounts/a{n}") for n, zone in enumerate(zones)]
    page = with_a_cause(FakeFleet(clock, tuple(accounts)), clock, tmp_path).get("/summaries").text
    assert f"Times are those of {told}." in page
    assert f">{NOW.astimezone(ZoneInfo(told)):%H:%M}</time>" in page


def test_a_group_counts_the_clock_of_its_own_accounts(clock: FakeClock, tmp_path: Path) -> None:
    accounts = (
        make_account("one", "One", timezone="UTC", groups=("near",), folder="accounts/one"),
        *(make_account(f"far{n}", "Far", timezone="Asia/Jakarta", folder=f"accounts/far{n}") for n in range(3)),
    )
    person = with_a_cause(FakeFleet(clock, accounts), clock, tmp_path)
    assert "Times are those of Asia/Jakarta." in person.get("/summaries").text
    assert "Times are those of UTC." in person.get(f"/summaries/{TODAY}?group=near").text


def test_the_api_tells_the_same(panel: Panel) -> None:
    program = panel.visitor()
    header = bearer(panel, Scope.READ)
    found = program.get("/api/summaries?day=2026-11-22&group=shops", headers=header).json
    assert found is not None
    posts = next(figure for figure in found["figures"] if figure["name"] == "posts")
    assert posts == {"name": "posts", "total": 2, "before": 0, "change": 2, "known_accounts": 1}
    orders = next(figure for figure in found["accounts"][0]["figures"] if figure["name"] == "orders")
    assert orders["total"] is None
    assert program.get("/api/summaries?day=2027-01-01", headers=header).status_code == 404
    assert program.get("/api/summaries?span=year", headers=header).status_code == 422


def test_without_accounts_the_page_tells_the_next_step(clock: FakeClock, tmp_path: Path) -> None:
    person = make_panel(FakeFleet(clock), clock, tmp_path / "data").operator()
    page = person.get("/summaries").text
    assert "There is no account to sum up." in page
    assert "Add an account" in page


def test_today_is_that_of_most_accounts(panel: Panel) -> None:
    panel.fake_clock().advance((datetime(2026, 11, 23, 20, tzinfo=UTC) - NOW).total_seconds())
    assert panel.fleet.summaries.today() == TODAY
    for account in ("warung", "kopi"):
        panel.fleet.change(account, timezone="Asia/Jakarta")
    assert panel.fleet.summaries.today() == TODAY + timedelta(days=1)
