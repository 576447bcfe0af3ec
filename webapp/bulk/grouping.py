"""Groups: many accounts put into one, or taken out of it."""

from __future__ import annotations

from bot.fleet_view import Fleet
from webapp.bulk.entry_orders import grouped
from webapp.bulk.filling import SET, Edit, Unfilled, key_of
from webapp.bulk.orders import Fields, Order
from webapp.files.fields import Field, Kind, Values
from webapp.overview.selection import LONGEST_GROUP, group_counts


def group_fields(_fleet: Fleet) -> tuple[Field, ...]:
    return (Field((SET, "group"), "Group", Kind.TEXT, "By business or region, say.", suggestions="groups"),)


def present_group_fields(fleet: Fleet) -> tuple[Field, ...]:
    names = [name for name, _ in group_counts(fleet.overview().accounts)]
    return (Field((SET, "group"), "Group", Kind.CHOICE, choices=tuple((name, name) for name in names)),)


def make_grouped(edit: Edit, _fleet: Fleet, values: Values, fields: Fields, *, in_it: bool) -> Order:
    name = values[key_of("group")]
    wrong = group_problem(name)
    if (wrong and in_it) or not name:
        raise Unfilled({key_of("group"): wrong})
    return grouped(edit, name, fields, in_it=in_it)


def group_problem(name: str) -> str:
    """Why this cannot be the name of a group; "" when it can."""
    if not name:
        return "Write its name."
    if "," in name or not name.isprintable() or len(name) > LONGEST_GROUP:
        return f"A group’s name has no comma, and at most {LONGEST_GROUP} signs."
    return ""
