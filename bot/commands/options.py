"""What may stand on main.py's command line: each command is an option of its own name."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from bot.commands.record import LEVELS
from bot.storage.metrics_export.table_files import Separator
from bot.storage.panel.tokens import DEFAULT_DAYS, LONGEST_DAYS, Scope
from bot.storage.panel.users import Role

DEFAULT_LIMIT = 50
COMMANDS = (
    "run_once",
    "daemon",
    "test",
    "doctor",
    "list_accounts",
    "why",
    "check_x",
    "export_metrics",
    "backup",
    "restore",
    "create_api_token",
    "add_user",
    "reset_login",
)
_GO_WITH: Mapping[str, tuple[str, ...]] = {
    "limit": ("why",),
    "level": ("why",),
    "words": ("why",),
    "scope": ("create_api_token",),
    "days": ("create_api_token",),
    "role": ("add_user",),
    "account": ("run_once", "daemon", "test", "list_accounts", "restore"),
    "port": ("doctor",),
    "separator": ("export_metrics",),
}
"""Option -> the commands it narrows down or goes with; with others it would be passed over in silence."""


def make_parser() -> argparse.ArgumentParser:
    """Every option there is."""
    parser = argparse.ArgumentParser(prog="main.py", description="Aviary's command line.")
    parser.add_argument("--home", type=Path, help="folder with config/ and accounts/ (default: AVIARY_HOME, else here)")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    _add_commands(parser)
    _add_narrowing(parser)
    return parser


def read_options(default_home: Path, arguments: list[str] | None) -> argparse.Namespace:
    """What was asked for; `home` is the folder, followed to its end. Leaves with exit code 2 for wrong usage."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    if all(getattr(options, each) is None for each in COMMANDS):
        if options.account is None:
            parser.error(f"one of these is needed: {', '.join(map(_written, COMMANDS))}")
        options.list_accounts = True  # an account alone: how it is
    for name, commands in _GO_WITH.items():
        if getattr(options, name) is not None and all(getattr(options, each) is None for each in commands):
            parser.error(f"--{name} goes with {' or '.join(_written(each) for each in commands)}")
    options.home = (options.home or Path(os.environ.get("AVIARY_HOME") or default_home)).resolve()
    return options


def _add_commands(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_argument_group("commands").add_mutually_exclusive_group()
    commands.add_argument("--run-once", metavar="SLOT", help="do the work of morning, afternoon, evening, ... now")
    commands.add_argument(
        "--daemon", action="store_const", const=True, help="work off the schedule without the panel, until it is ended"
    )
    commands.add_argument(
        "--test", action="store_const", const=True, help="log in; say who it is and the counts; only reads"
    )
    commands.add_argument(
        "--doctor", action="store_const", const=True, help="look whether everything is there to work; say what to do"
    )
    commands.add_argument("--list-accounts", action="store_const", const=True, help="every account, and how it is")
    commands.add_argument("--why", metavar="ACCOUNT", help="why it posted or did not: its whole record")
    commands.add_argument("--check-x", metavar="ACCOUNT", help="look whether x.com's pages are as known; only reads")
    commands.add_argument(
        "--export-metrics", metavar="PATH", help="all numbers in one SQLite file; PATH/: as CSV files"
    )
    commands.add_argument(
        "--backup", metavar="FILE", type=Path, help="write everything into a zip, also while it works"
    )
    commands.add_argument("--restore", metavar="FILE", type=Path, help="put a backup back; what it would do is told")
    commands.add_argument("--create-api-token", metavar="NAME", help="make a token for the REST API; shown once")
    commands.add_argument("--add-user", metavar="NAME", help="a user of the panel; prints a link to set the password")
    commands.add_argument("--reset-login", metavar="USER", help="a link by which a user of the panel sets a password")


def _add_narrowing(parser: argparse.ArgumentParser) -> None:
    work = parser.add_argument_group("with --run-once, --daemon, --test, --list-accounts and --restore")
    work.add_argument("--account", metavar="ACCOUNT", help="this one alone: its id, handle or folder (all)")
    narrowing = parser.add_argument_group("with --why")
    narrowing.add_argument("--limit", type=_positive, metavar="N", help=f"the newest N entries ({DEFAULT_LIMIT})")
    narrowing.add_argument("--level", action="append", choices=LEVELS, help="of this level only; may be repeated")
    narrowing.add_argument("--words", metavar="TEXT", help="with this in their text or slot only")
    exports = parser.add_argument_group("with --export-metrics")
    exports.add_argument(
        "--separator", choices=[each.value for each in Separator], help="between the cells of CSV files (comma)"
    )
    tokens = parser.add_argument_group("with --create-api-token")
    tokens.add_argument("--scope", choices=[each.value for each in Scope], help="what the token may do (read)")
    tokens.add_argument("--days", type=_days, metavar="N", help=f"it ends after N days; 0: never ({DEFAULT_DAYS})")
    users = parser.add_argument_group("with --add-user")
    users.add_argument("--role", choices=[each.value for each in Role], help="what the user may do (viewer)")
    doctor = parser.add_argument_group("with --doctor")
    doctor.add_argument("--port", type=_port, metavar="P", help="where the panel shall listen (8080)")


def _written(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number, not {text!r}") from None


def _positive(text: str) -> int:
    number = _number(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _days(text: str) -> int:
    number = _number(text)
    if not 0 <= number <= LONGEST_DAYS:
        raise argparse.ArgumentTypeError(f"must be 0 (never) to {LONGEST_DAYS}")
    return number


def _port(text: str) -> int:
    number = _number(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("must be 1 to 65535")
    return number
