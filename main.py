"""Aviary's command line.

    python main.py [--home DIR] --run-once SLOT [--account ACCOUNT]
    python main.py [--home DIR] --daemon [--account ACCOUNT]
    python main.py [--home DIR] --test [--account ACCOUNT]
    python main.py [--home DIR] --doctor [--port P]
    python main.py [--home DIR] --list-accounts [--account ACCOUNT]
    python main.py [--home DIR] --why ACCOUNT [--limit N] [--level LEVEL] [--words TEXT]
    python main.py [--home DIR] --check-x ACCOUNT
    python main.py [--home DIR] --export-metrics PATH [--separator comma|semicolon|tab]
    python main.py [--home DIR] --backup FILE
    python main.py [--home DIR] --restore FILE [--account ID]
    python main.py [--home DIR] --create-api-token NAME [--scope read|operate|admin] [--days N]
    python main.py [--home DIR] --add-user NAME [--role viewer|operator|admin]
    python main.py [--home DIR] --reset-login USER

ACCOUNT is an id, a handle (with or without @) or the name of a folder. `--json` prints the same for programs.
`--account ACCOUNT` alone shows how that one is.
Exit codes: 0 done, 1 refused or failed (one line, or the table, says why), 2 wrong usage, 3 selectors of x.com's pages
are missing, 4 some accounts could not be exported, 130 ended by Ctrl-C or a signal (--daemon ends so with 0).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from bot.account_manager import AccountManager
from bot.clock import SystemClock
from bot.commands.answer import Answer, ExitCode
from bot.commands.backing_up import back_up, restore
from bot.commands.doctor import DEFAULT_PORT, examine
from bot.commands.exporting import export_all
from bot.commands.listing import list_accounts
from bot.commands.logins import add_user, create_api_token, reset_login
from bot.commands.onlooker import Onlooker
from bot.commands.options import DEFAULT_LIMIT, make_parser, read_options
from bot.commands.page_check import check_pages
from bot.commands.record import Narrowing, tell_why
from bot.commands.working import keep_working, log_in_and_look, run_once
from bot.errors import AviaryError
from bot.log import configure_console
from bot.storage.metrics_export.table_files import Separator
from bot.storage.panel.tokens import DEFAULT_DAYS, Scope
from bot.storage.panel.users import Role

__all__ = ["main", "make_parser"]

ROOT = Path(__file__).resolve().parent
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; returns the exit code."""
    options = read_options(ROOT, arguments)
    configure_console()
    _print_any_sign()
    try:
        answer = _command(options)(options)
    except AviaryError as error:
        print(f"aviary: {error.message}" + (f" - {error.remedy}" if error.remedy else ""), file=sys.stderr)
        return ExitCode.REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    print(json.dumps(answer.data, ensure_ascii=False, indent=2) if options.json else answer.text)
    return answer.code


def _command(options: argparse.Namespace) -> Callable[[argparse.Namespace], Answer]:
    return next(command for name, command in _COMMANDS.items() if getattr(options, name) is not None)


def _run_once(options: argparse.Namespace) -> Answer:
    make = _manager_of(options)
    return run_once(_onlooker(options), options.account or "", options.run_once, make, _tell, _width())


def _daemon(options: argparse.Namespace) -> Answer:
    return keep_working(_onlooker(options), options.account or "", _manager_of(options), _tell)


def _test(options: argparse.Namespace) -> Answer:
    return log_in_and_look(_onlooker(options), options.account or "", _manager_of(options), _tell, _width())


def _doctor(options: argparse.Namespace) -> Answer:
    return examine(_onlooker(options), options.port or DEFAULT_PORT, _width())


def _list_accounts(options: argparse.Namespace) -> Answer:
    return list_accounts(_onlooker(options), _width(), only=options.account or "")


def _why(options: argparse.Namespace) -> Answer:
    narrowing = Narrowing(options.limit or DEFAULT_LIMIT, options.level or (), options.words or "")
    return tell_why(_onlooker(options), options.why, narrowing, _width())


def _check_x(options: argparse.Namespace) -> Answer:
    return check_pages(_onlooker(options), options.check_x, lambda: _manager_of(options)(""), _tell)


def _export_metrics(options: argparse.Namespace) -> Answer:
    separator = Separator(options.separator) if options.separator else None
    return export_all(_onlooker(options), options.export_metrics, separator, _tell)


def _backup(options: argparse.Namespace) -> Answer:
    onlooker = _onlooker(options)
    return back_up(onlooker.home, options.backup, onlooker.clock.now(), _tell)


def _restore(options: argparse.Namespace) -> Answer:
    return restore(options.restore, options.account or "", _manager_of(options), _tell)


def _create_api_token(options: argparse.Namespace) -> Answer:
    scope, days = Scope(options.scope or Scope.READ), DEFAULT_DAYS if options.days is None else options.days
    onlooker = _onlooker(options)
    return create_api_token(onlooker.home, onlooker.clock, options.create_api_token, scope, days)


def _add_user(options: argparse.Namespace) -> Answer:
    onlooker = _onlooker(options)
    return add_user(onlooker.home, onlooker.clock, options.add_user, Role(options.role or Role.VIEWER))


def _reset_login(options: argparse.Namespace) -> Answer:
    onlooker = _onlooker(options)
    return reset_login(onlooker.home, onlooker.clock, options.reset_login)


_COMMANDS: dict[str, Callable[[argparse.Namespace], Answer]] = {
    "run_once": _run_once,
    "daemon": _daemon,
    "test": _test,
    "doctor": _doctor,
    "list_accounts": _list_accounts,
    "why": _why,
    "check_x": _check_x,
    "export_metrics": _export_metrics,
    "backup": _backup,
    "restore": _restore,
    "create_api_token": _create_api_token,
    "add_user": _add_user,
    "reset_login": _reset_login,
}


def _onlooker(options: argparse.Namespace) -> Onlooker:
    return Onlooker(options.home, SystemClock())


def _manager_of(options: argparse.Namespace) -> Callable[[str], AccountManager]:
    return lambda only: AccountManager(options.home, only=only)


def _tell(line: str) -> None:
    """Progress, apart from the answer."""
    print(line, file=sys.stderr, flush=True)


def _width() -> int:
    """How many signs a line of this terminal has; 0 for a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def _print_any_sign() -> None:
    """A Windows console that lacks a sign of some post prints a question mark and goes on."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
