"""What the pages on orders show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import abort, url_for

from bot.clock import zone_of
from bot.content.post_table import read_date
from bot.fleet_view import AccountView
from bot.outcomes.desk import OutcomeDesk
from bot.outcomes.view import PERIODS, AccountOutcome, AccountOutcomes, CodedPost, OutcomePlace, OutcomeQuery
from bot.storage.outcomes import Sums
from bot.wa_links import can_carry_code
from webapp.accounts.finding import find_account
from webapp.files.page import HeadedPage, look_at_head
from webapp.outcomes.form import OutcomeForm
from webapp.overview.selection import Selection, group_counts
from webapp.queue.notice import Notice, take_notice
from webapp.services import services

ROWS, ENTRIES = 50, 25
"""So many accounts and entries stand on a page."""
_NAMES = {"chats": "Chats", "orders": "Orders", "revenue": "Revenue"}


@dataclass(frozen=True)
class Target:
    """What some accounts are meant to reach together, and what these same accounts did; None is not entered."""

    goal: int
    value: int | None
    accounts: int  # that have a target

    @property
    def is_reached(self) -> bool:
        return self.value is not None and self.value >= self.goal


@dataclass(frozen=True)
class Measure:
    """One number of a period over `accounts`; None is not entered. `target` is None where none of them has one."""

    value: int | None
    target: Target | None
    accounts: int

    @property
    def is_of_some(self) -> bool:
        """Whether the target is that of some of the accounts alone: it cannot stand beside the number of all."""
        return self.target is not None and self.target.accounts < self.accounts


@dataclass(frozen=True)
class AccountRow:
    """One account with its sums, and what is being typed for it."""

    account: AccountView
    outcomes: AccountOutcomes
    form: OutcomeForm = field(default_factory=OutcomeForm)

    def measure(self, name: str, days: int) -> Measure:
        return measure_of([self.outcomes], name, days)


@dataclass(frozen=True)
class EntryRow:
    """One entry with its account."""

    account: AccountView
    entry: AccountOutcome


@dataclass(frozen=True)
class CodeLook:
    """What a code that was asked for leads to, or why it leads nowhere."""

    words: str
    post: CodedPost | None = None
    account: AccountView | None = None
    trouble: str = ""


@dataclass(frozen=True)
class Entries:
    """A part of the list of entries."""

    rows: Sequence[EntryRow]
    after: int
    has_more: bool
    args: Mapping[str, str]
    endpoint: str
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves entries out."""
        return bool(self.args)

    def address(self, after: int) -> str:
        args: dict[str, Any] = {**self.parts, **self.args, **({"after": after} if after > 0 else {})}
        return url_for(self.endpoint, **args) + "#entries"

    @property
    def newer(self) -> str:
        return self.address(max(0, self.after - ENTRIES)) if self.after else ""

    @property
    def older(self) -> str:
        return self.address(self.after + ENTRIES) if self.has_more else ""


@dataclass(frozen=True)
class OrdersPage:
    """The page of all accounts, or of those that a search or a group leaves."""

    selection: Selection
    groups: Sequence[tuple[str, int]]
    looks: Sequence[AccountOutcomes]
    rows: Sequence[AccountRow]
    day: str
    today: str
    entries: Entries
    code: CodeLook | None
    code_form: OutcomeForm
    notice: Notice | None
    trouble: str = ""

    @property
    def left_out(self) -> int:
        """Accounts that are found but have no row."""
        return len(self.looks) - len(self.rows)

    def totals(self) -> list[tuple[str, list[Measure]]]:
        return totals_of(self.looks)

    @property
    def earlier(self) -> int:
        return sum(look.earlier for look in self.looks)


@dataclass(frozen=True)
class AccountOrdersPage(HeadedPage):
    """The page of one account."""

    look: AccountOutcomes
    place: OutcomePlace
    form: OutcomeForm
    entries: Entries
    notice: Notice | None

    def totals(self) -> list[tuple[str, list[Measure]]]:
        return totals_of([self.look])

    @property
    def codes(self) -> str:
        """How it stands with codes: on, off, or why its link carries none."""
        if not can_carry_code(self.place.wa_link):
            return "no_link"
        return "on" if self.place.wa_codes else "off"


def desk() -> OutcomeDesk:
    return services().fleet.outcomes


def measure_of(looks: Sequence[AccountOutcomes], name: str, days: int) -> Measure:
    """The sum over accounts, and over those that have a target what they reached of it."""
    aimed = [(look, goal * days) for look in looks if (goal := _target(look, name)) is not None]
    reached = _sum([look for look, _ in aimed], name, days)
    target = Target(sum(each for _, each in aimed), reached, len(aimed)) if aimed else None
    return Measure(_sum(looks, name, days), target, len(looks))


