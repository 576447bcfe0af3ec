"""The queue in Chromium: filled from a table, a post dragged to another day, and one that is due appears on X."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from bot.clock import SystemClock
from bot.storage.planned_posts import PostState
from tests.e2e.fleets import PracticeFleet, picture
from tests.e2e.webapp.browsing import DESKTOP, PHONE, Visit, visiting
from tests.webapp.panel import make_panel

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

TALL = (1400, 1500)
HANDLE = "TokoAntri"
DUE = "Toko buka sekarang\nBaris kedua, dengan koma; dan titik koma 🎉"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[PracticeFleet]:
    with PracticeFleet(tmp_path / "home", seats=1) as fleet:
        folder = fleet.add("antri", HANDLE, slot={"post": "none", "like": 0, "follow": 0})
        picture(folder / "media" / "a.png", "#20609f")
        fleet.manager.load_accounts()
        yield fleet


@pytest.fixture
def visit(browser: webdriver.Chrome, fleet: PracticeFleet) -> Iterator[Visit]:
    panel = make_panel(fleet.manager, SystemClock(), fleet.root / "data")  # type: ignore[arg-type]
    with visiting(browser, panel) as visit:
        visit.log_in()
        yield visit


def table(tuesday: date) -> str:
    """What Excel with Indonesian settings saves."""
    now = datetime.now(UTC)
    lines = (
        "akun;tanggal;jam;teks;media",
        f'antri;{now:%d/%m/%Y};{now:%H.%M};"{DUE}";a.png',
        f"@{HANDLE};{tuesday:%d/%m/%Y};10.15;Kopi susu pekan depan;",
        "tidakada;;;Halo semua orang;",
    )
    return "\r\n".join(lines) + "\r\n"


def posts_on_x(fleet: PracticeFleet) -> list[str]:
    return [post["text"] for post in fleet.state()[HANDLE]["posts"]]


def drag(visit: Visit, chip: str, cell: str) -> None:
    actions = ActionChains(visit.browser, duration=50)
    actions.click_and_hold(visit.find(chip)).move_by_offset(10, 10).move_to_element(
        visit.find(cell)
    ).release().perform()


def test_a_table_fills_the_queue_a_post_is_dragged_to_another_day_and_a_due_one_is_posted(
    visit: Visit, fleet: PracticeFleet, tmp_path: Path
) -> None:
    queues = fleet.manager.queues
    today = datetime.now(UTC).date()
    tuesday = today + timedelta(days=8 - today.weekday())
    file = tmp_path / "posts.csv"
    file.write_bytes(table(tuesday).encode("utf-8-sig"))

    visit.open("/calendar")
    visit.click("#import")
    visit.find("#import-file").send_keys(str(file))
    visit.click("#import-look")
    visit.wait(lambda: visit.text("#preview-title") == "Queue 2 posts?")
    assert "There is no account “tidakada”" in visit.text(".import-bad")
    assert visit.accessibility_problems() == []
    visit.click("#import-apply")
    visit.wait(lambda: "2 posts are queued. 1 line left out." in visit.text("#queue-notice"))

    visit.look(TALL, "light")
    visit.open(f"/calendar?week={tuesday}")
    thursday = tuesday + timedelta(days=2)
    drag(visit, "#post-antri-2", f'[data-cell="{thursday}T15"]')
    visit.wait(lambda: visit.count(f'[data-cell="{thursday}T15"] #post-antri-2'))
    assert queues.find("antri", 2).at == datetime(thursday.year, thursday.month, thursday.day, 15, 15, tzinfo=UTC)
    assert "goes out" in visit.text("#queue-notice")
    visit.click("#queue-undo")
    visit.wait(lambda: visit.count(f'[data-cell="{tuesday}T10"] #post-antri-2'))
    visit.find("#post-antri-2").send_keys(Keys.SHIFT, Keys.ARROW_RIGHT)
    visit.wait(lambda: visit.count(f'[data-cell="{tuesday + timedelta(days=1)}T10"] #post-antri-2'))
    assert visit.accessibility_problems() == []

    visit.wait(lambda: queues.find("antri", 1).state is PostState.SENT)
    (posted,) = (text for text in posts_on_x(fleet) if text.startswith("Toko buka"))
    assert posted.splitlines() == DUE.splitlines()
    assert visit.complaints() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_a_post_is_written_and_moved_without_dragging(
    visit: Visit, fleet: PracticeFleet, theme: str
) -> None:
    visit.look(PHONE, theme)
    visit.open("/accounts/antri/queue")
    visit.find("#post-text").send_keys("Toko libur hari raya")
    visit.wait(lambda: visit.text("#post-length") == "20 of 280")
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    visit.script("document.getElementById('post-date').value = arguments[0]", tomorrow.isoformat())
    visit.script("document.getElementById('post-time').value = '09:30'")
    visit.script("document.getElementById('post-time').dispatchEvent(new Event('input', {bubbles: true}))")
    visit.click("#post-add")
    visit.wait(lambda: "09:30" in visit.text("#queue-dated"))
    assert (visit.width_beyond_screen(), visit.accessibility_problems()) == (0, [])
    visit.open(f"/calendar?week={tomorrow}")
    assert (visit.width_beyond_screen(), visit.accessibility_problems()) == (0, [])
    visit.click(".chip-move")
    visit.script("document.getElementById('post-time').value = '11:00'")
    visit.click("#move-yes")
    visit.wait(lambda: "11:00" in visit.text("#queue-notice"))
    assert visit.find(f'[data-cell="{tomorrow}T11"] .chip-move').is_displayed()
    assert visit.complaints() == []
    visit.look(DESKTOP, "light")
