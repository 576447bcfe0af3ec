"""Whatever fails and wherever a crash comes, of two members never both send one text, and no text is lost."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.clock import FakeClock
from bot.errors import StorageError
from bot.fleet.handovers import GroupMember, GroupSurroundings, Handovers
from bot.fleet.records import AccountRecords, open_records
from bot.settings.account import AccountSettings
from bot.settings.home import AccountFolder, Home
from bot.storage.database import Database, copy_database
from bot.storage.group_queues import GroupBook, GroupWritten, HandState
from bot.storage.journal import IntentState, Origin
from bot.storage.planned_posts import PlannedPost
from bot.storage.restored_journal import merge_fleet
from tests.engines import START
from tests.homes import settings as settings_file

NAMES = ("one", "two", "three")
SLOTS = [{"name": f"at{hour}", "time": f"{hour:02}:30", "post": "promo"} for hour in range(0, 24, 3)]
SETTINGS = AccountSettings.model_validate(settings_file("Shop", schedule={"timezone": "UTC", "slots": SLOTS}))
OUT = {IntentState.SENDING, IntentState.SENT, IntentState.NEEDS_REVIEW}


class Crash(BaseException):
    """The process is gone."""


class Steps:
    """Counts the steps of hand-overs, and lets the process end at one of them."""

    def __init__(self) -> None:
        self.left = -1
        self.taken = 0

    def step(self) -> None:
        self.taken += 1
        if self.left == 0:
            self.left = -1
            raise Crash
        self.left -= 1 if self.left > 0 else 0


class BreakingBook(GroupBook):
    """The real book, with a step before and after each thing it writes of a hand."""

    def __init__(self, database: Database, steps: Steps) -> None:
        super().__init__(database)
        self._steps = steps

    def begin_giving(self, *args: Any, **kwargs: Any) -> Any:
        return self._between(lambda: super(BreakingBook, self).begin_giving(*args, **kwargs))

    def mark_held(self, *args: Any, **kwargs: Any) -> Any:
        return self._between(lambda: super(BreakingBook, self).mark_held(*args, **kwargs))

    def begin_taking(self, *args: Any, **kwargs: Any) -> Any:
        return self._between(lambda: super(BreakingBook, self).begin_taking(*args, **kwargs))

    def end(self, *args: Any, **kwargs: Any) -> Any:
        return self._between(lambda: super(BreakingBook, self).end(*args, **kwargs))

    def _between(self, work: Callable[[], Any]) -> Any:
        self._steps.step()
        done = work()
        self._steps.step()
        return done


class Members:
    """Three accounts with real databases, and the hand-overs between them."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root)
        self.clock = FakeClock(START)
        self.steps = Steps()
        self.database = Database(self.home.fleet_db, "fleet")
        self.hindered: dict[str, str] = {}
        self.broken: set[str] = set()  # their databases cannot be used
        self.restart()

    def restart(self) -> None:
        self.steps.left = -1
        self.book = BreakingBook(self.database, self.steps)
        around = GroupSurroundings(
            self.members,
            self.home.account,
            lambda _account_id: self.steps.step(),
            self._bring,
            lambda _account_id, _text, _at: "",
            lambda: 0,
            lambda: "",
        )
        self.handovers = Handovers(threading.RLock(), self.book, self.clock, around)

    def folder(self, name: str) -> AccountFolder:
        return self.home.account(f"accounts/{name}")

    def members(self) -> list[GroupMember]:
        return [
            GroupMember(
                name, name, ("coffee",), self.folder(name), f"accounts/{name}", SETTINGS, self.hindered.get(name, "")
            )
            for name in NAMES
        ]

    def _bring(self, folder: AccountFolder, names: Sequence[str]) -> tuple[str, ...]:
        self.steps.step()
        if folder.root.name in self.broken:
            raise StorageError("the disk is full")
        return tuple(names)

    def add(self, text: str) -> str:
        return self.book.add("coffee", [GroupWritten(text)], "budi", self.clock.now())[0]

    def look(self, crash_at: int = -1) -> None:
        """One look; the process may end at a step of it, and is started again then."""
        self.clock.advance(61)
        for name in NAMES:
            self.handovers.look_again(name)
        self.steps.left = crash_at
        try:
            self.handovers.look()
        except Crash:
            self.restart()
        self.steps.left = -1

    def texts_out(self) -> list[str]:
        found: list[str] = []
        for name in NAMES:
            with open_records(self.folder(name)) as records:
                found += [each.text for each in records.journal.intents() if each.state in OUT]
        return found

    def close(self) -> None:
        self.database.close()


