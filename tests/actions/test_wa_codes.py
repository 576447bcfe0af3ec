"""Posts whose WhatsApp link carries a code: made, bound, sent, and still known as the same text."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.guards.book import text_hash
from bot.storage.journal import IntentState
from bot.wa_links import code_in, without_code
from tests.engines import Engine
from tests.homes import write_yaml

LINK = "https://wa.me/6280000000000?text=Halo%20mau%20order"


def engine_with(
    root: Path, link: str = LINK, texts: tuple[str, ...] = ("Stok ready! {wa_link}",), **more: object
) -> Engine:
    engine = Engine(root, business={"wa_link": link, "wa_codes": True, **more})
    write_yaml(engine.folder.templates_yaml, {"promo_templates": list(texts)})
    return engine


def sent_texts(engine: Engine) -> list[str]:
    return [post.text for post in engine.world.posts_of("OneShop")]


def test_each_post_carries_a_code_of_its_own_that_leads_back_to_it(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, texts=("Stok ready! {wa_link}", "Promo malam {wa_link}"))
    engine.run()
    engine.clock.advance(3600)
    engine.run()
    codes = [code_in(intent.text) for intent in engine.intents()]
    assert len(set(codes)) == 2
    for intent, code in zip(engine.intents(), codes, strict=True):
        found = engine.codes.find(code)
        assert found is not None
        assert (found.account_id, found.template, found.intent_id) == ("one", intent.template, intent.id)
    assert all("?text=Halo%20mau%20order%20%28" in text for text in sent_texts(engine))
    engine.close()


def test_without_the_setting_texts_are_as_they_were(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, wa_codes=False)
    engine.run()
    assert sent_texts(engine) == [f"Stok ready! {LINK}"]
    engine.close()


@pytest.mark.parametrize("link", ["https://wa.me/message/ABC", "https://shop.example"])
def test_a_link_that_carries_no_code_stays_as_it_is(tmp_path: Path, link: str) -> None:
    engine = engine_with(tmp_path, link)
    engine.run()
    assert sent_texts(engine) == [f"Stok ready! {link}"]
    engine.close()


def test_another_code_makes_no_new_text(tmp_path: Path) -> None:
    engine = engine_with(tmp_path)
    engine.run()
    engine.clock.advance(timedelta(days=29).total_seconds())
    engine.run()
    assert len(sent_texts(engine)) == 1
    assert "was posted in the last 30 days" in engine.texts()
    engine.clock.advance(timedelta(days=2).total_seconds())
    engine.run()
    first, second = sent_texts(engine)
    assert first != second
    assert without_code(first) == without_code(second)
    engine.close()


def test_a_post_that_was_sent_before_codes_were_switched_on_is_not_sent_again(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, wa_codes=False)
    engine.run()
    settings = engine.folder.settings_yaml
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("wa_codes: false", "wa_codes: true"), encoding="utf-8"
    )
    engine.clock.advance(3600)
    engine.run()
    assert len(sent_texts(engine)) == 1
    engine.close()


def test_a_persons_word_for_one_post_holds_whatever_code_it_carries(tmp_path: Path) -> None:
    engine = engine_with(tmp_path)
    texts = engine.shared.guards.texts
    reserved = texts.reserve("two", f"Stok ready! {LINK}")
    texts.confirm(reserved.number)
    engine.run()
    assert sent_texts(engine) == []
    texts.allow(text_hash(f"Stok ready! {LINK}"), "ayu", "both may")
    engine.clock.advance(3600)
    engine.run()
    assert len(sent_texts(engine)) == 1
    engine.close()


def test_a_post_whose_answer_was_lost_is_found_by_its_text(tmp_path: Path) -> None:
    engine = engine_with(tmp_path)
    engine.world.lose_next_answer()
    engine.run()
    engine.clock.advance(120)
    engine.run("check")
    (intent,) = engine.intents()
    assert (intent.state, intent.tweet_id) == (IntentState.SENT, engine.world.posts_of("OneShop")[0].id)
    assert engine.codes.find(code_in(intent.text)) is not None
    engine.close()
