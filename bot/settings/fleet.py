"""What config/accounts.yaml, the master list, may say."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from bot.errors import SettingsError, SettingsProblem
from bot.settings.account import Count, Section, Text
from bot.settings.home import Home
from bot.settings.validation import check_part
from bot.settings.yaml_reading import Document, read_yaml

_UNREADABLE_ID = "line-{line}"


class GlobalRateLimit(Section):
    """How much all accounts together may do in any 60 minutes."""

    tweets_per_hour: Count = 20
    likes_per_hour: Count = 60
    follows_per_hour: Count = 30
    replies_per_hour: Count = 20
    retweets_per_hour: Count = 20


class BrowserSettings(Section):
    """Which browser is used and how."""

    driver: Literal["chrome", "undetected", "grid"] = "chrome"
    binary: Text = ""
    driver_path: Text = ""
    grid_url: Text = ""
    headless: bool = True
    x_address: Text = ""
    language: Text = ""


class FleetSettings(Section):
    """settings: of accounts.yaml."""

    max_concurrent_accounts: Annotated[int, Field(ge=1, le=64)] = 3
    global_rate_limit: GlobalRateLimit = GlobalRateLimit()
    stagger_minutes: Annotated[float, Field(ge=0, le=240)] = 0
    minimum_gap_seconds: Annotated[float, Field(ge=0, le=3600)] = 0
    run_deadline_seconds: Annotated[float, Field(ge=30, le=7200)] = 1500
    decide_after_seconds: Annotated[float, Field(ge=5, le=3600)] = 120
    """How old a post must be before its absence from the profile proves that it was not sent."""
    browser: BrowserSettings = BrowserSettings()


class AccountEntry(Section):
    """One account of the master list."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
    name: Text = ""
    username: Text = ""
    enabled: bool = True
    folder: Annotated[str, Field(min_length=1)]
    description: Text = ""
    groups: tuple[str, ...] = ()
    driver: Literal["", "chrome", "undetected", "grid"] = ""

    @field_validator("username")
    @classmethod
    def _looks_like_a_handle(cls, value: str) -> str:
        handle = value.removeprefix("@")
        if handle and not (handle.isascii() and handle.replace("_", "a").isalnum() and len(handle) <= 15):
            raise ValueError("a handle has up to 15 letters, digits and _")
        return value

    @property
    def handle(self) -> str:
        """The handle without @."""
        return self.username.removeprefix("@")


@dataclass(frozen=True)
class BrokenEntry:
    """An entry of accounts.yaml that cannot be used, with what is wrong with it."""

    id: str
    name: str
    problems: tuple[SettingsProblem, ...]


@dataclass(frozen=True)
class FleetFile:
    """The master list as read: what can be used, and what is wrong with the rest."""

    settings: FleetSettings = field(default_factory=FleetSettings)
    accounts: tuple[AccountEntry, ...] = ()
    broken: tuple[BrokenEntry, ...] = ()
    problems: tuple[SettingsProblem, ...] = ()


def load_fleet_file(home: Home) -> FleetFile:
    """Read the master list; one bad entry leaves the others usable. Missing, it is an empty list.

    Raises SettingsError when the file as a whole is no YAML.
    """
    if not home.accounts_yaml.exists():
        return FleetFile()
    document = read_yaml(home.accounts_yaml)
    if not isinstance(document.data, dict):
        raise SettingsError([document.problem((), "must have the keys accounts and settings")])
    settings, problems = _read_settings(document)
    accounts, broken = _read_entries(document, home.root)
    return FleetFile(settings, accounts, broken, problems)


def _read_settings(document: Document) -> tuple[FleetSettings, tuple[SettingsProblem, ...]]:
    """The settings; the defaults (which are careful) and the problems when they are wrong."""
    try:
        settings = check_part(document, FleetSettings, ("settings",), document.data.get("settings"))
        return settings, ()
    except SettingsError as error:
        return FleetSettings(), tuple(error.problems)


def _read_entries(document: Document, root: Path) -> tuple[tuple[AccountEntry, ...], tuple[BrokenEntry, ...]]:
    entries = document.data.get("accounts") or []
    if not isinstance(entries, list):
        problem = document.problem(("accounts",), "must be a list: each account begins with a dash")
        return (), (BrokenEntry("accounts", "accounts.yaml", (problem,)),)
    good: list[AccountEntry] = []
    broken: list[BrokenEntry] = []
    taken = _Taken(Home(root))
    for index, raw in enumerate(entries):
        try:
            entry = check_part(document, AccountEntry, ("accounts", index), raw)
            taken.claim(document, index, entry)
            good.append(entry)
        except SettingsError as error:
            broken.append(_broken(document, index, raw, error, taken))
    return tuple(good), tuple(broken)


class _Taken:
    """What earlier entries use: two accounts must never share an id, a folder or a handle."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.ids: set[str] = set()
        self._owners: dict[str, str] = {}

    def claim(self, document: Document, index: int, entry: AccountEntry) -> None:
        """Take the entry's id, folder and handle. Raises SettingsError when one is taken or unsafe."""
        try:
            folder = str(self._home.account(entry.folder).root.resolve()).casefold()
        except ValueError as error:
            raise SettingsError([document.problem(("accounts", index, "folder"), str(error))]) from error
        wanted = {"id": f"id {entry.id.casefold()}", "folder": f"folder {folder}"}
        if entry.handle:
            wanted["username"] = f"handle {entry.handle.casefold()}"
        for key, thing in wanted.items():
            if thing in self._owners:
                message = f"is used by the account {self._owners[thing]!r} already"
                raise SettingsError([document.problem(("accounts", index, key), message)])
        self.ids.add(entry.id)
        self._owners.update(dict.fromkeys(wanted.values(), entry.id))


def _broken(document: Document, index: int, raw: object, error: SettingsError, taken: _Taken) -> BrokenEntry:
    """A name for the broken entry that no other account has, so that it can be shown beside them."""
    raw = raw if isinstance(raw, dict) else {}
    wanted = str(raw.get("id") or "")
    line = document.line_of(("accounts", index))
    unusable = not wanted or wanted in taken.ids or "/" in wanted
    identity = _UNREADABLE_ID.format(line=line) if unusable else wanted
    taken.ids.add(identity)
    return BrokenEntry(identity, str(raw.get("name") or wanted or identity), tuple(error.problems))