def begin(records: AccountRecords, post: PlannedPost, at: Any) -> int | None:
    """The intent of a run that sends the post, as bot/actions/queued_post.py writes it."""
    with records.journal.together():
        if not records.posts.is_unchanged(post):
            return None
        run = records.journal.plan_run("day", at.isoformat(), "manual", at)
        assert run is not None
        return records.journal.intend(run, "queued", "", post.text, (), 1, at, Origin(post.id))


def click(records: AccountRecords, post: PlannedPost, intent: int, at: Any) -> bool:
    """Whether the post goes out: as bot/actions/sending.py, which looks at it in the transaction of `sending`."""
    with records.journal.together():
        if not records.posts.is_unchanged(post):
            records.journal.settle(intent, IntentState.FAILED, at, reason="changed meanwhile")
            return False
        records.journal.mark_sending(intent, at)
    return True


def send_next(members: Members, name: str) -> None:
    with open_records(members.folder(name)) as records:
        post, at = records.posts.next_free(), members.clock.now()
        intent = begin(records, post, at) if post else None
        if post and intent and click(records, post, intent, at):
            records.journal.settle(intent, IntentState.SENT, at, tweet_id="1")


@pytest.fixture
def members(tmp_path: Path) -> Any:
    made = Members(tmp_path)
    yield made
    made.close()


def live_on(members: Members) -> None:
    """Time passes without trouble until all is out."""
    members.hindered.clear()
    members.broken.clear()
    for _ in range(12):
        members.look()
        if not (members.book.live_hands() or members.book.waiting()):
            return
        for name in NAMES:
            send_next(members, name)
    members.look()


def test_a_crash_at_each_step_of_giving_and_taking_back_neither_doubles_nor_loses(tmp_path: Path) -> None:
    counting = Members(tmp_path / "count")
    counting.add("kopi")
    counting.look()
    given = counting.steps.taken
    counting.hindered["one"] = "the account is paused"
    counting.look()
    counting.look()
    whole = counting.steps.taken
    counting.close()
    assert given >= 6
    assert whole >= given + 10
    for crash_at in range(whole):
        members = Members(tmp_path / str(crash_at))
        members.add("kopi")
        members.look(crash_at if crash_at < given else -1)
        members.hindered["one"] = "the account is paused"
        members.look(crash_at - given if crash_at >= given else -1)
        members.look()
        members.look()
        assert [hand.account_id for hand in members.book.live_hands()] == ["two"]
        live_on(members)
        assert members.texts_out() == ["kopi"]
        (post,) = members.book.sent("coffee", 5)
        assert post.hand is not None
        assert post.hand.account_id == "two"
        members.close()


def begin_next(records: AccountRecords, now: datetime) -> tuple[PlannedPost, int]:
    """A run sets out to send what waits there."""
    post = records.posts.next_free()
    assert post is not None
    intent = begin(records, post, now)
    assert intent is not None
    return post, intent


def test_a_post_taken_back_right_before_the_click_is_not_sent_by_its_first_member(members: Members) -> None:
    members.add("kopi")
    members.look()
    with open_records(members.folder("one")) as records:
        post, intent = begin_next(records, members.clock.now())
        members.hindered["one"] = "the account is paused"
        members.look()
        members.look()
        assert [hand.account_id for hand in members.book.live_hands()] == ["two"]
        assert not click(records, post, intent, members.clock.now())
    send_next(members, "two")
    assert members.texts_out() == ["kopi"]


def test_a_post_of_which_nobody_knows_stays_until_it_is_proven_to_have_failed(members: Members) -> None:
    members.add("kopi")
    members.look()
    with open_records(members.folder("one")) as records:
        post, intent = begin_next(records, members.clock.now())
        assert click(records, post, intent, members.clock.now())
    members.hindered["one"] = "the account needs attention"
    members.look()
    members.look()
    assert [(hand.account_id, hand.state) for hand in members.book.live_hands()] == [("one", HandState.HELD)]
    with open_records(members.folder("one")) as records:
        records.journal.settle(intent, IntentState.FAILED, members.clock.now(), reason="not on the profile")
    members.look()
    members.look()
    assert [hand.account_id for hand in members.book.live_hands()] == ["two"]


def test_a_member_whose_folder_cannot_be_written_to_is_passed_over(members: Members) -> None:
    members.broken.add("one")
    key = members.add("kopi")
    for _ in range(3):
        members.look()
    assert [hand.account_id for hand in members.book.live_hands()] == ["two"]
    assert "the disk is full" in members.book.hands([key])[key][0].reason


