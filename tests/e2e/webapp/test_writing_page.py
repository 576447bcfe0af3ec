"""The page Writing help in Chromium, with a model that answers on loopback: asked, used, approved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from selenium import webdriver

from bot.storage.database import Database
from bot.storage.model_drafts import DraftState, ModelDrafts
from tests.ai.serving import ModelServer, fails, says, serving
from tests.e2e.webapp.browsing import SIZES, Visit, visiting
from tests.webapp.desk import Desk, sit_down

pytestmark = pytest.mark.e2e

PAGE = "/accounts/one/writing"
TEMPLATE = "📱 Stok ready, kuota 10GB: order {wa_number}"
BETTER = "🔥 Kuota 10GB siap dikirim hari ini! Order sekarang: {wa_number} 📲"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, server: ModelServer) -> Iterator[Desk]:
    """The help is on; one suggestion waits, and one is approved."""
    desk = sit_down(tmp_path)
    on = f"ai: {{enabled: true, api_url: '{server.address}', model: llama-3.2-3b}}\n"
    desk.write("settings.yaml", desk.text("settings.yaml") + on)
    desk.write("templates.yaml", f"promo_templates: ['{TEMPLATE}', 'Promo: {{wa_link}}']\n")
    now = desk.world.clock.now()
    with closing(Database(desk.file("x").parents[1] / "data" / "metrics.db", "account")) as database:
        drafts = ModelDrafts(database)
        drafts.add("Promo: {wa_link}", "✨ Promo: {wa_link}", "llama-3.2-3b", now)
        drafts.decide(1, DraftState.APPROVED, "✨ Promo: {wa_link}", now, was=DraftState.WAITING)
        drafts.add(TEMPLATE, BETTER, "llama-3.2-3b", now)
    yield desk
    desk.world.close()


@pytest.fixture
def operator(browser: webdriver.Chrome, desk: Desk) -> Iterator[Visit]:
    with visiting(browser, desk.panel) as visit:
        visit.log_in()
        yield visit


def suggest(visit: Visit, text: str) -> None:
    visit.script("arguments[0].value = arguments[1];", visit.find("#improve-text"), text)
    visit.click("#improve-send")


@SIZES
def test_the_page_is_sound_in_each_look(operator: Visit, server: ModelServer, size: tuple[int, int]) -> None:
    operator.look(size)
    operator.open(PAGE)
    assert operator.find_faults() == []
    server.script = [says("Yuk, kopi susu hari ini!")]
    suggest(operator, "kopi susu hari ini")
    operator.wait(lambda: operator.count("#suggestion-use"))
    assert operator.find_faults() == []
    server.script = [fails(401)]
    suggest(operator, "teh manis hari ini")
    operator.wait(lambda: operator.count("#suggestion .form-trouble"))
    operator.open(PAGE)
    assert operator.find_faults() == []


def test_a_text_is_improved_without_a_reload_and_used(operator: Visit, server: ModelServer) -> None:
    operator.open(PAGE)
    operator.script("window.samePage = true")
    server.script = [says('Here is a better one:\n\n"Yuk, kopi susu hari ini!"')]
    suggest(operator, "kopi susu hari ini")
    operator.wait(lambda: operator.count("#suggestion-use"))
    assert operator.text("#suggestion-text") == "Yuk, kopi susu hari ini!"
    assert operator.script("return window.samePage === true")
    operator.click("#suggestion-use")
    operator.wait(lambda: not operator.script("return window.samePage === true"))
    assert operator.script("return document.querySelector('#improve-text').value") == "Yuk, kopi susu hari ini!"
    assert operator.complaints() == []


def test_a_suggestion_is_approved(operator: Visit) -> None:
    operator.open(PAGE)
    operator.click("#draft-2-approve")
    operator.wait(lambda: "Approved: from the next run on" in operator.text("#toasts"))
    assert operator.count("#draft-2-drop") == 1
    assert operator.complaints() == []
