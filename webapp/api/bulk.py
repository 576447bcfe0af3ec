"""One order for many accounts, with what it would change and what became of each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, RootModel

from bot.account_templates_view import Part
from bot.fleet_view import AccountView
from bot.settings.account import RESERVED_SLOT_NAMES
from webapp.api.account_model import Group
from webapp.api.account_templates import TemplateName
from webapp.api.contract import WHOLE, Body, Operation, Record
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.api.slots import SlotToAdd, values_of_slot
from webapp.audit.recording import note_details
from webapp.bulk.deeds import DEEDS
from webapp.bulk.edits import EDITS
from webapp.bulk.entry_orders import grouped, switched
from webapp.bulk.filling import Unfilled
from webapp.bulk.limits import MOST, limit_order
from webapp.bulk.orders import DONE, LEFT, Order, StateOrder
from webapp.bulk.preview import carry_out, told_of
from webapp.bulk.slots import slot_order
from webapp.bulk.templates import template_order
from webapp.services import services

TAG = "Bulk"


class Deed(StrEnum):
    """What can be done with many accounts: as in the panel."""

    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    RUN = "run"
    ENABLE = "enable"
    DISABLE = "disable"
    SET_LIMIT = "set_limit"
    ADD_SLOT = "add_slot"
    APPLY_TEMPLATE = "apply_template"
    ADD_TO_GROUP = "add_to_group"
    REMOVE_FROM_GROUP = "remove_from_group"


class LimitKey(StrEnum):
    """The keys below safety.rate_limits."""

    TWEETS_PER_HOUR = "tweets_per_hour"
    TWEETS_PER_DAY = "tweets_per_day"
    LIKES_PER_HOUR = "likes_per_hour"
    LIKES_PER_DAY = "likes_per_day"
    FOLLOWS_PER_HOUR = "follows_per_hour"
    FOLLOWS_PER_DAY = "follows_per_day"
    REPLIES_PER_HOUR = "replies_per_hour"
    REPLIES_PER_DAY = "replies_per_day"
    RETWEETS_PER_HOUR = "retweets_per_hour"
    RETWEETS_PER_DAY = "retweets_per_day"


class Outcome(StrEnum):
    """What became of an account, or would."""

    DONE = "done"
    LEFT = "left"  # as it was: `words` says why
    FAILED = "failed"


AccountId = Annotated[str, Field(max_length=64)]


class OfGroup(Body):
    """The accounts of a group."""

    group: Annotated[str, Field(min_length=1, max_length=100)]


class _ForMany(Body):
    accounts: Annotated[list[AccountId], Field(max_length=500)] | OfGroup | Literal["all"] = Field(
        description="Their ids, or a group, or “all”."
    )
    preview: bool = Field(False, description="Only tell what would change.")


class StateDeed(_ForMany):
    """Let accounts work or rest."""

    deed: Literal[Deed.START, Deed.STOP, Deed.PAUSE, Deed.RESUME, Deed.RUN, Deed.ENABLE, Deed.DISABLE]


class LimitToSet(Body):
    """A limit below safety.rate_limits."""

    key: LimitKey
    value: Annotated[int, Field(ge=0, le=MOST), WHOLE]


class LimitDeed(_ForMany):
    """Set a limit."""

    deed: Literal[Deed.SET_LIMIT]
    limit: LimitToSet


class SlotDeed(_ForMany):
    """Add a slot."""

    deed: Literal[Deed.ADD_SLOT]
    slot: SlotToAdd


class TemplateToApply(Body):
    """An account template, and what of it the accounts take over."""

    name: TemplateName
    parts: Annotated[list[Part], Field(min_length=1, max_length=len(Part))] = Field(
        default_factory=lambda: [Part.SETTINGS, Part.SLOTS, Part.KEYWORDS],
        description="Left out: settings, slots and keywords. The same content on two accounts breaks X's rules.",
    )


class TemplateDeed(_ForMany):
    """Apply an account template. Slots become just those of the template."""

    deed: Literal[Deed.APPLY_TEMPLATE]
    template: TemplateToApply


class GroupDeed(_ForMany):
    """Put accounts into a group, or take them out."""

    deed: Literal[Deed.ADD_TO_GROUP, Deed.REMOVE_FROM_GROUP]
    group: Group


AnyDeed = StateDeed | LimitDeed | SlotDeed | TemplateDeed | GroupDeed


class BulkOrder(RootModel[Annotated[AnyDeed, Field(discriminator="deed")]]):
    """What shall be done, and with which accounts."""


class BulkResult(Record):
    """What became of one account."""

    account: str
    outcome: Outcome
    words: str = Field(description="What becomes other, or why it stays; in a preview, what would.")


class BulkOutcome(Record):
    """What became of all of them."""

    preview: bool
    results: list[BulkResult]


@Operation("POST", "/bulk", TAG, answer=BulkOutcome, body=BulkOrder, problems=(ProblemKind.CLASH, ProblemKind.REFUSED))
def act_on_many(body: BulkOrder) -> BulkOutcome:
    """Do one thing with many accounts.

    More careful than an account's own operations: what needs attention or rests is left as it is. Of accounts that are
    not there any more that is told, too. Files that it changes keep their former state, under `versions` of each file.
    """
    wanted, fleet = body.root, services().fleet
    order, chosen = _order(wanted), _chosen(wanted)
    if wanted.preview:
        note_details(f"preview: {told_of(order, chosen)}")
        return BulkOutcome(preview=True, results=_previewed(order, chosen))
    outcome = carry_out(fleet, order, chosen, [])
    note_details(outcome.told)
    faces = {DONE: Outcome.DONE, LEFT: Outcome.LEFT}
    results = [
        BulkResult(account=each.account_id, outcome=faces.get(each.face, Outcome.FAILED), words=each.words)
        for each in outcome.results
    ]
    return BulkOutcome(preview=False, results=results)


def _order(wanted: AnyDeed) -> Order:
    """Raises Problem for what cannot be ordered as things stand."""
    try:
        if isinstance(wanted, StateDeed):
            return _state_order(wanted.deed)
        if isinstance(wanted, LimitDeed):
            return limit_order(EDITS[wanted.deed], wanted.limit.key, wanted.limit.value)
        if isinstance(wanted, GroupDeed):
            return grouped(EDITS[wanted.deed], wanted.group, (), in_it=wanted.deed is Deed.ADD_TO_GROUP)
        return _slot_order(wanted) if isinstance(wanted, SlotDeed) else _template_order(wanted)
    except Unfilled as unfilled:
        raise Problem(ProblemKind.REFUSED, "; ".join(unfilled.errors.values())) from unfilled


def _state_order(deed: Deed) -> Order:
    if deed in DEEDS:
        return StateOrder(DEEDS[deed])
    return switched(EDITS[deed], on=deed is Deed.ENABLE)


def _slot_order(wanted: SlotDeed) -> Order:
    slot = wanted.slot
    if slot.name in RESERVED_SLOT_NAMES:
        raise Problem(ProblemKind.CLASH, "", [FieldError("is a name that Aviary needs itself", "/slot/name")])
    return slot_order(EDITS[wanted.deed], slot.name, values_of_slot(slot))


def _template_order(wanted: TemplateDeed) -> Order:
    fleet = services().fleet
    try:
        template = fleet.account_templates.find(wanted.template.name)
    except KeyError:
        error = FieldError("there is no such account template", "/template/name")
        raise Problem(ProblemKind.REFUSED, "", [error]) from None
    return template_order(EDITS[wanted.deed], fleet, template, list(dict.fromkeys(wanted.template.parts)))


def _chosen(wanted: AnyDeed) -> list[str]:
    meant = wanted.accounts
    if isinstance(meant, list):
        return list(dict.fromkeys(meant))
    accounts = services().fleet.overview().accounts
    return [each.id for each in accounts if meant == "all" or meant.group in each.groups]


def _previewed(order: Order, chosen: list[str]) -> list[BulkResult]:
    known = {each.id: each for each in services().fleet.overview().accounts}
    return [_would_be(order, account_id, known.get(account_id)) for account_id in chosen]


def _would_be(order: Order, account_id: str, account: AccountView | None) -> BulkResult:
    if account is None:
        return BulkResult(account=account_id, outcome=Outcome.LEFT, words="There is no such account.")
    outlook = order.outlook(services().fleet, account)
    if outlook.reason:
        return BulkResult(account=account_id, outcome=Outcome.LEFT, words=outlook.reason.why)
    return BulkResult(account=account_id, outcome=Outcome.DONE, words="; ".join(outlook.changes) or order.task.label)
