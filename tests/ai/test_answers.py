from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ai.answers import post_of, why_refused

POST = "Paket 10GB Rp25.000! Order: 081234567890 https://wa.me/6281?text=Hai #promo @TokoContoh"


@pytest.mark.parametrize(
    "answer",
    [
        "Halo dunia",
        "  Halo dunia\n",
        '"Halo dunia"',
        "“Halo dunia”",
        "«Halo dunia»",
        "Here is the improved tweet:\n\nHalo dunia",
        "Sure! Here's a better version:\n\n“Halo dunia”",
        "Berikut versi yang lebih menarik:\nHalo dunia",
        "Tweet:\n\nHalo dunia",
        "```\nHalo dunia\n```",
        "```text\nHalo dunia\n```",
        "<think>The user wants\n\na tweet.</think>\n\nHalo dunia",
        "Halo dunia\n\nLet me know if you want changes!",
        'Tentu, ini hasilnya:\n\n"Halo dunia"\n\nSemoga membantu!',
    ],
)
def test_chatter_around_the_post_is_taken_away(answer: str) -> None:
    assert post_of(answer, "Halo") == "Halo dunia"


@pytest.mark.parametrize(
    "answer",
    [
        "Promo hari ini:\n\n10GB",
        '"Halo" kata dia, "dunia"',
        "Halo:\ndunia",
        "Kata orang: “Halo”",
        "Sure thing, buy now",
        "'90s music 'forever'",
    ],
)
def test_what_may_belong_to_the_post_stays(answer: str) -> None:
    assert post_of(answer, "Halo") == answer


def test_what_the_original_has_itself_stays() -> None:
    assert post_of('"Terima kasih" kata pelanggan "kami"', '"Terima kasih"') == '"Terima kasih" kata pelanggan "kami"'
    assert post_of('"Makasih banyak"', '"Makasih"') == '"Makasih banyak"'
    assert post_of("Ini dia:\nkopi enak", "Ini dia:\nkopi") == "Ini dia:\nkopi enak"


@pytest.mark.parametrize(
    "text",
    [
        "🔥 Paket 10GB cuma Rp25.000! Order ke 081234567890 https://wa.me/6281?text=Hai #promo @TokoContoh",
        "@TokoContoh #Promo: 10GB, Rp25.000. 081234567890 (https://wa.me/6281?text=Hai)",
        "1️⃣ 10GB 2️⃣ Rp25.000 📲 081234567890 https://wa.me/6281?text=Hai #promo @tokocontoh",
    ],
)
def test_other_words_with_the_same_facts_may_stand_in(text: str) -> None:
    assert why_refused(POST, text) == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("081234567890", "", "left out the number 081234567890"),
        ("081234567890", "081234567891", "left out the number 081234567890"),
        ("Rp25.000", "Rp20.000", "left out the number 25.000"),
        ("10GB", "10GB 24 jam", "made up the number 24"),
        ("https://wa.me/6281?text=Hai", "", "left out the link https://wa.me/6281?text=Hai"),
        ("https://wa.me/6281?text=Hai", "https://wa.me/6281", "left out the link"),
        ("#promo", "", "left out the hashtag #promo"),
        ("#promo", "#promo #murah", "made up the hashtag #murah"),
        ("@TokoContoh", "", "left out the mention @tokocontoh"),
        ("@TokoContoh", "@TokoContoh @orang", "made up the mention @orang"),
        ("Order", "Order di toko.com", "made up the link toko.com"),
        ("Order", "Order {nama}", "made up the variable {nama}"),
        ("Order", "Order " + "yuk " * 80, "is longer than X takes"),
        (POST, "", "is empty"),
        (POST, "halo \ufffe", "holds a character that X does not take"),
        ("Paket", "Paket", "changed nothing"),
    ],
)
def test_what_is_lost_or_made_up_is_refused(old: str, new: str, why: str) -> None:
    assert why in why_refused(POST, POST.replace(old, new))


@pytest.mark.parametrize(
    ("template", "text", "is_fine"),
    [
        ("Order: {wa_number}", "Yuk order: {wa_number}", True),
        ("Order: {wa_number}", "Yuk order: 0812", False),
        ("Order: {wa_number}", "Yuk order: {wa_number} {wa_number}", False),
        ("{a|b} {tip}", "Yuk {a|b} {tip}", True),
        ("{a|b} {tip}", "Yuk {b|a} {tip}", False),
        ("{a|{b|c}}", "Yuk {a|{b|c}}", True),
        ("{a|{b|c}}", "Yuk {a|{b|c}", False),
        ("harga {belum ada}", "Harga terbaik {belum ada}", True),
    ],
)
def test_variables_and_choices_of_a_template_stay(template: str, text: str, is_fine: bool) -> None:
    assert (why_refused(template, text) == "") is is_fine


@given(st.text(max_size=400), st.text(max_size=400))
def test_no_answer_breaks_it(original: str, answer: str) -> None:
    text = post_of(answer, original)
    assert isinstance(why_refused(original, text), str)
    assert len(text) <= len(answer)
