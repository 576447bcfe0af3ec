"""The language of templates, as a tree: words, variables `{tip}`, and choices `{a|b|{c|d}}`. Pure text in, tree out.

Braces with a bar between them are a choice, without one a variable; whether that variable is known, others decide.
A brace without its partner, and a bar outside of braces, are words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

DEEPEST = 20
"""Braces within braces. What is nested deeper is words, so that no text makes anything here call itself without end."""
LONGEST_SOURCE = 20_000
"""Characters. A longer text is words as a whole: no post is made of it."""
_SIGN = re.compile(r"[{|}]")


@dataclass(frozen=True, slots=True)
class Words:
    """Text that is posted as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """Braces without a bar and without braces inside; `name` is all that stands between them."""

    name: str

    @property
    def source(self) -> str:
        return f"{{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of its options is posted."""

    options: tuple[Tree, ...]


Part = Words | Variable | Choice
Tree = tuple[Part, ...]


@dataclass
class _Brace:
    """An opened brace with what was read since: its options so far. The text itself is one, too."""

    start: int
    options: list[list[Part]] = field(default_factory=lambda: [[]])
    depth: int = 0  # of the braces inside

    def add(self, *parts: Part) -> None:
        self.options[-1].extend(parts)


@lru_cache(maxsize=20_000)
def parse(text: str) -> Tree:
    """The tree of a text. Every text has one."""
    if len(text) > LONGEST_SOURCE:
        return (Words(text),)
    stack = [_Brace(0)]
    done = 0
    for sign in _SIGN.finditer(text):
        stack[-1].add(Words(text[done : sign.start()]))
        _take(sign.group(), sign.start(), stack, text)
        done = sign.end()
    stack[-1].add(Words(text[done:]))
    return _joined(_unclosed(stack))


def _take(sign: str, at: int, stack: list[_Brace], text: str) -> None:
    if sign == "{":
        stack.append(_Brace(at))
    elif len(stack) == 1:
        stack[0].add(Words(sign))
    elif sign == "|":
        stack[-1].options.append([])
    else:
        closed = stack.pop()
        depth = closed.depth + 1
        if depth > DEEPEST:
            stack[-1].add(Words(text[closed.start : at + 1]))
        else:
            stack[-1].add(*_closed(closed))
            stack[-1].depth = max(stack[-1].depth, depth)


def _closed(brace: _Brace) -> Tree:
    if len(brace.options) > 1:
        return (Choice(tuple(_joined(option) for option in brace.options)),)
    inside = _joined(brace.options[0])
    if all(isinstance(part, Words) for part in inside):
        return (Variable("".join(part.text for part in inside if isinstance(part, Words))),)
    return (Words("{"), *inside, Words("}"))


def _unclosed(stack: list[_Brace]) -> list[Part]:
    """The whole text, with the braces that were never closed as words."""
    whole = list(stack[0].options[0])
    for brace in stack[1:]:
        whole.append(Words("{"))
        for number, option in enumerate(brace.options):
            whole += [Words("|"), *option] if number else option
    return whole


def _joined(parts: list[Part]) -> Tree:
    """The parts with neighbouring words as one, and no empty ones."""
    joined: list[Part] = []
    run: list[str] = []
    for part in [*parts, None]:
        if isinstance(part, Words):
            run.append(part.text)
            continue
        if text := "".join(run):
            joined.append(Words(text))
        run = []
        if part is not None:
            joined.append(part)
    return tuple(joined)


def variables_in(tree: Tree) -> Iterator[str]:
    """The names in braces, in order, those of every option too."""
    for part in tree:
        if isinstance(part, Variable):
            yield part.name
        elif isinstance(part, Choice):
            for option in part.options:
                yield from variables_in(option)


def variables_outside_choices(tree: Tree) -> Iterator[str]:
    """The names in braces that every post of the tree has."""
    return (part.name for part in tree if isinstance(part, Variable))
