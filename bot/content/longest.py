"""The greatest weighted length that any post of a template can have, found without making all posts.

X counts a text word by word: a link, an emoji or a composed letter never spans a blank. So of two parts that follow
each other only the last word of the one and the first of the other touch. Each part is known by its *shapes*: the word
it begins with, the word it ends with, and the weight between them. Where there are too many shapes, words become mere
numbers that are surely not too small.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.content.language import Part, Tree, Variable, Words, parse
from bot.content.length import MAX_WEIGHT, weighted_length
from bot.content.vocabulary import Vocabulary

ENDLESS = 100_000
"""The length of what leads back to itself."""
_MOST_SHAPES = 400
_LINK = 23
_SHORTEST_LINK = 4  # a.co
_MORE_AS_LINK = _LINK - _SHORTEST_LINK
_LONG_WORD = 2_000  # characters; counting one takes long
_WORD = re.compile(r"\S+")

Word = str | int
"""A word as it stands, or a number that its weight does not exceed."""


@dataclass(frozen=True)
class _Shapes:
    """Those of one word (`whole`), and those with a blank: (first word, last word) -> greatest weight between."""

    whole: frozenset[Word] = frozenset()
    broken: Mapping[tuple[Word, Word], int] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return len(self.whole) + len(self.broken)


_EMPTY = _Shapes(frozenset({""}))


def greatest_length(text: str, vocabulary: Vocabulary) -> int:
    """No text that `draw` makes of `text` weighs more. It is exact unless variables depend on each other."""
    shapes = _Shaping(vocabulary).of_tree(parse(text))
    lengths = [_weigh(word) for word in shapes.whole]
    lengths += [_weigh(first) + between + _weigh(last) for (first, last), between in shapes.broken.items()]
    return max(lengths, default=0)


def weight_at_most(text: str) -> int:
    """A number that the weight of the text does not exceed, quickly found."""
    if text.isascii():
        return len(text) + _MORE_AS_LINK * text.count(".")
    return sum(_loose(word) for word in _WORD.findall(text)) + sum(_blank(sign) for sign in text if sign.isspace())


def surely_fits(text: str) -> bool:
    """Whether X takes the text as one post, quickly found; one that this does not say of may fit as well."""
    plain = text.replace("\n", "")
    return plain.isprintable() and bool(plain.strip()) and weight_at_most(text) <= MAX_WEIGHT


class _Shaping:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, _Shapes] = {}

    def of_tree(self, tree: Tree) -> _Shapes:
        found = _EMPTY
        for part in tree:
            found = _followed(found, self._of_part(part))
        return found

    def _of_part(self, part: Part) -> _Shapes:
        if isinstance(part, Words):
            return _of_text(part.text)
        if isinstance(part, Variable):
            return self._of_variable(part.name) if part.name in self._vocabulary else _of_text(part.source)
        return _any_of(self.of_tree(option) for option in part.options)

    def _of_variable(self, name: str) -> _Shapes:
        if name in self._vocabulary.going_round:
            return _Shapes(frozenset({ENDLESS}))
        if name not in self._known:
            entries = self._vocabulary.entries.get(self._vocabulary.list_of[name], ())
            self._known[name] = _any_of(self.of_tree(parse(entry[name])) for entry in entries if name in entry)
        return self._known[name]


def _of_text(text: str) -> _Shapes:
    words = _WORD.findall(text)
    blanks = sum(_blank(sign) for sign in text if sign.isspace())
    if not blanks:
        return _Shapes(frozenset({text}))
    first = words.pop(0) if words and not text[0].isspace() else ""
    last = words.pop() if words and not text[-1].isspace() else ""
    return _Shapes(broken={(first, last): blanks + sum(_weigh(word) for word in words)})


def _any_of(parts: Iterable[_Shapes]) -> _Shapes:
    whole: set[Word] = set()
    broken: dict[tuple[Word, Word], int] = {}
    for part in parts:
        whole |= part.whole
        for ends, between in part.broken.items():
            broken[ends] = max(between, broken.get(ends, 0))
    return _fewer(_Shapes(frozenset(whole), broken))


def _followed(one: _Shapes, other: _Shapes) -> _Shapes:
    if one.number * other.number > _MOST_SHAPES:
        one, other = _loosened(one), _loosened(other)
    whole = frozenset(_joined(first, second) for first in one.whole for second in other.whole)
    broken: dict[tuple[Word, Word], int] = {}
    for ends, between in _broken(one, other):
        broken[ends] = max(between, broken.get(ends, 0))
    return _fewer(_Shapes(whole, broken))


def _broken(one: _Shapes, other: _Shapes) -> Iterable[tuple[tuple[Word, Word], int]]:
    for (first, last), between in other.broken.items():
        for word in one.whole:
            yield (_joined(word, first), last), between
        for (start, touching), before in one.broken.items():
            yield (start, last), before + _weigh(_joined(touching, first)) + between
    for (first, last), between in one.broken.items():
        for word in other.whole:
            yield (first, _joined(last, word)), between


def _fewer(shapes: _Shapes) -> _Shapes:
    return _loosened(shapes) if shapes.number > _MOST_SHAPES else shapes


def _loosened(shapes: _Shapes) -> _Shapes:
    """One shape of each kind, as heavy as the heaviest."""
    whole = frozenset({max(map(_loose, shapes.whole))} if shapes.whole else ())
    if not shapes.broken:
        return _Shapes(whole)
    ends: tuple[Word, Word] = (
        max(_loose(first) for first, _ in shapes.broken),
        max(_loose(last) for _, last in shapes.broken),
    )
    return _Shapes(whole, {ends: max(shapes.broken.values())})


def _joined(one: Word, other: Word) -> Word:
    if isinstance(one, str) and isinstance(other, str) and len(one) + len(other) <= _LONG_WORD:
        return one + other
    return _loose(one) + _loose(other)


def _weigh(word: Word) -> int:
    return word if isinstance(word, int) else _exact(word)


@lru_cache(maxsize=50_000)
def _exact(word: str) -> int:
    if not word:
        return 0
    return weighted_length(word) if len(word) <= _LONG_WORD else _loose(word)


def _loose(word: Word) -> int:
    """Two for each sign but plain letters, and for each full stop what a link may weigh more than its letters.

    Signs are taken apart first: composing them makes them fewer, whatever comes to stand beside them. An emoji of
    several signs weighs no more than they do.
    """
    if isinstance(word, int):
        return word
    signs = unicodedata.normalize("NFD", word)
    weight = sum(1 if sign.isascii() else 2 for sign in signs)
    return weight + _MORE_AS_LINK * word.count(".")


def _blank(sign: str) -> int:
    return 1 if sign.isascii() or sign == "\xa0" else 2
