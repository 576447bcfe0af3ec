"""What the templates of a test say, beside the names they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.content.templates import Template
from bot.excerpts import excerpt
from bot.experiments.prospect import content_of
from bot.experiments.view import ExperimentPlace
from bot.storage.experiments import Compared, Plan

ACCOUNTS_READ = 10
"""The files of so many accounts of a test are read for its page."""
_BEGINNING = 100


@dataclass(frozen=True)
class NamedText:
    """A template by its key, with its different texts; accounts of a group have their own under one name."""

    key: str
    texts: tuple[str, ...]

    @classmethod
    def of(cls, key: str, templates: Iterable[Template]) -> NamedText:
        """The texts of all that have this key, each once."""
        return cls(key, tuple(dict.fromkeys(map(text_of, templates))))

    @property
    def is_its_own_name(self) -> bool:
        """Whether the template has no name: then the key says it all."""
        return self.texts == (self.key,)

    @property
    def beginning(self) -> str:
        return excerpt(self.texts[0], _BEGINNING) if self.texts else ""

    @property
    def is_whole(self) -> bool:
        """Whether the beginning is all there is to read."""
        return len(self.texts) < 2 and self.beginning == "".join(self.texts)


def text_of(template: Template) -> str:
    """Its posts, as they are written; those of a thread with a line between them."""
    return "\n\n".join((template.text, *template.more))


def arm_texts(plan: Plan, places: Sequence[ExperimentPlace]) -> list[list[NamedText]]:
    """For each arm its templates, as these accounts have them now; nothing for a test of times."""
    if plan.compares is not Compared.TEXTS:
        return [[] for _ in plan.arms]
    contents = [content_of(place) for place in places[:ACCOUNTS_READ]]
    templates = [each for content in contents if content for each in content.templates if each.kind == plan.subject]
    return [[NamedText.of(key, [each for each in templates if each.key == key]) for key in arm] for arm in plan.arms]
