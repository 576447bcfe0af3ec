"""Aviary's command line.

    python main.py [--home DIR] --list-accounts
    python main.py [--home DIR] --why ACCOUNT [--limit N] [--level LEVEL] [--words TEXT]
    python main.py [--home DIR] --check-x ACCOUNT
    python main.py [--home DIR] --create-api-token NAME [--scope read|operate|admin] [--days N]
    python main.py [--home DIR] --reset-login USER

ACCOUNT is an id, a handle (with or without @) or the name of a folder. `--json` prints the same for programs.
Exit codes: 0 done, 1 refused or failed (one line says why), 2 wrong usage, 3 selectors of x.com's pages are missing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from bot.account_manager import AccountManager
from bot.clock import SystemClock
from bot.commands.answer import Answer, ExitCode
from bot.commands.listing import list_accounts
from bot.commands.logins import create_api_token, reset_login
from bot.commands.onlooker import Onlooker
from bot.commands.page_check import check_pages
from bot.commands.record import LEVELS, Narrowing, tell_why
from bot.errors import AviaryError
from bot.log import configure_console
from bot.storage.panel.tokens import DEFAULT_DAYS, LONGEST_DAYS, Scope

ROOT = Path(__file__).resolve().parent
INTERRUPTED = 130
DEFAULT_LIMIT = 50
_NARROWING = ("limit", "level", "words")
_OF_TOKENS = ("scope", "days")


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; returns the exit code."""
    options = _read(arguments)
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


def make_parser() -> argparse.ArgumentParser:
    """Every option there is."""
    parser = argparse.ArgumentParser(prog="main.py", description="Aviary's command line.")
    parser.add_argument("--home", type=Path, help="folder with config/ and accounts/ (default: AVIARY_HOME, else here)")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    _add_commands(parser)
    narrowing = parser.add_argument_group("with --why")
    narrowing.add_argument("--limit", type=_positive, metavar="N", help=f"the newest N entries ({DEFAULT_LIMIT})")
    narrowing.add_argument("--level", action="append", choices=LEVELS, help="of this level only; may be repeated")
    narrowing.add_argument("--words", metavar="TEXT", help="with this in their text or slot only")
    tokens = parser.add_argument_group("with --create-api-token")
    tokens.add_argument("--scope", choices=list(Scope), help="what the token may do (read)")
    tokens.add_argument("--days", type=_days, metavar="N", help=f"it ends after N days; 0: never ({DEFAULT_DAYS})")
    return parser


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.why is None and any(getattr(options, name) is not None for name in _NARROWING):
        parser.error("--limit, --level and --words go with --why")
    if options.create_api_token is None and any(getattr(options, name) is not None for name in _OF_TOKENS):
        parser.error("--scope and --days go with --create-api-token")
    options.home = (options.home or Path(os.environ.get("AVIARY_HOME") or ROOT)).resolve()
    return options


def _add_commands(parser: argparse.ArgumentParser) -> None:
    """Each command is an option of its own name; `_COMMANDS` says what it does."""
    commands = parser.add_argument_group("commands").add_mutually_exclusive_group(required=True)
    commands.add_argument("--list-accounts", action="store_const", const=True, help="every account, and how it is")
    commands.add_argument("--why", metavar="ACCOUNT", help="why it posted or did not: its whole record")
    commands.add_argument("--check-x", metavar="ACCOUNT", help="look whether x.com's pages are as known; only reads")
    commands.add_argument("--create-api-token", metavar="NAME", help="make a token for the REST API; shown once")
    commands.add_argument("--reset-login", metavar="USER", help="a link by which a user of the panel sets a password")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _days(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LONGEST_DAYS:
        raise argparse.ArgumentTypeError(f"must be 0 (never) to {LONGEST_DAYS}")
    return number


def _command(options: argparse.Namespace) -> Callable[[argparse.Namespace], Answer]:
    return next(command for name, command in _COMMANDS.items() if getattr(options, name) is not None)


def _list_accounts(options: argparse.Namespace) -> Answer:
    return list_accounts(_onlooker(options), _width())


def _why(options: argparse.Namespace) -> Answer:
    narrowing = Narrowing(options.limit or DEFAULT_LIMIT, options.level or (), options.words or "")
    return tell_why(_onlooker(options), options.why, narrowing, _width())


def _check_x(options: argparse.Namespace) -> Answer:
    return check_pages(_onlooker(options), options.check_x, lambda: AccountManager(options.home), _tell)


def _create_api_token(options: argparse.Namespace) -> Answer:
    scope, days = Scope(options.scope or Scope.READ), DEFAULT_DAYS if options.days is None else options.days
    onlooker = _onlooker(options)
    return create_api_token(onlooker.home, onlooker.clock, options.create_api_token, scope, days)


def _reset_login(options: argparse.Namespace) -> Answer:
    onlooker = _onlooker(options)
    return reset_login(onlooker.home, onlooker.clock, options.reset_login)


_COMMANDS: dict[str, Callable[[argparse.Namespace], Answer]] = {
    "list_accounts": _list_accounts,
    "why": _why,
    "check_x": _check_x,
    "create_api_token": _create_api_token,
    "reset_login": _reset_login,
}


def _onlooker(options: argparse.Namespace) -> Onlooker:
    return Onlooker(options.home, SystemClock())


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
