"""A post of a group goes to one member; when that one cannot send it, the next one takes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from bot.account_manager import AccountManager
from bot.errors import PostTaken, PostUnfit, SessionExpired
from bot.fleet.records import open_records
from bot.group_queue_view import Entered
from bot.settings.home import AccountFolder
from bot.storage.group_queues import GroupWritten, HandState, RotationMode
from bot.storage.journal import Origin
from bot.storage.planned_posts import PostState, Written
from tests.engines import START
from tests.media import picture
from tests.worlds import World, finish, pass_time

NOON = START + timedelta(minutes=40)
TEXTS = ("Toko buka sampai malam", "Kopi susu baru datang pagi ini", "Promo sepatu lari ukuran besar")
HANDLES = {"one": "OneShop", "two": "TwoShop", "three": "ThreeShop"}
NO_SLOTS = {"schedule": {"timezone": "UTC", "slots": []}}


def with_slot(clock: str) -> dict[str, Any]:
    return {"schedule": {"timezone": "UTC", "slots": [{"name": "day", "time": clock, "post": "promo"}]}}


def join(world: World, account_id: str, **changes: Any) -> None:
    world.add(account_id, HANDLES[account_id], **changes)
    world.home.entries[-1]["groups"] = ["coffee"]
    world.home.write()


def folder_of(world: World, account_id: str) -> AccountFolder:
    return AccountFolder(world.home.root / "accounts" / f"{account_id}_{HANDLES[account_id]}")


def settled(world: World, manager: AccountManager, seconds: float = 6) -> None:
    world.clock.advance(seconds)
    manager.tick()
    finish(manager)


def add(manager: AccountManager, *texts: str, at: datetime | None = NOON) -> Entered:
    return manager.group_queues.add("coffee", [GroupWritten(text, (), at) for text in texts], "budi")


def holders(manager: AccountManager) -> dict[str, str]:
    look = manager.group_queues.look("coffee")
    return {each.post.text: each.post.hand.account_id for each in look.given if each.post.hand}


def on_x(world: World) -> dict[str, list[str]]:
    return {key: [post.text for post in world.x.posts_of(handle)] for key, handle in HANDLES.items()}


def record(manager: AccountManager, account_id: str) -> str:
    return "\n".join(entry.text for entry in manager.why(account_id))


@pytest.fixture
def manager(world: World) -> AccountManager:
    for account_id in HANDLES:
        join(world, account_id, **NO_SLOTS)
    return world.open()


def test_posts_go_to_the_members_by_turn_and_out_once(world: World, manager: AccountManager) -> None:
    add(manager, *TEXTS)
    settled(world, manager)
    assert holders(manager) == dict(zip(TEXTS, ("one", "two", "three"), strict=True))
    assert f"the post “{TEXTS[0]}” of the group coffee came to this account: it is its turn" in record(manager, "one")
    pass_time(world, manager, NOON + timedelta(minutes=5))
    assert on_x(world) == {"one": [TEXTS[0]], "two": [TEXTS[1]], "three": [TEXTS[2]]}
    look = manager.group_queues.look("coffee")
    assert {each.post.text for each in look.sent} == set(TEXTS)
    assert all(each.post.hand and each.post.hand.tweet_id for each in look.sent)
    assert (look.waiting, look.given, look.asks) == ((), (), ())


def test_one_whose_member_is_paused_goes_to_the_next_which_is_recorded_in_both(
    world: World, manager: AccountManager
) -> None:
    add(manager, TEXTS[0])
    settled(world, manager)
    manager.pause_accounts(["one"])
    settled(world, manager)
    settled(world, manager)
    assert holders(manager) == {TEXTS[0]: "two"}
    (post,) = manager.group_queues.look("coffee").given
    assert [(hand.account_id, hand.state) for hand in post.hands] == [
        ("one", HandState.BACK),
        ("two", HandState.HELD),
    ]
    assert "the account is paused" in post.hands[0].reason
    assert "taken over from Shop OneShop (the account is paused" in post.hands[1].why
    assert "was taken back: the account is paused" in record(manager, "one")
    assert "taken over from Shop OneShop" in record(manager, "two")
    manager.resume_accounts(["one"])
    pass_time(world, manager, NOON + timedelta(minutes=5))
    assert on_x(world) == {"one": [], "two": [TEXTS[0]], "three": []}


def test_one_whose_member_fails_at_its_moment_goes_to_the_next(world: World, manager: AccountManager) -> None:
    add(manager, TEXTS[0])
    settled(world, manager)
    world.x.fail_next("log_in", SessionExpired("x.com treats the session as logged out"), handle="OneShop")
    pass_time(world, manager, NOON + timedelta(minutes=10))
    assert on_x(world)["two"] == [TEXTS[0]]


def test_one_that_was_perhaps_sent_never_leaves_its_member(world: World, manager: AccountManager) -> None:
    add(manager, TEXTS[0])
    settled(world, manager)
    with open_records(folder_of(world, "one")) as records:
        planned = records.posts.open_posts()[0]
        run = records.posts.plan_run(planned, "schedule")
        assert run is not None
        intent = records.journal.intend(run, "queued", "", planned.text, (), 1, world.clock.now(), Origin(planned.id))
        records.journal.mark_sending(intent, world.clock.now())
    manager.pause_accounts(["one"])
    for _ in range(4):
        settled(world, manager, 900)
    assert holders(manager) == {TEXTS[0]: "one"}
    (post,) = manager.group_queues.look("coffee").given
    with pytest.raises(PostTaken):
        manager.group_queues.delete("coffee", post.post.key, post.post.version, "budi")
    assert on_x(world)["two"] == []


def test_one_that_nobody_can_take_waits_and_says_why(world: World, manager: AccountManager) -> None:
    manager.pause_accounts(["one", "two", "three"])
    add(manager, TEXTS[0])
    settled(world, manager)
    (post,) = manager.group_queues.look("coffee").waiting
    assert post.next_account == ""
    assert "Shop OneShop: the account is paused" in post.why
    manager.resume_accounts(["three"])
    settled(world, manager, 61)
    assert holders(manager) == {TEXTS[0]: "three"}


def test_one_whose_time_passed_before_anybody_could_take_it_asks_a_person(
    world: World, manager: AccountManager
) -> None:
    manager.pause_accounts(["one", "two", "three"])
    key = add(manager, TEXTS[0]).keys[0]
    pass_time(world, manager, NOON + timedelta(hours=2))
    (post,) = manager.group_queues.look("coffee").asks
    assert "its time passed" in post.why
    manager.resume_accounts(["one"])
    settled(world, manager, 61)
    assert on_x(world)["one"] == []
    later = world.clock.now() + timedelta(minutes=5)
    manager.group_queues.change("coffee", key, GroupWritten(TEXTS[0], (), later), post.post.version, "budi")
    pass_time(world, manager, later + timedelta(minutes=5))
    assert on_x(world)["one"] == [TEXTS[0]]


def test_a_post_without_a_moment_goes_with_the_next_free_slot_of_a_member(world: World) -> None:
    join(world, "one", **with_slot("08:20"))
    join(world, "two", **with_slot("08:30"))
    manager = world.open()
    manager.queues.add("one", Written("Pesan dari rumah saja"), "budi")
    add(manager, *TEXTS, at=None)
    settled(world, manager)
    assert holders(manager) == {TEXTS[0]: "two"}  # the slot of one is taken by a post of its own
    look = manager.group_queues.look("coffee")
    assert [each.next_account for each in look.waiting] == ["", ""]
    pass_time(world, manager, START + timedelta(minutes=35))
    sent = [text for texts in on_x(world).values() for text in texts]
    assert sent.count(TEXTS[0]) == 1
    assert len(sent) == len(set(sent))


def test_by_fewest_posts_the_quietest_member_gets_it(world: World, manager: AccountManager) -> None:
    manager.group_queues.set_mode("coffee", RotationMode.FEWEST)
    soon = world.clock.now() + timedelta(minutes=5)
    manager.queues.add("one", Written("Selamat pagi semua pelanggan", (), soon), "budi")
    pass_time(world, manager, soon + timedelta(minutes=3))
    add(manager, *TEXTS)
    settled(world, manager)
    assert holders(manager) == {TEXTS[0]: "two", TEXTS[1]: "three", TEXTS[2]: "one"}
    assert "fewest posts" in manager.group_queues.look("coffee").given[0].why


def test_a_member_that_leaves_the_group_gives_back_what_it_has(world: World, manager: AccountManager) -> None:
    add(manager, TEXTS[0])
    settled(world, manager)
    manager.roster.change_many(["one"], lambda _entry: {"groups": []})
    settled(world, manager)
    settled(world, manager)
    assert holders(manager) == {TEXTS[0]: "two"}


def test_a_member_that_is_removed_gives_back_what_it_has(world: World, manager: AccountManager) -> None:
    add(manager, TEXTS[0])
    settled(world, manager)
    manager.roster.remove("one", archive=False)
    settled(world, manager)
    settled(world, manager)
    assert holders(manager) == {TEXTS[0]: "two"}


def test_a_member_whose_folder_vanished_may_have_sent_it_so_a_person_is_asked(
    world: World, manager: AccountManager
) -> None:
    key = add(manager, TEXTS[0]).keys[0]
    settled(world, manager)
    folder_of(world, "one").metrics_db.rename(world.home.root / "elsewhere.db")
    manager.pause_accounts(["one"])
    settled(world, manager, 900)
    (post,) = manager.group_queues.look("coffee").asks
    assert "nobody knows whether it was sent" in post.why
    assert holders(manager) == {}
    manager.group_queues.give_again("coffee", key, "budi")
    settled(world, manager, 61)
    assert holders(manager) == {TEXTS[0]: "two"}
    (world.home.root / "elsewhere.db").rename(folder_of(world, "one").metrics_db)
    manager._handovers.meet("one", "accounts/one_OneShop")
    with open_records(folder_of(world, "one")) as records:
        assert records.posts.open_posts() == []


def test_an_account_page_cannot_change_a_post_of_a_group(world: World, manager: AccountManager) -> None:
    add(manager, TEXTS[0])
    settled(world, manager)
    (planned,) = manager.queues.look("one").posts
    assert not planned.is_changeable
    with pytest.raises(PostTaken, match="queue of a group"):
        manager.queues.delete("one", planned.id, planned.version)
    with pytest.raises(PostTaken, match="queue of a group"):
        manager.queues.move("one", planned.id, None, planned.version)
    manager.pause_accounts(["one"])
    settled(world, manager)
    manager.queues.restore("one", planned.id)
    with open_records(folder_of(world, "one")) as records:
        assert records.posts.find(planned.id).is_deleted


def test_a_post_is_planned_by_its_present_member_alone(world: World, manager: AccountManager) -> None:
    add(manager, TEXTS[0])
    settled(world, manager)
    assert "Shop OneShop plans" in manager.guards.texts.why_not_post("two", TEXTS[0], at=NOON, planned=True)
    manager.pause_accounts(["one"])
    settled(world, manager)
    settled(world, manager)
    assert manager.guards.texts.why_not_post("two", TEXTS[0], at=NOON, planned=True) == ""
    assert "Shop TwoShop plans" in manager.guards.texts.why_not_post("one", TEXTS[0], at=NOON, planned=True)


def test_what_is_wrong_with_a_text_is_told_when_it_is_entered(world: World, manager: AccountManager) -> None:
    manager.queues.add("one", Written(TEXTS[0], (), NOON), "budi")
    entered = add(manager, TEXTS[0], "", TEXTS[1], TEXTS[1] + "!")
    assert len(entered.keys) == 2
    assert set(entered.faults) == {1, 3}
    assert "nearly the same as another one in the queues of groups" in entered.faults[3]["text"]
    assert entered.remarks[0].startswith(
        "2 of 3 members may not post it (Shop TwoShop: the text is 100% like what Shop OneShop plans"
    )
    manager.roster.change_many(["one"], lambda _entry: {"groups": []})
    (fault,) = add(manager, TEXTS[0] + " ya").faults.values()
    assert "nearly the same" in fault["text"] or fault["text"].startswith("no member may post it")
    past = add(manager, TEXTS[2], at=START - timedelta(hours=1))
    assert past.faults[0]["at"] == "this time has passed"


def test_changing_one_takes_it_from_its_member_first(world: World, manager: AccountManager) -> None:
    key = add(manager, TEXTS[0]).keys[0]
    settled(world, manager)
    post = manager.group_queues.find("coffee", key).post
    manager.group_queues.change("coffee", key, GroupWritten(TEXTS[1], (), NOON), post.version, "sari")
    with open_records(folder_of(world, "one")) as records:
        assert records.posts.open_posts() == []
    pass_time(world, manager, NOON + timedelta(minutes=5))
    assert [text for texts in on_x(world).values() for text in texts] == [TEXTS[1]]


def test_a_deleted_one_comes_back(world: World, manager: AccountManager) -> None:
    key = add(manager, TEXTS[0]).keys[0]
    settled(world, manager)
    manager.group_queues.delete("coffee", key, 1, "sari")
    settled(world, manager)
    with pytest.raises(KeyError):
        manager.group_queues.find("coffee", key)
    manager.group_queues.restore("coffee", key)
    settled(world, manager)
    assert len(holders(manager)) == 1


def test_its_picture_comes_to_the_member(world: World, manager: AccountManager) -> None:
    name = manager.group_queues.add_media("kopi.png", BytesIO(picture("PNG")))
    manager.group_queues.add("coffee", [GroupWritten(TEXTS[0], (name,), NOON)], "budi")
    settled(world, manager)
    (planned,) = manager.queues.look("one").posts
    (brought,) = planned.media
    assert brought.startswith("media/group/")
    assert (folder_of(world, "one").root / brought).read_bytes() == picture("PNG")
    pass_time(world, manager, NOON + timedelta(minutes=2))
    assert planned.state is PostState.QUEUED
    assert on_x(world)["one"] == [TEXTS[0]]
    key = add(manager, TEXTS[1], at=None).keys[0]
    with pytest.raises(PostUnfit):
        manager.group_queues.change("coffee", key, GroupWritten(TEXTS[1], ("media/no.png",), None), 1, "budi")


def test_a_group_that_is_renamed_or_emptied_keeps_its_posts(world: World, manager: AccountManager) -> None:
    manager.pause_accounts(["one", "two", "three"])
    add(manager, *TEXTS)
    manager.roster.change_many(["one", "two", "three"], lambda _entry: {"groups": ["tea"]})
    settled(world, manager)
    assert manager.group_queues.counts() == {"coffee": 3}
    assert manager.group_queues.look("coffee").holds == "no account is in this group"
    manager.group_queues.move_all("coffee", "tea")
    assert [each.post.text for each in manager.group_queues.look("tea").waiting] == list(TEXTS)
    manager.group_queues.shift("tea", manager.group_queues.look("tea").waiting[2].post.key, -2)
    assert manager.group_queues.look("tea").waiting[0].post.text == TEXTS[2]
    assert manager.group_queues.counts() == {"tea": 3}
