"""From a single account to several, and back.

    python migrate_to_multi_account.py [--home DIR]                     asks
    python migrate_to_multi_account.py --choice 2 --id account1 --name NAME --username @HANDLE [--dry-run] [--yes]
    python migrate_to_multi_account.py --choice 3 --count 3             or --id, --name, --username once for each
    python migrate_to_multi_account.py --undo

1 keeps the single account, 2 gives it a folder of its own, 3 sets up new accounts. docs/existing-users.md tells more.
Exit codes: 0 done (or nothing to do), 1 refused or failed (one line says why), 2 wrong usage, 130 ended by Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from itertools import zip_longest
from pathlib import Path
from typing import TextIO

from bot.commands.answer import ExitCode
from bot.errors import AviaryError, HomeError
from bot.log import configure_console
from bot.migration.plan import MOST_NEW, Wanted
from bot.migration.safety import make_backup
from bot.migration.tool import Choice, Request, Tool
from bot.settings.home import Home

ROOT = Path(__file__).resolve().parent
WRONG_USAGE, INTERRUPTED = 2, 130
_QUESTION = """\
What shall become of your bot?
  1  keep the single account: nothing is changed
  2  migrate to several accounts: the present one becomes the first
  3  set up several accounts from scratch: the present one stays aside
"""


def main(arguments: list[str] | None = None) -> int:
    """Do what is asked for; returns the exit code."""
    options = _read(arguments)
    configure_console()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        answer = _tool(options).carry_out(_request(options))
    except AviaryError as error:
        print(f"aviary: {error.message}" + (f" - {error.remedy}" if error.remedy else ""), file=sys.stderr)
        return ExitCode.REFUSED
    except EOFError:
        print("aviary: nobody answered - give --choice and --yes to run it without questions", file=sys.stderr)
        return WRONG_USAGE
    except KeyboardInterrupt:
        print("Ended. What was begun, the next run takes back or finishes.", file=sys.stderr)
        return INTERRUPTED
    print(json.dumps(answer.data, ensure_ascii=False, indent=2) if options.json else answer.text)
    return answer.code


def make_parser() -> argparse.ArgumentParser:
    """Every option there is."""
    parser = argparse.ArgumentParser(prog="migrate_to_multi_account.py", description="One account, or several.")
    parser.add_argument("--home", type=Path, help="folder of the bot (default: AVIARY_HOME, else here)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--choice", choices=["1", "2", "3"], help="1 keep, 2 migrate, 3 from scratch; asked if not given")
    what.add_argument("--undo", action="store_true", help="bring back what was before the migration")
    parser.add_argument("--id", action="append", help="of the account (account1); with --choice 3 once for each")
    parser.add_argument("--name", action="append", help="as you want to read it")
    parser.add_argument("--username", action="append", metavar="@HANDLE", help="its handle (that of settings.yaml)")
    parser.add_argument("--count", type=int, metavar="N", help="with --choice 3: so many accounts")
    parser.add_argument("--dry-run", action="store_true", help="tell the plan, change nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask whether to go on")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON, for programs")
    return parser


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = make_parser()
    options = parser.parse_args(arguments)
    options.is_asking = options.choice is None and not options.undo
    if options.count is not None and not 1 <= options.count <= MOST_NEW:
        parser.error(f"--count must be 1 to {MOST_NEW}")
    wrong = "" if options.is_asking else _what_does_not_go(options)
    if wrong:
        parser.error(wrong)
    options.home = (options.home or Path(os.environ.get("AVIARY_HOME") or ROOT)).resolve()
    return options


def _what_does_not_go(options: argparse.Namespace) -> str:
    """Which option would be passed over in silence; "" for none."""
    named = max(len(each or ()) for each in (options.id, options.name, options.username))
    if options.count is not None and options.choice != "3":
        return "--count goes with --choice 3"
    if options.count is not None and named > options.count:
        return f"--count {options.count}, but {named} accounts are named"
    if named and options.choice not in {"2", "3"}:
        return "--id, --name and --username go with --choice 2 or 3"
    if named > 1 and options.choice == "2":
        return "--choice 2 moves one account: give --id, --name and --username once"
    return ""


def _request(options: argparse.Namespace) -> Request:
    if options.undo:
        return Request(Choice.UNDO, is_dry_run=options.dry_run)
    if options.is_asking:
        _ask_choice(options)
    choice = Choice(options.choice)
    return Request(choice, _wanted(options, choice), is_dry_run=options.dry_run)


def _ask_choice(options: argparse.Namespace) -> None:
    """Raises HomeError for what does not go with it."""
    print(_QUESTION, end="", file=_aside(options))
    options.choice = _ask_until(options, "Your choice [1]: ", ("1", "2", "3"), "1")
    wrong = _what_does_not_go(options)
    if wrong:
        raise HomeError(wrong, remedy="Leave it out, or choose another number.")
    if options.choice == Choice.SCRATCH and options.count is None:
        numbers = tuple(map(str, range(1, MOST_NEW + 1)))
        options.count = int(_ask_until(options, "How many accounts? [2]: ", numbers, "2"))


def _wanted(options: argparse.Namespace, choice: Choice) -> list[Wanted]:
    """The accounts as the options name them: the first --id, --name and --username are of the first, and so on."""
    named = zip_longest(options.id or (), options.name or (), options.username or (), fillvalue="")
    wanted = [Wanted(*each) for each in named]
    at_least = options.count or (1 if choice is Choice.MOVE else 2)
    if options.count is None and wanted:
        return wanted
    return wanted + [Wanted()] * (at_least - len(wanted))


def _ask_until(options: argparse.Namespace, question: str, allowed: tuple[str, ...], default: str) -> str:
    while (answer := _ask(options, question) or default) not in allowed:
        print(f"Please answer with a number from {allowed[0]} to {allowed[-1]}.", file=_aside(options))
    return answer


def _ask(options: argparse.Namespace, question: str) -> str:
    """Their answer. Raises EOFError when nobody is there; the line of the question is ended then."""
    print(question, end="", file=_aside(options), flush=True)
    try:
        return input().strip()
    except (EOFError, KeyboardInterrupt):
        print(file=_aside(options), flush=True)
        raise


def _aside(options: argparse.Namespace) -> TextIO:
    """Where questions and progress go: the answer as JSON stands alone."""
    return sys.stderr if options.json else sys.stdout


def _tool(options: argparse.Namespace) -> Tool:
    return Tool(
        Home(options.home),
        make_backup,
        lambda question: options.yes or _ask(options, f"{question} [y/N]: ").lower() in {"y", "yes", "ya"},
        lambda line: print(line, file=_aside(options), flush=True),
    )


if __name__ == "__main__":
    sys.exit(main())
