"""Orders that are told more than whom they are for: a limit, a slot, a template, a group; and those that switch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict

from bot.account_templates_view import AccountTemplate, Part
from bot.errors import SettingsError
from bot.file_edits import FileEdit
from bot.files_view import AccountFile
from bot.fleet_view import AccountView, Fleet
from bot.settings.account import POSTS_PER_DAY_CEILING, AccountSettings
from bot.settings.account_editing import add_slot, set_keywords, set_values
from bot.settings.account_template import take_business, take_settings, take_slots
from bot.settings.validation import check
from bot.settings.yaml_editing import edit_yaml
from bot.settings.yaml_reading import KeyPath, parse_yaml
from webapp import wording
from webapp.bulk.alterations import LIMITS, slot_words
from webapp.bulk.deeds import DEEDS, Reason, Task
from webapp.bulk.entry_orders import grouped, switched
from webapp.bulk.file_orders import Extra, FileOrder
from webapp.bulk.orders import Fields, Order, StateOrder
from webapp.files import fields as forms
from webapp.files.fields import Field, Kind, Values
from webapp.overview.selection import LONGEST_GROUP, group_counts
from webapp.plan import fields as plan

SET = "set"
"""Before the name of each field, so that it is none of those that choose the accounts."""
MOST = 1000
SAME_TEXTS = "The same texts on two accounts break X's rules: change them before both post."
_SLOT_FIELDS = tuple(replace(each, path=(SET, *each.path)) for each in plan.FIELDS)
_PARTS = (
    (Part.SETTINGS, "Policies, limits and delays"),
    (Part.SLOTS, "Slots and their time zone"),
    (Part.KEYWORDS, "Keywords"),
    (Part.BUSINESS, "Business texts (number and link)"),
)


class Unfilled(Exception):
    """What was filled in will not do: key of a field -> what is wrong with it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {words}" for key, words in errors.items()))
        self.errors = errors


@dataclass(frozen=True)
class Edit(Task):
    """A task that changes what is written of accounts. `make` makes the order of what was filled in."""

    make: Callable[[Edit, Fleet, Values, Fields], Order]
    fields_of: Callable[[Fleet], tuple[Field, ...]] = lambda _fleet: ()
    defaults: Mapping[str, str] = field(default_factory=dict)


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


def _key(*path: str) -> str:
    return ".".join((SET, *path))


# a limit


def _limit_fields(_fleet: Fleet) -> tuple[Field, ...]:
    rule = f"Never more than {POSTS_PER_DAY_CEILING} posts a day, whatever is written. An hour is any 60 minutes."
    return (
        Field((SET, "limit"), "Limit", Kind.CHOICE, choices=tuple((str(key), LIMITS[key]) for key in LIMITS)),
        Field((SET, "value"), "At most", Kind.NUMBER, rule, most=MOST),
    )


def _make_limit(edit: Edit, _fleet: Fleet, values: Values, fields: Fields) -> Order:
    key, value = values[_key("limit")], forms.number(values[_key("value")])
    wrong = {} if key in LIMITS else {_key("limit"): "Choose one."}
    if not isinstance(value, int) or not 0 <= value <= MOST:
        wrong[_key("value")] = f"Write a whole number from 0 to {MOST}."
    if wrong:
        raise Unfilled(wrong)
    return limit_order(edit, key, int(value), fields)


def limit_order(task: Task, key: str, value: int, fields: Fields = ()) -> Order:
    """Set a limit: a key below safety.rate_limits."""
    change = partial(set_values, values={("safety", "rate_limits", key): value})
    edit = FileEdit.of_data(AccountFile.SETTINGS, change)
    return FileOrder(task, (edit,), fields, f"({LIMITS[key].lower()}: {value})")


# a slot


def _slot_form(_fleet: Fleet) -> tuple[Field, ...]:
    hint = "Letters, digits, _ and -. It stays: what ran is kept under it."
    return (Field((SET, "name"), "Name", Kind.TEXT, hint), *_SLOT_FIELDS)


def _make_slot(edit: Edit, _fleet: Fleet, values: Values, fields: Fields) -> Order:
    name = values[_key("name")]
    plain = {each.key: values[f"{SET}.{each.key}"] for each in plan.FIELDS}
    wrong = {f"{SET}.{key}": words for key, words in plan.lacking(plain).items()}
    wrong |= {} if name else {_key("name"): "Give it a name."}
    wrong |= {} if plain["time"] else {_key("time"): "Say when."}
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
    asked = {f"{SET}.{each.key}": each.path for each in plan.FIELDS} | {_key("name"): ("name",)}
    found = {
        key: problem.message
        for problem in refused.problems
        for key, path in asked.items()
        if problem.key.endswith("." + ".".join(str(part) for part in path))
    }
    return found or {_key("name"): refused.problems[0].message}


def _has_slot(name: str, fleet: Fleet, account: AccountView) -> Reason | None:
    try:
        settings = fleet.files.read(account.id, AccountFile.SETTINGS).settings
    except KeyError:
        return None
    if settings is None or all(slot.name != name for slot in settings.schedule.all_slots):
        return None
    words = f"It has a slot {name} already; change it on its page Plan, or choose another name."
    return Reason("has a slot of this name", "have a slot of this name", words)


# a template


def _template_fields(fleet: Fleet) -> tuple[Field, ...]:
    usable = [each for each in fleet.account_templates.all() if not each.problems]
    hint = "Slots become just those of the template; else what it does not name stays." if usable else ""
    rule = "" if usable else "There is none yet: save one on an account’s page “Account”."
    return (
        Field(
            (SET, "template"),
            "Template",
            Kind.CHOICE,
            choices=tuple((each.name, each.name) for each in usable),
            rule=rule,
        ),
        Field(
            (SET, "parts"),
            "What the accounts take over",
            Kind.TICKS,
            hint,
            choices=tuple((str(part), words) for part, words in _PARTS),
        ),
        Field((SET, "content"), "Its texts and media, too", Kind.TICK, rule=SAME_TEXTS),
    )


