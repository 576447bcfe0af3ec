from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import FakeClock
from bot.storage.claims import Claims
from bot.storage.database import Database
from bot.storage.identities import Identities, follow_folder, forget_folder
from bot.storage.permits import Permits, Window
from bot.storage.standings import StandingKind, Standings
from bot.storage.text_book import BookedText, TextBook, TextState

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = [Window(86_400, 50)]


class Fleet:
    """fleet.db with its three tables that know accounts by their ids."""

    def __init__(self, root: Path) -> None:
        self.clock = FakeClock(NOW)
        self.database = Database(root / "fleet.db", "fleet")
        self.permits = Permits(self.database, self.clock)
        self.standings = Standings(self.database, self.clock)
        self.claims = Claims(self.database)
        self.texts = TextBook(self.database)
        self.identities = self.again()

    def again(self) -> Identities:
        """As the next process has it."""
        return Identities(self.database, self.permits, self.standings)

    def use(self, account_id: str, times: int) -> None:
        for _ in range(times):
            self.permits.take(account_id, "post", DAY)

    def used(self, *account_ids: str) -> list[int]:
        return [self.permits.used(each, "post", 86_400) for each in account_ids]


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    fleet = Fleet(tmp_path)
    yield fleet
    fleet.database.close()


def test_accounts_seen_for_the_first_time_are_only_entered(fleet: Fleet) -> None:
    assert fleet.identities.take_over({"accounts/a": "a"}, ["a"]) == {}
    assert fleet.again().take_over({"accounts/a": "a"}, ["a"]) == {}


def test_permits_standing_and_claims_follow_the_folder_to_its_new_id(fleet: Fleet) -> None:
    fleet.identities.take_over({"accounts/a": "a"}, ["a"])
    fleet.use("a", 3)
    fleet.standings.set("a", StandingKind.NEEDS_ATTENTION, reason="locked")
    fleet.claims.claim("a", ["ani"], ["7"], NOW)
    fleet.texts.enter(BookedText(0, "a", "halo", TextState.SENT, NOW), frozenset({"halo"}), 1.0, ())
    share = fleet.permits.share("a")
    assert fleet.again().take_over({"accounts/a": "z"}, ["z"]) == {"a": "z"}
    assert fleet.used("a", "z") == [0, 3]
    assert fleet.standings.get("z").reason == "locked"
    assert (fleet.claims.owner_of_person("ani"), fleet.claims.owner_of_post("7")) == ("z", "z")
    assert not fleet.texts.has_others("z")
    assert fleet.texts.has_others("a")
    assert (fleet.permits.share("a"), fleet.permits.share("z")) == ((0, 0), share)


def test_ids_may_change_places(fleet: Fleet) -> None:
    fleet.identities.take_over({"accounts/a": "a", "accounts/b": "b"}, ["a", "b"])
    fleet.use("a", 1)
    fleet.use("b", 2)
    fleet.standings.set("a", StandingKind.STOPPED)
    fleet.standings.set("b", StandingKind.PAUSED)
    renamed = fleet.identities.take_over({"accounts/a": "b", "accounts/b": "a"}, ["a", "b"])
    assert renamed == {"a": "b", "b": "a"}
    assert fleet.used("a", "b") == [2, 1]
    assert (fleet.standings.get("a").kind, fleet.standings.get("b").kind) == (StandingKind.PAUSED, StandingKind.STOPPED)


def test_they_may_move_up_in_a_row(fleet: Fleet) -> None:
    fleet.identities.take_over({"accounts/a": "a", "accounts/b": "b"}, ["a", "b"])
    fleet.use("a", 1)
    fleet.use("b", 2)
    fleet.identities.take_over({"accounts/a": "b", "accounts/b": "c"}, ["b", "c"])
    assert fleet.used("a", "b", "c") == [0, 1, 2]


def test_an_account_that_moves_to_another_folder_keeps_its_own(fleet: Fleet) -> None:
    fleet.identities.take_over({"accounts/a": "a"}, ["a"])
    fleet.use("a", 3)
    assert fleet.identities.take_over({"accounts/moved": "a"}, ["a"]) == {}
    assert fleet.identities.take_over({"accounts/moved": "a", "accounts/a": "new"}, ["a", "new"]) == {}
    assert fleet.used("a", "new") == [3, 0]


def test_an_entry_with_a_mistake_still_holds_its_id(fleet: Fleet) -> None:
    fleet.identities.take_over({"accounts/a": "a"}, ["a"])
    fleet.use("a", 3)
    assert fleet.identities.take_over({"accounts/a": "new"}, ["a", "new"]) == {}
    assert fleet.used("a", "new") == [3, 0]


def test_what_the_new_id_had_before_is_counted_with_it(fleet: Fleet) -> None:
    fleet.identities.take_over({"accounts/a": "a"}, ["a"])
    fleet.use("a", 3)
    fleet.use("z", 2)
    fleet.standings.set("a", StandingKind.STOPPED)
    fleet.standings.set("z", StandingKind.PAUSED)
    fleet.identities.take_over({"accounts/a": "z"}, ["z"])
    assert fleet.used("z") == [5]
    assert fleet.standings.get("z").kind is StandingKind.STOPPED


def test_an_account_that_moves_is_known_in_both_folders_until_it_is_seen_in_the_new_one(fleet: Fleet) -> None:
    fleet.identities.take_over({".": "account1"}, ["account1"])
    fleet.use("account1", 3)
    follow_folder(fleet.database, ".", "accounts/shop")
    assert fleet.again().take_over({".": "account1"}, ["account1"]) == {}, "a crash may come before the move"
    assert fleet.again().take_over({"accounts/shop": "shop"}, ["shop"]) == {"account1": "shop"}
    assert fleet.used("account1", "shop") == [0, 3]


def test_a_folder_that_is_forgotten_is_as_one_never_seen(fleet: Fleet) -> None:
    fleet.identities.take_over({".": "account1"}, ["account1"])
    fleet.use("account1", 3)
    forget_folder(fleet.database, ".")
    assert fleet.again().take_over({".": "shop"}, ["shop"]) == {}
    assert fleet.used("account1", "shop") == [3, 0]


def test_a_folder_nobody_knows_has_nothing_to_follow(fleet: Fleet) -> None:
    follow_folder(fleet.database, ".", "accounts/shop")
    assert fleet.again().take_over({"accounts/shop": "shop"}, ["shop"]) == {}
