"""Tasks that are told more than whom they are for: what they ask, and what of it will not do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.fleet_view import Fleet
from webapp.bulk.deeds import Task
from webapp.bulk.orders import Fields, Order
from webapp.files.fields import Field, Values

SET = "set"
"""Before the name of each field, so that it is none of those that choose the accounts."""


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


def key_of(*path: str) -> str:
    """The name of a field."""
    return ".".join((SET, *path))
