"""A limit for many accounts."""

from __future__ import annotations

from functools import partial

from bot.file_edits import FileEdit
from bot.files_view import AccountFile
from bot.fleet_view import Fleet
from bot.settings.account import POSTS_PER_DAY_CEILING
from bot.settings.account_editing import set_values
from webapp.bulk.alterations import LIMITS
from webapp.bulk.deeds import Task
from webapp.bulk.file_orders import FileOrder
from webapp.bulk.filling import SET, Edit, Unfilled, key_of
from webapp.bulk.orders import Fields, Order
from webapp.files import fields as forms
from webapp.files.fields import Field, Kind, Values

MOST = 1000


def limit_fields(_fleet: Fleet) -> tuple[Field, ...]:
    rule = f"Never more than {POSTS_PER_DAY_CEILING} posts a day, whatever is written. An hour is any 60 minutes."
    return (
        Field((SET, "limit"), "Limit", Kind.CHOICE, choices=tuple((str(key), LIMITS[key]) for key in LIMITS)),
        Field((SET, "value"), "At most", Kind.NUMBER, rule, most=MOST),
    )


def make_limit(edit: Edit, _fleet: Fleet, values: Values, fields: Fields) -> Order:
    key, value = values[key_of("limit")], forms.number(values[key_of("value")])
    wrong = {} if key in LIMITS else {key_of("limit"): "Choose one."}
    if not isinstance(value, int) or not 0 <= value <= MOST:
        wrong[key_of("value")] = f"Write a whole number from 0 to {MOST}."
    if wrong:
        raise Unfilled(wrong)
    return limit_order(edit, key, int(value), fields)


def limit_order(task: Task, key: str, value: int, fields: Fields = ()) -> Order:
    """Set a limit: a key below safety.rate_limits."""
    change = partial(set_values, values={("safety", "rate_limits", key): value})
    edit = FileEdit.of_data(AccountFile.SETTINGS, change)
    return FileOrder(task, (edit,), fields, f"({LIMITS[key].lower()}: {value})")
