"""A file that a program has written anew, with every line that it did not mean to change as a person wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

_Step = tuple[int, int, int, int]
"""Lines [a, b) of the one text became lines [c, d) of the other."""


def keep_lines(text: str, untouched: str, changed: str) -> str:
    """`changed` with the lines it has in common with `untouched` as they are in `text`.

    `untouched` is `text` as the program writes it without any change, in its own spacing and quotes. A comment below
    something that was deleted stays. The result may be wrong where the program writes several lines as one: who calls
    this looks whether it still means the same.
    """
    before, plain, after = (each.splitlines(keepends=True) for each in (text, untouched, changed))
    own = _lines_of_each(before, plain)
    kept: list[str] = []
    done = 0
    for start, end, first, last in _steps(plain, after):
        kept += _flat(own[done:start])
        kept += after[first:last]
        if first == last:
            kept += _comments_at_end(_flat(own[start:end]))
        done = end
    return "".join(kept + _flat(own[done:]))


def _lines_of_each(before: Sequence[str], plain: Sequence[str]) -> list[list[str]]:
    """For each line of `plain` the lines of `before` that it stands for."""
    if len(before) == len(plain):
        return [[line] for line in before]
    own: list[list[str]] = []
    end = there = 0
    for start, stop, first, last in _steps(_without_blanks(plain), _without_blanks(before)):
        own += [[line] for line in before[there:first]]
        own += _shared_out(list(before[first:last]), stop - start)
        if stop == start and own:
            own[-1] = own[-1] + list(before[first:last])
        end, there = stop, last
    return own + [[line] for line in before[there : there + len(plain) - end]]


def _shared_out(lines: list[str], number: int) -> list[list[str]]:
    """The lines among so many: each its own, or all to the first where there are others in number."""
    if len(lines) == number:
        return [[line] for line in lines]
    return [lines, *([] for _ in range(1, number))] if number else []


def _without_blanks(lines: Sequence[str]) -> list[str]:
    """What the program puts in another way differs in blanks alone, but for quotes."""
    return ["".join(line.split()) for line in lines]


def _steps(old: Sequence[str], new: Sequence[str]) -> list[_Step]:
    """What differs, in order. Most files differ in one place: what is the same at both ends is not searched."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    found = [codes[1:] for codes in matcher.get_opcodes() if codes[0] != "equal"]
    return [(a + head, b + head, c + head, d + head) for a, b, c, d in found]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines are the same from the start on."""
    number = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        number += 1
    return number


def _comments_at_end(lines: list[str]) -> list[str]:
    """The comments and blank lines after the last line that says something: they belong to what follows."""
    start = len(lines)
    while start and lines[start - 1].strip()[:1] in {"", "#"}:
        start -= 1
    return lines[start:]


def _flat(groups: Sequence[Sequence[str]]) -> list[str]:
    return [line for group in groups for line in group]
