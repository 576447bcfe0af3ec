"""Ten accounts, three seats, real browsers: all post, and nothing of one shows up in another."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.fleet_view import RunState, StateKind
from tests.e2e.fleets import PracticeFleet, picture
from tests.homes import own_name

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
SEATS = 3
HANDLES = [f"Toko{number}Uji" for number in range(10)]


def text_of(handle: str) -> str:
    """One that is like no other account's."""
    return f"🔥 {own_name(handle)} buka {own_name(handle)[::-1]}\nOrder: 0800 👨‍👩‍👧 https://contoh.example/{handle}"


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeFleet]:
    with PracticeFleet(tmp_path_factory.mktemp("ten"), seats=SEATS) as fleet:
        for number, handle in enumerate(HANDLES):
            promo = [{"text": text_of(handle), "media": f"media/promo/{handle}.png"}]
            folder = fleet.add(f"account{number}", handle, slot={"like": 1, "follow": 1}, promo=promo)
            picture(folder / "media" / "promo" / f"{handle}.png", f"#{number}0{number}0{number}f")
        fleet.manager.load_accounts()
        with fleet.counting_browsers():
            fleet.run_all(480)
        yield fleet


@pytest.fixture(scope="module")
def state(fleet: PracticeFleet) -> dict[str, dict[str, Any]]:
    return fleet.state()


def folder_of(fleet: PracticeFleet, handle: str) -> Path:
    return fleet.root / "accounts" / f"account{HANDLES.index(handle)}_{handle}"


@pytest.mark.parametrize("handle", HANDLES)
def test_each_account_posts_its_own_text_and_media_once(
    fleet: PracticeFleet, state: dict[str, dict[str, Any]], handle: str
) -> None:
    (post,) = state[handle]["posts"]
    assert post["text"] == text_of(handle)
    own = (folder_of(fleet, handle) / "media" / "promo" / f"{handle}.png").read_bytes()
    assert [media["sha256"] for media in post["media"]] == [sha256(own).hexdigest()]


@pytest.mark.parametrize("handle", HANDLES)
def test_each_account_ends_well_and_the_panel_agrees_with_the_site(
    fleet: PracticeFleet, state: dict[str, dict[str, Any]], handle: str
) -> None:
    view = fleet.manager.account_view(f"account{HANDLES.index(handle)}")
    assert view.last_run is not None
    assert (view.state.kind, view.last_run.state) == (StateKind.WAITING, RunState.DONE), view.last_run.reason
    truth = (len(state[handle]["posts"]), len(state[handle]["likes"]), len(state[handle]["follows"]))
    assert (view.posts_today, view.likes_today, view.follows_today) == truth


def test_there_are_never_more_browsers_than_seats(fleet: PracticeFleet) -> None:
    assert 2 <= fleet.most_browsers <= SEATS


def test_no_browser_or_driver_is_left(fleet: PracticeFleet) -> None:
    assert fleet.processes_left() == []


def test_no_two_accounts_engage_the_same_person(state: dict[str, dict[str, Any]]) -> None:
    followed = [person for handle in HANDLES for person in state[handle]["follows"]]
    liked = [post for handle in HANDLES for post in state[handle]["likes"]]
    assert len(followed) == len(set(followed))
    assert len(liked) == len(set(liked))


@pytest.mark.parametrize("handle", HANDLES)
def test_nothing_of_one_account_lies_in_the_files_of_another(fleet: PracticeFleet, handle: str) -> None:
    """Texts, media and session tokens of the others, looked for in every file below the account's folder."""
    others = [other for other in HANDLES if other != handle]
    secrets = {other: _token(fleet, other) for other in others}
    foreign = [text_of(other).splitlines()[0].encode() for other in others]
    foreign += [token.encode() for token in secrets.values()]
    foreign += [f"{other}.png".encode() for other in others]
    for file in folder_of(fleet, handle).rglob("*"):
        if file.is_file() and not file.is_symlink():
            content = file.read_bytes()
            assert not [mark for mark in foreign if mark in content], file


@pytest.mark.parametrize("handle", HANDLES)
def test_each_database_holds_its_own_posts_alone(
    fleet: PracticeFleet, state: dict[str, dict[str, Any]], handle: str
) -> None:
    with closing(sqlite3.connect(folder_of(fleet, handle) / "data" / "metrics.db")) as database:
        rows = database.execute("SELECT tweet_id, tweet_text FROM tweet_performance").fetchall()
        counts = database.execute("SELECT tweets_posted, likes_given, follows_made FROM daily_activity").fetchall()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert rows == [(post["id"], post["text"]) for post in state[handle]["posts"]]
    assert counts == [(1, 1, 1)]


def test_each_account_has_a_browser_profile_of_its_own(fleet: PracticeFleet) -> None:
    profiles = {folder_of(fleet, handle) / "data" / "profile" for handle in HANDLES}
    assert all((profile / "Default").is_dir() for profile in profiles)
    assert len(profiles) == len(HANDLES)


def _token(fleet: PracticeFleet, handle: str) -> str:
    user = fleet.site.world.add_account(handle, handle)
    return user.sessions[-1].token
