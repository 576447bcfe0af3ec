"""All orders for many accounts beside those that start and stop, and the order that a form stands for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from werkzeug.datastructures import MultiDict

from bot.fleet_view import Fleet
from webapp.bulk.deeds import DEEDS, Task
from webapp.bulk.entry_orders import switched
from webapp.bulk.filling import SET, Edit, key_of
from webapp.bulk.grouping import group_fields, make_grouped, present_group_fields
from webapp.bulk.limits import limit_fields, make_limit
from webapp.bulk.orders import Fields, Order, StateOrder
from webapp.bulk.slots import NOTHING_YET, make_slot, slot_fields
from webapp.bulk.templates import make_template, template_fields
from webapp.bulk.times import make_times
from webapp.files import fields as forms
from webapp.files.fields import Field, Kind, Values

EDITS: dict[str, Edit] = {
    edit.name: edit
    for edit in (
        Edit(
            "enable",
            "circle-check",
            "Enable",
            "will be enabled",
            ("account is enabled", "accounts are enabled"),
            lambda edit, _fleet, _values, _fields: switched(edit, on=True),
            undo="disable",
        ),
        Edit(
            "disable",
            "circle-off",
            "Disable",
            "will be disabled",
            ("account is disabled", "accounts are disabled"),
            lambda edit, _fleet, _values, _fields: switched(edit, on=False),
            undo="enable",
            note="Those at work end their run; after that no run of a disabled account begins.",
        ),
        Edit(
            "set_limit",
            "hourglass",
            "Set a limit",
            "will have another limit",
            ("account has its new limit", "accounts have their new limit"),
            make_limit,
            limit_fields,
            {key_of("limit"): "tweets_per_day", key_of("value"): ""},
        ),
        Edit(
            "add_slot",
            "calendar",
            "Add a slot",
            "will have a new slot",
            ("account has its new slot", "accounts have their new slot"),
            make_slot,
            slot_fields,
            NOTHING_YET,
            note="The same time on many accounts: they wait for free seats, and stagger_minutes spreads them.",
        ),
        Edit(
            "accept_times",
            "clock",
            "Accept suggested times",
            "will have slots at other times",
            ("account has its new times", "accounts have their new times"),
            make_times,
            note="Each gets the times that its own numbers suggest. They keep clear of each other, of the limits of "
            "all accounts and of the seats.",
        ),
        Edit(
            "apply_template",
            "copy",
            "Apply a template",
            "will take over the template",
            ("account has taken it over", "accounts have taken it over"),
            make_template,
            template_fields,
            {key_of("template"): "", key_of("parts"): "settings,slots,keywords", key_of("content"): forms.NO},
        ),
        Edit(
            "add_to_group",
            "users",
            "Add to a group",
            "will be in the group",
            ("account is in the group", "accounts are in the group"),
            partial(make_grouped, in_it=True),
            group_fields,
            {key_of("group"): ""},
            undo="remove_from_group",
        ),
        Edit(
            "remove_from_group",
            "x",
            "Remove from a group",
            "will leave the group",
            ("account has left the group", "accounts have left the group"),
            partial(make_grouped, in_it=False),
            present_group_fields,
            {key_of("group"): ""},
            undo="add_to_group",
        ),
    )
}


def find_task(name: str) -> Task | None:
    """The deed or edit of that name."""
    return DEEDS.get(name) or EDITS.get(name)


def is_told(task: Task, args: MultiDict[str, str]) -> bool:
    """Whether all an order of this task needs may be in `args`: what it asks for was filled in, or it asks nothing."""
    asks = isinstance(task, Edit) and bool(task.defaults)
    return not asks or any(name.startswith(f"{SET}.") for name in args)


def values_of(task: Task, fleet: Fleet, args: MultiDict[str, str]) -> Values:
    """What a form says, and the defaults for what it does not."""
    if not isinstance(task, Edit):
        return {}
    return forms.sent(task.fields_of(fleet), args, task.defaults)


def make_order(task: Task, fleet: Fleet, args: MultiDict[str, str]) -> Order:
    """The order of what was filled in. Raises Unfilled."""
    if not isinstance(task, Edit):
        return StateOrder(DEEDS[task.name])
    values = values_of(task, fleet, args)
    return task.make(task, fleet, values, _carried(task.fields_of(fleet), values))


def _carried(fields: Sequence[Field], values: Values) -> Fields:
    """What a form was filled in with, as hidden inputs that say the same."""
    found: list[tuple[str, str]] = []
    for each in fields:
        for name in each.inputs:
            texts = values[name].split(",") if each.kind is Kind.TICKS else [values[name]]
            found += [(name, text) for text in texts]
    return tuple(found)
