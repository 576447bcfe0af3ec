"""Templates and lists made up by hypothesis, and every post of them by going through all ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from bot.content.language import Choice, Part, Tree, Variable, Words, parse
from bot.content.templates import FIXED, Template, read_content
from bot.content.vocabulary import Entry, Vocabulary

VALUES = {"wa_number": "08 00", "wa_link": "https://wa.me/62?text=Halo%20kak", "number": "7"}
NAMES = ("tip", "question", "answer", "fact", "shade", "number", "wa_link", "unknown")
_PLAIN = st.sampled_from(
    ["a", "b", "ab", " ", "", "{", "}", "|", "1", "🔥", "é", "toko.id", ".", "x.co", "https://t.co/a"]
)
_VARIABLE = st.sampled_from(NAMES).map(lambda name: f"{{{name}}}")


def _with_choices(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    option = st.lists(inner, max_size=2).map("".join)
    return st.lists(option, min_size=2, max_size=3).map(lambda options: "{" + "|".join(options) + "}")


TEXTS = st.lists(st.recursive(_PLAIN | _VARIABLE, _with_choices, max_leaves=4), max_size=4).map("".join)
_SHORT = st.lists(_PLAIN | _VARIABLE | _with_choices(_PLAIN), max_size=2).map("".join)
LISTS: dict[str, Any] = {
    "tips": st.lists(_SHORT, max_size=3),
    "facts": st.lists(_SHORT, max_size=2),
    "faqs": st.lists(st.fixed_dictionaries({"question": _SHORT}, optional={"answer": _SHORT}), max_size=2),
    "lists": st.fixed_dictionaries({"shade": st.lists(_SHORT, max_size=2)}),
}
DATA = st.fixed_dictionaries(LISTS)


def vocabulary_of(data: Mapping[str, Any]) -> Vocabulary:
    return read_content(data).vocabulary.with_fixed({**dict.fromkeys(FIXED, ""), **VALUES})


class AllWays:
    """Every way through a template, each taken to its end: slow, and plain enough to be right."""

    def __init__(self, vocabulary: Vocabulary, lists: Mapping[str, Any]) -> None:
        self.vocabulary = vocabulary
        self.lists = lists

    def posts(self, template: Template) -> set[tuple[str, ...]]:
        found: set[tuple[str, ...]] = set()
        for texts in self._all_of([parse(text) for text in template.parts], {}, {}):
            stripped = tuple(text.strip() for text in texts)
            if all(stripped) and not any(f"{{{name}}}" in t for t in stripped for name in self.vocabulary.list_of):
                found.add(stripped)
        return found

    def _all_of(self, trees: list[Tree], entries: dict[str, Entry], filled: dict[str, str]) -> Iterator[list[str]]:
        if not trees:
            yield []
            return
        for text, now, then in self._tree(trees[0], entries, filled, ()):
            for rest in self._all_of(trees[1:], now, then):
                yield [text, *rest]

    def _tree(self, tree: Tree, entries: Any, filled: Any, open_: tuple[str, ...]) -> Iterator[tuple[str, Any, Any]]:
        if not tree:
            yield "", entries, filled
            return
        for text, now, then in self._part(tree[0], entries, filled, open_):
            for rest, later, last in self._tree(tree[1:], now, then, open_):
                yield text + rest, later, last

    def _part(self, part: Part, entries: Any, filled: Any, open_: tuple[str, ...]) -> Iterator[tuple[str, Any, Any]]:
        if isinstance(part, Words):
            yield part.text, entries, filled
        elif isinstance(part, Choice):
            for option in part.options:
                yield from self._tree(option, entries, filled, open_)
        elif part.name not in self.vocabulary:
            yield part.source, entries, filled
        elif part.name in filled:
            yield filled[part.name], entries, filled
        elif part.name not in open_:
            yield from self._variable(part, entries, filled, open_)

    def _variable(
        self, part: Variable, entries: Any, filled: Any, open_: tuple[str, ...]
    ) -> Iterator[tuple[str, Any, Any]]:
        of = self.vocabulary.list_of[part.name]
        for entry in [entries[of]] if of in entries else self.lists[of]:
            if not entry.get(part.name, "").strip():
                continue
            found = self._tree(parse(entry[part.name]), {**entries, of: entry}, filled, (*open_, part.name))
            for text, now, then in found:
                yield text, now, {**then, part.name: text}


def entries_of(data: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """The lists as they are written, each entry by its variables."""
    return {
        "tips": [{"tip": text} for text in data["tips"]],
        "facts": [{"fact": text} for text in data["facts"]],
        "faqs": list(data["faqs"]),
        "shade": [{"shade": text} for text in data["lists"]["shade"]],
        **{f"={name}": [{name: value}] for name, value in VALUES.items()},
    }
