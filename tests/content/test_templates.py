"""Templates in every form that existing users have, and posts without holes."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.rendering import draw
from bot.content.templates import Content, ContentError, Poll, Rendered, Template, read_content
from bot.settings.content import load_templates
from bot.settings.home import AccountFolder
from bot.settings.yaml_reading import parse_yaml
from tests import legacy

FIXED = {"wa_number": "0800", "wa_link": "https://wa.me/62", "number": "7"}
KNOWN = {
    "wa_number", "wa_link", "number", "tip", "location", "review", "fact",
    "tutorial_title", "tutorial_content", "question", "answer",
}  # fmt: skip


def read(text: str) -> Content:
    return read_content(parse_yaml(text, Path("templates.yaml")).data)


def render(template: Template, content: Content, fixed: dict[str, str], random: Random) -> Rendered | None:
    """A post of it, with the variables of `content` and those of one value in `fixed`."""
    return draw(template, content.vocabulary.with_fixed({**dict.fromkeys(FIXED, ""), **fixed}), random)


def fill(text: str, content: Content | None = None, fixed: dict[str, str] = FIXED, seed: int = 1) -> str | None:
    rendered = render(Template("promo", text), content or read(legacy.TEMPLATES), fixed, Random(seed))
    return rendered.text if rendered else None


def test_the_templates_of_an_existing_user_are_read_in_both_forms() -> None:
    content = read(legacy.TEMPLATES)
    assert content.of_kind("promo") == (
        Template("promo", "🔥 Paket 10GB cuma Rp25.000! 📲 Order: {wa_number}", ("media/promo/poster.png",)),
        Template("promo", "📱 Stok ready: {wa_number}"),
        Template("promo", "Promo hari ini {belum ada}: chat {wa_link}"),
    )
    assert len(content.of_kind("value")) == 5


def test_every_template_of_an_existing_user_becomes_a_post() -> None:
    content = read(legacy.TEMPLATES)
    texts = [fill(template.text, content) for template in content.templates]
    assert texts == [
        "🔥 Paket 10GB cuma Rp25.000! 📲 Order: 0800",
        "📱 Stok ready: 0800",
        "Promo hari ini {belum ada}: chat https://wa.me/62",
        "💡 Tips hemat #7: Matikan putar otomatis video. Info: 0800",
        texts[4],
        "🎓 Cara cek kuota: Buka aplikasi operator.",
        "❓ Berapa lama prosesnya? Jawab: 1-5 menit setelah pembayaran.",
        "🔎 Tahukah kamu? Streaming 480p memakai sepertiga data 1080p.",
    ]
    assert texts[4] in {
        f"📊 Sinyal di {city}: Stabil untuk rapat daring." for city in ("Bandung", "Surabaya", "Yogyakarta")
    }


@pytest.mark.skipif(not legacy.SHARED.exists(), reason="the shared samples are not beside the project")
def test_every_template_of_the_shared_sample_becomes_a_post() -> None:
    content = read_content(load_templates(AccountFolder(legacy.SHARED)))
    texts = [fill(template.text, content) for template in content.templates]
    assert len(texts) == 8
    assert None not in texts
    assert [text for text in texts if text and "{" in text] == ["Promo hari ini {belum ada}: chat https://wa.me/62"]


@pytest.mark.parametrize(
    ("written", "media"),
    [("a.png", ("a.png",)), ("[a.png, b.png]", ("a.png", "b.png")), ("", ()), ("null", ()), ("[]", ()), ("''", ())],
)
def test_media_is_one_path_several_or_none(written: str, media: tuple[str, ...]) -> None:
    assert read(f"promo_templates:\n- text: x\n  media: {written}\n").templates[0].media == media


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("promo_templates: one", "promo_templates: must be a list"),
        ("promo_templates:\n- {a: b}", "promo_templates.0: must be a text between quotes"),
        ("promo_templates:\n- ok\n- Promo: murah", "promo_templates.1: must be a text between quotes"),
        ("value_templates:\n- 5", "value_templates.0: must be a text between quotes"),
        ("value_templates:\n- {text: [5]}", "value_templates.0: must be a text between quotes"),
        ("promo_templates:\n- {text: a, media: {b: c}}", "promo_templates.0.media: must be a path"),
        ("promo_templates:\n- {text: a, media: [1]}", "promo_templates.0.media: must be a path"),
        ("tips: {a: b}", "tips: must be a list"),
        ("tips:\n- Hemat: matikan data", "tips.0: must be a text"),
        ("locations:\n- [a]", "locations.0: must be a text"),
        ("facts:\n- true", "facts.0: must be a text"),
        ("faqs:\n- only a text", "faqs.0: must have the keys answer and question"),
        ("tutorials:\n- {title: {a: b}}", "tutorials.0.title: must be a text"),
    ],
)
def test_what_cannot_be_posted_is_told_with_its_key(text: str, told: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(text)
    assert str(caught.value).startswith(told)
    assert told == f"{'.'.join(map(str, caught.value.path))}: {caught.value.what}"[: len(told)]


def test_empty_entries_are_left_out_and_numbers_are_texts() -> None:
    content = read("promo_templates:\n- \n- a\ntips:\n-\n- 5\nvalue_templates:\n")
    assert [template.text for template in content.templates] == ["a"]
    assert content.lists["tips"] == ("5",)


def test_question_and_answer_come_from_one_entry() -> None:
    content = read("faqs:\n" + "".join(f"- {{question: q{n}, answer: a{n}}}\n" for n in range(20)))
    posts = {fill("{question}|{answer}|{question}", content, seed=seed) for seed in range(200)}
    assert posts == {f"q{n}|a{n}|q{n}" for n in range(20)}


def test_an_entry_that_lacks_what_is_asked_for_is_not_drawn() -> None:
    content = read("tutorials:\n- {title: only a title}\n- {title: t, content: c}\n- {content: only content}\n")
    assert {fill("{tutorial_title}: {tutorial_content}", content, seed=seed) for seed in range(30)} == {"t: c"}
    assert {fill("{tutorial_title}", content, seed=seed) for seed in range(30)} == {"only a title", "t"}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_variable_without_a_value_makes_no_post(name: str) -> None:
    assert fill(f"Order {{{name}}}", Content(), {}) is None
    assert fill(f"Order {{{name}}}", Content(), dict.fromkeys(FIXED, "")) is None


@pytest.mark.parametrize(
    "text", ["{belum ada}", "{}", "{ wa_number }", "{WA_NUMBER}", "{a{b}c}", "}{", "{tip", "tip}", "{tips}"]
)
def test_a_brace_that_names_no_variable_stays(text: str) -> None:
    assert fill(f"x {text} y") == f"x {text} y"


def test_variables_inside_what_was_drawn_are_filled_too() -> None:
    content = read("tips: ['Chat {wa_number}, bukan {belum ada}']\n")
    assert fill("{tip}", content) == "Chat 0800, bukan {belum ada}"


@pytest.mark.parametrize("text", ["tips: ['{tip}']", "tips: ['{fact}']\nfacts: ['{tip}']", "tips: ['{answer}']"])
def test_a_variable_that_leads_back_to_itself_or_to_nothing_makes_no_post(text: str) -> None:
    assert fill("{tip}", read(text)) is None


def test_blanks_around_a_post_are_taken_off() -> None:
    assert fill("\n  x \n y \n") == "x \n y"


TEXTS = st.lists(
    st.one_of(
        st.sampled_from(sorted(KNOWN)).map(lambda name: f"{{{name}}}"), st.sampled_from(["{", "}", " ", "{x}", "a"])
    ),
    max_size=6,
).map("".join)
LISTS: dict[str, Any] = {
    **{name: st.lists(TEXTS, max_size=2) for name in ("tips", "locations", "reviews", "facts")},
    "faqs": st.lists(st.fixed_dictionaries({"question": TEXTS, "answer": TEXTS}), max_size=2),
    "tutorials": st.lists(st.fixed_dictionaries({"title": TEXTS}, optional={"content": TEXTS}), max_size=2),
}


@given(TEXTS, st.fixed_dictionaries(LISTS), st.integers(0, 99))
def test_no_post_ever_names_a_known_variable(text: str, data: dict[str, Any], seed: int) -> None:
    post = fill(text, read_content(data), seed=seed)
    assert post is None or not [name for name in KNOWN if f"{{{name}}}" in post]


def test_a_list_of_texts_is_a_thread_under_either_key() -> None:
    content = read("promo_templates:\n- text: [first, second]\n- thread: [one, two, three]\n  media: a.png\n")
    assert [template.posts for template in content.templates] == [("first", "second"), ("one", "two", "three")]
    assert content.templates[1].media == ("a.png",)


def test_a_thread_is_filled_from_the_same_draws() -> None:
    content = read("faqs:\n" + "".join(f"- {{question: q{n}, answer: a{n}}}\n" for n in range(9)))
    for seed in range(30):
        post = render(Template("promo", "{question}", more=("{answer}",)), content, FIXED, Random(seed))
        assert post is not None
        assert post.posts[0][1:] == post.posts[1][1:]


def test_a_poll_has_options_and_a_time() -> None:
    text = "promo_templates:\n- text: Which?\n  poll: {options: [a, '{wa_number}'], minutes: 60}\n"
    template = read(text).templates[0]
    assert template.poll == Poll(("a", "{wa_number}"), 60)
    post = render(template, Content(), FIXED, Random(1))
    assert post is not None
    assert post.poll == Poll(("a", "0800"), 60)


def test_a_template_has_a_name_a_weight_a_cool_down_and_a_switch() -> None:
    text = "promo_templates:\n- {text: a, name: spring, weight: 3, cool_down_days: 14, enabled: false}\n- b\n"
    first, second = read(text).templates
    assert (first.key, first.weight, first.cool_down_days, first.enabled) == ("spring", 3, 14, False)
    assert (second.key, second.weight, second.cool_down_days, second.enabled) == ("b", 1, 0, True)
    assert read(text).of_kind("promo") == (second,)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{text: [a], thread: b}", "promo_templates.0: must be a text between quotes"),
        ("{thread: []}", "promo_templates.0: must be a text between quotes"),
        (f"{{thread: [{', '.join('a' * 26)}]}}", "promo_templates.0.thread: has 26 posts; X takes up to 25"),
        ("{text: a, poll: [b, c]}", "promo_templates.0.poll: must have the keys options"),
        ("{text: a, poll: {options: [b]}}", "promo_templates.0.poll.options: must be 2 to 4 texts"),
        ("{text: a, poll: {options: [b, c], minutes: 4}}", "promo_templates.0.poll.minutes: must be a whole number"),
        ("{text: a, media: a.png, poll: {options: [b, c]}}", "promo_templates.0.poll: cannot go with media"),
        ("{text: a, weight: 0}", "promo_templates.0.weight: must be a whole number from 1 to 10"),
        ("{text: a, weight: 1.5}", "promo_templates.0.weight: must be a whole number from 1 to 10"),
        ("{text: a, weight: true}", "promo_templates.0.weight: must be a whole number from 1 to 10"),
        ("{text: a, cool_down_days: -1}", "promo_templates.0.cool_down_days: must be a whole number from 0"),
        ("{text: a, enabled: perhaps}", "promo_templates.0.enabled: must be true or false"),
        ("{text: a, name: [b]}", "promo_templates.0.name: must be a text"),
    ],
)
def test_options_that_cannot_be_are_told_with_their_key(entry: str, told: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(f"promo_templates:\n- {entry}\n")
    assert str(caught.value).startswith(told)


def test_any_further_kind_is_named_by_its_key() -> None:
    content = read("story_templates:\n- once\npromo_templates:\n- buy\n")
    assert [(template.kind, template.text) for template in content.templates] == [("promo", "buy"), ("story", "once")]
    assert content.kinds == ("promo", "value", "story")


@pytest.mark.parametrize("value", ["5", "{a: b}", "- {a: b}", "- 7", "- [a]"])
def test_what_only_looks_like_a_further_kind_is_left_alone_and_told(value: str) -> None:
    content = read(f"mail_templates:\n  {value}\npromo_templates:\n- buy\n")
    assert [template.text for template in content.templates] == ["buy"]
    ((_, why),) = content.unread
    assert why.endswith("nothing under mail_templates is posted")


def test_texts_for_others_posts_are_no_kinds() -> None:
    content = read(legacy.TEMPLATES)
    assert content.kinds == ("promo", "value")


@pytest.mark.parametrize("value", ["5", "[1, {a: b}]", "{a: 5}", "text", ""])
def test_texts_for_others_posts_never_make_a_file_unreadable(value: str) -> None:
    assert read(f"engagement_templates: {value}\nreply_templates: {value}\n").templates == ()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[a]", "lists: must have keys"),
        ("{warna: a}", "lists.warna: must be a list of texts"),
        ("{tip: [a]}", "lists.tip: {tip} means something else already"),
        ("{date: [a]}", "lists.date: {date} means something else already"),
        ("{a b: [c]}", "lists.a b: a list is named with letters"),
        ("{warna: [[a]]}", "lists.warna.0: must be a text"),
    ],
)
def test_a_list_that_cannot_be_is_told_with_its_key(written: str, told: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(f"lists: {written}\n")
    assert str(caught.value).startswith(told)


def test_a_choice_is_taken_and_what_is_no_choice_stays() -> None:
    posts = {fill("{Halo|Hai} {kak|{mas|mbak}}, {belum ada} a|b", seed=seed) for seed in range(200)}
    assert posts == {f"{hello} {who}, {{belum ada}} a|b" for hello in ("Halo", "Hai") for who in ("kak", "mas", "mbak")}
