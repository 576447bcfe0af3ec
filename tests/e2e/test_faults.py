"""Every fault of the practice site, at each action it can happen to, seen from the fleet.

One fleet per action: one account per fault and a healthy one. duplicate, post_limit and media_refused can only
happen to a post. Likes and follows go the same way as posts but for the click: what the click itself can meet is tried
each time, and all else at night.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.fleet_view import AccountView, RunState, RunView, StateKind
from bot.storage.evidence import find_evidence
from tests.e2e.fleets import PracticeFleet, picture
from tests.homes import own_name

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SLOTS = {
    "post": {"post": "promo", "like": 0, "follow": 0},
    "like": {"post": "none", "like": 1, "follow": 0},
    "follow": {"post": "none", "like": 0, "follow": 1},
}
GOOD = (RunState.DONE, RunState.PARTLY)


@dataclass(frozen=True)
class Expected:
    """How the account must end, and whether the action stands on x.com's side."""

    state: StateKind
    run: tuple[RunState, ...]
    stands: bool
    evidence: bool = True


NEEDS_A_PERSON = Expected(StateKind.NEEDS_ATTENTION, (RunState.FAILED,), stands=False)
RESTS = Expected(StateKind.LIMITED, (RunState.FAILED,), stands=False)
GOES_ON_WITHOUT = Expected(StateKind.WAITING, (RunState.PARTLY,), stands=False)
GOES_ON_WITH_ANOTHER = Expected(StateKind.WAITING, GOOD, stands=True)
UNHARMED = Expected(StateKind.WAITING, (RunState.DONE,), stands=True, evidence=False)
FOUND = Expected(StateKind.WAITING, (RunState.DONE,), stands=True)

TABLE: dict[str, dict[str, Expected]] = {
    "post": {
        "expired": NEEDS_A_PERSON,
        "challenge": NEEDS_A_PERSON,
        "locked": NEEDS_A_PERSON,
        "suspended": NEEDS_A_PERSON,
        "duplicate": GOES_ON_WITHOUT,
        "post_limit": RESTS,
        "slow_down": RESTS,
        "media_refused": GOES_ON_WITHOUT,
        "server_error": GOES_ON_WITHOUT,
        "slow": UNHARMED,
        "lost_answer": FOUND,
        "page_changed": NEEDS_A_PERSON,
        "popup": UNHARMED,
    },
}
ENGAGING: dict[str, Expected] = {
    "expired": NEEDS_A_PERSON,
    "challenge": NEEDS_A_PERSON,
    "locked": NEEDS_A_PERSON,
    "suspended": NEEDS_A_PERSON,
    "slow_down": RESTS,
    "server_error": GOES_ON_WITH_ANOTHER,
    "slow": UNHARMED,
    "lost_answer": GOES_ON_WITH_ANOTHER,
    "page_changed": NEEDS_A_PERSON,
    "popup": UNHARMED,
}
AT_THE_CLICK = ("slow_down", "server_error", "lost_answer", "page_changed")
for each in ("like", "follow"):
    TABLE[each] = {kind: ENGAGING[kind] for kind in AT_THE_CLICK}
    TABLE[f"{each}: all else"] = {kind: ENGAGING[kind] for kind in ENGAGING if kind not in AT_THE_CLICK}
AT_NIGHT = dict.fromkeys(("like: all else", "follow", "follow: all else"), pytest.mark.nightly)
"""By day, a like stands for all that engages."""


def when(action: str, *more: str) -> object:
    return pytest.param(action, *more, marks=AT_NIGHT.get(action, ()))


CASES = [(action, kind) for action, kinds in TABLE.items() for kind in kinds]


@pytest.fixture(scope="module")
def fleets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, PracticeFleet]]:
    """One finished fleet per action, made when its first test asks for it."""
    made: dict[str, PracticeFleet] = _Fleets(tmp_path_factory)
    yield made
    for fleet in made.values():
        fleet.__exit__(None, None, None)


class _Fleets(dict[str, PracticeFleet]):
    def __init__(self, folders: pytest.TempPathFactory) -> None:
        super().__init__()
        self._folders = folders

    def __missing__(self, action: str) -> PracticeFleet:
        self[action] = _run_fleet(self._folders.mktemp(plain(action)), action)
        return self[action]


def _run_fleet(root: Path, action: str) -> PracticeFleet:
    fleet = PracticeFleet(root).__enter__()
    for kind in [*TABLE[action], "healthy"]:
        handle = handle_of(kind)
        promo = [{"text": f"{own_name(kind).replace('_', '')} menawarkan paket", "media": "media/promo/a.png"}]
        folder = fleet.add(kind, handle, slot=SLOTS[plain(action)], promo=promo)
        picture(folder / "media" / "promo" / "a.png", "red")
        if kind != "healthy":
            fleet.set_fault(handle, kind, "media" if kind == "media_refused" else plain(action))
    fleet.manager.load_accounts()
    fleet.run_all(500)
    return fleet


def plain(action: str) -> str:
    return action.partition(":")[0]


def handle_of(kind: str) -> str:
    return f"t_{kind}"[:15]


def ended(fleet: PracticeFleet, kind: str) -> tuple[AccountView, RunView]:
    view = fleet.manager.account_view(kind)
    assert view.last_run is not None
    return view, view.last_run


@pytest.mark.parametrize(("action", "kind"), [when(*case) for case in CASES])
def test_the_account_ends_in_the_state_the_design_names(
    fleets: dict[str, PracticeFleet], action: str, kind: str
) -> None:
    expected = TABLE[action][kind]
    view, run = ended(fleets[action], kind)
    steps = [step.text for step in fleets[action].manager.steps(kind, run.id)]
    assert (view.state.kind, run.state in expected.run) == (expected.state, True), (run, steps)
    if expected.state is not StateKind.WAITING:
        assert view.state.reason
        assert view.state.remedy


@pytest.mark.parametrize(("action", "kind"), [when(*case) for case in CASES])
def test_what_stands_on_the_site_is_what_the_journal_says(
    fleets: dict[str, PracticeFleet], action: str, kind: str
) -> None:
    fleet = fleets[action]
    account = fleet.state()[handle_of(kind)]
    stands = len(account[{"post": "posts", "like": "likes", "follow": "follows"}[plain(action)]])
    assert bool(stands) == TABLE[action][kind].stands
    if action == "post":
        assert stands <= 1
        sent = [post.id for post in fleet.manager.posts(kind) if post.state == "sent"]
        assert sent == [post["id"] for post in account["posts"]]


@pytest.mark.parametrize(("action", "kind"), [when(*case) for case in CASES if TABLE[case[0]][case[1]].evidence])
def test_trouble_leaves_a_picture(fleets: dict[str, PracticeFleet], action: str, kind: str) -> None:
    fleet = fleets[action]
    _, run = ended(fleet, kind)
    found = [step.evidence for step in fleet.manager.steps(kind, run.id) if step.evidence]
    assert found
    picture_file = find_evidence(next(fleet.root.glob(f"accounts/{kind}_*")) / "data" / "evidence", found[0])
    assert picture_file is not None
    assert picture_file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("action", [when(action) for action in TABLE])
def test_the_others_go_on_and_no_process_is_left(fleets: dict[str, PracticeFleet], action: str) -> None:
    view, run = ended(fleets[action], "healthy")
    assert (view.state.kind, run.state) == (StateKind.WAITING, RunState.DONE), run
    assert fleets[action].processes_left() == []
