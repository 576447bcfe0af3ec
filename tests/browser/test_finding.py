"""Which browser and driver are used, and what is said when there are none."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bot.browser.finding import Installed, family_of, find_installed
from bot.errors import BrowserMissing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are marked by mode bits here")


def program(folder: Path, name: str) -> Path:
    """An executable file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text("#!/bin/sh\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def find(tmp_path: Path, binary: str = "", driver: str = "", **environ: str) -> Installed:
    environ.setdefault("PATH", str(tmp_path / "bin"))
    return find_installed(binary, driver, environ=environ, setup_file=tmp_path / ".setup" / "browser.json")


def set_up(tmp_path: Path) -> Installed:
    pair = Installed(program(tmp_path / "got", "chrome"), program(tmp_path / "got", "chromedriver"))
    file = tmp_path / ".setup" / "browser.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"browser": str(pair.browser), "driver": str(pair.driver)}), encoding="utf-8")
    return pair


def test_what_is_installed_is_used(tmp_path: Path) -> None:
    browser = program(tmp_path / "bin", "chromium")
    driver = program(tmp_path / "bin", "chromedriver")
    assert find(tmp_path) == Installed(browser, driver)


def test_the_paths_asked_for_come_first(tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium")
    program(tmp_path / "bin", "chromedriver")
    mine = program(tmp_path / "mine", "chrome")
    driver = program(tmp_path / "mine", "chromedriver")
    environment = program(tmp_path / "env", "chrome")
    found = find(tmp_path, str(mine), str(driver), AVIARY_BROWSER=str(environment))
    assert found == Installed(mine, driver)


def test_the_environment_comes_before_what_is_installed(tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium")
    program(tmp_path / "bin", "chromedriver")
    browser = program(tmp_path / "env", "chrome")
    driver = program(tmp_path / "env", "driver")
    assert find(tmp_path, AVIARY_BROWSER=str(browser), AVIARY_DRIVER=str(driver)) == Installed(browser, driver)


def test_a_driver_beside_its_browser_is_preferred(tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromedriver")
    browser = program(tmp_path / "mine", "chrome")
    beside = program(tmp_path / "mine", "chromedriver")
    assert find(tmp_path, str(browser)).driver == beside


def test_what_the_set_up_fetched_is_used_when_no_driver_is_installed(tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium")
    pair = set_up(tmp_path)
    assert find(tmp_path).driver == pair.driver


def test_a_path_that_names_nothing_says_which_setting(tmp_path: Path) -> None:
    with pytest.raises(BrowserMissing, match=r"settings\.browser\.binary names /no/such") as caught:
        find(tmp_path, "/no/such/chrome")
    assert "settings.browser.binary" in caught.value.remedy
    with pytest.raises(BrowserMissing, match="AVIARY_DRIVER"):
        find(tmp_path, AVIARY_DRIVER="/no/such/driver")


def test_a_broken_setup_file_is_ignored(tmp_path: Path) -> None:
    browser = program(tmp_path / "bin", "chromium")
    driver = program(tmp_path / "bin", "chromedriver")
    (tmp_path / ".setup").mkdir()
    (tmp_path / ".setup" / "browser.json").write_text("{broken", encoding="utf-8")
    assert find(tmp_path) == Installed(browser, driver)


def test_edge_is_told_from_chrome_as_it_takes_another_driver(tmp_path: Path) -> None:
    edge = program(tmp_path / "bin", "microsoft-edge")
    program(tmp_path / "bin", "chromedriver")
    driver = program(tmp_path / "bin", "msedgedriver")
    assert family_of(edge) == "edge"
    assert find(tmp_path) == Installed(edge, driver)
