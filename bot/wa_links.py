"""Short codes inside the text of WhatsApp links: by its code an order is known to come from one post. Pure.

A code is six signs that cannot be mistaken for each other when they are read or typed: no 0/O, 1/I/L, 2/Z, 5/S, 6/G,
8/B or U/V, no vowels that would make words. The last sign is computed from the others, so that one that was misheard,
or two that changed places, are noticed. In a link it stands in parentheses behind the words of the shop:
`https://wa.me/62812?text=Halo%20%28K7M427%29` opens a chat that begins with “Halo (K7M427)”.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

ALPHABET = "23456789CFHKMPRTWXY"
"""A prime number of signs: with another modulus some pairs of changed places would go unnoticed."""
LENGTH = 6
SAMPLE = "SAMPLE"
"""Stands in previews. No code is like it: most of its letters are in none."""

_HEARD = str.maketrans({"S": "5", "B": "8", "Z": "2", "G": "6"})
"""What is typed for a sign that looks like it; none of these letters is in a code."""
_LINK = re.compile(
    r"(?<![\w./@-])(?:https?://)?(?:wa\.me/\+?\d{5,20}/?|(?:api|web)\.whatsapp\.com/send/?)"
    r"(?P<query>\?[^\s{}|#]*)?(?P<fragment>#[^\s{}|]*)?",
    re.IGNORECASE,
)
"""A link that opens a chat with a text. wa.me/message/… has its text from WhatsApp and takes no other."""
_IN_LINK = re.compile(rf"(?:%20)?%28(?P<code>{SAMPLE}|[{ALPHABET}]{{{LENGTH}}})%29")
_IN_MESSAGE = re.compile(rf"\(\s*([0-9A-Z]{{{LENGTH}}})\s*\)")
_TEXT = "text="


def make_code(random: Random) -> str:
    """A code, drawn evenly."""
    signs = "".join(random.choice(ALPHABET) for _ in range(LENGTH - 1))
    return next(signs + last for last in ALPHABET if is_code(signs + last))


def is_code(word: str) -> bool:
    """Whether the word can be a code: its signs, and that they go together."""
    if len(word) != LENGTH or any(sign not in ALPHABET for sign in word):
        return False
    weights = enumerate(word, start=1)
    return sum(weight * ALPHABET.index(sign) for weight, sign in weights) % len(ALPHABET) == 0


def read_code(words: str) -> str:
    """The code that a person typed or pasted, the whole message around it perhaps. Raises ValueError in words."""
    plain = words.upper()
    for found in _IN_MESSAGE.findall(plain):
        if is_code(code := found.translate(_HEARD)):
            return str(code)
    code = re.sub(r"[\s()#.–-]", "", plain).translate(_HEARD)
    if is_code(code):
        return code
    shown = " ".join(words.split())
    if len(code) == LENGTH:
        raise ValueError(f"“{shown[:40]}” has a slip of the pen: no code is like it")
    raise ValueError(f"“{shown[:40]}” is no code: a code has {LENGTH} signs, such as {_EXAMPLE}")


def can_carry_code(text: str) -> bool:
    """Whether the text has a link that a code can stand in."""
    return _LINK.search(text) is not None


def with_code(text: str, code: str) -> str:
    """The text with the code in its WhatsApp links, in place of one that is there; the rest of each link stays."""
    return _LINK.sub(lambda found: _changed(found, lambda words: _coded(words, code)), text)


def without_code(text: str) -> str:
    """The text as it is without codes, to tell whether two posts say the same. An empty text of a link goes, too."""
    return _LINK.sub(lambda found: _changed(found, lambda words: _IN_LINK.sub("", words)), text)


def code_in(text: str) -> str:
    """The first code in the text's WhatsApp links; "" for none. A sample is none."""
    for link in _LINK.finditer(text):
        for found in _IN_LINK.finditer(link["query"] or ""):
            if is_code(found["code"]):
                return found["code"]
    return ""


def mark_of(code: str) -> str:
    """How a code stands in the text of a post."""
    return f"%28{code}%29"


def _coded(words: str, code: str) -> str:
    plain = _IN_LINK.sub("", words)
    return f"{plain}%20{mark_of(code)}" if plain else mark_of(code)


def _changed(link: re.Match[str], change: Callable[[str], str]) -> str:
    """The link with `change` applied to the words of its text; without words, it has no text."""
    query, fragment = link["query"] or "", link["fragment"] or ""
    address = link[0].removesuffix(fragment).removesuffix(query)
    parts = query[1:].split("&") if len(query) > 1 else []
    place = next((at for at, part in enumerate(parts) if part.lower().startswith(_TEXT)), len(parts))
    words = change(parts[place][len(_TEXT) :] if place < len(parts) else "")
    parts[place : place + 1] = [_TEXT + words] if words else []
    return address + ("?" + "&".join(parts) if parts else "") + fragment


_EXAMPLE = make_code(Random(7))
