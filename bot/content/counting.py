"""How many different posts a template can make: exactly, however many there are.

Two ways through a template can lead to one text: `{a|ab}{c|bc}` makes three texts, not four. So the texts are counted,
not the ways: the template becomes a net whose paths spell its texts, and the net is walked letter by letter with all
places at once where the letters so far can lead. Each text is then one walk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from bot.content.branching import TooMany, as_one, number_of_ways, texts_of, unfold
from bot.content.language import Choice, Part, Tree, Words, parse
from bot.content.rendering import some_posts
from bot.content.templates import Template
from bot.content.vocabulary import Vocabulary

_SAMPLE = 400  # draws, for what cannot be counted
_MOST_PLACES = 60_000  # letters of a net
_MOST_MOVES = 150_000
_END = "\x00"  # stands behind each post of a thread and each option of a poll


@dataclass(frozen=True)
class Count:
    """A number of different posts. What is too entangled to count is not exact: there are at least so many."""

    number: int
    is_exact: bool = True


def count_posts(template: Template, vocabulary: Vocabulary) -> Count:
    """The different posts (of a thread: threads) that `draw` can make. Blanks at the ends do not make a difference."""
    whole: Tree = tuple(part for text in template.parts for part in (*parse(text), Words(_END)))
    if not vocabulary.can_be_filled(whole):
        return Count(0)
    try:
        unfolded = list(dict.fromkeys(unfold(whole, vocabulary)))
        if all(number_of_ways(branch) == 1 for branch in unfolded):
            return Count(len(_plain_posts(unfolded, vocabulary)))
        branches = as_one(unfolded)
        ways = _ways_that_differ(branches[0]) if len(branches) == 1 else None
        return Count(_Net(branches).count(vocabulary) if ways is None else ways)
    except TooMany:
        seen = {(post.posts, post.poll) for post in some_posts(template, vocabulary, _SAMPLE)}
        return Count(len(seen), is_exact=False)


def _plain_posts(branches: Iterable[Tree], vocabulary: Vocabulary) -> set[tuple[str, ...]]:
    """The posts of branches that have one text each."""
    found = (tuple(text.strip() for text in next(texts_of(branch)).split(_END)[:-1]) for branch in branches)
    return {texts for texts in found if all(texts) and not any(map(vocabulary.names_known, texts))}


def _ways_that_differ(tree: Tree) -> int | None:
    """How many ways lead through a tree when each surely has a text of its own; None when that is not plain to see.

    Where no option begins like another one whole, reading a text from its start tells each choice in turn. Blanks at
    an end and braces need a closer look.
    """
    ways = 1
    for part in tree:
        texts = _plain_texts(part)
        if texts is None or any("{" in text for text in texts):
            return None
        ways *= len(texts)
    return None if _has_blanks_at_ends(tree) else ways


def _plain_texts(part: Part) -> list[str] | None:
    """The different texts of a part, when none begins with another one and each lies within one post."""
    if not isinstance(part, Choice):
        return [part.text] if isinstance(part, Words) else None
    found: set[str] = set()
    for option in part.options:
        if not all(isinstance(each, Words) for each in option):
            return None
        found.add("".join(each.text for each in option if isinstance(each, Words)))
    texts = sorted(found)
    mixed = any(after.startswith(before) for before, after in pairwise(texts)) or any(_END in text for text in texts)
    return None if mixed else texts


def _has_blanks_at_ends(tree: Tree) -> bool:
    """Whether a text may begin or end with a blank, beside an end mark."""
    for before, after in pairwise((Words(_END), *tree)):
        if after == Words(_END) and any(_ends(before, -1)):
            return True
        if before == Words(_END) and any(_ends(after, 0)):
            return True
    return False


def _ends(part: Part, index: int) -> Iterator[bool]:
    texts = _plain_texts(part) or [""]
    return (not text or text[index].isspace() or text == _END for text in texts)


class _Last(IntEnum):
    """What a walk has just passed."""

    END = 0  # or nothing yet: blanks are left out here
    BLANK = 1
    LETTER = 2


Places = frozenset[int]
_NO_NAME = None


class _Net:
    """Branches as one net of places, from place 0 to `_goal`; some ways from place to place cost no letter."""

    def __init__(self, branches: Iterable[Tree]) -> None:
        self._letters: list[dict[str, list[int]]] = [{}]
        self._free: list[list[int]] = [[]]
        self._moves: dict[Places, dict[str, Places]] = {}
        ends = [self._lay(branch, 0) for branch in branches]
        self._goal = self._place()
        for end in ends:
            self._free[end].append(self._goal)

    def _place(self) -> int:
        if len(self._free) > _MOST_PLACES:
            raise TooMany
        self._letters.append({})
        self._free.append([])
        return len(self._free) - 1

    def _lay(self, tree: Tree, at: int) -> int:
        """Lay a tree from a place on; returns the place it leads to."""
        for part in tree:
            if isinstance(part, Words):
                for letter in part.text:
                    following = self._place()
                    self._letters[at].setdefault(letter, []).append(following)
                    at = following
            elif isinstance(part, Choice):
                at = self._lay_options(part.options, at)
        return at

    def _lay_options(self, options: Sequence[Tree], at: int) -> int:
        end = self._place()
        for option in options:
            start = self._place()
            self._free[at].append(start)
            self._free[self._lay(option, start)].append(end)
        return end

    def count(self, vocabulary: Vocabulary) -> int:
        """Walk all texts at once, a letter further each time. Raises TooMany."""
        names = _Names(vocabulary)
        walks: dict[tuple[Places, str | None, _Last], int] = {
            (self._without_blanks(self._reach([0])), _NO_NAME, _Last.END): 1
        }
        total = moves = 0
        while walks:
            further: defaultdict[tuple[Places, str | None, _Last], int] = defaultdict(int)
            for (places, name, last), number in walks.items():
                if last is _Last.LETTER and (after := self._behind_end(places)):
                    total += number if self._goal in after else 0
                    further[after, _NO_NAME, _Last.END] += number
                for letter, after in self._moves_from(places).items():
                    moves += 1
                    kind = _Last.BLANK if letter.isspace() else _Last.LETTER
                    if letter == _END or (last is _Last.END and kind is _Last.BLANK) or names.end(name, letter):
                        continue
                    further[after, names.begin(name, letter), kind] += number
            if moves > _MOST_MOVES:
                raise TooMany
            walks = further
        return total

    def _moves_from(self, places: Places) -> dict[str, Places]:
        known = self._moves.get(places)
        if known is None:
            found: defaultdict[str, list[int]] = defaultdict(list)
            for place in places:
                for letter, following in self._letters[place].items():
                    found[letter] += following
            known = self._moves[places] = {letter: self._reach(each) for letter, each in found.items()}
        return known

    def _reach(self, places: Iterable[int]) -> Places:
        """These places and where one gets from them for free."""
        found = set(places)
        coming = list(found)
        while coming:
            for place in self._free[coming.pop()]:
                if place not in found:
                    found.add(place)
                    coming.append(place)
        return frozenset(found)

    def _without_blanks(self, places: Places) -> Places:
        """These places and those behind blanks, which are taken off."""
        found = coming = places
        while coming:
            behind = [each for blank, after in self._moves_from(coming).items() if blank.isspace() for each in after]
            coming = frozenset(behind) - found
            found |= coming
        return found

    def _behind_end(self, places: Places) -> Places:
        """Where the next text begins when this one ends here, with nothing but blanks in between."""
        after = self._moves_from(self._without_blanks(places)).get(_END, frozenset())
        return self._without_blanks(after)


class _Names:
    """Watches for known variables in what is spelt, which `draw` does not let out: `{{tip}}` where a tip is "fact"."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._names = frozenset(vocabulary.list_of)
        self._beginnings = frozenset(name[:end] for name in self._names for end in range(len(name) + 1))

    def begin(self, name: str | None, letter: str) -> str | None:
        """What of a name was spelt since the last brace, after one more letter."""
        if letter == "{":
            return ""
        return name + letter if name is not None and name + letter in self._beginnings else None

    def end(self, name: str | None, letter: str) -> bool:
        """Whether the letter completes a known variable."""
        return letter == "}" and name in self._names
