"""One database for all: whole, incremental, honest about what is gone, and free of secrets."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ExportFailed
from bot.storage.database import Database
from bot.storage.metrics_export.fitness import FIT, LEFT_OUT
from tests.storage.metrics_export.conftest import Shelf

POST = "INSERT INTO tweet_performance (tweet_id, tweet_text, views) VALUES ('{}', '{}', {});"
DAY = "INSERT INTO daily_activity (date, tweets_posted) VALUES ('{}', {});"


def test_every_row_of_every_account_is_there_under_its_account(shelf: Shelf) -> None:
    shelf.add("a", old=True)
    shelf.add("b", sql=DAY.format("2026-03-01", 4) + POST.format("19", "halo", 7))
    report = shelf.export()
    assert not report.troubles
    days = "SELECT account_id, date, tweets_posted FROM daily_activity ORDER BY 1, 2"
    assert shelf.ask(days) == [
        ("a", "2025-12-20", 3),
        ("a", "2025-12-21", 2),
        ("a", "2025-12-22", None),
        ("b", "2026-03-01", 4),
    ]
    for table in FIT:
        with closing(sqlite3.connect(shelf.accounts["a"].database)) as source:
            known = source.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
            rows = source.execute(f"SELECT count(*) FROM {table}").fetchone()[0] if known else 0
        assert shelf.ask(f"SELECT count(*) FROM {table} WHERE account_id = 'a'") == [(rows,)]
    assert shelf.told == [(1, 2, "a"), (2, 2, "b")]
    assert shelf.left_behind() == []


def test_a_view_for_each_table_tells_whose_a_row_is(shelf: Shelf) -> None:
    shelf.add("a", sql=DAY.format("2026-03-01", 4))
    shelf.export()
    query = "SELECT account_name, account_handle, account_groups, date, tweets_posted FROM all_daily_activity"
    assert shelf.ask(query) == [("Toko a", "a", "bali", "2026-03-01", 4)]
    views = {name for (name,) in shelf.ask("SELECT name FROM sqlite_master WHERE type = 'view'")}
    assert views == {f"all_{table}" for table in FIT}
    assert shelf.ask("SELECT id, name, handle, groups, exported_at FROM accounts") == [
        ("a", "Toko a", "a", "bali", "2026-03-02T09:00:00.000+00:00")
    ]
    plan = shelf.ask("EXPLAIN QUERY PLAN SELECT * FROM daily_activity WHERE date = '2026-03-01'")
    assert "daily_activity_by_date" in str(plan)


def test_run_again_only_what_is_new_or_other_is_written(shelf: Shelf) -> None:
    shelf.add("a", sql="".join(POST.format(number, "teks", 1) for number in range(50)))
    shelf.add("b", sql=DAY.format("2026-03-01", 4))
    assert shelf.export().written == 51
    assert shelf.export().written == 0
    shelf.change("a", "UPDATE tweet_performance SET views = 9 WHERE id = 7;" + POST.format("new", "baru", 1))
    report = shelf.export()
    assert {each.id: each.written for each in report.accounts} == {"a": 2, "b": 0}
    assert shelf.ask("SELECT views FROM tweet_performance WHERE id = 7") == [(9,)]
    assert shelf.ask("SELECT count(*) FROM tweet_performance") == [(51,)]


def test_an_account_that_did_not_change_is_not_even_read(shelf: Shelf) -> None:
    shelf.add("a", sql=DAY.format("2026-03-01", 4))
    shelf.age()
    shelf.export()
    before = shelf.ask("SELECT exported_at FROM accounts")
    status = shelf.accounts["a"].database.stat()
    shelf.accounts["a"].database.write_bytes(b"?" * status.st_size)  # nobody who reads it would miss that
    os.utime(shelf.accounts["a"].database, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not shelf.export().troubles
    assert shelf.ask("SELECT exported_at FROM accounts") > before


def test_a_change_that_lies_in_the_log_beside_the_database_is_seen(shelf: Shelf) -> None:
    account = shelf.add("a")
    shelf.age()
    shelf.export()
    database = Database(account.database, "account")
    with database.write() as connection:
        connection.execute(DAY.format("2026-03-01", 4))
    assert shelf.export().written == 1
    database.close()


def test_rows_that_an_account_no_longer_has_stay_and_say_since_when(shelf: Shelf) -> None:
    shelf.add("a", sql=DAY.format("2026-03-01", 4) + DAY.format("2026-03-02", 5))
    shelf.export()
    shelf.change("a", "DELETE FROM daily_activity WHERE date = '2026-03-01'")
    assert shelf.export().gone == 1
    gone = "SELECT date FROM daily_activity WHERE gone_at = '2026-03-02T10:00:00.000+00:00'"
    assert shelf.ask(gone) == [("2026-03-01",)]
    assert shelf.ask("SELECT date FROM all_daily_activity") == [("2026-03-02",)]
    assert shelf.export().gone == 0
    shelf.change("a", "INSERT INTO daily_activity (id, date, tweets_posted) VALUES (1, '2026-03-01', 4)")
    assert shelf.export().written == 1
    assert len(shelf.ask("SELECT date FROM all_daily_activity")) == 2


def test_an_account_that_is_removed_stays_marked_and_loses_the_mark_when_it_is_back(shelf: Shelf) -> None:
    shelf.add("a", sql=DAY.format("2026-03-01", 4))
    gone = shelf.add("b", sql=DAY.format("2026-03-01", 5))
    shelf.export()
    del shelf.accounts["b"]
    shelf.export()
    shelf.export()
    assert shelf.ask("SELECT id, removed_at FROM accounts ORDER BY id") == [
        ("a", None),
        ("b", "2026-03-02T10:00:00.000+00:00"),
    ]
    assert len(shelf.ask("SELECT * FROM all_daily_activity")) == 2
    shelf.accounts["b"] = gone
    shelf.export()
    assert shelf.ask("SELECT count(*) FROM accounts WHERE removed_at IS NOT NULL") == [(0,)]


def test_an_entry_that_cannot_be_used_is_told_and_not_taken_for_removed(shelf: Shelf) -> None:
    shelf.add("a", sql=DAY.format("2026-03-01", 4))
    shelf.export()
    shelf.broken = (("a", "its folder is named twice"),)
    del shelf.accounts["a"]
    report = shelf.export()
    assert [(each.id, each.trouble) for each in report.troubles] == [("a", "its folder is named twice")]
    assert shelf.ask("SELECT removed_at, trouble FROM accounts") == [(None, "its folder is named twice")]


def test_rows_follow_an_account_to_its_new_id_also_when_two_change_theirs(shelf: Shelf) -> None:
    shelf.add("a", sql=DAY.format("2026-03-01", 1))
    shelf.add("b", sql=DAY.format("2026-03-01", 2))
    shelf.age()
    shelf.export()
    shelf.rename("a", "x")
    shelf.rename("b", "a")
    shelf.rename("x", "b")
    assert shelf.export().written == 0
    query = "SELECT account_id, tweets_posted FROM daily_activity ORDER BY 1"
    assert shelf.ask(query) == [("a", 2), ("b", 1)]
    shelf.rename("a", "c")
    assert shelf.export().written == 0
    assert shelf.ask(query) == [("b", 1), ("c", 2)]
    assert shelf.ask("SELECT id FROM accounts ORDER BY id") == [("b",), ("c",)]


def test_an_account_that_moved_to_another_folder_under_its_id_goes_on(shelf: Shelf) -> None:
    account = shelf.add("account1", sql=DAY.format("2026-03-01", 1))
    shelf.export()
    moved = shelf.root / "accounts" / "account1_toko" / "metrics.db"
    moved.parent.mkdir(parents=True)
    account.database.rename(moved)
    shelf.accounts["account1"] = replace(account, folder="accounts/account1_toko", database=moved)
    shelf.change("account1", DAY.format("2026-03-02", 2))
    report = shelf.export()
    assert (report.written, report.gone, report.troubles) == (1, 0, ())
    assert shelf.ask("SELECT id, folder, removed_at FROM accounts") == [("account1", "accounts/account1_toko", None)]


# Old databases, and such that are none


def test_columns_are_those_of_all_and_unknown_ones_are_kept(shelf: Shelf) -> None:
    shelf.add("a", old=True, sql="ALTER TABLE conversions ADD COLUMN \"kota asal\" TEXT DEFAULT 'Solo'")
    shelf.add("b", sql="ALTER TABLE conversions ADD COLUMN margin FLOAT; DROP TABLE follower_growth;")
    shelf.change("b", "INSERT INTO conversions (date, orders, margin) VALUES ('2026-03-01', 2, 0.5)")
    shelf.change("b", "ALTER TABLE daily_activity DROP COLUMN replies_made;" + DAY.format("2026-03-01", 1))
    assert not shelf.export().troubles
    query = 'SELECT account_id, orders, margin, "kota asal" FROM all_conversions ORDER BY 1'
    assert shelf.ask(query) == [("a", 1, None, "Solo"), ("b", 2, 0.5, None)]
    assert shelf.ask("SELECT replies_made FROM daily_activity WHERE account_id = 'b'") == [(None,)]


def test_columns_like_those_of_the_export_get_another_name(shelf: Shelf) -> None:
    shelf.add("a", sql="ALTER TABLE conversions ADD COLUMN account_id TEXT DEFAULT 'theirs'")
    shelf.change("a", "INSERT INTO conversions (date) VALUES ('2026-03-01')")
    shelf.export()
    assert shelf.ask("SELECT account_id, own_account_id FROM conversions") == [("a", "theirs")]


def test_an_old_table_without_a_key_is_exported_by_its_rows(shelf: Shelf) -> None:
    shelf.add("a", sql="DROP TABLE conversions; CREATE TABLE conversions (ID TEXT, date TEXT);")
    shelf.change("a", "INSERT INTO conversions VALUES ('x', '2026-03-01'), (NULL, '2026-03-02'), ('x', '2026-03-03')")
    shelf.export()
    assert shelf.export().written == 0
    rows = [(1, "x", "2026-03-01"), (2, None, "2026-03-02"), (3, "x", "2026-03-03")]
    assert shelf.ask("SELECT id, own_ID, date FROM conversions ORDER BY id") == rows


def test_one_that_never_worked_is_no_trouble(shelf: Shelf) -> None:
    shelf.add("a").database.unlink()
    (outcome,) = shelf.export().accounts
    assert (outcome.trouble, outcome.note) == ("", "it has no database yet: it has never worked")


def test_a_database_that_is_gone_or_damaged_is_told_and_all_else_is_exported(shelf: Shelf) -> None:
    for name in "abcd":
        shelf.add(name, sql=DAY.format("2026-03-01", 4))
    shelf.export()
    shelf.accounts["a"].database.unlink()
    shelf.accounts["b"].database.write_bytes(b"no database at all, but long enough to be looked into" * 99)
    damaged = shelf.accounts["c"].database
    content = bytearray(damaged.read_bytes())
    content[4096:] = b"\x55" * (len(content) - 4096)
    damaged.write_bytes(content)
    shelf.change("d", DAY.format("2026-03-02", 5))
    report = shelf.export()
    assert [each.id for each in report.troubles] == ["a", "b", "c"]
    assert "not there any more" in report.troubles[0].trouble
    assert "cannot be read" in report.troubles[1].trouble
    assert shelf.ask("SELECT account_id, count(*) FROM all_daily_activity GROUP BY 1") == [
        ("a", 1),
        ("b", 1),
        ("c", 1),
        ("d", 2),
    ]
    assert shelf.ask("SELECT id FROM accounts WHERE trouble = '' AND exported_at > '2026-03-02T09:30'") == [("d",)]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_a_database_that_may_not_be_read_is_told(shelf: Shelf) -> None:
    shelf.add("a").database.chmod(0)
    assert "look at the rights" in shelf.export().troubles[0].trouble


def test_a_locked_database_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.metrics_export.exporting.BUSY_SECONDS", 0.1)
    account = shelf.add("a", old=True)
    with closing(sqlite3.connect(account.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "holds its database locked" in shelf.export().troubles[0].trouble
        other.execute("ROLLBACK")
    assert not shelf.export().troubles


def test_an_account_at_work_is_neither_kept_waiting_nor_waited_for(shelf: Shelf) -> None:
    database = Database(shelf.add("a", sql=DAY.format("2026-03-01", 4)).database, "account", busy_seconds=0.0)
    with database.write() as connection:
        connection.execute(DAY.format("2026-03-02", 5))
        assert shelf.export().written == 1
    assert shelf.export().written == 1
    database.close()


# Whole or not at all


def test_a_file_of_somebody_else_is_never_written_over(shelf: Shelf) -> None:
    account = shelf.add("a")
    for content in (b"my notes", account.database.read_bytes()):
        shelf.file.write_bytes(content)
        with pytest.raises(ExportFailed, match="is no export of Aviary"):
            shelf.export()
        assert shelf.file.read_bytes() == content
    assert shelf.left_behind() == []


def test_an_export_of_a_newer_aviary_and_one_that_is_open_elsewhere_are_refused(shelf: Shelf) -> None:
    shelf.add("a")
    shelf.export()
    with closing(sqlite3.connect(shelf.file)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE mine (x)")
        with pytest.raises(ExportFailed, match="open"):
            shelf.export()
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(ExportFailed, match="newer Aviary"):
        shelf.export()


def test_what_people_add_to_the_file_stays(shelf: Shelf) -> None:
    shelf.add("a")
    shelf.export()
    with closing(sqlite3.connect(shelf.file)) as mine:
        mine.executescript("CREATE TABLE notes (words); INSERT INTO notes VALUES ('keep')")
    shelf.export()
    assert shelf.ask("SELECT words FROM notes") == [("keep",)]


def test_a_damaged_export_is_not_blamed_on_the_accounts(shelf: Shelf) -> None:
    shelf.add("a", sql="".join(DAY.format(f"2026-01-{day:02}", 1) for day in range(1, 29)))
    shelf.export()
    content = bytearray(shelf.file.read_bytes())
    content[4096:] = b"\x55" * (len(content) - 4096)
    shelf.file.write_bytes(content)
    with pytest.raises(ExportFailed):
        shelf.export()
    assert shelf.file.read_bytes() == content


def test_a_full_disk_is_told_and_leaves_the_old_file(shelf: Shelf) -> None:
    resource = pytest.importorskip("resource")
    shelf.add("a", sql=DAY.format("2026-03-01", 4))
    shelf.export()
    before = shelf.file.read_bytes()
    many = "".join(POST.format(number, "teks " * 50, 1) for number in range(2000))
    shelf.add("b", sql=f"BEGIN; {many} COMMIT;")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20_000, hard))
    try:
        with pytest.raises(ExportFailed, match="no room is left"):
            shelf.export()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert shelf.file.read_bytes() == before
    assert shelf.left_behind() == []


def test_what_a_crash_left_of_an_export_is_cleared_away(shelf: Shelf) -> None:
    shelf.add("a", sql=DAY.format("2026-03-01", 4))
    (shelf.root / ".all.db.tmp").write_bytes(b"half of one")
    assert shelf.export().written == 1
    assert shelf.left_behind() == []


def test_there_must_be_a_folder_for_it(shelf: Shelf) -> None:
    shelf.root = shelf.root / "nowhere"
    with pytest.raises(ExportFailed, match="there is no folder"):
        shelf.export()


# No secrets


def test_every_table_of_an_account_is_exported_or_left_out_for_a_reason() -> None:
    database = Database(Path(":memory:"), "account")
    found = {row["name"] for row in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    database.close()
    assert {name for name in found if not name.startswith("sqlite_")} == FIT.keys() | LEFT_OUT.keys()


def test_unknown_tables_columns_named_as_secrets_and_former_settings_stay_where_they_are(shelf: Shelf) -> None:
    shelf.add("a", old=True, sql="CREATE TABLE cookies (auth_token TEXT); INSERT INTO cookies VALUES ('s3cret');")
    shelf.change("a", "CREATE TABLE config_history (id INTEGER PRIMARY KEY, changes TEXT)")
    shelf.change("a", "INSERT INTO config_history (changes) VALUES ('api_key: s3cret')")
    shelf.change("a", "ALTER TABLE conversions ADD COLUMN api_key TEXT DEFAULT 's3cret'")
    shelf.change("a", "UPDATE activity_log SET error_message = 'auth_token=s3cret', details = 'http://u:s3cret@p:1'")
    report = shelf.export()
    assert report.left_out == ("conversions.api_key", "cookies")
    assert b"s3cret" not in shelf.file.read_bytes()
    assert shelf.ask("SELECT error_message FROM activity_log LIMIT 1") == [("auth_token=[struck out]",)]
