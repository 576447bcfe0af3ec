"""What a person fills in for a test, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from bot.content.templates import Template
from bot.experiments.prospect import content_of
from bot.experiments.view import ExperimentPlace, Wanted
from bot.storage.experiments import Compared, OutcomeKind
from webapp.experiments.texts import NamedText

_ACCOUNT, _GROUP = "account:", "group:"
_SEPARATOR = "|"
"""Between the kind of a template and its key; a kind has none."""


@dataclass(frozen=True)
class TextChoice:
    """A template that can stand for an arm; in a group, of so many accounts."""

    value: str
    kind: str
    named: NamedText
    accounts: int

    @property
    def key(self) -> str:
        return self.named.key


@dataclass
class ExperimentForm:
    """As it was filled in."""

    where: str = ""
    compares: Compared = Compared.TEXTS
    name: str = ""
    first: list[str] = field(default_factory=list)
    second: list[str] = field(default_factory=list)
    slot: str = ""
    first_time: str = ""
    second_time: str = ""
    outcome: OutcomeKind = OutcomeKind.ENGAGEMENT
    smallest: int = 30
    longest: int = 26
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: MultiDict[str, str]) -> ExperimentForm:
        """What a browser sent; what is no choice of the form falls back to its first."""
        return cls(
            where=data.get("where", ""),
            compares=Compared.TIMES if data.get("compares") == Compared.TIMES else Compared.TEXTS,
            name=data.get("name", "").strip()[:100],
            first=data.getlist("first"),
            second=data.getlist("second"),
            slot=data.get("slot", ""),
            first_time=data.get("first_time", ""),
            second_time=data.get("second_time", ""),
            outcome=next((each for each in OutcomeKind if each == data.get("outcome")), OutcomeKind.ENGAGEMENT),
            smallest=data.get("smallest", 30, type=int),
            longest=data.get("longest", 26, type=int),
        )

    @property
    def is_placed(self) -> bool:
        """Whether it is said where the test shall be."""
        return self.where.startswith((_ACCOUNT, _GROUP))

    def wanted(self) -> Wanted:
        """What it asks for."""
        is_times = self.compares is Compared.TIMES
        kinds = {value.partition(_SEPARATOR)[0] for value in (*self.first, *self.second)}
        return Wanted(
            name=self.name,
            compares=self.compares,
            account_id=self.where.removeprefix(_ACCOUNT) if self.where.startswith(_ACCOUNT) else "",
            group=self.where.removeprefix(_GROUP) if self.where.startswith(_GROUP) else "",
            subject=self.slot if is_times else next(iter(sorted(kinds)), ""),
            first=_times(self.first_time) if is_times else _keys(self.first),
            second=_times(self.second_time) if is_times else _keys(self.second),
            outcome=self.outcome,
            smallest_percent=self.smallest,
            longest_weeks=self.longest,
        )

    def places(self, places: Sequence[ExperimentPlace]) -> list[ExperimentPlace]:
        """The accounts it is about."""
        wanted = self.wanted()
        return [each for each in places if each.account_id == wanted.account_id or wanted.group in each.groups]


def where_choices(places: Sequence[ExperimentPlace]) -> list[tuple[str, str]]:
    """Value and words: each account whose files can be read, then each group."""
    accounts = [(_ACCOUNT + each.account_id, each.name) for each in places if each.settings is not None]
    groups = sorted({group for each in places for group in each.groups})
    return accounts + [(_GROUP + group, f"Group {group}") for group in groups]


def text_choices(places: Sequence[ExperimentPlace]) -> list[TextChoice]:
    """The templates of these accounts that are switched on, by kind."""
    found: dict[tuple[str, str], list[tuple[str, Template]]] = {}  # kind and key -> (account, its template)
    for place in places:
        content = content_of(place)
        for each in content.templates if content else ():
            if each.enabled:
                found.setdefault((each.kind, each.key), []).append((place.account_id, each))
    return [
        TextChoice(
            f"{kind}{_SEPARATOR}{key}",
            kind,
            NamedText.of(key, [template for _, template in own]),
            len({account_id for account_id, _ in own}),
        )
        for (kind, key), own in sorted(found.items(), key=lambda each: each[0])
    ]


def slot_choices(places: Sequence[ExperimentPlace]) -> list[str]:
    """The slots of these accounts that post."""
    schedules = (place.settings.schedule for place in places if place.settings is not None)
    slots = (slot for schedule in schedules for slot in schedule.all_slots)
    return list(dict.fromkeys(slot.name for slot in slots if slot.enabled and slot.post != "none"))


def _keys(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(value.partition(_SEPARATOR)[2] for value in values)


def _times(value: str) -> tuple[str, ...]:
    return (value,) if value else ()
