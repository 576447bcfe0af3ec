"""What config/accounts.yaml, the master list, may say."""

from __future__ import annotations

import copy
import errno
import itertools
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from bot.errors import SettingsError, SettingsProblem
from bot.settings.account import ClockTime, Count, Section, Text
from bot.settings.hints import hints_of, hints_of_keys
from bot.settings.home import Home, is_home_folder, is_there, relative_parts
from bot.settings.proxy import Proxy, read_proxy
from bot.settings.validation import check_part
from bot.settings.yaml_reading import Document, read_yaml

_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"

_TOP = ("version", "accounts", "settings")
_PANEL = re.compile(r"^https?://[A-Za-z0-9.:_-]+(/[A-Za-z0-9._~/-]*)?$")
_ADDRESS = re.compile(r"^[A-Za-z0-9.-]+:[0-9]{1,5}$")


def check_address(value: str) -> str:
    """`value` when it is empty or host:port, as browsers are told where the practice site is. Raises ValueError."""
    if value and not _ADDRESS.match(value):
        raise ValueError(f"must be host:port, such as 127.0.0.1:8443, not {value!r}")
    return value


def check_panel_address(value: str) -> str:
    """`value` when it is empty or where a browser opens the panel. Raises ValueError."""
    if value and not _PANEL.match(value):
        raise ValueError(f"must be an address such as https://aviary.example.com, not {value!r}")
    return value


