"""Whether a browser can be shown to a person on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def why_no_window(driver: str, environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> str:
    """Why no window can be opened with this driver, in words; "" when nothing speaks against it.

    On Windows and macOS a screen is taken for granted: only Linux says by its environment that there is none.
    """
    if driver == "grid":
        return "Its browser runs on another machine (driver grid), where nobody would see the window."
    if system.startswith("linux") and not any(environment.get(name) for name in _SCREENS):
        return "The machine that Aviary runs on has no screen to show a window on."
    return ""
