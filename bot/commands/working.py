"""`--run-once SLOT`, `--test` and `--daemon`: the engine without the panel. Each needs the home for itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.account_manager import AccountManager
from bot.commands.answer import Answer, ExitCode
from bot.commands.engine import Follower, Tell, chosen, engine_of, is_readable
from bot.commands.listing import local, moment
from bot.commands.onlooker import Onlooker
from bot.commands.table import table
from bot.errors import AviaryError
from bot.fleet_view import AccountView, Refusal, RunState, RunView, StateKind
from bot.slot_work import TEST_SLOT

Ended = Mapping[str, RunView | Refusal]
"""Account -> its run, or why there was none."""
MakeManager = Callable[[str], AccountManager]
"""For the work of this account alone; "" is that of all."""
_GOOD = {RunState.DONE, RunState.PARTLY}
_REFUSED = "refused"
_OR_END_IT = "or end what works on it first: a panel, --daemon or another command"
_RUN_NOW = f"Press “Run now” on the account's page in the panel that is running, {_OR_END_IT}."
_CHECK_SESSION = f"Press “Check session” on the account's page Session in the panel that is running, {_OR_END_IT}."
_ONE_IS_ENOUGH = "A panel that is running works off the schedule by itself: nothing needs to be started beside it."
_NOBODY_GOES_ON = "this command ends before a permit frees"
_IDLE_SECONDS = 0.5


def run_once(onlooker: Onlooker, name: str, slot: str, make: MakeManager, tell: Tell, width: int = 0) -> Answer:
    """Do the work of `slot` now, for the account of this name or all that are enabled, and wait for its end.

    Raises AviaryError when it could not be begun.
    """
    account_ids = chosen(onlooker, name)
    with engine_of(lambda: make(name and account_ids[0]), _RUN_NOW) as manager:
        ended = _carry_out(manager, account_ids, slot, lambda each: manager.run_account(each, slot), tell)
        views = {each: manager.account_view(each) for each in account_ids}
    rows = [_run_row(views[each], ended[each]) for each in account_ids]
    headings = ("account", "handle", "result", "posts", "likes", "follows", "replies", "why")
    data = {"slot": slot, "runs": [_run_data(views[each], ended[each]) for each in account_ids]}
    return Answer(table(headings, rows, width), data, _code(ended))


def log_in_and_look(onlooker: Onlooker, name: str, make: MakeManager, tell: Tell, width: int = 0) -> Answer:
    """Log in, and say who it is and what x.com counts; nothing is posted, liked or followed.

    An account that needed attention goes on when that went well: a person has looked. Raises as `run_once` does.
    """
    account_ids = chosen(onlooker, name)
    with engine_of(lambda: make(name and account_ids[0]), _CHECK_SESSION) as manager:
        ended = _carry_out(manager, account_ids, TEST_SLOT, manager.check_account, tell)
        for each in account_ids:
            _let_go_on(manager, each, ended[each], tell)
        found = {each: _found(manager, each, ended[each]) for each in account_ids}
    rows = [(each, *(_shown(value) for value in found[each].values())) for each in account_ids]
    headings = ("account", "result", "logged in as", "followers", "following", "why")
    data = {"accounts": [{"id": each, **found[each]} for each in account_ids]}
    return Answer(table(headings, rows, width), data, _code(ended))


def keep_working(onlooker: Onlooker, name: str, make: MakeManager, tell: Tell) -> Answer:
    """Work off the schedule until a signal asks it to end: Ctrl-C, SIGTERM, or its console is closed.

    Raises AviaryError when it could not begin.
    """
    account_ids = chosen(onlooker, name)
    with engine_of(lambda: make(name and account_ids[0]), _ONE_IS_ENOUGH, pick_up=True) as manager:
        follower = Follower(manager, account_ids, tell)
        manager.start()
        for line in _coming(manager, account_ids):
            tell(line)
        tell("It works until Ctrl-C or SIGTERM; data/logs/aviary.log has the details.")
        _follow_until_interrupted(follower, tell)
    return Answer("ended", {"ended": True})


def _follow_until_interrupted(follower: Follower, tell: Tell) -> None:
    never = threading.Event()
    try:
        while not never.wait(_IDLE_SECONDS):
            follower.look()
    except KeyboardInterrupt:
        tell("ending; runs stop at their next safe point")


def _carry_out(
    manager: AccountManager, account_ids: list[str], slot: str, begin: Callable[[str], str], tell: Tell
) -> Ended:
    """Begin a run of each account and wait for all; account -> its run, or why there is none.

    Raises AviaryError when there was one account alone, and it was refused.
    """
    follower = Follower(manager, account_ids, tell)
    before = {each: _newest(manager, each, slot) for each in account_ids}
    lines = {each: begin(each) for each in account_ids}
    refused = {each: line for each, line in lines.items() if _newest(manager, each, slot) == before[each]}
    if len(account_ids) == 1 and refused:
        raise AviaryError(refused[account_ids[0]])
    for line in lines.values():
        tell(line)
    while not manager.wait_until_idle(_IDLE_SECONDS):
        follower.look()
    for each in account_ids:
        manager.leave_out_rest(each, _NOBODY_GOES_ON)
    follower.finish()
    return {
        each: Refusal(refused[each]) if each in refused else _run(manager, each, _newest(manager, each, slot))
        for each in account_ids
    }


def _newest(manager: AccountManager, account_id: str, slot: str) -> int:
    """The number of the account's newest run of this slot; 0 before the first."""
    return next((run.id for run in _runs(manager, account_id) if run.slot == slot), 0)


