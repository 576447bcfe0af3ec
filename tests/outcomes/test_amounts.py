from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outcomes.amounts import LARGEST, read_amount, write_amount

AMOUNTS = st.integers(0, LARGEST)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("", None),
        ("0", 0),
        ("1.250.000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("Rp 1.250.000", 1_250_000),
        ("Rp1.250.000,-", 1_250_000),
        ("rp. 25.000", 25_000),
        ("IDR 25000", 25_000),
        ("1.250.000,00", 1_250_000),
        ("1,250,000.00", 1_250_000),
        ("25 000", 25_000),
        ("25.000 rupiah", 25_000),
        ("250rb", 250_000),
        ("250 ribu", 250_000),
        ("1,5jt", 1_500_000),
        ("1.5 juta", 1_500_000),
        ("Rp\xa025.000", 25_000),
    ],
)
def test_numbers_are_read_as_shops_write_them(words: str, value: int | None) -> None:
    assert read_amount(words) == value


@pytest.mark.parametrize(
    "words", ["-3", "tiga", "12.50", "1.25.000", "1.250,000.5", "Rp", "3 pcs", "1e5", "9" * 14, "1,2,3"]
)
def test_what_is_no_whole_number_is_told_with_its_remedy(words: str) -> None:
    with pytest.raises(ValueError, match="write a whole number, such as 1250000"):
        read_amount(words)


@given(AMOUNTS, st.sampled_from([",", ".", " "]), st.sampled_from(["", "Rp", "Rp ", "rp. "]))
def test_every_amount_is_read_back_from_groups_of_three(amount: int, mark: str, currency: str) -> None:
    assert read_amount(f"{currency}{amount:,}".replace(",", mark)) == amount


@given(AMOUNTS)
def test_every_amount_is_read_back_from_a_table(amount: int) -> None:
    assert read_amount(write_amount(amount)) == amount


@given(st.text(max_size=30))
def test_any_text_is_an_amount_within_bounds_or_refused(words: str) -> None:
    try:
        found = read_amount(words)
    except ValueError:
        return
    assert found is None or 0 <= found <= LARGEST
