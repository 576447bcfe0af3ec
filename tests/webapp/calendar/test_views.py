"""The calendar of all accounts, and tables of posts in and out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.planned_posts import Written
from tests.engines import START
from tests.webapp.desk import Desk, sit_down
from tests.worlds import finish

NOON = START + timedelta(hours=4)
TABLE = """account;date;time;text;media
one;03/03/2026;09.30;Kopi susu hari ini;
@oneshop;;;Teh manis dingin;
nobody;;;Halo semua orang;
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.world.add("two", "TwoShop", schedule={"timezone": "Asia/Jakarta", "morning": {"time": "08:00"}})
    desk.manager.reload()
    yield desk
    desk.world.close()


def show(desk: Desk, query: str = "") -> str:
    answer = desk.client.get(f"/calendar{query}")
    assert answer.status_code == 200
    return answer.text


def cell(page: str, key: str) -> str:
    found = re.search(rf'data-cell="{key}".*?</div>', page, re.DOTALL)
    assert found, key
    return found[0]


def test_a_week_shows_what_is_queued_and_which_slots_come(desk: Desk) -> None:
    desk.manager.queues.add("one", Written("Toko buka", (), NOON), "budi")
    page = show(desk, "?q=@OneShop")
    assert "02 Mar – 08 Mar 2026" in page
    assert "Toko buka" in cell(page, "2026-03-02T12")
    assert "morning" in cell(page, "2026-03-03T08")
    assert "1 queued, 7 slots" in page
    assert "hour-past" in page


def test_what_a_paused_account_will_not_do_says_so(desk: Desk) -> None:
    desk.manager.queues.add("one", Written("Toko buka", (), NOON), "budi")
    assert "chip-held" not in show(desk)
    desk.manager.pause_accounts(["one"])
    page = show(desk)
    assert "(paused)" in cell(page, "2026-03-02T12")
    assert "(paused)" in cell(page, "2026-03-03T08")
    assert "(paused)" not in show(desk, "?q=@TwoShop")


def test_past_days_show_what_was_posted(desk: Desk) -> None:
    desk.world.clock.advance(60)
    desk.manager.run_account("one", "morning")
    finish(desk.manager)
    assert "OneShop offer 0" in cell(show(desk, "?q=@OneShop&week=2026-03-04"), "2026-03-02T08")
    assert "offer" not in show(desk, "?q=@OneShop&week=2026-02-20")


def test_it_is_on_the_clock_of_a_zone_and_another_can_be_chosen(desk: Desk) -> None:
    desk.manager.queues.add("two", Written("Toko buka", (), NOON), "budi")
    assert "Toko buka" in cell(show(desk, "?zone=Asia/Jakarta"), "2026-03-02T19")
    assert "Toko buka" in cell(show(desk, "?zone=UTC"), "2026-03-02T12")
    assert "Toko buka" in cell(show(desk, "?q=@TwoShop&zone=Nowhere"), "2026-03-02T19")


def test_many_in_an_hour_are_a_number_with_a_way_to_look(desk: Desk) -> None:
    for number in range(9):
        desk.manager.queues.add("one", Written(f"toko {number}", (), NOON + timedelta(minutes=number)), "budi")
    page = show(desk)
    noon = cell(page, "2026-03-02T12")
    assert noon.count("chip-entry") == 2
    assert "+ 7 queued" in noon
    page = show(desk, "?cell=2026-03-02T12")
    assert page.partition('id="looked-at"')[2].count("chip-entry") == 9


def test_nonsense_in_the_address_shows_the_present_week(desk: Desk) -> None:
    assert "02 Mar – 08 Mar 2026" in show(desk, "?week=9999-12-31&cell=nowhere&group=none")


def test_a_table_is_looked_at_before_anything_is_made(desk: Desk) -> None:
    sent = {"file": (io.BytesIO(TABLE.encode("utf-8-sig")), "posts.csv")}
    page = desk.client.post("/calendar/import", data=sent, content_type="multipart/form-data").text
    assert "Queue 2 posts?" in page
    assert "1 line has a mistake and would be left out." in page
    assert "There is no account “nobody”" in page
    assert "Tue 03 Mar 2026, 09:30" in page
    assert desk.manager.queues.look("one").posts == ()
    answer = desk.client.post("/calendar/import/apply", data={"table": TABLE, "good": "2"})
    assert answer.headers["Location"] == "/calendar?week=2026-03-03"
    assert "2 posts are queued. 1 line left out." in desk.client.get(answer.headers["Location"]).text
    assert [post.text for post in desk.manager.queues.look("one").posts] == ["Kopi susu hari ini", "Teh manis dingin"]


def test_sent_twice_it_makes_its_posts_once(desk: Desk) -> None:
    for status in (302, 409):
        answer = desk.client.post("/calendar/import/apply", data={"table": TABLE, "good": "2"})
        assert answer.status_code == status
    assert "nearly the same as a post in its queue" in answer.text
    assert len(desk.manager.queues.look("one").posts) == 2


@pytest.mark.parametrize("data", [{}, {"table": "who,what\na,b\n"}])
def test_what_is_no_table_is_told(desk: Desk, data: dict[str, str]) -> None:
    answer = desk.client.post("/calendar/import", data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("separator", ["", "?separator=semicolon"])
def test_the_example_and_the_export_can_be_imported(desk: Desk, separator: str) -> None:
    example = desk.client.get(f"/calendar/import/example.csv{separator}")
    assert example.mimetype == "text/csv"
    plan = desk.manager.queues.plan_import(example.data)
    assert [row.faults for row in plan.rows] == [(), ()]
    desk.manager.queues.add_all(plan.rows, "budi")
    table = desk.client.get(f"/calendar/export.csv{separator}").data
    assert table.count(b"\r\n") >= 3
    assert desk.client.get("/calendar/export.csv?account=two").data.count(b"\r\n") == 1


def test_an_empty_fleet_has_an_empty_calendar(tmp_path: Path) -> None:
    desk = sit_down(tmp_path)
    (desk.world.home.root / "config" / "accounts.yaml").write_text("accounts: []\n", encoding="utf-8")
    desk.manager.reload()
    assert "Nothing in this week" in show(desk)
    assert desk.client.get("/calendar/import/example.csv").status_code == 200
    desk.world.close()
