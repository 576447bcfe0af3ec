"""Templates unfolded: what depends on a common draw is drawn in every way, what does not stays a choice.

A variable that stands once can be drawn by itself. One that stands twice has the same text both times, and question
and answer are of one entry: such draws are made one after the other, each a *branch* of its own. All posts of a
template are those of its branches, in which only words and choices are left, each choice free of the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice, product

from bot.content.language import LONGEST_SOURCE, Choice, Part, Tree, Variable, Words, parse
from bot.content.vocabulary import Entry, Vocabulary

MOST_BRANCHES = 5_000


class TooMany(Exception):
    """There are more than can be gone through."""


@dataclass(frozen=True)
class _Drawn:
    """What was decided on the way to a branch."""

    entries: Mapping[str, Entry] = field(default_factory=dict)  # of shared lists
    texts: Mapping[str, str] = field(default_factory=dict)  # of their variables
    open: frozenset[str] = frozenset()  # variables that are being filled


def unfold(tree: Tree, vocabulary: Vocabulary) -> list[Tree]:
    """The branches of a tree. Raises TooMany."""
    return [branch for branch, _ in _Unfolding(vocabulary, tree).of_tree(tree, _Drawn())]


def as_one(branches: list[Tree]) -> list[Tree]:
    """The same branches as a single one, when they differ in one stretch of words alone: that is then a choice."""
    if len(branches) < 2:
        return branches
    first, last = min(branches, key=len), max(branches, key=len)
    head = _common(branches, len(first))
    tail = _common([branch[::-1] for branch in branches], len(first) - head)
    middles = [branch[head : len(branch) - tail] for branch in branches]
    if not all(isinstance(part, Words) for middle in middles for part in middle):
        return branches
    texts = dict.fromkeys("".join(part.text for part in middle if isinstance(part, Words)) for middle in middles)
    options = tuple((Words(text),) if text else () for text in texts)
    return [(*last[:head], Choice(options), *last[len(last) - tail :])]


def _common(trees: list[Tree], most: int) -> int:
    """How many parts all of them begin with."""
    number = 0
    while number < most and all(tree[number] == trees[0][number] for tree in trees):
        number += 1
    return number


def texts_of(tree: Tree) -> Iterator[str]:
    """Every text of a tree without variables, in order; one may come twice."""
    options = [
        (part.text,) if isinstance(part, Words) else [text for each in part.options for text in texts_of(each)]
        for part in tree
        if not isinstance(part, Variable)
    ]
    return ("".join(chosen) for chosen in product(*options))


def number_of_ways(tree: Tree) -> int:
    """How many texts `texts_of` gives."""
    ways = 1
    for part in tree:
        if isinstance(part, Choice):
            ways *= sum(number_of_ways(option) for option in part.options)
    return ways


class _Unfolding:
    def __init__(self, vocabulary: Vocabulary, tree: Tree) -> None:
        self._vocabulary = vocabulary
        self._mentions = _Mentions(vocabulary)
        self._shared = {of for of, number in self._mentions.of_tree(tree).items() if number > 1}

    def of_tree(self, tree: Tree, drawn: _Drawn) -> list[tuple[Tree, _Drawn]]:
        found: list[tuple[Tree, _Drawn]] = [((), drawn)]
        for part in tree:
            found = _at_most(
                ((*before, *after), then) for before, now in found for after, then in self._of_part(part, now)
            )
        return found

    def _of_part(self, part: Part, drawn: _Drawn) -> list[tuple[Tree, _Drawn]]:
        if isinstance(part, Words):
            return [((part,), drawn)]
        if isinstance(part, Choice):
            return self._of_options(part.options, drawn, is_free=not self._are_shared(part.options))
        if part.name not in self._vocabulary:
            return [((Words(part.source),), drawn)]
        return self._of_variable(part.name, drawn)

    def _of_options(self, options: Iterable[Tree], drawn: _Drawn, *, is_free: bool) -> list[tuple[Tree, _Drawn]]:
        """Of a free choice one branch that is a choice, of another one those of all its options."""
        if not is_free:
            return _at_most(each for option in options for each in self.of_tree(option, drawn))
        possible = tuple(branch for option in options for branch, _ in self.of_tree(option, drawn))
        return [((Choice(possible),), drawn)] if possible else []

    def _of_variable(self, name: str, drawn: _Drawn) -> list[tuple[Tree, _Drawn]]:
        if name in drawn.texts:
            return [((Words(drawn.texts[name]),), drawn)]
        if name in drawn.open:
            return []
        of = self._vocabulary.list_of[name]
        inside = replace(drawn, open=drawn.open | {name})
        entries = [entry for entry in self._vocabulary.entries.get(of, ()) if name in entry]
        if of not in self._shared and not self._are_shared(parse(entry[name]) for entry in entries):
            found = self._of_options((parse(entry[name]) for entry in entries), inside, is_free=True)
            return [(branch, drawn) for branch, _ in found]
        if of in drawn.entries:
            entries = [drawn.entries[of]] if name in drawn.entries[of] else []
        return _at_most(each for entry in entries for each in self._of_entry(name, entry, inside))

    def _of_entry(self, name: str, entry: Entry, inside: _Drawn) -> Iterator[tuple[Tree, _Drawn]]:
        """A branch for each text that the variable has by this entry."""
        of = self._vocabulary.list_of[name]
        before = replace(inside, entries={**inside.entries, of: entry})
        for branch, then in self.of_tree(parse(entry[name]), before):
            if number_of_ways(branch) > MOST_BRANCHES:
                raise TooMany
            for text in texts_of(branch):
                if len(text) <= LONGEST_SOURCE:  # as in rendering: texts may double each other without end
                    yield (Words(text),), replace(then, texts={**then.texts, name: text}, open=inside.open - {name})

    def _are_shared(self, trees: Iterable[Tree]) -> bool:
        return any(of in self._shared for tree in trees for of in self._mentions.of_tree(tree))


class _Mentions:
    """How often one post can draw from each list, at most."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, Counter[str]] = {}

    def of_tree(self, tree: Tree) -> Counter[str]:
        found: Counter[str] = Counter()
        for part in tree:
            if isinstance(part, Choice):
                found += _most(self.of_tree(option) for option in part.options)
            elif isinstance(part, Variable) and part.name in self._vocabulary:
                found += self._of_variable(part.name)
        return found

    def _of_variable(self, name: str) -> Counter[str]:
        if name not in self._known:
            of = self._vocabulary.list_of[name]
            self._known[name] = Counter({of: 2})  # for one that leads back to itself
            entries = self._vocabulary.entries.get(of, ())
            inside = _most(self.of_tree(parse(entry[name])) for entry in entries if name in entry)
            self._known[name] = inside + Counter({of: 1})
        return self._known[name]


def _most(counts: Iterable[Counter[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in counts:
        found |= each
    return found


def _at_most(branches: Iterable[tuple[Tree, _Drawn]]) -> list[tuple[Tree, _Drawn]]:
    found = list(islice(branches, MOST_BRANCHES + 1))
    if len(found) > MOST_BRANCHES:
        raise TooMany
    return found
