"""The content pages in Chromium: a template written with its preview and a picture, posted on the practice site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from selenium import webdriver

from bot.clock import SystemClock
from bot.content.desk import History
from bot.fleet.fake import FakeFleet
from bot.storage.journal import TemplateUse
from tests.e2e.fleets import PracticeFleet
from tests.e2e.fleets import picture as draw_picture
from tests.e2e.webapp.browsing import SIZES, Visit, visiting
from tests.homes import settings, write_yaml
from tests.media import picture, video
from tests.webapp.panel import NOW, make_panel

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PAGE = "/accounts/kopi/content"
TEMPLATES: dict[str, Any] = {
    "promo_templates": [
        {
            "text": "☕ {Kopi susu|Kopi tubruk} hari {weekday} hanya 15 ribu!\nPesan: {wa_link}",
            "media": ["media/a.jpg", "media/b.jpg"],
            "name": "Morning offer",
            "weight": 2,
            "cool_down_days": 3,
        },
        {"text": "Buka sampai malam {belum ada}: " + "a-very-long-word-" * 18, "media": "media/gone.jpg"},
        {"thread": ["Kenapa kopi kami?", "Karena {fact}"], "enabled": False},
    ],
    "value_templates": ["❓ {question} {answer}", {"text": "Mana?", "poll": {"options": ["Susu", "Tubruk"]}}],
    "facts": ["bijinya dari Gayo"],
    "faqs": [{"question": "Jam berapa buka?", "answer": "Jam tujuh pagi."}],
    "lists": {"rasa": ["manis", "pahit"]},
}

DRAG = """
const [what, where] = arguments;
const event = (kind) => new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() });
what.dispatchEvent(event("dragstart"));
where.dispatchEvent(event("dragover"));
where.dispatchEvent(event("drop"));
"""
"""What a browser says of a drag: its driver moves no HTML drag."""
IS_ASKED = """
const leaving = new Event("beforeunload", { cancelable: true });
return !window.dispatchEvent(leaving);
"""
"""Whether the browser would ask before the page is left: its driver answers such questions by itself."""


@pytest.fixture
def root(fleet: FakeFleet) -> Path:
    """The folder of kopi, with all that a person can meet on these pages."""
    assert fleet.home is not None
    root = fleet.home / fleet.account_view("kopi").folder
    write_yaml(root / "config" / "settings.yaml", settings("KopiSenja"))
    write_yaml(root / "config" / "templates.yaml", TEMPLATES)
    (root / "media").mkdir()
    for name, colour in (("a.jpg", "#7a4bb0"), ("b.jpg", "#2c7350")):
        (root / "media" / name).write_bytes(picture(size=(900, 600), colour=colour))
    (root / "media" / "film.mp4").write_bytes(video())
    fleet.history = History({"Morning offer": TemplateUse((NOW - timedelta(days=2),), None)}, {}, 41)
    return root


def promos(root: Path) -> Any:
    return yaml.safe_load((root / "config" / "templates.yaml").read_text(encoding="utf-8"))["promo_templates"]


def assert_sound(visit: Visit) -> None:
    assert visit.find_faults() == []


@SIZES
def test_the_pages_are_sound_in_each_look(operator: Visit, root: Path, size: tuple[int, int]) -> None:
    operator.look(size)
    for path in ("", "/promo/0", "/value/1", "/lists", "/import"):
        operator.open(PAGE + path)
        assert_sound(operator)


def test_templates_are_moved_by_arrows_with_the_keyboard_and_by_dragging(operator: Visit, root: Path) -> None:
    operator.open(PAGE)
    operator.find("#down-promo-0").send_keys("\n")
    operator.wait(lambda: "is moved" in operator.text("body"))
    assert promos(root)[1]["name"] == "Morning offer"
    operator.script(DRAG, operator.find("#template-promo-2 .template-head"), operator.find("#template-promo-0"))
    operator.wait(lambda: "thread" in promos(root)[0])
    assert operator.complaints() == []


def test_a_page_with_an_unsaved_text_asks_before_it_is_left(operator: Visit, root: Path) -> None:
    operator.open(PAGE + "/promo/0")
    assert not operator.script(IS_ASKED)
    operator.find("#template-text").send_keys(" Mampir ya!")
    assert operator.script(IS_ASKED)
    operator.click("#template-save")
    operator.wait(lambda: "The template is saved." in operator.text("body"))
    assert not operator.script(IS_ASKED)


def test_what_a_refusal_brings_back_is_not_saved_and_is_asked_about(operator: Visit, root: Path) -> None:
    operator.open(PAGE + "/promo/0")
    operator.script("document.querySelector('[name=weight]').value = 'much'")
    operator.click("#template-save")
    operator.wait(lambda: operator.count(".field-wrong"))
    assert operator.script(IS_ASKED)


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[PracticeFleet]:
    """One account with one template and one picture, on its practice site."""
    fleet = PracticeFleet(tmp_path / "home")
    folder = fleet.add("one", "TokoUji", slot={"like": 0, "follow": 0}, promo=["an older text"])
    draw_picture(folder / "media" / "promo" / "a.png", "#c0392b")
    with fleet:
        yield fleet


def test_a_template_is_written_with_its_preview_and_its_picture_and_posted_as_it_was_shown(
    practice: PracticeFleet, browser: webdriver.Chrome, tmp_path: Path
) -> None:
    panel = make_panel(practice.manager, SystemClock(), tmp_path / "panel")  # type: ignore[arg-type]
    with visiting(browser, panel) as visit:
        visit.log_in()
        visit.open("/accounts/one/content/promo/0")
        field = visit.find("#template-text")
        field.clear()
        visit.script("arguments[0].value = '🔥 '", field)
        field.send_keys("Paket {hemat|hemat}: {wa_link}")
        visit.wait(lambda: "🔥 Paket hemat: wa.me/6280000000000" in visit.text("#content-preview .post-text"))
        visit.click(".media-pick input")
        visit.wait(lambda: visit.count("#content-preview img.post-picture"))
        assert "39 of 280" in visit.text("#content-preview")
        assert "X takes it." in visit.text("#content-preview")
        visit.click("#template-save")
        visit.wait(lambda: "The template is saved." in visit.text("body"))
        assert "🔥 Paket hemat: wa.me/6280000000000" in visit.text("#template-promo-0")
        assert visit.complaints() == []
        practice.run_all(90)
    (post,) = practice.state()["TokoUji"]["posts"]
    assert post["text"] == "🔥 Paket hemat: https://wa.me/6280000000000"
    own = (practice.root / "accounts" / "one_TokoUji" / "media" / "promo" / "a.png").read_bytes()
    assert [media["sha256"] for media in post["media"]] == [sha256(own).hexdigest()]
