"""An account template for accounts that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from bot.account_templates_view import AccountTemplate, Part
from bot.file_edits import FileEdit
from bot.files_view import AccountFile
from bot.fleet_view import Fleet
from bot.settings.account_editing import set_keywords
from bot.settings.account_template import take_business, take_settings, take_slots
from bot.settings.yaml_reading import parse_yaml
from webapp import wording
from webapp.bulk.deeds import Task
from webapp.bulk.file_orders import Extra, FileOrder
from webapp.bulk.filling import SET, Edit, Unfilled, key_of
from webapp.bulk.orders import Fields, Order
from webapp.files import fields as forms
from webapp.files.fields import Field, Kind, Values

SAME_TEXTS = "The same texts on two accounts break X's rules: change them before both post."
_PARTS = (
    (Part.SETTINGS, "Policies, limits and delays"),
    (Part.SLOTS, "Slots and their time zone"),
    (Part.KEYWORDS, "Keywords"),
    (Part.BUSINESS, "Business texts (number and link)"),
)


def template_fields(fleet: Fleet) -> tuple[Field, ...]:
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


def make_template(edit: Edit, fleet: Fleet, values: Values, fields: Fields) -> Order:
    parts = [Part(part) for part in values[key_of("parts")].split(",") if part]
    parts += [Part.CONTENT] if values[key_of("content")] == forms.YES else []
    try:
        template = fleet.account_templates.find(values[key_of("template")])
    except KeyError:
        raise Unfilled({key_of("template"): "Choose one that is there."}) from None
    return template_order(edit, fleet, template, parts, fields)


def template_order(
    task: Task, fleet: Fleet, template: AccountTemplate, parts: Sequence[Part], fields: Fields = ()
) -> Order:
    """Let accounts take over parts of a template. Raises Unfilled for one that cannot give them."""
    if template.problems:
        raise Unfilled({key_of("template"): f"It cannot be used: {template.problems[0]}."})
    if not parts:
        raise Unfilled({key_of("parts"): "Tick at least one."})
    if Part.CONTENT in parts and not template.has_content:
        raise Unfilled({key_of("content"): "This template holds no texts."})
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
        named = {group: words for group, words in template.keywords.items() if words}
        edits.append(FileEdit.of_data(AccountFile.KEYWORDS, partial(set_keywords, groups=named)))
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
