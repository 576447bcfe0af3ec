from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.guards.book import text_hash
from bot.guards.likeness import ALIKE, likeness, words_of
from bot.storage.journal import IntentState
from tests.guards.conftest import Room
from tests.guards.test_likeness import PAIRS

OFFER = "🔥 Paket data 10GB cuma Rp25.000, aktif sebulan! Order: 0812"
SAME = "aktif sebulan!! PAKET DATA 25GB cuma Rp50.000 👉 https://wa.me/62812"
OTHER = "Toko tutup hari Senin karena pindahan ruko, buka lagi Selasa pagi"


def test_a_text_like_another_accounts_is_refused_and_says_which_and_how_alike(room: Room) -> None:
    texts = room.guards.texts
    assert texts.reserve("one", OFFER).number
    room.clock.advance(3 * 86400)
    refused = texts.reserve("two", SAME)
    assert refused.number == 0
    assert refused.why_not == (
        "is 96% like what one posted 3 days ago: “🔥 Paket data 10GB cuma Rp25.000, aktif sebulan! Order: 0812”; "
        "common words: sebulan, aktif, paket, cuma, data"
    )
    assert texts.reserve("two", OTHER).number


def test_its_own_posts_count_only_when_the_account_says_so(room: Room) -> None:
    texts = room.guards.texts
    texts.reserve("one", OFFER)
    assert texts.why_not_post("one", SAME) == ""
    assert "one posted just now" in texts.why_not_post("one", SAME, own=True)


def test_it_is_remembered_for_thirty_days_and_over_a_restart(room: Room) -> None:
    room.guards.texts.reserve("one", OFFER)
    room.reopen()
    room.clock.advance(29.9 * 86400)
    assert room.guards.texts.why_not_post("two", SAME)
    room.clock.advance(0.2 * 86400)
    assert room.guards.texts.why_not_post("two", SAME) == ""


def test_what_is_long_past_is_forgotten_with_its_words(room: Room) -> None:
    room.guards.texts.reserve("one", OFFER)
    room.clock.advance(40 * 86400)
    room.guards.texts.release(room.guards.texts.reserve("two", OTHER).number)
    for table in ("guard_texts", "guard_forms", "guard_words", "guard_hashtags"):
        assert room.database.value(f"SELECT count(*) FROM {table}") == 0


def test_what_was_surely_not_sent_is_free_again(room: Room) -> None:
    texts = room.guards.texts
    texts.release(texts.reserve("one", OFFER).number)
    assert texts.reserve("two", SAME).number


def test_of_many_accounts_with_one_text_at_the_same_moment_one_gets_it(room: Room) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(room.guards.texts.reserve, f"a{number}", f"{OFFER} {number}") for number in range(8)]
        assert sum(bool(each.result().number) for each in asked) == 1


def test_a_plan_of_the_coming_seven_days_holds_others_back_until_it_is_given_up(room: Room) -> None:
    texts, now = room.guards.texts, room.clock.now()
    texts.replan("one", [(OFFER, now + timedelta(days=8))])
    assert texts.why_not_post("two", SAME) == ""
    room.clock.advance(2 * 86400)
    assert "like what one plans in 6 days" in texts.reserve("two", SAME).why_not
    texts.replan("one", [])
    assert texts.reserve("two", SAME).number


def test_a_plan_is_refused_when_its_time_would_refuse_it(room: Room) -> None:
    texts, now = room.guards.texts, room.clock.now()
    in_20_days = now + timedelta(days=20)
    assert texts.why_not_post("one", OFFER, at=in_20_days, planned=True) == ""
    texts.replan("one", [(OFFER, in_20_days)])
    assert "one plans in 20 days" in texts.why_not_post("two", SAME, at=now + timedelta(days=1), planned=True)
    assert texts.why_not_post("two", SAME, at=now + timedelta(days=51), planned=True) == ""


def test_its_own_plan_does_not_hold_the_account_back(room: Room) -> None:
    texts = room.guards.texts
    texts.replan("one", [(OFFER, room.clock.now())])
    assert texts.reserve("one", OFFER, own=True).number


def test_a_person_lets_one_post_pass_and_it_is_kept_who_and_why(room: Room) -> None:
    texts = room.guards.texts
    texts.reserve("one", OFFER)
    texts.allow(text_hash(SAME), "sari", "a joint sale of both shops")
    assert texts.why_not_post("two", SAME) == ""
    first = texts.reserve("two", SAME)
    assert first.number
    assert texts.reserve("three", SAME).why_not, "one post, not two"
    row = room.database.rows("SELECT by, why, text_id FROM guard_allowed")[0]
    assert tuple(row) == ("sari", "a joint sale of both shops", first.number)
    texts.release(first.number)
    assert texts.reserve("two", SAME).number, "it was not sent: the word still counts"


def test_the_same_hashtag_of_another_account_waits_an_hour(room: Room) -> None:
    texts = room.guards.texts
    assert texts.reserve("one", f"{OFFER} #KuotaMurah").number
    assert texts.reserve("one", "Buka sampai malam, mampir sini #kuotamurah").number, "its own"
    room.clock.advance(30 * 60)
    refused = texts.reserve("two", f"{OTHER} #kuotamurah").why_not
    assert refused == "has the hashtag #kuotamurah, which one used 30 min ago, within the hour"
    assert texts.reserve("two", f"{OTHER} #1 https://x.com/#kuotamurah").number
    room.clock.advance(31 * 60)
    assert texts.reserve("three", "Diskon servis laptop mahasiswa #KUOTAMURAH").number


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        (IntentState.SENT, True),
        (IntentState.SENDING, True),
        (IntentState.NEEDS_REVIEW, True),
        (IntentState.FAILED, False),
        (None, False),
    ],
)
def test_what_a_crash_left_reserved_follows_the_journal(room: Room, state: IntentState | None, stands: bool) -> None:
    room.guards.texts.reserve("one", OFFER)
    room.reopen()
    room.guards.texts.settle("one", lambda _text, _since: state)
    assert bool(room.guards.texts.why_not_post("two", SAME)) is stands


def test_what_was_stopped_is_shown_newest_first_and_once(room: Room) -> None:
    texts = room.guards.texts
    texts.reserve("one", f"{OFFER} #hemat")
    for _ in range(3):
        texts.reserve("two", SAME)
    room.clock.advance(60)
    texts.reserve("three", f"{OTHER} #hemat")
    assert [(stop.account_id, stop.guard) for stop in room.guards.stops(10)] == [
        ("three", "hashtag"),
        ("two", "near_duplicate"),
    ]


def test_half_an_emoji_and_a_text_without_words_do_no_harm(room: Room) -> None:
    texts = room.guards.texts
    for text in ("\ud83d halo toko", "", "🔥🔥", "🔥🔥"):
        assert texts.reserve("one", text).number
    assert texts.why_not_post("two", "🔥 🔥")
    assert texts.why_not_post("two", "") == ""


def test_the_index_finds_just_what_comparing_each_with_each_does(room: Room) -> None:
    chosen = random.Random(3).sample([pair[side] for pair in PAIRS for side in "ab"], 160)
    known, asked = chosen[:100], chosen[100:]
    for text in known:
        room.guards.texts.enter_past("one", text, room.clock.now())
    for text in asked:
        best = max(likeness(words_of(text), words_of(other)) for other in known)
        found = room.guards.texts.find_alike("two", text)
        assert (found is not None) == (best >= ALIKE)
        assert found is None or found.score == pytest.approx(best)
