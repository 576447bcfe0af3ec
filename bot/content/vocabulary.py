"""What the variables of templates stand for: lists of entries, of which one is drawn for a post."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from copy import copy
from functools import cached_property

from bot.content.language import Choice, Tree, Variable, parse, variables_in

Entry = Mapping[str, str]
"""Variable -> text. The variables of one entry (question and answer) go together."""
_BRACES = re.compile(r"\{([^{}|]*)\}")


class Vocabulary:
    """`lists` are the entries by the name of their list, `list_of` says from which list each variable is drawn.

    A variable with one fixed value is a list with one entry. The texts may hold variables and choices themselves.
    """

    def __init__(self, lists: Mapping[str, Collection[Entry]], list_of: Mapping[str, str]) -> None:
        self.list_of = dict(list_of)
        self._lists = {name: tuple(entries) for name, entries in lists.items()}

    def __contains__(self, name: str) -> bool:
        """Whether the variable is known, with or without a value."""
        return name in self.list_of

    def with_fixed(self, values: Mapping[str, str]) -> Vocabulary:
        """With further variables of one value each; "" is none. A variable that is known stays what it is."""
        new = {name: value for name, value in values.items() if name not in self.list_of}
        lists = {f"={name}": ({name: value},) for name, value in new.items()}
        return Vocabulary({**self._lists, **lists}, {**self.list_of, **{name: f"={name}" for name in new}})

    def with_any_of(self, values: Mapping[str, Collection[str]]) -> Vocabulary:
        """With variables that may have any of these values, whatever they were before."""
        lists = {f"={name}": tuple({name: value} for value in each) for name, each in values.items()}
        return Vocabulary({**self._lists, **lists}, {**self.list_of, **{name: f"={name}" for name in values}})

    def with_words(self, values: Mapping[str, str]) -> Vocabulary:
        """The same with other values of variables of one value, which stay words without braces.

        So what was worked out of all the texts still holds: for many posts, this is much quicker than anew.
        """
        own = {f"={name}": ({name: value},) for name, value in values.items() if self.list_of.get(name) == f"={name}"}
        changed = copy(self)
        changed._lists = {**self._lists, **own}
        changed.__dict__["with_value"] = self.with_value
        changed.__dict__["entries"] = {**self.entries, **own}
        return changed

    @cached_property
    def entries(self) -> Mapping[str, tuple[Entry, ...]]:
        """List -> its entries with the texts of which a post can be made; entries without any are left out."""
        usable = {
            name: tuple(
                {key: text for key, text in entry.items() if text.strip() and self.can_be_filled(parse(text))}
                for entry in entries
            )
            for name, entries in self._lists.items()
        }
        return {name: tuple(entry for entry in entries if entry) for name, entries in usable.items()}

    @cached_property
    def with_value(self) -> frozenset[str]:
        """The variables that have a value which leads to an end: not to an empty list, not only back to itself."""
        found: frozenset[str] = frozenset()
        while True:
            more = frozenset(
                name
                for entries in self._lists.values()
                for entry in entries
                for name, text in entry.items()
                if name in self.list_of and text.strip() and self._fills(parse(text), found)
            )
            if more == found:
                return found
            found = more

    def can_be_filled(self, tree: Tree) -> bool:
        """Whether all variables of one way through the tree have a value."""
        return self._fills(tree, self.with_value)

    def without_value(self, tree: Tree) -> tuple[str, ...]:
        """The known variables of the tree that have none, in order."""
        return tuple(dict.fromkeys(n for n in variables_in(tree) if n in self.list_of and n not in self.with_value))

    def unknown(self, tree: Tree) -> tuple[str, ...]:
        """The names in braces that are no variables here: they are posted as they stand."""
        return tuple(dict.fromkeys(name for name in variables_in(tree) if name not in self.list_of))

    def names_known(self, text: str) -> bool:
        """Whether a text that is to be posted still names a known variable."""
        return any(name in self.list_of for name in _BRACES.findall(text))

    @cached_property
    def going_round(self) -> frozenset[str]:
        """The variables one of whose texts leads back to them."""
        leads = {
            name: {each for entry in self.entries[of] if name in entry for each in variables_in(parse(entry[name]))}
            for name, of in self.list_of.items()
        }
        return frozenset(name for name in leads if name in _reached(name, leads))

    def _fills(self, tree: Tree, filled: frozenset[str]) -> bool:
        for part in tree:
            if isinstance(part, Variable) and part.name in self.list_of and part.name not in filled:
                return False
            if isinstance(part, Choice) and not any(self._fills(option, filled) for option in part.options):
                return False
        return True


def _reached(start: str, leads: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    coming = list(leads[start])
    while coming:
        name = coming.pop()
        if name in leads and name not in found:
            found.add(name)
            coming += leads[name]
    return found
