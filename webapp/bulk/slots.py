"""A new slot for many accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.errors import SettingsError
from bot.file_edits import FileEdit
from bot.files_view import AccountFile
from bot.fleet_view import AccountView, Fleet
from bot.settings.account import AccountSettings
from bot.settings.account_editing import add_slot
from bot.settings.validation import check
from bot.settings.yaml_editing import edit_yaml
from bot.settings.yaml_reading import KeyPath, parse_yaml
from webapp.bulk.alterations import slot_words
from webapp.bulk.deeds import Reason, Task
from webapp.bulk.file_orders import FileOrder
from webapp.bulk.filling import SET, Edit, Unfilled, key_of
from webapp.bulk.orders import Fields, Order
from webapp.files import fields as forms
from webapp.files.fields import Field, Kind, Values
from webapp.plan import fields as plan

_SLOT_FIELDS = tuple(replace(each, path=(SET, *each.path)) for each in plan.FIELDS)
NOTHING_YET = {f"{SET}.{key}": text for key, text in forms.shown(plan.FIELDS, plan.fresh_slot("")).items()} | {
    key_of("name"): "",
    key_of("time"): "",
}
"""What the form shows at first."""


def slot_fields(_fleet: Fleet) -> tuple[Field, ...]:
    hint = "Letters, digits, _ and -. It stays: what ran is kept under it."
    return (Field((SET, "name"), "Name", Kind.TEXT, hint), *_SLOT_FIELDS)


def make_slot(edit: Edit, _fleet: Fleet, values: Values, fields: Fields) -> Order:
    name = values[key_of("name")]
    plain = {each.key: values[f"{SET}.{each.key}"] for each in plan.FIELDS}
    wrong = {f"{SET}.{key}": words for key, words in plan.lacking(plain).items()}
    wrong |= {} if name else {key_of("name"): "Give it a name."}
    wrong |= {} if plain["time"] else {key_of("time"): "Say when."}
    if wrong:
        raise Unfilled(wrong)
    base = forms.shown(plan.FIELDS, plan.fresh_slot(name))
    return slot_order(edit, name, {("time",): plain["time"], **forms.changes(plan.FIELDS, plain, base)}, fields)


def slot_order(task: Task, name: str, values: Mapping[KeyPath, Any], fields: Fields = ()) -> Order:
    """Add a slot of that name. Raises Unfilled for what no slot can be."""
    change, file = partial(add_slot, name=name, values=values), Path(AccountFile.SETTINGS.filename)
    try:
        alone = check(parse_yaml(edit_yaml("", change, file), file), AccountSettings)
    except SettingsError as refused:
        raise Unfilled(_slot_errors(refused)) from refused
    told = f"{name} {slot_words(alone.slot(name))}"
    edit = FileEdit.of_data(AccountFile.SETTINGS, change)
    return FileOrder(task, (edit,), fields, told, refuses=partial(_has_slot, name))


def _slot_errors(refused: SettingsError) -> dict[str, str]:
    """Key of a field -> what is wrong. The slot stands alone in a file of its own: its fields are the last part."""
    asked = {f"{SET}.{each.key}": each.path for each in plan.FIELDS} | {key_of("name"): ("name",)}
    found = {
        key: problem.message
        for problem in refused.problems
        for key, path in asked.items()
        if problem.key.endswith("." + ".".join(str(part) for part in path))
    }
    return found or {key_of("name"): refused.problems[0].message}


def _has_slot(name: str, fleet: Fleet, account: AccountView) -> Reason | None:
    try:
        settings = fleet.files.read(account.id, AccountFile.SETTINGS).settings
    except KeyError:
        return None
    if settings is None or all(slot.name != name for slot in settings.schedule.all_slots):
        return None
    words = f"It has a slot {name} already; change it on its page Plan, or choose another name."
    return Reason("has a slot of this name", "have a slot of this name", words)
