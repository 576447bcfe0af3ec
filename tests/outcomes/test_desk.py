"""Orders, chats and revenue over a fake fleet whose accounts have real databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.clock import FakeClock
from bot.errors import ChangedMeanwhile, OutcomeUnfit
from bot.fleet.records import open_records
from bot.outcomes.desk import OutcomeDesk
from bot.outcomes.view import Entry, OutcomeQuery, outcome_place
from bot.settings.account import AccountSettings
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.journal import IntentState
from bot.storage.wa_codes import WaCodes

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # the 24th in Jakarta
TODAY = date(2026, 11, 24)
SETTINGS = AccountSettings.model_validate({"targets": {"daily_orders_target": 2}})


class Shop:
    """Two accounts, one and two, with their codes."""

    def __init__(self, root: Path) -> None:
        self.clock = FakeClock(NOW)
        self.folders = {key: AccountFolder(root / key) for key in ("one", "two")}
        self.places = {
            key: outcome_place(key, key.title(), f"{key}shop", folder, SETTINGS) for key, folder in self.folders.items()
        }
        self.database = Database(root / "fleet.db", "fleet")
        self.codes = WaCodes(self.database, self.clock)
        self.desk = OutcomeDesk(lambda: self.places, self.clock)
        self.desk.open(self.codes)

    def post(self, account_id: str = "one", tweet_id: str = "77") -> str:
        """A post that was sent with a code, which is returned."""
        code = self.codes.free_code(account_id, Random(3))
        text = f"Order https://wa.me/6281234567?text=%28{code}%29"
        with open_records(self.folders[account_id]) as records:
            intent = records.journal.intend(1, "promo", "Order {wa_link}", text, (), 1, NOW)
            records.journal.mark_sending(intent, NOW)
            if tweet_id:
                records.journal.settle(intent, IntentState.SENT, NOW, tweet_id=tweet_id)
        assert self.codes.bind(code, account_id, "promo", "Order {wa_link}", intent)
        return code

    def enter(self, **what: object) -> int:
        entry = Entry(**{"account_id": "one", "orders": 1, **what})  # type: ignore[arg-type]
        return self.desk.enter(entry, "hand", "ayu")[0].outcome.id

    def import_table(self, table: str) -> tuple[int, int, int]:
        """How many lines were new, known and faulty; the new ones are entered."""
        plan = self.desk.plan_import(table.encode())
        assert self.desk.enter_all([row.entry for row in plan.fresh], "csv", "ayu") == len(plan.fresh)
        return len(plan.fresh), len(plan.known), len(plan.faulty)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    with open_records(shop.folders["one"]) as records:
        records.journal.plan_run("morning", "2026-11-24", "schedule", NOW)
    with open_records(shop.folders["two"]) as records:
        records.journal.plan_run("morning", "2026-11-24", "schedule", NOW)
    yield shop
    shop.database.close()


def test_a_day_that_nobody_entered_anything_for_is_not_a_day_without_orders(shop: Shop) -> None:
    sums = shop.desk.look("one").sums[1]
    assert (sums.orders, sums.chats, sums.revenue, sums.days) == (None, None, None, 0)
    shop.enter(orders=0)
    sums = shop.desk.look("one").sums[1]
    assert (sums.orders, sums.chats, sums.revenue, sums.days) == (0, None, None, 1)


def test_sums_are_of_days_on_the_accounts_clock(shop: Shop) -> None:
    for days_ago, orders in ((0, 1), (1, 10), (6, 100), (7, 1000), (29, 10_000), (30, 100_000)):
        shop.enter(day=TODAY - timedelta(days=days_ago), orders=orders)
    sums = shop.desk.look("one").sums
    assert [sums[days].orders for days in (1, 7, 30)] == [1, 111, 11_111]
    assert shop.desk.look("one").targets.daily_orders_target == 2


def test_what_the_older_program_counted_is_read_and_left_alone(shop: Shop) -> None:
    with Database(shop.folders["one"].metrics_db, "account").write() as connection:
        connection.execute(
            "INSERT INTO conversions (date, wa_messages, orders, revenue) VALUES ('2026-11-24', 4, 1, 25000.0)"
        )
    shop.enter(orders=2)
    found = shop.desk.look("one")
    assert (found.sums[1].orders, found.sums[1].chats, found.sums[1].revenue) == (3, 4, 25_000)
    assert found.earlier == 1
    assert len(shop.desk.entries(OutcomeQuery())) == 1


def test_a_code_alone_finds_account_template_and_post(shop: Shop) -> None:
    code = shop.post("two")
    post = shop.desk.find_post(f"halo kak mau order ({code.lower()})")
    assert (post.account_id, post.template, post.tweet_id) == ("two", "Order {wa_link}", "77")
    assert post.url == "https://x.com/twoshop/status/77"
    found = shop.desk.enter(Entry(code=code, orders=2, revenue=50_000), "api", "a program")[0]
    assert found.account_id == "two"
    counted = found.outcome.counted
    assert (counted.tweet_id, counted.template, counted.code) == ("77", "Order {wa_link}", code)
    assert shop.desk.find_post(code).sums.orders == 2


def test_without_a_code_it_counts_for_the_account_and_for_no_post(shop: Shop) -> None:
    shop.post("one")
    counted = shop.desk.find("one", shop.enter()).counted
    assert (counted.code, counted.tweet_id, counted.template) == ("", "", "")


def test_an_order_that_comes_before_the_post_is_proven_finds_it_later(shop: Shop) -> None:
    code = shop.post("one", tweet_id="")
    number = shop.enter(account_id="", code=code)
    assert shop.desk.find("one", number).counted.tweet_id == ""
    with open_records(shop.folders["one"]) as records:
        records.journal.settle(1, IntentState.SENT, NOW, tweet_id="99")
    assert shop.desk.find("one", number).counted.tweet_id == "99"


def test_a_code_finds_its_post_when_the_journal_has_other_numbers(shop: Shop) -> None:
    code = shop.post("one")
    database = Database(shop.folders["one"].metrics_db, "account")
    with database.write() as connection:
        connection.execute("UPDATE intents SET id = 500")
    database.close()
    assert shop.desk.find_post(code).tweet_id == "77"


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (Entry(account_id="nobody", orders=1), "account"),
        (Entry(orders=1), "account"),
        (Entry(account_id="one"), "orders"),
        (Entry(account_id="one", orders=-1), "orders"),
        (Entry(account_id="one", chats=10**13), "chats"),
        (Entry(account_id="one", orders=1, day=TODAY + timedelta(days=1)), "day"),
        (Entry(account_id="one", orders=1, day=date(202, 6, 1)), "day"),
        (Entry(account_id="one", orders=1, note="x" * 501), "note"),
        (Entry(account_id="one", orders=1, code="K7M42"), "code"),
        (Entry(account_id="one", orders=1, code="222222"), "code"),
    ],
)
def test_what_cannot_be_entered_is_told_by_its_field(shop: Shop, entry: Entry, field: str) -> None:
    with pytest.raises(OutcomeUnfit) as refused:
        shop.desk.enter(entry, "hand", "ayu")
    assert list(refused.value.faults) == [field]
    assert shop.desk.entries(OutcomeQuery()) == []


def test_a_code_of_another_account_is_refused(shop: Shop) -> None:
    code = shop.post("two")
    assert "of Two, not of one" in shop.desk.faults(Entry(account_id="one", code=code, orders=1))["code"]


def test_one_id_of_the_shop_is_entered_once(shop: Shop) -> None:
    first, is_new = shop.desk.enter(Entry("one", orders=1, external_id="INV-7"), "api", "a")
    again, is_new_again = shop.desk.enter(Entry("one", orders=5, external_id="INV-7"), "api", "a")
    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert shop.desk.look("one").sums[1].orders == 1


def test_an_entry_is_changed_deleted_and_brought_back(shop: Shop) -> None:
    code = shop.post("one")
    number = shop.enter(code=code)
    changed = shop.desk.change("one", number, Entry(code=code, day=TODAY, orders=3, note="pasti"), 1)
    assert (changed.counted.orders, changed.counted.tweet_id, changed.version) == (3, "77", 2)
    with pytest.raises(ChangedMeanwhile):
        shop.desk.change("one", number, Entry(orders=4), 1)
    shop.desk.delete("one", number, 2)
    assert shop.desk.look("one").sums[1].orders is None
    with pytest.raises(KeyError):
        shop.desk.find("one", number)
    shop.desk.restore("one", number)
    assert shop.desk.look("one").sums[1].orders == 3


def test_what_was_entered_again_meanwhile_is_not_brought_back(shop: Shop) -> None:
    number = shop.enter(external_id="INV-7")
    shop.desk.delete("one", number, 1)
    shop.enter(external_id="INV-7")
    with pytest.raises(OutcomeUnfit):
        shop.desk.restore("one", number)


def test_the_list_is_of_all_accounts_newest_first_and_in_parts(shop: Shop) -> None:
    for days_ago in range(4):
        shop.enter(account_id=("one", "two")[days_ago % 2], day=TODAY - timedelta(days=days_ago))
    days = [each.outcome.counted.day.day for each in shop.desk.entries(OutcomeQuery())]
    assert days == [24, 23, 22, 21]
    part = shop.desk.entries(OutcomeQuery(after=1, limit=2))
    assert [(each.account_id, each.outcome.counted.day.day) for each in part] == [("two", 23), ("one", 22)]
    assert len(shop.desk.entries(OutcomeQuery(["two"], since=date(2026, 11, 22)))) == 1


TABLE = """tanggal;akun;kode;chat;pesanan;omzet;catatan
24/11/2026;@oneshop;;12;3;Rp 1.250.000;malam
24/11/2026;@oneshop;;12;3;Rp 1.250.000;malam
2026-11-23;two;;;1;25rb;
31/02/2026;one;;1;;;
24/11/2026;nobody;;1;;;
24/11/2026;one;;satu;;;
24/11/2026;one;K7M42X;1;;;
"""


def test_a_table_is_entered_once_however_often_it_is_sent(shop: Shop) -> None:
    assert shop.import_table(TABLE) == (3, 0, 4)
    assert shop.import_table(TABLE) == (0, 3, 4)
    assert shop.desk.look("one").sums[1].revenue == 2_500_000
    assert shop.desk.look("two").sums[7].revenue == 25_000


def test_each_wrong_line_is_told_with_its_number_and_what_to_do(shop: Shop) -> None:
    faults = {row.line: row.faults[0] for row in shop.desk.plan_import(TABLE.encode()).faulty}
    assert faults[5] == "“31/02/2026” is no date: write it as 2026-11-27 or 27/11/2026"
    assert faults[6] == "there is no account “nobody”"
    assert faults[7] == "chats: “satu” is no number: write a whole number, such as 1250000 or 1.250.000"
    assert "slip of the pen" in faults[8]


def test_a_table_names_its_lines_by_the_ids_of_the_shop(shop: Shop) -> None:
    assert shop.import_table("date,account,orders,external_id\n2026-11-24,one,1,INV-1\n2026-11-24,one,1,INV-1\n") == (
        1,
        1,
        0,
    )


def test_lines_with_a_code_need_no_account(shop: Shop) -> None:
    code = shop.post("two")
    assert shop.import_table(f"date,code,orders\n2026-11-24,{code},1\n") == (1, 0, 0)
    assert shop.desk.find_post(code).sums.orders == 1


def test_what_was_exported_enters_nothing_where_it_comes_from(shop: Shop) -> None:
    code = shop.post("one")
    shop.enter(code=code, note="=1+1", revenue=25_000)
    shop.enter(account_id="two", orders=None, chats=4, external_id="INV-1")
    table = shop.desk.table(OutcomeQuery(), ";")
    plan = shop.desk.plan_import(table)
    assert (len(plan.fresh), len(plan.known), plan.faulty) == (0, 2, ())
    entry = next(row.entry for row in plan.rows if row.entry.account_id == "one")
    assert (entry.code, entry.note, entry.revenue, entry.chats) == (code, "=1+1", 25_000, None)
