"""What a person approved is done soon, by the account that found it, and by nobody who must not work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.approvals import ApprovalQuery
from bot.fleet_view import Trigger
from bot.storage.approvals import EXPIRES_AFTER, UNDO_SECONDS, ApprovalState, Proposal
from tests.worlds import World, finish


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    for account_id, handle in (("one", "OneShop"), ("two", "TwoShop")):
        world.add(account_id, handle, policy={"like": "approve", "follow": "approve", "reply": "approve"})
    yield world
    world.close()


@pytest.fixture
def manager(world: World) -> AccountManager:
    return world.open()


def propose(world: World, manager: AccountManager, account_id: str = "one", handle: str = "siti") -> int:
    post = world.x.add_post(handle, "butuh paket data")
    proposal = Proposal(account_id, "like", post.id, post.id, handle, post.text, post.posted_at, "paket data")
    assert manager._approvals.propose(proposal)
    return manager.approvals.find(ApprovalQuery())[-1].id


def wait(world: World, manager: AccountManager, seconds: float = UNDO_SECONDS) -> None:
    world.clock.advance(seconds)
    manager.tick()
    finish(manager)


def test_it_is_done_by_the_account_that_found_it_once_it_cannot_be_undone(
    world: World, manager: AccountManager
) -> None:
    asked = propose(world, manager, "two")
    assert manager.approvals.approve(asked, "ayu").startswith("Approved: the like for @siti")
    wait(world, manager, UNDO_SECONDS / 2)
    assert world.x.calls_of("like") == []
    wait(world, manager, UNDO_SECONDS)
    assert [call.handle for call in world.x.calls_of("like")] == ["TwoShop"]
    [run] = manager.runs("two")
    assert (run.trigger, run.likes) == (Trigger.APPROVED, 1)
    assert manager.approvals.get(asked).state is ApprovalState.DONE


def test_several_approved_together_are_one_run(world: World, manager: AccountManager) -> None:
    for handle in ("siti", "budi", "citra"):
        manager.approvals.approve(propose(world, manager, handle=handle), "ayu")
    wait(world, manager)
    assert len(world.x.calls_of("like")) == 3
    assert len(manager.runs("one")) == 1


@pytest.mark.parametrize("order", ["stop", "pause", "pause fleet"])
def test_an_account_that_must_not_work_does_it_later(world: World, manager: AccountManager, order: str) -> None:
    orders = {
        "stop": (partial(manager.stop_account, "one"), partial(manager.start_account, "one")),
        "pause": (partial(manager.pause_accounts, ["one"]), partial(manager.resume_accounts, ["one"])),
        "pause fleet": (manager.pause_fleet, manager.resume_fleet),
    }
    hold, let_go = orders[order]
    manager.approvals.approve(propose(world, manager), "ayu")
    hold()
    wait(world, manager)
    assert world.x.calls_of("like") == []
    let_go()
    wait(world, manager)
    assert len(world.x.calls_of("like")) == 1


def test_without_a_free_permit_no_run_begins_until_one_frees(world: World, manager: AccountManager) -> None:
    for _ in range(40):
        manager._permits.take("one", "like", [])
    manager.approvals.approve(propose(world, manager), "ayu")
    wait(world, manager)
    wait(world, manager, 1800)
    assert Trigger.APPROVED not in [run.trigger for run in manager.runs("one")]
    wait(world, manager, 1800)
    assert len(world.x.calls_of("like")) == 1


def test_what_is_switched_off_meanwhile_begins_no_run(world: World, manager: AccountManager) -> None:
    manager.approvals.approve(propose(world, manager), "ayu")
    file = world.home.root / "accounts" / "one_OneShop" / "config" / "settings.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("like: approve", "like: 'off'"), encoding="utf-8")
    manager.reload()
    wait(world, manager)
    wait(world, manager, 16 * 60)
    assert Trigger.APPROVED not in [run.trigger for run in manager.runs("one")]


def test_it_outlives_a_restart_and_what_was_cut_off_is_not_done_again(world: World, manager: AccountManager) -> None:
    first, second = propose(world, manager), propose(world, manager, handle="budi")
    for asked in (first, second):
        manager.approvals.approve(asked, "ayu")
    world.clock.advance(UNDO_SECONDS)
    assert manager._approvals.claim(first)
    manager.close()
    world.managers.remove(manager)
    again = world.open()
    wait(world, again)
    assert again.approvals.get(first).state is ApprovalState.FAILED
    assert again.approvals.get(second).state is ApprovalState.DONE
    assert len(world.x.calls_of("like")) == 1


def test_a_run_that_fails_is_not_tried_again_at_once(world: World, manager: AccountManager) -> None:
    world.explodes = True
    manager.approvals.approve(propose(world, manager), "ayu")
    wait(world, manager)
    wait(world, manager, 60)
    assert [run.trigger for run in manager.runs("one")].count(Trigger.APPROVED) == 1
    wait(world, manager, 15 * 60)
    assert [run.trigger for run in manager.runs("one")].count(Trigger.APPROVED) == 2


def test_what_nobody_decides_expires_by_itself(world: World, manager: AccountManager) -> None:
    asked = propose(world, manager)
    wait(world, manager, EXPIRES_AFTER.total_seconds())
    assert manager.approvals.get(asked).state is ApprovalState.EXPIRED
    assert manager.approvals.waiting == 0


def test_an_account_with_another_id_keeps_what_it_found(world: World, manager: AccountManager) -> None:
    asked = propose(world, manager)
    world.home.entries[0]["id"] = "uno"
    world.home.write()
    manager.reload()
    assert manager.approvals.get(asked).proposal.account_id == "uno"


def test_decisions_are_told_in_words(world: World, manager: AccountManager) -> None:
    asked = propose(world, manager)
    before = manager.overview().version
    assert manager.approvals.reject(asked, "ayu") == "Rejected: the like for @siti."
    assert manager.overview().version > before
    assert manager.approvals.approve(asked, "budi") == "It was decided already, by ayu."
    assert manager.approvals.undo(asked) == "It waits again."
    assert manager.approvals.never(asked, "ayu") == "No account engages @siti any more."
    assert manager.approvals.decide_many([asked, 99], "reject", "ayu") == [
        "It was decided already, by ayu.",
        "It is not there any more.",
    ]


def test_a_reply_is_approved_with_a_text_that_x_takes(world: World, manager: AccountManager) -> None:
    like = manager.approvals.get(propose(world, manager)).proposal
    manager._approvals.propose(replace(like, action="reply", suggestion=""))
    asked = manager.approvals.find(ApprovalQuery(action="reply"))[0].id
    assert manager.approvals.approve(asked, "ayu") == "The reply is empty. Write another text, then approve it."
    assert manager.approvals.edit(asked, "x" * 300).startswith("The reply is longer than X takes")
    assert manager.approvals.edit(asked, " Semangat ") == "The reply is changed."
    assert manager.approvals.approve(asked, "ayu", "Semangat ya").startswith("Approved: the reply to @siti")
    wait(world, manager)
    assert [reply.text for reply in world.x.replies_of("OneShop")] == ["Semangat ya"]
