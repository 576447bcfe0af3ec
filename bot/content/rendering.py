"""Posts made of templates: choices taken, variables filled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from bot.content.language import LONGEST_SOURCE, Choice, Tree, Variable, Words, parse, variables_outside_choices
from bot.content.templates import Rendered, Template
from bot.content.vocabulary import Entry, Vocabulary

_TRIES = 64


class _NoValueError(Exception):
    """This way through the choices leads to a variable without a value."""


def draw(template: Template, vocabulary: Vocabulary, random: Random) -> Rendered | None:
    """A post of the template; None when a variable it needs has no value: better no post than one with a hole.

    A variable has one text throughout a post and its thread, and the variables of one list are of one entry (the answer
    is that of the question). Variables and choices inside of what was drawn are filled, too. A brace that names no
    variable stays as text.
    """
    trees = [parse(text) for text in template.parts]
    if not all(vocabulary.can_be_filled(tree) for tree in trees):
        return None
    for _ in range(_TRIES):
        try:
            texts = _Rendering(vocabulary, trees, random).texts()
        except _NoValueError:
            continue
        if not any(vocabulary.names_known(text) for text in texts):
            return template.rendered(texts)
    return None


class _Rendering:
    """One post in the making: which entries were drawn, and what the variables have become."""

    def __init__(self, vocabulary: Vocabulary, trees: Sequence[Tree], random: Random) -> None:
        self._vocabulary = vocabulary
        self._trees = trees
        self._random = random
        self._needed = {name for tree in trees for name in variables_outside_choices(tree)}
        self._entries: dict[str, Entry] = {}
        self._filled: dict[str, str] = {}
        self._open: set[str] = set()  # variables that are being filled

    def texts(self) -> list[str]:
        """Raises _NoValueError."""
        return [self._text(tree).strip() for tree in self._trees]

    def _text(self, tree: Tree) -> str:
        text = "".join(self._part(part) for part in tree)
        if len(text) > LONGEST_SOURCE:
            raise _NoValueError
        return text

    def _part(self, part: Words | Variable | Choice) -> str:
        if isinstance(part, Words):
            return part.text
        if isinstance(part, Choice):
            usable = [option for option in part.options if self._vocabulary.can_be_filled(option)]
            return self._text(self._random.choice(usable))
        return self._variable(part.name) if part.name in self._vocabulary else part.source

    def _variable(self, name: str) -> str:
        if name not in self._filled:
            if name in self._open:
                raise _NoValueError
            self._open.add(name)
            self._filled[name] = self._text(parse(self._entry(name)[name]))
            self._open.discard(name)
        return self._filled[name]

    def _entry(self, name: str) -> Entry:
        """The entry that has this variable: one for all variables of its list, with all that the template needs."""
        of = self._vocabulary.list_of[name]
        if of not in self._entries:
            needed = {name, *(each for each in self._needed if self._vocabulary.list_of.get(each) == of)}
            usable = [entry for entry in self._vocabulary.entries.get(of, ()) if needed <= entry.keys()]
            if not usable:
                raise _NoValueError
            self._entries[of] = self._random.choice(usable)
        if name not in self._entries[of]:
            raise _NoValueError
        return self._entries[of]


def some_posts(template: Template, vocabulary: Vocabulary, number: int, seed: int = 0) -> Iterable[Rendered]:
    """Draws of a template, the same each time; a text may come twice."""
    random = Random(seed)
    for _ in range(number):
        post = draw(template, vocabulary, random)
        if post is None:
            return
        yield post
