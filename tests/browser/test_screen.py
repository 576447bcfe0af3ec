"""Where a window can be shown."""

from __future__ import annotations

import pytest

from bot.browser.screen import why_no_window


@pytest.mark.parametrize(
    ("environment", "system"),
    [({"DISPLAY": ":0"}, "linux"), ({"WAYLAND_DISPLAY": "wayland-0"}, "linux"), ({}, "win32"), ({}, "darwin")],
)
@pytest.mark.parametrize("driver", ["chrome", "undetected"])
def test_a_machine_with_a_screen_shows_windows(driver: str, environment: dict[str, str], system: str) -> None:
    assert why_no_window(driver, environment, system) == ""


def test_a_linux_without_a_screen_shows_none() -> None:
    assert "has no screen" in why_no_window("chrome", {"DISPLAY": ""}, "linux")


def test_a_grid_has_its_browsers_elsewhere() -> None:
    assert "another machine" in why_no_window("grid", {"DISPLAY": ":0"}, "linux")
