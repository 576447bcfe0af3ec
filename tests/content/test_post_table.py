"""Posts as a table: what spreadsheets write, and that our own comes back."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.post_table import MOST_ROWS, TableRow, read_date, read_table, read_time, write_table
from bot.errors import TableUnreadable

HEADING = "account,date,time,text,media\n"


def test_a_row_has_its_line_and_its_cells() -> None:
    (row,) = read_table((HEADING + "one,2026-03-02,09:30,Halo,media/a.png|media/b.png\n").encode())
    assert row == TableRow(2, "one", "2026-03-02", "09:30", "Halo", "media/a.png|media/b.png")
    assert row.files == ("media/a.png", "media/b.png")


def test_indonesian_excel_writes_semicolons_a_mark_and_its_own_headings() -> None:
    content = "\ufeffAkun;Tanggal;Jam;Teks;Foto\r\n@OneShop;27/11/2026;9.30;Halo, semua; \r\n".encode()
    (row,) = read_table(content)
    assert (row.account, row.date, row.time, row.text) == ("@OneShop", "27/11/2026", "9.30", "Halo, semua")


def test_quotes_and_line_ends_in_a_text_stay_and_lines_are_counted_on() -> None:
    rows = read_table((HEADING + 'one,,,"Dua\r\nbaris ""ini""",\r\n\r\none,,,Next,\r\n').encode())
    assert [row.text for row in rows] == ['Dua\nbaris "ini"', "Next"]
    assert [row.line for row in rows] == [2, 5]


def test_columns_may_stand_in_any_order_and_unknown_ones_are_left_alone() -> None:
    (row,) = read_table(b"text;note;account\nHalo;x;one\n")
    assert (row.account, row.text, row.date) == ("one", "Halo", "")


def test_the_line_that_names_the_separator_is_no_heading() -> None:
    (row,) = read_table(b"sep=;\naccount;text\none;Halo\n")
    assert (row.line, row.text) == (3, "Halo")


def test_unicode_text_of_excel_and_old_encodings_are_read() -> None:
    assert read_table("account\ttext\none\tHalo 🎉\n".encode("utf-16"))[0].text == "Halo 🎉"
    assert read_table("account,text\none,Kafé\n".encode("cp1252"))[0].text == "Kafé"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no column account and no column text"),
        (b"who,what\na,b\n", "no column account"),
        (b'account,text\none,"open\n', "line 2: unexpected end of data"),
        (b"x" * 2_000_000, "larger than 1024 kB"),
        (b"account,text\n" + b"one,Halo\n" * (MOST_ROWS + 1), "more than 2000 posts"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, why: str) -> None:
    with pytest.raises(TableUnreadable, match=why):
        read_table(content)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("2026-11-27", date(2026, 11, 27)),
        ("27/11/2026", date(2026, 11, 27)),
        ("7.1.2026", date(2026, 1, 7)),
        ("31/02/2026", None),
        ("11/27/2026", None),
        ("tomorrow", None),
    ],
)
def test_dates_have_the_day_before_the_month(words: str, found: date | None) -> None:
    assert read_date(words) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [("09:30", time(9, 30)), ("9.30", time(9, 30)), ("23:59:10", time(23, 59)), ("24:00", None), ("9", None)],
)
def test_times_have_a_colon_or_a_full_stop(words: str, found: time | None) -> None:
    assert read_time(words) == found


@pytest.mark.parametrize("separator", [",", ";"])
@given(texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00")).map(str.strip), max_size=5))
def test_what_is_written_is_read_back(separator: str, texts: list[str]) -> None:
    rows = [TableRow(0, "one", "", "", text, "") for text in texts]
    assert [row.text for row in read_table(write_table(rows, separator))] == texts


def test_no_cell_is_a_formula_for_a_spreadsheet() -> None:
    rows = [TableRow(0, "one", "", "", "=1+1", ""), TableRow(0, "one", "", "", "@budi halo", "")]
    rows.append(TableRow(0, "one", "", "", "'=quoted", ""))
    written = write_table(rows).decode("utf-8-sig")
    assert "'=1+1" in written
    assert "'@budi" in written
    assert [row.text for row in read_table(written.encode())] == ["=1+1", "@budi halo", "'=quoted"]
