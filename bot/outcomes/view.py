"""Plain records of what shops earn by their accounts' posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.settings.account import AccountSettings, TargetsSection
from bot.settings.home import AccountFolder
from bot.storage.outcomes import Outcome, Sums

PERIODS = (1, 7, 30)
"""Days that are shown together, today included."""
SOURCES = ("hand", "csv", "api")


@dataclass(frozen=True)
class OutcomePlace:
    """An account whose settings can be read, and what of them concerns its orders."""

    account_id: str
    name: str
    handle: str  # without @
    folder: AccountFolder
    zone: ZoneInfo
    targets: TargetsSection
    wa_link: str = ""
    wa_codes: bool = False


def outcome_place(
    account_id: str, name: str, handle: str, folder: AccountFolder, settings: AccountSettings
) -> OutcomePlace:
    """The place of an account with these settings."""
    business = settings.business
    zone, targets = settings.schedule.zone, settings.targets
    return OutcomePlace(account_id, name, handle, folder, zone, targets, business.wa_link, business.wa_codes)


@dataclass(frozen=True)
class Entry:
    """What a person or program enters, before it is known whether it can be."""

    account_id: str = ""  # "" with a code, which leads to it
    code: str = ""
    day: date | None = None  # None: that of `at`, else today on the account's clock
    at: datetime | None = None
    chats: int | None = None
    orders: int | None = None
    revenue: int | None = None
    note: str = ""
    external_id: str = ""


@dataclass(frozen=True)
class AccountOutcome:
    """An outcome with the account whose it is."""

    account_id: str
    outcome: Outcome


@dataclass(frozen=True)
class CodedPost:
    """The post that carries a code. `state` is "" when the account's record does not have it (any more)."""

    code: str
    account_id: str
    kind: str
    template: str  # as Intent.template
    made_at: datetime
    state: str = ""
    text: str = ""
    sent_at: datetime | None = None
    tweet_id: str = ""
    url: str = ""
    sums: Sums = field(default_factory=Sums)


@dataclass(frozen=True)
class AccountOutcomes:
    """One account's sums over PERIODS, beside what it is meant to reach. None is unknown, or not said."""

    account_id: str
    today: date
    sums: Mapping[int, Sums]  # days -> their sum
    targets: TargetsSection
    followers_gained: int | None = None  # in 30 days
    engagement_rate: float | None = None  # in 30 days
    earlier: int = 0  # rows of these 30 days that the older program counted


@dataclass(frozen=True)
class OutcomeQuery:
    """Which entries; None and "" are any. `after` so many, newest first."""

    account_ids: Sequence[str] | None = None
    since: date | None = None
    until: date | None = None
    code: str = ""
    after: int = 0
    limit: int = 50


@dataclass(frozen=True)
class ImportRow:
    """One line of a table: what it would enter, or why it enters nothing."""

    line: int
    account: str  # as it is written
    entry: Entry
    faults: tuple[str, ...] = ()
    is_known: bool = False  # it was entered before


@dataclass(frozen=True)
class OutcomeImport:
    """What a table would enter."""

    rows: tuple[ImportRow, ...] = ()

    @property
    def fresh(self) -> tuple[ImportRow, ...]:
        """The lines that enter something."""
        return tuple(row for row in self.rows if not row.faults and not row.is_known)

    @property
    def known(self) -> tuple[ImportRow, ...]:
        return tuple(row for row in self.rows if row.is_known and not row.faults)

    @property
    def faulty(self) -> tuple[ImportRow, ...]:
        return tuple(row for row in self.rows if row.faults)
