"""An account as the API tells it: what accounts.yaml says of it, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import Field

from bot.errors import SettingsError
from bot.fleet_view import AccountState, AccountView, StateKind
from bot.roster_view import RosterEntry
from webapp.api.contract import Record
from webapp.api.problems import Problem, ProblemKind, no_such_account
from webapp.services import services

_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
Handle = Annotated[str, Field(pattern=r"^@?[A-Za-z0-9_]{1,15}$", description="The handle on X, with or without @.")]
Name = Annotated[str, Field(max_length=100, pattern=_PRINTABLE)]
Description = Annotated[str, Field(max_length=300, pattern=_PRINTABLE)]
Group = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x20\x7f-\xa0,][^\x00-\x1f\x7f-\x9f,]*$")]
Groups = Annotated[list[Group], Field(max_length=50)]


class State(Record):
    """How an account stands."""

    kind: StateKind
    reason: str
    remedy: str = Field(description="What a person can do.")
    until: datetime | None


class Today(Record):
    """What an account did since its local midnight."""

    posts: int
    posts_limit: int | None = Field(description="Per day; null while its settings cannot be read.")
    likes: int
    follows: int


class Account(Record):
    """One account. Times are UTC."""

    id: str
    name: str
    username: str = Field(description="The handle with @; empty where the files name none.")
    enabled: bool
    folder: str = Field(description="Below the home folder.")
    created_at: datetime | None
    last_active: datetime | None = Field(
        description="The end of its newest run; before the first one, what accounts.yaml says."
    )
    description: str
    groups: list[str]
    proxy: str = Field(description="What its browser goes through, without the login; empty when it connects directly.")
    state: State
    next_run: datetime | None
    next_slot: str
    slots: list[str]
    timezone: str
    today: Today
    followers: int | None
    following: int | None
    needs_review: int = Field(description="Posts that wait for a person's word.")
    warnings: list[str] = Field(description="What keeps it from nothing, but should be put right.")


def find_account(account_id: str) -> AccountView:
    """The account's card. Raises Problem."""
    try:
        return services().fleet.account_view(account_id)
    except KeyError:
        raise no_such_account(account_id) from None


def find_entry(account_id: str) -> RosterEntry:
    """Its entry in accounts.yaml. Raises Problem when the file names no such id: it is there, but broken."""
    try:
        return services().fleet.roster.entry(account_id)
    except KeyError:
        view = find_account(account_id)
        raise Problem(ProblemKind.ENTRY_BROKEN, view.state.reason, remedy=view.state.remedy) from None


def entries_by_id() -> Mapping[str, RosterEntry]:
    """What accounts.yaml says; nothing while it cannot be read: the accounts go on as last read."""
    try:
        return {entry.id: entry for entry in services().fleet.roster.entries()}
    except SettingsError:
        return {}


def account_of(view: AccountView, entry: RosterEntry | None) -> Account:
    """What the file says now goes before what was last read of it: an ETag must stand for what is told."""
    values = entry.values if entry else {}
    handle = str(values.get("username") or view.handle).removeprefix("@")
    groups, enabled = values.get("groups"), values.get("enabled")
    return Account(
        id=view.id,
        name=str(values.get("name") or view.name),
        username=f"@{handle}" if handle else "",
        enabled=enabled if isinstance(enabled, bool) else view.enabled,
        folder=view.folder,
        created_at=moment_of(values.get("created_at")),
        last_active=(view.last_run.ended_at if view.last_run else None) or moment_of(values.get("last_active")),
        description=str(values.get("description") or "") if entry else view.description,
        groups=[str(each) for each in groups] if isinstance(groups, list) else list(view.groups),
        proxy=str(values.get("proxy") or ""),
        state=state_of(view.state),
        next_run=view.next_run,
        next_slot=view.next_slot,
        slots=list(view.slots),
        timezone=view.timezone,
        today=Today(
            posts=view.posts_today, posts_limit=view.posts_limit, likes=view.likes_today, follows=view.follows_today
        ),
        followers=view.followers,
        following=view.following,
        needs_review=view.needs_review,
        warnings=list(view.warnings),
    )  # fmt: skip


def state_of(state: AccountState) -> State:
    """The state in plain fields."""
    return State(kind=state.kind, reason=state.reason, remedy=state.remedy, until=state.until)


def moment_of(value: Any) -> datetime | None:
    """A date or time as people write it in YAML; None for what is none. Without a zone it is UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
