"""The tables as CSV: for spreadsheets of any country, without formulas of other people."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from bot.errors import ExportFailed
from bot.storage.metrics_export.accounts import AccountList
from bot.storage.metrics_export.exporting import ExportReport
from bot.storage.metrics_export.fitness import FIT
from bot.storage.metrics_export.table_files import Separator, export_tables
from tests.storage.metrics_export.conftest import Shelf

POST = "INSERT INTO tweet_performance (tweet_id, tweet_text, views, engagement_rate) VALUES ('19', '{}', 7, 0.25)"


def write(shelf: Shelf, separator: Separator = Separator.COMMA) -> ExportReport:
    wanted = AccountList(tuple(shelf.accounts.values()), shelf.broken)
    return export_tables(wanted, shelf.root / "tables", shelf.now, lambda *_each: None, separator)


def rows(folder: Path, table: str, sign: str = ",") -> list[dict[str, str]]:
    text = (folder / "tables" / f"{table}.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=sign))


def test_there_is_a_file_for_each_table_with_the_account_first(shelf: Shelf) -> None:
    shelf.add("a", old=True)
    assert write(shelf).written > 5
    assert {each.name for each in (shelf.root / "tables").iterdir()} == {f"{name}.csv" for name in ("accounts", *FIT)}
    for file in (shelf.root / "tables").iterdir():
        assert file.read_bytes().startswith(b"\xef\xbb\xbfaccount_id,")
    first = rows(shelf.root, "daily_activity")[0]
    assert (first["account_id"], first["date"], first["tweets_posted"]) == ("a", "2025-12-20", "3")
    assert "gone_at" not in first
    assert rows(shelf.root, "accounts")[0]["name"] == "Toko a"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+62 812", "-5 persen", "@toko halo", "\t=1", "\n=1", "＝1"])
def test_a_text_that_spreadsheets_would_take_for_a_formula_is_none(shelf: Shelf, text: str) -> None:
    shelf.add("a", sql=POST.format(text))
    write(shelf)
    assert rows(shelf.root, "tweet_performance")[0]["tweet_text"] == f"'{text}"


def test_texts_with_separators_quotes_and_lines_come_back_as_they_were(shelf: Shelf) -> None:
    text = 'paket "murah"; 10GB, 25rb\nOrder 🔥'
    shelf.add("a", sql=POST.format(text))
    for separator in Separator:
        write(shelf, separator)
        assert rows(shelf.root, "tweet_performance", separator.sign)[0]["tweet_text"] == text


def test_with_semicolons_broken_numbers_have_a_comma(shelf: Shelf) -> None:
    shelf.add("a", sql=POST.format("halo"))
    write(shelf, Separator.SEMICOLON)
    row = rows(shelf.root, "tweet_performance", ";")[0]
    assert (row["engagement_rate"], row["views"]) == ("0,25", "7")


def test_files_of_others_are_neither_written_over_nor_taken_away(shelf: Shelf) -> None:
    shelf.add("a")
    folder = shelf.root / "tables"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    write(shelf)
    write(shelf)
    assert (folder / "notes.txt").read_text() == "mine"
    (folder / "runs.csv").write_text("my;runs")
    with pytest.raises(ExportFailed, match=r"runs.csv is no export of Aviary"):
        write(shelf)
    assert (folder / "runs.csv").read_text() == "my;runs"
    assert [each.name for each in folder.iterdir() if each.name.startswith(".")] == []


def test_a_file_is_no_folder(shelf: Shelf) -> None:
    (shelf.root / "tables").write_text("mine")
    with pytest.raises(ExportFailed, match="is a file, not a folder"):
        write(shelf)


def test_bytes_that_are_no_text_do_not_stop_it(shelf: Shelf) -> None:
    shelf.add("a", sql="INSERT INTO conversions (date, notes) VALUES ('2026-03-01', CAST(x'66ff' AS TEXT))")
    write(shelf)
    assert rows(shelf.root, "conversions")[0]["notes"] == "f�"