def _read_moment(value: object) -> datetime | None:
    """A day or a moment, as people and programs write it; None for what cannot be read: nothing hangs on it alone."""
    try:
        moment = datetime.fromisoformat(value.isoformat() if isinstance(value, date) else str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
    x_address: Annotated[Text, AfterValidator(check_address)] = ""
    language: Text = ""


class BackupSettings(Section):
    """Backups that are made by themselves."""

    every_hours: Annotated[float, Field(ge=0, le=720)] = 24
    """0 makes none, unless `at` is named."""
    at: ClockTime | None = None
    """Once a day at this time of the machine's clock, instead."""
    keep: Annotated[int, Field(ge=1, le=365)] = 7


class FleetSettings(Section):
    """settings: of accounts.yaml."""

    max_concurrent_accounts: Annotated[int, Field(ge=1, le=64)] = 3
    global_rate_limit: GlobalRateLimit = GlobalRateLimit()
    stagger_minutes: Annotated[float, Field(ge=0, le=240)] = 0
    minimum_gap_seconds: Annotated[float, Field(ge=0, le=600)] = 30
    """Between two posts of all accounts."""
    run_deadline_seconds: Annotated[float, Field(ge=30, le=7200)] = 1500
    pause_fleet_after: Annotated[int, Field(ge=0, le=64)] = 3
    """So many accounts in trouble within the minutes below pause the fleet; 0 never does."""
    pause_fleet_within_minutes: Annotated[float, Field(ge=1, le=1440)] = 10
    decide_after_seconds: Annotated[float, Field(ge=5, le=3600)] = 120
    """How old a post must be before its absence from the profile proves that it was not sent."""
    keep_record_days: Annotated[int, Field(ge=7, le=3650)] = 90
    """How long steps, runs without a post and failed posts are kept; see bot/storage/retention.py."""
    ai_budget_per_day: Annotated[int, Field(ge=0, le=100_000)] = 200
    """Requests to language models, of all accounts together, in a day of UTC."""
    panel_address: Annotated[Text, AfterValidator(check_panel_address)] = ""
    """Where people open the panel; notifications then lead to its pages."""
    never_engage: tuple[Text, ...] = ()
    """Handles of people no account likes, follows, replies to, quotes or reposts; more are kept by the panel."""
    browser: BrowserSettings = BrowserSettings()
    backup: BackupSettings = BackupSettings()


def is_handle(text: str) -> bool:
    """Whether x.com could have such a handle (without @); also the empty one, which names nobody yet."""
    return re.fullmatch(r"[A-Za-z0-9_]{0,15}", text) is not None


class AccountEntry(Section):
    """One account of the master list."""

    id: Annotated[Text, Field(pattern=rf"^{_ID}$")]
    name: Text = ""
    username: Text = ""
    enabled: bool = True
    folder: Annotated[Text, Field(min_length=1)]
    description: Text = ""
    groups: tuple[str, ...] = ()
    driver: Literal["", "chrome", "undetected", "grid"] = ""
    proxy: Annotated[Proxy | None, BeforeValidator(read_proxy)] = None
    """With the login, where that is written here; one given in the panel lies sealed: bot/storage/proxy_login.py."""
    created_at: Annotated[datetime | None, BeforeValidator(_read_moment)] = None

    @field_validator("username")
    @classmethod
    def _looks_like_a_handle(cls, value: str) -> str:
        if not is_handle(value.removeprefix("@")):
            raise ValueError("a handle has up to 15 letters, digits and _")
        return value

    @property
    def handle(self) -> str:
        """The handle without @."""
        return self.username.removeprefix("@")

    @property
    def is_home(self) -> bool:
        """Whether its folder is the home itself: it is the single account of old."""
        return is_home_folder(self.folder)

    @property
    def display_name(self) -> str:
        """What people call it."""
        return self.name or self.id

    @property
    def folder_key(self) -> str:
        """Its folder below the home, the same however it is written: by it, the account is known for good."""
        try:
            return "/".join(relative_parts(self.folder)) or "."
        except ValueError:
            return self.folder  # an account that works alone, in a folder of its own


@dataclass(frozen=True)
class BrokenEntry:
    """An entry of accounts.yaml that cannot be used, with what is wrong with it."""

    id: str
    name: str
    problems: tuple[SettingsProblem, ...]
    folder: str = ""  # as written, where that is a plain path below the home
    handle: str = ""  # as written, without @


@dataclass(frozen=True)
class FleetFile:
    """The master list as read: what can be used, and what is wrong with the rest."""

    settings: FleetSettings = field(default_factory=FleetSettings)
    accounts: tuple[AccountEntry, ...] = ()
    broken: tuple[BrokenEntry, ...] = ()
    problems: tuple[SettingsProblem, ...] = ()
    is_missing: bool = False
    hints: tuple[SettingsProblem, ...] = ()
    """Keys outside of the accounts that were probably meant to be others; they stop nothing."""


def load_fleet_file(home: Home) -> FleetFile:
    """Read the master list; one bad entry leaves the others usable. Missing, it is an empty list.

    Raises SettingsError when the file as a whole is no YAML.
    """
    if not is_there(home.accounts_yaml):
        return FleetFile(is_missing=True)
    return read_fleet(read_yaml(home.accounts_yaml), home)


def read_fleet(document: Document, home: Home) -> FleetFile:
    """The master list that `document` holds; one bad entry leaves the others usable. Raises SettingsError."""
    if not isinstance(document.data, dict):
        raise SettingsError([document.problem((), "must have the keys accounts and settings")])
    settings, problems = _read_settings(document)
    accounts, broken = _read_entries(document, home.root)
    hints = hints_of_keys(document, document.data, _TOP) + hints_of(document, FleetSettings, ("settings",))
    return FleetFile(settings, accounts, broken, problems, hints=hints)


def _read_settings(document: Document) -> tuple[FleetSettings, tuple[SettingsProblem, ...]]:
    """The settings, and what is wrong with them. A key that is wrong falls back to its default, the others stay."""
    data = copy.deepcopy(document.data.get("settings"))
    problems: tuple[SettingsProblem, ...] = ()
    while True:
        try:
            return check_part(document, FleetSettings, ("settings",), data), problems
        except SettingsError as error:
            problems += tuple(error.problems)
            for problem in error.problems:
                data = _without(data, problem.key.split(".")[1:])


def _without(data: object, keys: list[str]) -> object:
    """`data` without the value below `keys`; nothing is left when that is the whole."""
    if not keys or not isinstance(data, dict):
        return None
    rest = {key: value for key, value in data.items() if str(key) != keys[0]}
    if len(keys) > 1 and isinstance(data.get(keys[0]), dict):
        rest[keys[0]] = _without(data[keys[0]], keys[1:])
    return rest


def _read_entries(document: Document, root: Path) -> tuple[tuple[AccountEntry, ...], tuple[BrokenEntry, ...]]:
    entries = document.data.get("accounts") or []
    if not isinstance(entries, list):
        problem = document.problem(("accounts",), "must be a list: each account begins with a dash")
        return (), (BrokenEntry("accounts", "accounts.yaml", (problem,)),)
    good: list[AccountEntry] = []
    wrong: list[tuple[int, SettingsError]] = []
    taken = _Taken(Home(root))
    for index, raw in enumerate(entries):
        try:
            entry = check_part(document, AccountEntry, ("accounts", index), raw)
            taken.claim(document, index, entry)
            good.append(entry.with_hints(hints_of(document, AccountEntry, ("accounts", index))))
        except SettingsError as error:
            wrong.append((index, error))
    return tuple(good), _broken_entries(document, wrong, {entry.id.casefold() for entry in good})


class _Taken:
    """What earlier entries use: two accounts must never share an id, a folder or a handle."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._owners: dict[str, str] = {}
        self._folders: dict[Path, str] = {}
        self._around: dict[Path, str] = {}  # every folder that holds one of these -> an account in it
        self._root = Path(str(home.root.resolve()).casefold())

    def claim(self, document: Document, index: int, entry: AccountEntry) -> None:
        """Take the entry's id, folder and handle. Raises SettingsError when one is taken or unsafe."""
        place = ("accounts", index)
        try:
            folder = self._folder(entry)
        except (ValueError, OSError) as error:
            raise SettingsError([document.problem((*place, "folder"), str(error))]) from error
        wanted = {"id": f"id {entry.id.casefold()}"}
        if entry.handle:
            wanted["username"] = f"handle {entry.handle.casefold()}"
        for key, thing in wanted.items():
            if thing in self._owners:
                message = f"is used by the account {self._owners[thing]!r} already"
                raise SettingsError([document.problem((*place, key), message)])
        self._folders[folder] = entry.id
        for parent in folder.parents:
            self._around.setdefault(parent, entry.id)
        self._owners.update(dict.fromkeys(wanted.values(), entry.id))

    def _folder(self, entry: AccountEntry) -> Path:
        """The entry's folder as it compares on every system. Raises ValueError when it leads out or is shared, and
        OSError when the system cannot follow it.
        """
        root = self._home.account(entry.folder).root
        _refuse_impossible(root)
        folder = Path(str(root.resolve()).casefold())
        if folder in self._folders:
            raise ValueError(f"is used by the account {self._folders[folder]!r} already")
        # The home itself may be the folder of an account: that of the single account of old.
        outer = [parent for parent in folder.parents if parent != self._root]
        owners = [self._folders[parent] for parent in outer if parent in self._folders]
        if folder != self._root and folder in self._around:
            owners.append(self._around[folder])
        if folder != self._root and owners:
            raise ValueError(f"lies inside the folder of the account {owners[0]!r}, or around it")
        return folder


def _refuse_impossible(folder: Path) -> None:
    """Raises ValueError for a name that no folder here can have; whatever else is wrong with a folder may pass."""
    try:
        folder.stat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise ValueError("is longer than this disk takes as a name; choose a shorter one") from error


def _broken_entries(
    document: Document, wrong: list[tuple[int, SettingsError]], taken: set[str]
) -> tuple[BrokenEntry, ...]:
    """Each with a name that no other account has, so that it can be shown beside them."""
    broken: list[BrokenEntry] = []
    for index, error in wrong:
        raw = document.data["accounts"][index]
        raw = raw if isinstance(raw, dict) else {}
        wanted = str(raw.get("id") or "")
        usable = re.fullmatch(_ID, wanted) and wanted.casefold() not in taken
        identity = wanted if usable else _free_id(document.line_of(("accounts", index)), taken)
        taken.add(identity.casefold())
        name = str(raw.get("name") or wanted or identity)
        handle = str(raw.get("username") or "").removeprefix("@")
        broken.append(BrokenEntry(identity, name, tuple(error.problems), _plain_folder(raw.get("folder")), handle))
    return tuple(broken)


def _plain_folder(written: object) -> str:
    """The folder as written; "" for what is no plain path below the home."""
    folder = written if isinstance(written, str) else ""
    try:
        relative_parts(folder)
    except ValueError:
        return ""
    return folder


def _free_id(line: int, taken: set[str]) -> str:
    """line-N, after the line that the entry begins in."""
    names = (f"line-{line}" if number == 1 else f"line-{line}-{number}" for number in itertools.count(1))
    return next(name for name in names if name not in taken)