class Rotation(RuleBasedStateMachine):
    """Random failures, crashes and restarts, with a run that is under way in each account."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="aviary-rotation-"))
        self.members = Members(self.root)
        self.number = 0
        self.under_way: dict[str, tuple[PlannedPost, int]] = {}  # a run that has not come to its click
        self.unknown: list[tuple[str, int]] = []  # clicked, the answer was lost

    @precondition(lambda self: self.number < 4)
    @rule()
    def write_one(self) -> None:
        self.number += 1
        self.members.add(f"text number {'abcd'[self.number - 1]}")

    @rule(crash_at=st.integers(-1, 14))
    def look(self, crash_at: int) -> None:
        self.members.look(crash_at)

    @rule(name=st.sampled_from(NAMES))
    def trouble(self, name: str) -> None:
        if self.members.hindered.pop(name, None) is None:
            self.members.hindered[name] = "the account is limited"

    @rule(name=st.sampled_from(NAMES))
    def disk(self, name: str) -> None:
        self.members.broken ^= {name}

    @rule(hours=st.sampled_from((1, 4)))
    def wait(self, hours: int) -> None:
        self.members.clock.advance(hours * 3600)

    @rule(name=st.sampled_from(NAMES))
    def run_begins(self, name: str) -> None:
        if name in self.under_way:
            return
        with open_records(self.members.folder(name)) as records:
            self.members.clock.advance(1)
            post = records.posts.next_free()
            intent = begin(records, post, self.members.clock.now()) if post else None
            if post and intent:
                self.under_way[name] = (post, intent)

    @precondition(lambda self: self.under_way)
    @rule(end=st.sampled_from(("sent", "lost", "refused")), data=st.data())
    def run_clicks(self, end: str, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.under_way)))
        post, intent = self.under_way.pop(name)
        with open_records(self.members.folder(name)) as records:
            if not click(records, post, intent, self.members.clock.now()):
                return
            if end == "lost":
                self.unknown.append((name, intent))
            else:
                state = IntentState.SENT if end == "sent" else IntentState.FAILED
                records.journal.settle(intent, state, self.members.clock.now())

    @precondition(lambda self: self.unknown)
    @rule(is_there=st.booleans())
    def proof(self, is_there: bool) -> None:
        name, intent = self.unknown.pop()
        with open_records(self.members.folder(name)) as records:
            state = IntentState.SENT if is_there else IntentState.FAILED
            records.journal.settle(intent, state, self.members.clock.now())

    @invariant()
    def no_text_is_out_twice(self) -> None:
        texts = self.members.texts_out()
        assert len(texts) == len(set(texts))

    def teardown(self) -> None:
        try:
            for name, (_, intent) in self.under_way.items():
                with open_records(self.members.folder(name)) as records:
                    records.journal.settle(intent, IntentState.FAILED, self.members.clock.now())
            while self.unknown:
                self.proof(is_there=False)
            live_on(self.members)
            assert sorted(self.members.texts_out()) == [f"text number {each}" for each in "abcd"[: self.number]]
        finally:
            self.members.close()
            shutil.rmtree(self.root)


TestRotation = Rotation.TestCase
TestRotation.settings = settings(
    max_examples=5,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.mark.nightly
class TestRotationForLong(Rotation.TestCase):  # type: ignore[name-defined, misc]
    """The same with many more."""

    settings = settings(
        max_examples=300, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
    )


def test_the_hands_of_an_account_are_those_of_its_new_id(members: Members) -> None:
    members.add("kopi")
    members.look()
    members.book.rename({"one": "eins"})
    (hand,) = members.book.live_hands()
    assert replace(hand, account_id="one").account_id == "one"
    assert (hand.account_id, hand.folder) == ("eins", "accounts/one")
    assert hand.expected_at - members.clock.now() < timedelta(days=1)


def test_posts_of_a_backup_come_back_held_with_all_who_had_them(members: Members, tmp_path: Path) -> None:
    given, waiting = members.add("kopi"), members.add("teh")
    members.hindered |= dict.fromkeys(("two", "three"), "the account is paused")
    members.look()
    merged = Database(tmp_path / "other.db", "fleet")
    backup = tmp_path / "backup.db"
    copy_database(members.home.fleet_db, backup)
    merge_fleet(merged, backup, NAMES, is_whole=True)
    book = GroupBook(merged)
    assert [hand.account_id for hand in book.hands([given])[given]] == ["one"]
    assert "look whether it was sent" in book.find(waiting).held
    assert book.waiting() == []
    merge_fleet(merged, backup, NAMES, is_whole=True)
    assert book.let_go(waiting, members.clock.now(), "budi looked")
    merge_fleet(merged, backup, NAMES, is_whole=True)
    assert [post.key for post in book.waiting()] == [waiting]
    merged.close()
