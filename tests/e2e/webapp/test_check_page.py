"""The page about x.com's pages in Chromium: sound in each look, and live while the check works."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from bot.fleet.fake import FakeFleet
from bot.fleet_view import AccountState, StateKind
from bot.x.contract import Step, StepKind
from bot.x.expectations import EXPECTED, PAGES, Counts, judge
from bot.x.report import CheckedPage, PageReport
from bot.x.selectors import BUILT_IN, NAMES
from tests.e2e.webapp.browsing import SIZES, Visit
from tests.webapp.panel import NOW

pytestmark = pytest.mark.e2e

ID = "20261123-070000"
PAGE = "/accounts/kopi/check"


def make_report(*gone: str) -> PageReport:
    """A whole report without the selectors `gone`; the person's page was not visited."""
    pages = [
        CheckedPage(name, f"https://x.com/{name}", judge(name, _shown(name, gone), BUILT_IN), "", True)
        for name in PAGES
    ]
    pages[-1] = CheckedPage("person", note="not visited: no post of somebody else was found")
    return PageReport("kopi", NOW, tuple(pages), "", ID)


def _shown(page: str, gone: tuple[str, ...]) -> Counts:
    names = {group[0].name for group in EXPECTED[page]} - set(gone)
    return {name: [int(name in names)] + [0] * (len(BUILT_IN[name].ways) - 1) for name in NAMES}


def keep(fleet: FakeFleet, folder: Path, *gone: str) -> None:
    """Let kopi have a report without these selectors, with its pictures."""
    made = make_report(*gone)
    for name in made.files:
        Image.new("RGB", (1280, 800), "#e8eaed").save(folder / name)
    fleet.set_report("kopi", made, [folder / name for name in made.files])


@SIZES
def test_the_page_is_sound_in_each_look(
    operator: Visit, fleet: FakeFleet, tmp_path: Path, size: tuple[int, int]
) -> None:
    keep(fleet, tmp_path, "like", "composer_text")
    operator.look(size)
    for address in (PAGE, "/accounts/warung/check"):
        operator.open(address)
        assert operator.find_faults() == []


def test_the_button_starts_the_check_and_its_report_comes_by_itself(
    operator: Visit, fleet: FakeFleet, tmp_path: Path
) -> None:
    operator.open(PAGE)
    operator.click("#check-start")
    operator.wait(lambda: "begins now" in operator.text("#toasts"))
    assert fleet.asked == [("check", "kopi")]
    fleet.set_state("kopi", AccountState(StateKind.WORKING, step=Step(StepKind.CHECKING, 4, 6, "search")))
    operator.wait(lambda: "Looking at x.com's pages 4 of 6" in operator.text("#account-kopi-situation"))
    keep(fleet, tmp_path, "like")
    operator.wait(lambda: operator.count("#check-missing") == 1)
    assert "like" in operator.text("#check-missing")
    assert operator.complaints() == []
