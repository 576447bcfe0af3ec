"""The engine as a command uses it: the home taken for as long as the command works, what happens told line by line."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import FrameType
from zoneinfo import ZoneInfo

import structlog

from bot.account_manager import AccountManager
from bot.commands.onlooker import WHERE_NONE, Onlooker
from bot.errors import AviaryError, HomeInUse, StorageError
from bot.fleet_view import AccountView, StateKind
from bot.log import configure

_log = structlog.get_logger(__name__)
Tell = Callable[[str], None]
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_LINES = 200


@contextmanager
def engine_of(make: Callable[[], AccountManager], in_use: str, *, pick_up: bool = False) -> Iterator[AccountManager]:
    """The home, taken and given back; browsers are closed then. `in_use` says what to do when somebody else has it.

    A signal that asks the process to end raises KeyboardInterrupt inside. Raises AviaryError.
    """
    manager = make()
    with _ended_by_signals():
        try:
            manager.take_home()
        except HomeInUse as error:
            raise HomeInUse(error.message, remedy=in_use) from error
        configure(manager.home.log_file)  # before files are read: what is to be put right is no word of this command
        manager.open(pick_up=pick_up)
        try:
            yield manager
        finally:
            _ignore_signals()
            manager.close()


def _ended_by_signals() -> contextlib.ExitStack:
    """Each of them ends the work as Ctrl-C does; put back at the end."""
    stack = contextlib.ExitStack()
    for number in _numbers():
        with contextlib.suppress(ValueError):  # not the main thread: whoever runs us handles them
            stack.callback(signal.signal, number, signal.signal(number, _interrupt))
    return stack


def _ignore_signals() -> None:
    """Who asks twice does not end the closing of browsers in the middle; it takes half a minute at most."""
    for number in _numbers():
        with contextlib.suppress(ValueError):
            signal.signal(number, signal.SIG_IGN)


def _numbers() -> list[signal.Signals]:
    return [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def chosen(onlooker: Onlooker, name: str) -> list[str]:
    """The account of this name, or all that are enabled. Raises AviaryError when there is none."""
    if name:
        return [onlooker.find(name).entry.id]
    members = onlooker.registry.members
    enabled = [key for key, member in members.items() if member.entry.enabled]
    if enabled:
        return enabled
    if members:
        raise AviaryError("every account is disabled", remedy="Set enabled: true for one in config/accounts.yaml.")
    problems = onlooker.problems()
    if problems:
        raise AviaryError(f"there is no account: {problems[0]}")
    raise AviaryError(f"there is no account: {onlooker.why_none()}", remedy=WHERE_NONE)


def is_readable(manager: AccountManager, account_id: str) -> bool:
    """Whether its files and its record can be read."""
    return manager.account_view(account_id).state.kind is not StateKind.BROKEN


class Follower:
    """Tells each new line of the records of some accounts, with its time on the account's clock."""

    def __init__(self, manager: AccountManager, account_ids: Collection[str], tell: Tell) -> None:
        self._manager = manager
        self._tell = tell
        self._names_told = len(account_ids) > 1
        self._versions: dict[str, int] = {}
        self._seen = {each: self._newest(each) for each in account_ids if is_readable(manager, each)}

    def look(self) -> None:
        """Tell what is new. Accounts whose card is the same have nothing new."""
        for view in self._manager.overview().accounts:
            if view.id in self._seen and view.version != self._versions.get(view.id):
                self._versions[view.id] = view.version
                try:
                    self._look_at(view)
                except (StorageError, KeyError) as error:  # locked, or taken out of the list: the work goes on
                    _log.warning("record could not be told", account=view.id, error=str(error))

    def finish(self) -> None:
        """Tell what is left, whether a card shows it or not."""
        self._versions.clear()
        self.look()

    def _look_at(self, view: AccountView) -> None:
        zone, seen = ZoneInfo(view.timezone), self._seen[view.id]
        fresh = [each for each in self._manager.why(view.id, limit=_LINES) if each.id > seen]
        for each in reversed(fresh):
            name = f"{view.id}  " if self._names_told else ""
            self._tell(f"{each.at.astimezone(zone):%H:%M:%S}  {name}{each.text}")
        self._seen[view.id] = max((each.id for each in fresh), default=seen)

    def _newest(self, account_id: str) -> int:
        return next((each.id for each in self._manager.why(account_id, limit=1)), 0)
