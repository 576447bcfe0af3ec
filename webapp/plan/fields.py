"""A slot as a form has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.errors import SettingsProblem
from bot.settings.account import WEEKDAYS, AccountSettings, Schedule, Slot
from bot.settings.account_editing import THREE_SLOTS
from bot.settings.yaml_reading import KeyPath
from webapp.files import fields
from webapp.files.fields import Field, Kind, Values

NO_DAY = "Tick at least one day; to let it rest, switch it off."
_MOST_DEEDS = 50
_MOST_REPLIES = 20
_DAYS = tuple((day, day.title()) for day in WEEKDAYS)
_POSTS = (("promo", "A promo template"), ("value", "A value template"), ("none", "Nothing"))

FIELDS = (
    Field(("enabled",), "It fires", Kind.TICK, "Switched off, it stays in the file."),
    Field(("time",), "Time", Kind.TIME, "On the account’s clock."),
    Field(("weekdays",), "Days", Kind.TICKS, choices=_DAYS),
    Field(
        ("post",),
        "Post",
        Kind.CHOICE,
        choices=_POSTS,
    ),
    Field(
        ("summary",), "It ends with a line on the day", Kind.TICK, "In the record: posts, likes, follows, followers."
    ),
    Field(("like",), "Likes", Kind.NUMBER, most=_MOST_DEEDS),
    Field(("like_from",), "… found with the keywords of", suggestions="groups"),
    Field(("follow",), "Follows", Kind.NUMBER, most=_MOST_DEEDS),
    Field(("follow_from",), "… found with the keywords of", suggestions="groups"),
    Field(("reply",), "Replies", Kind.NUMBER, most=_MOST_REPLIES),
    Field(("reply_from",), "… found with the keywords of", suggestions="groups"),
    Field(("reply_with",), "… with the reply templates of", hint="A group of reply_templates; empty takes any."),
    Field(
        ("missed", "policy"),
        "When its time passed while Aviary was off",
        Kind.CHOICE,
        choices=(("catch_up", "Catch up"), ("skip", "Skip it")),
    ),
    Field(("missed", "within_minutes"), "… if it is at most so late", Kind.NUMBER, most=24 * 60, unit="minutes"),
)


def fields_with(kinds: Iterable[str]) -> tuple[Field, ...]:
    """The fields, with these kinds of templates to choose from."""
    known = dict(_POSTS)
    choices = tuple(
        (kind, known.get(kind, f"A template of the kind {kind}")) for kind in dict.fromkeys([*kinds, "none"])
    )
    return tuple(replace(field, choices=choices) if field.key == "post" else field for field in FIELDS)


def fresh_slot(name: str) -> Slot:
    """A slot of that name of which nothing is written but its time: what the form of a new one compares with."""
    if name in THREE_SLOTS:
        return Schedule.model_validate({name: {}}).all_slots[0]
    return Slot.model_validate({"name": "slot", "time": "12:00"})


def place_of(settings: AccountSettings, name: str) -> KeyPath:
    """Where a slot stands in the file, or would stand."""
    schedule = settings.schedule
    names = [slot.name for slot in schedule.slots]
    if name in names:
        return ("schedule", "slots", names.index(name))
    return ("schedule", name) if name in THREE_SLOTS else ("schedule", "slots", len(names))


def errors(settings: AccountSettings, name: str, problems: list[SettingsProblem]) -> dict[str, str]:
    """Key of a field -> what is wrong with it."""
    return fields.errors(FIELDS, problems, place_of(settings, name))


def lacking(values: Values) -> dict[str, str]:
    """What the file would take, but nobody means."""
    return {} if values["weekdays"] else {"weekdays": NO_DAY}
