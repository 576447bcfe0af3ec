"""Drivers by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.browser.contract import BrowserRequest
from bot.browser.drivers import DRIVER_NAMES, opener
from bot.browser.undetected import own_driver
from bot.errors import BrowserDied, BrowserMissing


def test_every_name_gives_its_opener() -> None:
    for name in DRIVER_NAMES:
        assert opener(name, grid_url="http://127.0.0.1:4444").name == name


def test_an_unknown_name_says_what_can_be_chosen() -> None:
    with pytest.raises(BrowserMissing, match="'firefox'") as caught:
        opener("firefox")
    assert "chrome, undetected, grid" in caught.value.remedy


def test_a_grid_without_its_address_is_refused() -> None:
    with pytest.raises(BrowserMissing):
        opener("grid")


def test_a_grid_that_does_not_answer_is_named(tmp_path: Path, unused_port: int) -> None:
    grid = opener("grid", grid_url=f"http://127.0.0.1:{unused_port}")
    with pytest.raises(BrowserDied, match=str(unused_port)):
        grid.open(BrowserRequest(profile=tmp_path))


def test_undetected_says_what_to_install_when_the_package_is_missing(tmp_path: Path) -> None:
    kept = sys.modules.pop("undetected_chromedriver", None)
    sys.modules["undetected_chromedriver"] = None  # type: ignore[assignment] # what Python keeps for "not there"
    try:
        with pytest.raises(BrowserMissing, match="undetected-chromedriver") as caught:
            opener("undetected").open(BrowserRequest(profile=tmp_path))
    finally:
        sys.modules.pop("undetected_chromedriver")
        if kept is not None:
            sys.modules["undetected_chromedriver"] = kept
    assert "pip install" in caught.value.remedy


def test_undetected_is_not_imported_by_the_registry() -> None:
    code = "import sys; import bot.browser.drivers; print('undetected_chromedriver' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"


def test_each_profile_gets_its_own_driver_copy_made_anew_when_the_driver_changes(tmp_path: Path) -> None:
    source = tmp_path / "chromedriver"
    source.write_bytes(b"version one")
    first = own_driver(source, tmp_path / "a")
    assert first.read_bytes() == b"version one"
    assert own_driver(source, tmp_path / "a") == first
    assert own_driver(source, tmp_path / "b") != first
    first.write_bytes(b"version one, patched")
    source.write_bytes(b"version two!")
    second = own_driver(source, tmp_path / "a")
    assert second.read_bytes() == b"version two!"
    assert not first.exists()
    assert source.read_bytes() == b"version two!"
