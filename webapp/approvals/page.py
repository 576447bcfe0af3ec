"""What the page Approvals shows: what waits, narrowed by filters, and what was decided lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from werkzeug.datastructures import MultiDict

from bot.approvals import ApprovalQuery
from bot.fleet_view import Fleet
from bot.storage.approvals import Approval, ApprovalState
from webapp import wording
from webapp.accounts.card import Card, key
from webapp.live import Mark
from webapp.wording import Face

SHOWN = 100
_LONGEST = 200
_UNDOABLE = {ApprovalState.APPROVED, ApprovalState.REJECTED}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to, as it stands in the address; "" is any."""

    account: str = ""
    action: str = ""
    keyword: str = ""

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Filters:
        """Read it from the parameters account, action and keyword; an unknown action is dropped."""
        action = args.get("action", "")
        return cls(
            args.get("account", "")[:_LONGEST],
            action if action in wording.APPROVAL_ACTIONS else "",
            args.get("keyword", "")[:_LONGEST],
        )

    @property
    def args(self) -> dict[str, str]:
        """The parameters, empty ones left out."""
        found = {"account": self.account, "action": self.action, "keyword": self.keyword}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Item:
    """One of them, with the account that found it; None when that account is gone from the list."""

    approval: Approval
    card: Card | None

    @property
    def face(self) -> Face:
        return wording.APPROVAL_ACTIONS[self.approval.proposal.action]

    @property
    def state(self) -> Face:
        return wording.APPROVAL_STATES[self.approval.state]

    @property
    def account_name(self) -> str:
        return self.card.account.name if self.card else self.approval.proposal.account_id

    @property
    def zone(self) -> str:
        return self.card.account.timezone if self.card else "UTC"

    @property
    def post_address(self) -> str:
        return f"https://x.com/{self.approval.proposal.handle}/status/{self.approval.proposal.post_id}"

    @property
    def can_be_undone(self) -> bool:
        return self.approval.state in _UNDOABLE

    @property
    def is_reply(self) -> bool:
        return self.approval.proposal.action == "reply"

    @property
    def is_like(self) -> bool:
        """Only likes are approved by the dozen: following and answering people wants a look at each."""
        return self.approval.proposal.action == "like"


@dataclass(frozen=True)
class ApprovalsPage:
    """The page."""

    items: Sequence[Item]
    decided: Sequence[Item]
    waiting: int  # over all accounts, filters apart
    filters: Filters
    accounts: Mapping[str, str]  # id -> name
    keywords: Sequence[str]
    now: datetime
    mark: Mark

    @property
    def list_key(self) -> str:
        """The same while the same is shown."""
        return key(
            self.filters, self.waiting, [(each.approval.id, each.approval.proposal.suggestion) for each in self.items]
        )

    @property
    def decided_key(self) -> str:
        return key([(each.approval.id, each.approval.state) for each in self.decided])

    @property
    def is_narrow(self) -> bool:
        return bool(self.filters.args)

    @property
    def address(self) -> str:
        return url_for("approvals.show", **self.filters.args)  # type: ignore[arg-type]


def look_at_approvals(fleet: Fleet, filters: Filters, mark: Mark, now: datetime) -> ApprovalsPage:
    """Gather the page."""
    cards = {account.id: Card(account) for account in fleet.overview().accounts}
    query = ApprovalQuery(filters.account, filters.action, filters.keyword, limit=SHOWN)
    desk = fleet.approvals
    return ApprovalsPage(
        items=[Item(each, cards.get(each.proposal.account_id)) for each in desk.find(query)],
        decided=[Item(each, cards.get(each.proposal.account_id)) for each in desk.lately_decided()],
        waiting=desk.waiting,
        filters=filters,
        accounts={account_id: card.account.name for account_id, card in cards.items()},
        keywords=desk.keywords(),
        now=now,
        mark=mark,
    )
