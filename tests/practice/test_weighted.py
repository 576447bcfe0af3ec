from __future__ import annotations

import pytest
import twitter_text
from hypothesis import given
from hypothesis import strategies as st

from practice.weighted import weighted_length

KNOWN = {
    "": 0,
    "abc": 3,
    "é": 1,
    "e\u0301": 1,
    "日本語": 6,
    "👍🏽": 2,
    "👨‍👩‍👧‍👦": 2,
    "🇮🇩🇮🇩": 4,
    "1️⃣": 2,
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": 2,
    "baris\ndua": 9,
    "https://x.com/a": 23,
    "lihat https://contoh.example/jalan/yang/panjang?sekali=1.": 30,
    "contoh.com bagus": 29,
    "“kutip” – tanda": 15,
    "surel a@contoh.com": 18,
}


@pytest.mark.parametrize(("text", "length"), KNOWN.items())
def test_known_lengths(text, length):
    assert weighted_length(text) == length


@given(
    st.lists(
        st.sampled_from([*"abc é日本 \n", "👍🏽", "👨‍👩‍👧‍👦", "🇮🇩", " https://contoh.com/a ", "!", "❤️"]), max_size=40
    )
)
def test_it_agrees_with_an_independent_implementation(parts):
    text = "".join(parts)
    assert weighted_length(text) == twitter_text.parse_tweet(text).weightedLength
