"""One order for many accounts, with what it would change and what became of each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bot.fleet_view import AccountView
from webapp.api.contract import Body, Operation, Record
from webapp.bulk.deeds import DEEDS, reason_against
from webapp.bulk.preview import DONE, LEFT, carry_out
from webapp.services import services

TAG = "Bulk"


class Deed(StrEnum):
    """What can be done with many accounts: as in the panel."""

    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    RUN = "run"


class Outcome(StrEnum):
    """What became of an account, or would."""

    DONE = "done"
    LEFT = "left"  # as it was: `words` says why
    FAILED = "failed"


AccountId = Annotated[str, Field(max_length=64)]


class OfGroup(Body):
    """The accounts of a group."""

    group: Annotated[str, Field(min_length=1, max_length=100)]


class BulkOrder(Body):
    """What shall be done, and with which accounts."""

    deed: Deed
    accounts: Annotated[list[AccountId], Field(max_length=500)] | OfGroup | Literal["all"] = Field(
        description="Their ids, or a group, or “all”."
    )
    preview: bool = Field(False, description="Only tell what would change.")


class BulkResult(Record):
    """What became of one account."""

    account: str
    outcome: Outcome
    words: str


class BulkOutcome(Record):
    """What became of all of them."""

    preview: bool
    results: list[BulkResult]


@Operation("POST", "/bulk", TAG, answer=BulkOutcome, body=BulkOrder)
def act_on_many(body: BulkOrder) -> BulkOutcome:
    """Start, stop, pause, resume or run many accounts.

    More careful than an account's own operations: what needs attention or rests is left as it is. Of accounts that are
    not there any more that is told, too.
    """
    chosen = _chosen(body)
    if body.preview:
        return BulkOutcome(preview=True, results=_previewed(body, chosen))
    outcome = carry_out(services().fleet, DEEDS[body.deed], chosen, [])
    faces = {DONE: Outcome.DONE, LEFT: Outcome.LEFT}
    results = [
        BulkResult(account=each.account_id, outcome=faces.get(each.face, Outcome.FAILED), words=each.words)
        for each in outcome.results
    ]
    return BulkOutcome(preview=False, results=results)


def _chosen(body: BulkOrder) -> list[str]:
    wanted = body.accounts
    if isinstance(wanted, list):
        return list(dict.fromkeys(wanted))
    accounts = services().fleet.overview().accounts
    return [each.id for each in accounts if wanted == "all" or wanted.group in each.groups]


def _previewed(body: BulkOrder, chosen: list[str]) -> list[BulkResult]:
    known = {each.id: each for each in services().fleet.overview().accounts}
    return [_would_be(body, account_id, known.get(account_id)) for account_id in chosen]


def _would_be(body: BulkOrder, account_id: str, account: AccountView | None) -> BulkResult:
    if account is None:
        return BulkResult(account=account_id, outcome=Outcome.LEFT, words="There is no such account.")
    reason = reason_against(DEEDS[body.deed], account)
    words = reason.why if reason else DEEDS[body.deed].label
    return BulkResult(account=account_id, outcome=Outcome.LEFT if reason else Outcome.DONE, words=words)