def _run(manager: AccountManager, account_id: str, run_id: int) -> RunView:
    return next(run for run in _runs(manager, account_id) if run.id == run_id)


def _runs(manager: AccountManager, account_id: str) -> list[RunView]:
    return manager.runs(account_id, 10) if is_readable(manager, account_id) else []


def _code(ended: Ended) -> ExitCode:
    is_good = all(isinstance(each, RunView) and each.state in _GOOD for each in ended.values())
    return ExitCode.DONE if is_good else ExitCode.REFUSED


def _run_row(view: AccountView, ended: RunView | Refusal) -> tuple[str, ...]:
    handle = f"@{view.handle}" if view.handle else ""
    if isinstance(ended, Refusal):
        return (view.id, handle, _REFUSED, "", "", "", "", ended)
    counts = (ended.posts, ended.likes, ended.follows, ended.replies)
    return (view.id, handle, ended.state, *map(str, counts), _why(ended))


def _run_data(view: AccountView, ended: RunView | Refusal) -> dict[str, Any]:
    who = {"id": view.id, "handle": view.handle}
    if isinstance(ended, Refusal):
        return {**who, "state": _REFUSED, "reason": ended}
    counts = {"posts": ended.posts, "likes": ended.likes, "follows": ended.follows, "replies": ended.replies}
    times = {"started_at": moment(ended.started_at), "ended_at": moment(ended.ended_at)}
    return {**who, "state": ended.state, **counts, **times, "reason": ended.reason, "remedy": ended.remedy}


def _why(run: RunView) -> str:
    return f"{run.reason} - {run.remedy}" if run.reason and run.remedy else run.reason


def _let_go_on(manager: AccountManager, account_id: str, ended: RunView | Refusal, tell: Tell) -> None:
    needs_it = manager.account_view(account_id).state.kind is StateKind.NEEDS_ATTENTION
    if needs_it and isinstance(ended, RunView) and ended.state in _GOOD:
        tell(manager.start_account(account_id))


def _found(manager: AccountManager, account_id: str, ended: RunView | Refusal) -> dict[str, Any]:
    """What the log-in showed; None is unknown."""
    if isinstance(ended, Refusal):
        return {"state": _REFUSED, "handle": None, "followers": None, "following": None, "reason": ended}
    if ended.state not in _GOOD:
        return {"state": ended.state, "handle": None, "followers": None, "following": None, "reason": _why(ended)}
    check, numbers = manager.sessions.look(account_id).check, manager.numbers(account_id)
    handle = check.handle if check else manager.account_view(account_id).handle
    followers = numbers.days[-1].followers  # of today: an older one is nothing that this log-in showed
    counts = {"followers": followers, "following": None if followers is None else numbers.following}
    return {"state": ended.state, "handle": handle, **counts, "reason": ended.reason}


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _coming(manager: AccountManager, account_ids: list[str]) -> list[str]:
    """A line for each account on what comes next."""
    views = (manager.account_view(each) for each in account_ids)
    return [f"{view.id}: {_next(view)}" for view in views]


def _next(view: AccountView) -> str:
    if view.next_run is None:
        return f"{view.state.kind.replace('_', ' ')}{f': {view.state.reason}' if view.state.reason else ''}"
    return f"next is {view.next_slot}, {local(view.next_run, ZoneInfo(view.timezone))}"
