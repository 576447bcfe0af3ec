"""The queues as panel and API work with them: checked, ordered, moved, in the calendar, in and out of a table."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.errors import ChangedMeanwhile, PostUnfit
from bot.fleet.post_queues import LATEST
from bot.queue_view import EntryKind
from bot.storage.planned_posts import PostState, Written
from tests.engines import START
from tests.media import picture
from tests.worlds import World, finish

NOON = START + timedelta(hours=4)


@pytest.fixture
def manager(world: World) -> AccountManager:
    slots = [{"name": "early", "time": "09:00", "post": "promo"}, {"name": "late", "time": "18:00", "post": "value"}]
    world.add("one", "OneShop", schedule={"timezone": "Asia/Jakarta", "slots": slots})
    world.add("two", "TwoShop")
    return world.open()


def add_picture(world: World, name: str = "a.png") -> None:
    file = world.home.root / "accounts" / "one_OneShop" / "media" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(picture("PNG"))


def test_an_account_without_a_database_has_an_empty_queue(manager: AccountManager) -> None:
    look = manager.queues.look("one")
    assert (look.posts, look.sent, look.holds) == ((), (), "")
    with pytest.raises(KeyError):
        manager.queues.find("one", 1)
    with pytest.raises(KeyError):
        manager.queues.look("nobody")


def test_a_text_that_was_queued_twice_is_remarked_on(manager: AccountManager) -> None:
    first = manager.queues.add("one", Written("toko buka", (), NOON), "budi")
    second = manager.queues.add("one", Written("toko buka"), "budi")
    far = manager.queues.add("one", Written("toko buka", (), NOON + timedelta(days=30)), "budi")
    assert manager.queues.look("one").remarks == {
        first.id: "the same text goes out less than 30 days before: this one will not be sent",
    }
    manager.queues.delete("one", second.id, second.version)
    assert manager.queues.look("one").remarks == {}
    assert far.at == NOON + timedelta(days=30)


def test_a_text_that_was_posted_lately_is_remarked_on(manager: AccountManager, world: World) -> None:
    world.clock.advance(60)
    manager.run_account("one", "early")
    finish(manager)
    [posted] = [each for each in manager.queues.calendar(START, NOON, ["one"]) if each.kind is EntryKind.POSTED]
    again = manager.queues.add("one", Written(posted.text), "budi")
    assert manager.queues.look("one").remarks == {
        again.id: "the same text was posted less than 30 days before: this one will not be sent"
    }


def test_braces_of_a_template_are_remarked_on(manager: AccountManager) -> None:
    post = manager.queues.add("one", Written("Order: {wa_number}"), "budi")
    remark = "it goes out as it is written: “{wa_number}” means something in templates alone"
    assert manager.queues.look("one").remarks == {post.id: remark}
    plan = manager.queues.plan_import(b"account,text\none,Tanya: {wa_number}\none,Buka {ya\n")
    assert [row.remark for row in plan.rows] == [remark, ""]


def test_one_without_a_moment_knows_its_slot(manager: AccountManager) -> None:
    first = manager.queues.add("one", Written("satu"), "budi")
    second = manager.queues.add("one", Written("dua"), "budi")
    slots = manager.queues.look("one").slots
    assert [slots[each.id].slot for each in (first, second)] == ["late", "early"]  # it is 15:00 in Jakarta
    manager.queues.shift("one", second.id, -1)
    assert manager.queues.look("one").slots[second.id].slot == "late"


@pytest.mark.parametrize(
    ("written", "field", "why"),
    [
        (Written(""), "text", "the text is empty"),
        (Written("x" * 281), "text", "the text is longer than X takes"),
        (Written("x", ("none.png",)), "media", "none.png is missing"),
        (Written("x", ("../two/a.png",)), "media", "must be a plain path"),
        (Written("x", (), START - timedelta(hours=1)), "at", "this time has passed"),
        (Written("x", (), START + LATEST + timedelta(days=1)), "at", "more than a year away"),
        (Written("", (), None, is_draft=True), "text", "the text is empty"),
    ],
)
def test_what_cannot_be_queued_is_refused_by_its_field(
    manager: AccountManager, written: Written, field: str, why: str
) -> None:
    with pytest.raises(PostUnfit) as refused:
        manager.queues.add("one", written, "budi")
    assert why in refused.value.faults[field]
    assert manager.queues.look("one").posts == ()


def test_a_draft_may_be_too_long_for_now(manager: AccountManager) -> None:
    post = manager.queues.add("one", Written("x" * 400, is_draft=True), "budi")
    assert post.state is PostState.DRAFT
    with pytest.raises(PostUnfit):
        manager.queues.change("one", post.id, Written("x" * 400), post.version)


def test_media_may_be_named_without_their_folder(world: World, manager: AccountManager) -> None:
    add_picture(world)
    assert manager.queues.add("one", Written("x", ("a.png",)), "budi").media == ("media/a.png",)


def test_a_picture_that_is_gone_meanwhile_is_told_before_its_time(world: World, manager: AccountManager) -> None:
    add_picture(world)
    post = manager.queues.add("one", Written("x", ("a.png",)), "budi")
    assert manager.queues.look("one").lacks == {}
    (world.home.root / "accounts" / "one_OneShop" / "media" / "a.png").unlink()
    assert "a.png is missing" in manager.queues.look("one").lacks[post.id]


def test_each_change_shows_on_the_accounts_version(manager: AccountManager) -> None:
    seen = manager.account_view("one").version
    post = manager.queues.add("one", Written("satu", (), NOON), "budi")
    assert manager.account_view("one").version > seen
    seen = manager.account_view("one").version
    manager.queues.change("one", post.id, Written("dua", (), NOON), post.version)
    assert manager.account_view("one").version > seen


def test_the_second_of_two_moves_is_told_and_an_undo_is_a_move_back(manager: AccountManager) -> None:
    post = manager.queues.add("one", Written("satu", (), NOON), "budi")
    moved = manager.queues.move("one", post.id, NOON + timedelta(days=1), post.version)
    with pytest.raises(ChangedMeanwhile):
        manager.queues.move("one", post.id, NOON + timedelta(days=2), post.version)
    back = manager.queues.move("one", post.id, post.at, moved.version)
    assert (back.at, back.text) == (NOON, "satu")
    assert manager.queues.move("one", post.id, None, back.version).at is None


def test_the_calendar_has_what_was_posted_what_is_queued_and_the_slots(world: World, manager: AccountManager) -> None:
    world.clock.advance(60)
    manager.run_account("two", "morning")
    finish(manager)
    manager.queues.add("one", Written("satu", (), NOON), "budi")
    manager.queues.add("one", Written("dua"), "budi")
    found = manager.queues.calendar(START - timedelta(days=1), START + timedelta(days=1), ["one", "two", "nobody"])
    told = [(each.account_id, each.kind, each.text, each.slot) for each in found]
    assert told == [
        ("two", EntryKind.POSTED, "TwoShop offer 0: call 080000000000", ""),
        ("one", EntryKind.QUEUED, "dua", "late"),
        ("one", EntryKind.QUEUED, "satu", ""),
        ("one", EntryKind.SLOT, "", "early"),
        ("two", EntryKind.SLOT, "", "morning"),
    ]
    assert found[0].url.startswith("https://x.com/TwoShop/status/")
    assert manager.queues.calendar(START + timedelta(days=40), START + timedelta(days=41), ["two"])[0].slot == "morning"


def test_the_calendar_shows_a_change_at_once(manager: AccountManager) -> None:
    post = manager.queues.add("one", Written("satu", (), NOON), "budi")
    end = START + timedelta(days=2)

    def moments() -> list[object]:
        return [each.at for each in manager.queues.calendar(START, end, ["one"]) if each.post]

    assert moments() == [NOON]
    manager.queues.move("one", post.id, NOON + timedelta(hours=1), post.version)
    assert moments() == [NOON + timedelta(hours=1)]
    manager.queues.delete("one", post.id, post.version + 1)
    assert moments() == []


def test_a_table_makes_posts_and_tells_the_mistakes_of_each_line(world: World, manager: AccountManager) -> None:
    add_picture(world)
    manager.queues.add("two", Written("Warung buka pagi sampai sore"), "budi")
    lines = [
        "account;date;time;text;media",
        "one;03/03/2026;09.30;Kopi susu hari ini;a.png",
        "@TWOSHOP;;;Teh manis dingin;",
        "nobody;;;Halo semua orang;",
        "one;01/03/2026;09:00;Sudah lewat sekali;",
        "one;2026-03-03;;Tanpa jam sama sekali;",
        "one;;;" + "panjang " * 50 + ";",
        "one;;;Foto tidak ada di sini;none.png",
        "two;;;KOPI SUSU hari ini!!! 🎉;",
        "one;;;warung buka pagi, sampai sore;",
        "one;soon;09:00;Kapan ya kapan;",
    ]
    plan = manager.queues.plan_import("\r\n".join(lines).encode("utf-8-sig"))
    faults = {row.line: " / ".join(row.faults) for row in plan.rows}
    assert faults == {
        2: "",
        3: "",
        4: "there is no account “nobody”",
        5: "this time has passed",
        6: "it has no time; leave both empty for the next free slot",
        7: "the text is longer than X takes (399 of 280)",
        8: "none.png is missing",
        9: "it is nearly the same as line 2",
        10: "the text is 100% like what Shop TwoShop plans just now: “Warung buka pagi sampai sore”; common words: "
        "sampai, warung, buka, pagi, sore. Change it, or let this one post pass on the page Guards",
        11: "“soon” is no date such as 2026-11-27 or 27/11/2026",
    }
    made = manager.queues.add_all(plan.rows, "siti")
    assert [account for account, _ in made] == ["one", "two"]
    (post,) = manager.queues.look("one").posts
    assert (post.text, post.media, post.who) == ("Kopi susu hari ini", ("media/a.png",), "siti")
    assert post.at == START.replace(day=3, hour=2, minute=30)  # 09:30 in Jakarta
    assert manager.queues.look("two").posts[-1].at is None


@pytest.mark.parametrize("separator", [",", ";"])
def test_what_a_table_has_comes_back_from_it(manager: AccountManager, separator: str, tmp_path: Path) -> None:
    manager.queues.add("one", Written('Dua baris\n"ini"; dan, itu', (), NOON), "budi")
    manager.queues.add("one", Written("=bukan rumus"), "budi")
    content = manager.queues.table(["one", "two"], separator)
    assert content.startswith(b"\xef\xbb\xbfaccount")
    for post in manager.queues.look("one").posts:
        manager.queues.delete("one", post.id, post.version)
    plan = manager.queues.plan_import(content)
    assert [row.faults for row in plan.rows] == [(), ()]
    assert [(row.written.text, row.written.at) for row in plan.rows] == [
        ('Dua baris\n"ini"; dan, itu', NOON),
        ("=bukan rumus", None),
    ]
