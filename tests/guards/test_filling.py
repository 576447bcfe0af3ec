from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.guards.filling import fill_once
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.journal import IntentState, Journal
from tests.guards.conftest import Room

OLD_TEXT, NEW_TEXT = "Stok sambal bawang habis minggu lalu", "Resep sarapan cepat nasi telur hangat"


def with_journal(root: Path, room: Room) -> AccountFolder:
    folder = AccountFolder(root / "one")
    with closing(Database(folder.metrics_db, "account")) as database:
        journal, now = Journal(database), room.clock.now()
        for text, state, days in (
            ("Kelas membatik pemula hari Sabtu", IntentState.SENT, 2),
            ("Lowongan barista sampai Jumat", IntentState.NEEDS_REVIEW, 3),
            ("Bonus voucher pulsa akhir pekan", IntentState.FAILED, 2),
            ("Ganti layar laptop bergaris murah", IntentState.SENT, 40),
        ):
            at = now - timedelta(days=days)
            intent = journal.intend(
                1 if journal.plan_run("m", text, "manual", at) else 0, "promo", text, text, [], 0, at
            )
            journal.settle(intent, state, at)
        journal.begin_engagement(1, "like", "77", "kuota", now)
        journal.begin_engagement(1, "follow", "Pembeli", "kuota", now)
    return folder


def test_posts_and_engagements_of_before_count(room: Room, tmp_path: Path) -> None:
    folder = with_journal(tmp_path, room)
    fill_once(room.guards, "one", folder, "accounts/one", room.clock.now())
    texts, engagement = room.guards.texts, room.guards.engagement
    assert "2 days ago" in texts.why_not_post("two", "hari SABTU: kelas membatik pemula!")
    assert texts.why_not_post("two", "Lowongan barista 🔥 sampai Jumat")
    assert texts.why_not_post("two", "Bonus voucher pulsa akhir pekan") == ""
    assert texts.why_not_post("two", "Ganti layar laptop bergaris murah") == ""
    assert "engaged by one" in engagement.why_not_engage("two", "reply", "pembeli", "1")
    assert "engaged by one" in engagement.why_not_engage("two", "like", "siapa", "77")


def test_a_file_of_an_existing_user_with_the_old_tables_alone_is_read_and_left_as_it_is(
    room: Room, tmp_path: Path
) -> None:
    folder = AccountFolder(tmp_path / "old")
    folder.data.mkdir(parents=True)
    with closing(sqlite3.connect(folder.metrics_db)) as old:
        old.execute("CREATE TABLE tweet_performance (tweet_id TEXT, tweet_text TEXT, posted_at TIMESTAMP)")
        old.execute("CREATE TABLE commented_tweets (tweet_id TEXT, tweet_author TEXT)")
        day_ago = (room.clock.now() - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")
        posts = [("1", OLD_TEXT, day_ago), ("2", NEW_TEXT, "yesterday"), ("3", None, day_ago)]
        old.executemany("INSERT INTO tweet_performance VALUES (?, ?, ?)", posts)
        old.execute("INSERT INTO commented_tweets VALUES ('88', '@Tetangga')")
        old.commit()
    before = folder.metrics_db.read_bytes()
    fill_once(room.guards, "old", folder, ".", room.clock.now())
    assert room.guards.texts.why_not_post("two", OLD_TEXT)
    assert room.guards.texts.why_not_post("two", NEW_TEXT) == "", "its time cannot be read"
    assert room.guards.engagement.why_not_engage("two", "follow", "tetangga")
    assert folder.metrics_db.read_bytes() == before


def test_it_is_done_once_for_each_folder(room: Room, tmp_path: Path) -> None:
    folder = with_journal(tmp_path, room)
    for _ in range(2):
        fill_once(room.guards, "one", folder, "accounts/one", room.clock.now())
        room.reopen()
    assert room.database.value("SELECT count(*) FROM guard_texts") == 2


def test_a_damaged_file_keeps_nothing_from_working_and_is_tried_again(room: Room, tmp_path: Path) -> None:
    folder = AccountFolder(tmp_path / "bad")
    folder.data.mkdir(parents=True)
    folder.metrics_db.write_bytes(b"no database" * 500)
    fill_once(room.guards, "bad", folder, "accounts/bad", room.clock.now())
    assert "accounts/bad" not in room.guards.filled
    folder.metrics_db.unlink()
    fill_once(room.guards, "bad", folder, "accounts/bad", room.clock.now())
    assert "accounts/bad" in room.guards.filled
