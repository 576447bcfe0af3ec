"""The media page in Chromium: dropped and chosen files, their thumbnails, and the way to delete one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.fleet.fake import FakeFleet
from tests.e2e.webapp.browsing import PHONE, SIZES, Visit
from tests.homes import write_yaml
from tests.media import files_below, picture, video

pytestmark = pytest.mark.e2e

PAGE = "/accounts/kopi/media"
LONG = "poster-with-a-name-that-goes-on-and-on-without-any-blank-in-it-until-it-needs-two-lines.jpg"
TEMPLATES = {
    "promo_templates": [
        {"text": "Kopi susu hari ini hanya 15 ribu, datang sebelum jam sebelas ya ☕", "media": "media/a.jpg"},
        {"text": "Kopi tubruk", "media": ["media/a.jpg", "media/promo/gone.png"]},
    ]
}


@pytest.fixture
def root(fleet: FakeFleet, tmp_path: Path) -> Path:
    """The folder of kopi."""
    fleet.home = tmp_path / "home"
    root = fleet.home / fleet.account_view("kopi").folder
    (root / "config").mkdir(parents=True)
    return root


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """What a person has on the desk."""
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(picture(size=(900, 600)))
    (folder / "b.png").write_bytes(picture("PNG", (300, 500), "#2c7350"))
    (folder / "film.mp4").write_bytes(video())
    (folder / "page.jpg").write_bytes(b"<!doctype html><script>alert(1)</script>")
    return folder


def fill(root: Path) -> None:
    """Have one of each kind of file."""
    write_yaml(root / "config" / "templates.yaml", TEMPLATES)
    (root / "media" / "promo").mkdir(parents=True)
    (root / "media" / "a.jpg").write_bytes(picture(size=(900, 600)))
    (root / "media" / "promo" / LONG).write_bytes(picture(size=(400, 700), colour="#7a4bb0"))
    (root / "media" / "film.mp4").write_bytes(video())
    (root / "media" / "page.jpg").write_bytes(b"<html>")


def drop(visit: Visit, files: Sequence[Path]) -> None:
    """Drag files from the desk into the zone, as the browser itself reports it."""
    box = visit.find("#media-zone").rect
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        where = {"type": kind, "x": box["x"] + 20, "y": box["y"] + 20, "data": data}
        visit.browser.execute_cdp_cmd("Input.dispatchDragEvent", where)


def assert_sound(visit: Visit) -> None:
    assert visit.find_faults() == []


@SIZES
def test_the_pages_are_sound_in_each_look(operator: Visit, root: Path, size: tuple[int, int]) -> None:
    operator.look(size)
    operator.open(PAGE)
    assert_sound(operator)
    fill(root)
    operator.open(PAGE)
    operator.click(".media-used summary")
    assert_sound(operator)
    for name in ("media/a.jpg", "media/film.mp4"):
        operator.open(f"{PAGE}/delete?name={name}")
        assert_sound(operator)


def test_dropped_files_are_uploaded_each_with_its_result(operator: Visit, root: Path, sent: Path) -> None:
    operator.open(PAGE)
    drop(operator, [sent / name for name in ("a.jpg", "page.jpg", "film.mp4")])
    operator.wait(lambda: operator.count("#media-progress [data-done]") == 3)
    assert files_below(root / "media") == {"a.jpg", "film.mp4"}
    results = operator.text("#media-progress")
    assert "media/a.jpg is there." in results
    assert "page.jpg is no whole picture or video that X takes." in results
    operator.wait(lambda: operator.count(".media-item") == 2)
    assert_says_422_alone(operator)


def assert_says_422_alone(visit: Visit) -> None:
    """The browser itself notes each refused request; nothing else may be in its console."""
    assert [line for line in visit.complaints() if "422" not in line] == []


def test_a_chosen_picture_shows_its_thumbnail_at_once(operator: Visit, root: Path, sent: Path) -> None:
    operator.open(PAGE)
    operator.find("#media-file").send_keys(f"{sent / 'a.jpg'}\n{sent / 'b.png'}")
    operator.wait(lambda: operator.count(".media-item img") == 2)
    loaded = "return [...document.querySelectorAll('.media-item img')].every((img) => img.complete && img.naturalWidth)"
    operator.wait(lambda: operator.script(loaded))
    assert "JPG · 900 × 600" in operator.text("[data-name='media/a.jpg']")
    assert operator.script("return document.querySelector('.media-item img').naturalWidth") == 320
    assert len(files_below(root / "data" / "thumbnails")) == 2
    assert operator.complaints() == []


def test_a_file_that_misses_the_zone_does_not_take_the_place_of_the_page(
    operator: Visit, root: Path, sent: Path
) -> None:
    operator.open(PAGE)
    data = {"items": [], "files": [str(sent / "page.jpg")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        operator.browser.execute_cdp_cmd("Input.dispatchDragEvent", {"type": kind, "x": 5, "y": 300, "data": data})
    assert operator.browser.current_url.endswith(PAGE)
    assert operator.count("#media-progress li") == 0


def test_what_is_far_too_large_is_not_even_sent(operator: Visit, root: Path, sent: Path) -> None:
    operator.open(PAGE)
    with (sent / "huge.mp4").open("wb") as file:
        file.truncate(600 * 1024 * 1024)
    operator.find("#media-file").send_keys(str(sent / "huge.mp4"))
    operator.wait(lambda: "larger than anything X takes" in operator.text("#media-progress"))
    assert files_below(root) == set()


def test_a_plain_form_uploads_without_any_script(operator: Visit, root: Path, sent: Path) -> None:
    operator.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    operator.look(PHONE)
    operator.open(PAGE)
    operator.find("#media-file").send_keys(f"{sent / 'a.jpg'}\n{sent / 'page.jpg'}")
    operator.click("#media-send")
    operator.wait(lambda: operator.count("[data-name='media/a.jpg']"))
    assert files_below(root / "media") == {"a.jpg"}
    notes = operator.find("#toasts").text
    assert "media/a.jpg is there." in notes
    assert "page.jpg is no whole picture" in notes


def test_a_file_in_use_is_deleted_only_after_a_tick(operator: Visit, root: Path) -> None:
    fill(root)
    operator.open(PAGE)
    operator.click("[data-name='media/a.jpg'] .media-delete")
    operator.wait(lambda: "2 templates use it" in operator.text("main"))
    operator.click("#delete-yes")
    operator.wait(lambda: "media/a.jpg is not deleted: 2 templates use it." in operator.text("#delete-refusal"))
    assert (root / "media" / "a.jpg").exists()
    operator.click("#although-used")
    operator.click("#delete-yes")
    operator.wait(lambda: "media/a.jpg is deleted." in operator.text("#toasts"))
    assert not (root / "media" / "a.jpg").exists()
    assert "media/a.jpg" in operator.text("#media-missing")


def test_an_unused_file_is_deleted_after_a_question_and_kept_when_a_person_thinks_again(
    operator: Visit, root: Path
) -> None:
    fill(root)
    operator.open(PAGE)
    operator.click("[data-name='media/film.mp4'] .media-delete")
    operator.wait(lambda: operator.count("#delete-not"))
    operator.click("#delete-not")
    operator.wait(lambda: operator.count("#media-files"))
    assert (root / "media" / "film.mp4").exists()
    operator.click("[data-name='media/film.mp4'] .media-delete")
    operator.wait(lambda: "No template and no queued post uses this file." in operator.text("main"))
    operator.click("#delete-yes")
    operator.wait(lambda: "media/film.mp4 is deleted." in operator.text("#toasts"))
    assert not (root / "media" / "film.mp4").exists()
    assert operator.complaints() == []
