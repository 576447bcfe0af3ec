"""The texts of a simulation are told alike as those of the book are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import FakeClock
from bot.guards.book import GuardBook, TextRules, text_hash
from bot.guards.texts_ahead import FormIndex, TextsAhead, read_book
from bot.storage.database import Database
from bot.storage.text_book import TextBook

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
POSTED = "Paket kuota besar untuk keluarga, hubungi kami #kuota"
ASKED = (
    "Paket kuota besar untuk keluarga, hubungi saya",
    "Voucher game murah siang malam",
    "Resep sayur asem ibu #kuota",
)


def test_it_says_the_same_as_the_book_it_was_read_from(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    database = Database(tmp_path / "fleet.db", "fleet")
    book = GuardBook(database, clock)
    book.confirm(book.reserve("one", POSTED).number)
    clock.advance(600)
    snapshot = read_book(TextBook(database), FormIndex(), NOW - timedelta(days=31))
    rules = TextRules(TextsAhead(snapshot), clock)
    told = [rules.why_not_post("two", text) for text in ASKED]
    assert told == [book.why_not_post("two", text) for text in ASKED]
    assert [bool(why) for why in told] == [True, False, True]
    database.close()


def test_what_the_simulation_posts_counts_and_the_snapshot_stays_as_it_is(tmp_path: Path) -> None:
    clock = FakeClock(NOW)
    database = Database(tmp_path / "fleet.db", "fleet")
    snapshot = read_book(TextBook(database), FormIndex(), NOW)
    texts = TextsAhead(snapshot)
    texts.post("one", POSTED, NOW, text_hash(POSTED))
    assert "like what one posted" in TextRules(texts, clock).why_not_post("two", ASKED[0])
    assert TextRules(TextsAhead(snapshot), clock).why_not_post("two", ASKED[0]) == ""
    assert TextBook(database).all_texts(NOW - timedelta(days=1)) == []
    database.close()
