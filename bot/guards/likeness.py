"""How alike two posts are to a reader, whatever was changed to make them look different. Pure.

Emoji, numbers, the order of the words, links, mentions, punctuation, casing, hashtags and drawn-out letters count for
nothing. What is left are the words; two posts are as alike as their words overlap (Dice's coefficient, 0 to 1), where
words that every post has count less. It was set by tests/guards/duplicate_pairs.jsonl.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Set
from functools import lru_cache

ALIKE = 0.7
"""From here on two posts are called alike."""

_LINK = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#:]\S*)?(?<![.,!?])", re.IGNORECASE)
_MENTION = re.compile(r"(?<!\w)@\w+")
_HASHTAGS_AROUND = re.compile(r"^(?:\s*#\w+)+|(?:\s*#\w+)+\s*$")
"""Hashtags before and after a text label it; one inside of a sentence is a word of it."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBER = re.compile(r"\d+")
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_DOUBLED = re.compile(r"([^efols])\1$")
"""A last letter written twice; not those that words end on so: free, stuff, igloo, all, less."""
_RUN_ON = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that are written without blanks between the words: Thai, Lao, Burmese, Japanese, Chinese."""
_LOOKALIKES = str.maketrans("аеорсухіјѕԁӏɡ", "aeopcyxijsdlg")
"""Letters of other scripts that look like Latin ones, as they are used to make a text look new to a program."""

_COUNTED = """
satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas selusin puluh belas ratus ribu ribuan juta
seribu seratus setengah separuh rb jt rp idr rupiah persen pertama kedua ketiga
one two three four five six seven eight nine ten eleven twelve dozen hundred thousand million half quarter
first second third usd dollar dollars buck bucks percent
k x gb mb kb tb ml l ltr liter kg g gr gram cm mm m km inch oz lb am pm hrs hr
"""
"""Numbers in words, and what numbers are counted in."""

_COMMON = """
yang yg dan dgn dengan di ke dari untuk utk buat ini itu ada bisa juga sudah saja aja kak kakak ya yaa yuk kami kita
kamu anda lagi atau pada oleh akan tidak tak bukan lewat via hari para si nya dong deh nih tanpa
order pesan chat wa whatsapp hubungi info dm klik link bio telp call cek balas promo
the a an and or of to in on at for with from by is are was be it its this that we our us you your they their he she
not no up so as do does has have had but just only all now text shop
"""
"""Words that many posts have, among them those that ask to get in touch."""
_WEIGHT_OF_COMMON = 0.4
_COUNTED_WORDS, _COMMON_WORDS = frozenset(_COUNTED.split()), frozenset(_COMMON.split())
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
"""Unicode's categories of signs that join, accent or surround others."""


@lru_cache(maxsize=4096)  # a candidate is compared with many, and drawn anew for each template
def words_of(text: str) -> frozenset[str]:
    """What of a post counts for likeness. Never empty, unless the text is."""
    plain = _visible(text)
    unlinked = _MENTION.sub(" ", _LINK.sub(" ", plain))
    unlabelled = _HASHTAGS_AROUND.sub(" ", unlinked)
    found = frozenset(_words(unlabelled)) or frozenset(_words(unlinked))
    return found or frozenset("".join(plain.split()).split())  # nothing but emoji, numbers or links: those, then


def weight_of(words: Set[str]) -> float:
    """How much the words say; the same to the last digit, whatever order they come in."""
    common = len(_COMMON_WORDS & words)
    return len(words) - common + _WEIGHT_OF_COMMON * common


def weight_of_word(word: str) -> float:
    """How much one word says."""
    return _WEIGHT_OF_COMMON if word in _COMMON_WORDS else 1.0


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How alike two posts with these words are, from 0 to 1."""
    whole = weight_of(one) + weight_of(other)
    return 2 * weight_of(one & other) / whole if whole else 0.0


def are_alike(one: str, other: str) -> bool:
    """Whether two texts are one post to the guards."""
    return likeness(words_of(one), words_of(other)) >= ALIKE


def _visible(text: str) -> str:
    """The text in plain small letters: decorated letters are plain ones, and what is not seen is not there."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(sign for sign in plain if unicodedata.category(sign) not in _UNSEEN or _RUN_ON.match(sign))
    return seen.translate(_LOOKALIKES) if re.search("[a-z]", seen) else seen


def _words(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text):
        if _RUN_ON.search(match[0]):
            yield from _pairs(match[0])
            continue
        word = _plain_form(_NUMBER.sub("", match[0]))
        if word and word not in _COUNTED_WORDS:
            yield word


def _pairs(run: str) -> Iterable[str]:
    """Each sign with the next, where nothing shows where a word ends."""
    signs = _NUMBER.sub("", run)
    return (signs[at : at + 2] for at in range(max(1, len(signs) - 1)))


def _plain_form(word: str) -> str:
    """The word without drawn-out letters, apostrophes and the Indonesian -nya."""
    plain = _DOUBLED.sub(r"\1", _DRAWN_OUT.sub(r"\1", re.sub("['’]", "", word)))
    return plain.removesuffix("nya") if len(plain) > 6 else plain
