from __future__ import annotations

from random import Random
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.length import weighted_length
from bot.guards.likeness import words_of
from bot.wa_links import (
    ALPHABET,
    SAMPLE,
    can_carry_code,
    code_in,
    is_code,
    make_code,
    read_code,
    with_code,
    without_code,
)
from bot.x.comparing import comparable

CODES = st.integers(0, 2**32).map(lambda seed: make_code(Random(seed)))
_WORDS = st.text(alphabet="abcXYZ 0123456789,.!?&=#%+/()[]kakéß🔥", max_size=30)


@st.composite
def links(draw: st.DrawFn) -> str:
    """Links as shops write them: with and without a text, with other parameters, with a fragment."""
    address = draw(st.sampled_from(["https://wa.me/6281234567890", "wa.me/6281234567890/", "https://wa.me/+628123456"]))
    parts = draw(st.lists(st.sampled_from(["app_absent=0", "lang=id", "x"]), max_size=2, unique=True))
    if draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), "text=" + quote(draw(_WORDS), safe=""))
    fragment = draw(st.sampled_from(["", "#order"]))
    return address + ("?" + "&".join(parts) if parts else "") + fragment


def text_of(link: str) -> str:
    return parse_qs(urlsplit(link).query, keep_blank_values=True).get("text", [""])[0]


def others_of(link: str) -> dict[str, list[str]]:
    found = parse_qs(urlsplit(link).query, keep_blank_values=True)
    return {name: values for name, values in found.items() if name != "text"}


@given(links(), CODES)
def test_a_code_stands_behind_the_words_and_the_rest_of_the_link_stays(link: str, code: str) -> None:
    coded = with_code(link, code)
    assert text_of(coded) == (f"{text_of(link)} ({code})" if text_of(link) else f"({code})")
    assert others_of(coded) == others_of(link)
    assert urlsplit(coded)._replace(query="") == urlsplit(link)._replace(query="")
    assert code_in(f"Order: {coded}\n#promo") == code
    assert read_code(text_of(coded)) == code


@given(links(), CODES, CODES)
def test_a_code_takes_the_place_of_another_and_goes_without_a_trace(link: str, one: str, other: str) -> None:
    assert with_code(with_code(link, one), other) == with_code(link, other)
    assert without_code(with_code(link, one)) == without_code(link)
    assert without_code(without_code(link)) == without_code(link)


@given(links(), CODES, CODES)
def test_neither_length_nor_guards_nor_the_look_at_the_profile_see_a_code(link: str, one: str, other: str) -> None:
    plain, first, second = (
        f"Kuota 10GB murah! Order: {each} ya" for each in (link, with_code(link, one), with_code(link, other))
    )
    shown = f"Kuota 10GB murah! Order: {link.removeprefix('https://')[:24]}… ya"  # as x.com cuts a long one
    assert words_of(first) == words_of(second) == words_of(plain)
    assert comparable(first) == comparable(second) == comparable(plain) == comparable(shown)


@given(CODES)
def test_a_link_with_a_code_still_counts_23(code: str) -> None:
    for link in ("https://wa.me/6281234567890", "https://wa.me/6281234567890?text=Halo%20mau%20order"):
        assert weighted_length(f"Order: {with_code(link, code)}") == len("Order: ") + 23


@given(CODES, st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_sign_that_was_misheard_is_noticed(code: str, place: int, sign: str) -> None:
    heard = code[:place] + sign + code[place + 1 :]
    assert is_code(heard) == (heard == code)


@given(CODES, st.integers(0, 4))
def test_two_signs_that_changed_places_are_noticed(code: str, place: int) -> None:
    heard = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_code(heard) == (heard == code)


@given(CODES)
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    typed = code.lower().replace("5", "s").replace("8", "b").replace("2", "z").replace("6", "g")
    for words in (code.lower(), f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}", f" ({code}) ", f"#{code}", typed):
        assert read_code(words) == code
    assert read_code(f"Halo kak (2 pcs) mau order ({code}) makasih") == code


def test_no_code_has_signs_that_are_mistaken_for_each_other() -> None:
    assert not set("0O1ILB8Z2S5G6UVAE") & set(ALPHABET) - set("2568")
    assert not is_code(SAMPLE)


@pytest.mark.parametrize(("words", "why"), [("K7M42", "is no code"), ("", "is no code"), ("222223", "slip of the pen")])
def test_what_is_no_code_is_told(words: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_code(words)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "wa.me/message/ABC123",
        "https://t.me/62812345",
        "https://example.com/wa.me/6281234567",
        "ask us@wa.me/62812345",
    ],
)
def test_other_links_are_left_alone(text: str) -> None:
    assert not can_carry_code(text)
    assert with_code(text, "222222") == without_code(text) == text


def test_every_choice_of_a_link_gets_the_code() -> None:
    code = make_code(Random(1))
    both = with_code("{https://wa.me/62811111?text=A|wa.me/62822222}", code)
    assert both == f"{{https://wa.me/62811111?text=A%20%28{code}%29|wa.me/62822222?text=%28{code}%29}}"
    assert "?" not in without_code("https://wa.me/62811111?text=")