def _sum(looks: Sequence[AccountOutcomes], name: str, days: int) -> int | None:
    values = [value for look in looks if (value := getattr(look.sums.get(days, Sums()), name)) is not None]
    return sum(values) if values else None


def _target(look: AccountOutcomes, name: str) -> int | None:
    targets = look.targets
    return {"orders": targets.daily_orders_target, "chats": targets.daily_wa_messages_target}.get(name)


def totals_of(looks: Sequence[AccountOutcomes]) -> list[tuple[str, list[Measure]]]:
    """A row of the table of periods: what, and how much of it in each."""
    return [(words, [measure_of(looks, name, days) for days in PERIODS]) for name, words in _NAMES.items()]


def look_at_orders(
    args: Mapping[str, str],
    typed: Mapping[str, OutcomeForm] | None = None,
    day: str = "",
    trouble: str = "",
    code_form: OutcomeForm | None = None,
) -> OrdersPage:
    """The page that the address asks for: q, group, from, to, code, after. `typed` are forms that were refused."""
    selection = Selection.of(args)
    everybody = services().fleet.overview().accounts
    accounts = {account.id: account for account in selection.of_group(everybody)}
    looks = [look for look in desk().look_at_all(accounts) if look.account_id in accounts]
    shown = sorted(looks, key=lambda look: look.account_id not in (typed or {}))[:ROWS] if typed else looks[:ROWS]
    rows = [
        AccountRow(accounts[each.account_id], each, (typed or {}).get(each.account_id, OutcomeForm())) for each in shown
    ]
    narrow = list(accounts) if selection.is_narrow else None
    keep = {name: args[name] for name in ("q", "group", "from", "to", "code") if args.get(name)}
    today = _today(everybody).isoformat()
    code = look_at_code(args["code"]) if args.get("code") else None
    return OrdersPage(
        selection,
        group_counts(everybody),
        looks,
        rows,
        day or today,
        today,
        _entries(args, narrow, keep, "outcomes.index", code=code.post.code if code and code.post else ""),
        code,
        code_form or OutcomeForm(day=today),
        take_notice(),
        trouble,
    )


def look_at_account(account_id: str, args: Mapping[str, str], form: OutcomeForm | None = None) -> AccountOrdersPage:
    """Answers 404 for an unknown account, 409 while its settings cannot be read."""
    head = look_at_head(account_id)
    place = desk().places().get(account_id)
    if place is None:
        abort(409, "The settings of this account cannot be read. Put them right first; what was entered stays.")
    look = desk().look(account_id)
    keep = {name: args[name] for name in ("from", "to") if args.get(name)}
    entries = _entries(args, [account_id], keep, "outcomes.show", {"account_id": account_id})
    return AccountOrdersPage(head, look, place, form or OutcomeForm(day=look.today.isoformat()), entries, take_notice())


def look_at_code(words: str) -> CodeLook:
    """Which post it was."""
    try:
        post = desk().find_post(words)
    except (ValueError, KeyError) as error:
        return CodeLook(words, trouble=str(error.args[0]))
    try:
        return CodeLook(words, post, services().fleet.account_view(post.account_id))
    except KeyError:
        return CodeLook(words, post, trouble=f"its account {post.account_id} is not here any more")


def find_entry(account_id: str, outcome_id: int) -> AccountOutcome:
    """The entry, else 404."""
    find_account(account_id)
    try:
        return AccountOutcome(account_id, desk().find(account_id, outcome_id))
    except KeyError:
        abort(404, "This entry is not there any more.")


def _entries(
    args: Mapping[str, str],
    account_ids: Sequence[str] | None,
    keep: Mapping[str, str],
    endpoint: str,
    parts: Mapping[str, str] | None = None,
    *,
    code: str = "",
) -> Entries:
    after = max(0, int(args["after"])) if args.get("after", "").isdecimal() and len(args["after"]) < 7 else 0
    since, until = read_date(args.get("from", "")), read_date(args.get("to", ""))
    query = OutcomeQuery(account_ids, since, until, code, after, ENTRIES + 1)
    found = desk().entries(query)
    accounts = {account.id: account for account in services().fleet.overview().accounts}
    rows = [EntryRow(accounts[each.account_id], each) for each in found[:ENTRIES] if each.account_id in accounts]
    return Entries(rows, after, len(found) > ENTRIES, keep, endpoint, parts or {})


def _today(accounts: Sequence[AccountView]) -> date:
    """The day on the clock that most accounts have."""
    zones = Counter(account.timezone for account in accounts).most_common(1)
    return services().clock.now().astimezone(zone_of(zones[0][0] if zones else "UTC")).date()