def _make_template(edit: Edit, fleet: Fleet, values: Values, fields: Fields) -> Order:
    parts = [Part(part) for part in values[_key("parts")].split(",") if part]
    parts += [Part.CONTENT] if values[_key("content")] == forms.YES else []
    try:
        template = fleet.account_templates.find(values[_key("template")])
    except KeyError:
        raise Unfilled({_key("template"): "Choose one that is there."}) from None
    return template_order(edit, fleet, template, parts, fields)


def template_order(
    task: Task, fleet: Fleet, template: AccountTemplate, parts: Sequence[Part], fields: Fields = ()
) -> Order:
    """Let accounts take over parts of a template. Raises Unfilled for one that cannot give them."""
    if template.problems:
        raise Unfilled({_key("template"): f"It cannot be used: {template.problems[0]}."})
    if not parts:
        raise Unfilled({_key("parts"): "Tick at least one."})
    if Part.CONTENT in parts and not template.has_content:
        raise Unfilled({_key("content"): "This template holds no texts."})
    told = f"{template.name} ({', '.join(parts)})"
    extra = _media_of(fleet, template) if Part.CONTENT in parts else None
    return FileOrder(task, tuple(_template_edits(template, parts)), fields, told, extra)


def _template_edits(template: AccountTemplate, parts: Sequence[Part]) -> list[FileEdit]:
    takes = [
        take
        for part, take in ((Part.SETTINGS, take_settings), (Part.SLOTS, take_slots), (Part.BUSINESS, take_business))
        if part in parts
    ]
    edits = []
    if takes:
        file = template.folder / AccountFile.SETTINGS.filename
        source = parse_yaml(template.texts[AccountFile.SETTINGS], file).data

        def take_all(data: Any) -> None:
            for take in takes:
                take(data, source)

        edits.append(FileEdit.of_data(AccountFile.SETTINGS, take_all))
    if Part.KEYWORDS in parts:
        edits.append(FileEdit.of_data(AccountFile.KEYWORDS, partial(set_keywords, groups=template.keywords)))
    if Part.CONTENT in parts:
        text = template.texts[AccountFile.TEMPLATES]
        edits.append(FileEdit(AccountFile.TEMPLATES, lambda _text: text))
    return edits


def _media_of(fleet: Fleet, template: AccountTemplate) -> Extra:
    templates, name = fleet.account_templates, template.name

    def would(account_id: str) -> str:
        missing = len(templates.missing_media(name, account_id))
        return f"Media: {wording.counted(missing, 'new file', 'new files')}" if missing else ""

    def do(account_id: str) -> str:
        return f"Media: {wording.counted(templates.copy_media(name, account_id), 'new file', 'new files')}"

    return Extra(would, do)


# groups


def _group_fields(_fleet: Fleet) -> tuple[Field, ...]:
    return (Field((SET, "group"), "Group", Kind.TEXT, "By business or region, say.", suggestions="groups"),)


def _out_fields(fleet: Fleet) -> tuple[Field, ...]:
    names = [name for name, _ in group_counts(fleet.overview().accounts)]
    return (Field((SET, "group"), "Group", Kind.CHOICE, choices=tuple((name, name) for name in names)),)


def _make_grouped(edit: Edit, _fleet: Fleet, values: Values, fields: Fields, *, in_it: bool) -> Order:
    name = values[_key("group")]
    wrong = group_problem(name)
    if (wrong and in_it) or not name:
        raise Unfilled({_key("group"): wrong})
    return grouped(edit, name, fields, in_it=in_it)


def group_problem(name: str) -> str:
    """Why this cannot be the name of a group; "" when it can."""
    if not name:
        return "Write its name."
    if "," in name or not name.isprintable() or len(name) > LONGEST_GROUP:
        return f"A group’s name has no comma, and at most {LONGEST_GROUP} signs."
    return ""


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
            _make_limit,
            _limit_fields,
            {_key("limit"): "tweets_per_day", _key("value"): ""},
        ),
        Edit(
            "add_slot",
            "calendar",
            "Add a slot",
            "will have a new slot",
            ("account has its new slot", "accounts have their new slot"),
            _make_slot,
            _slot_form,
            {f"{SET}.{key}": text for key, text in forms.shown(plan.FIELDS, plan.fresh_slot("")).items()}
            | {_key("name"): "", _key("time"): ""},
            note="The same time on many accounts: they wait for free seats, and stagger_minutes spreads them.",
        ),
        Edit(
            "apply_template",
            "copy",
            "Apply a template",
            "will take over the template",
            ("account has taken it over", "accounts have taken it over"),
            _make_template,
            _template_fields,
            {_key("template"): "", _key("parts"): "settings,slots,keywords", _key("content"): forms.NO},
        ),
        Edit(
            "add_to_group",
            "users",
            "Add to a group",
            "will be in the group",
            ("account is in the group", "accounts are in the group"),
            partial(_make_grouped, in_it=True),
            _group_fields,
            {_key("group"): ""},
            undo="remove_from_group",
        ),
        Edit(
            "remove_from_group",
            "x",
            "Remove from a group",
            "will leave the group",
            ("account has left the group", "accounts have left the group"),
            partial(_make_grouped, in_it=False),
            _out_fields,
            {_key("group"): ""},
            undo="add_to_group",
        ),
    )
}
