"""A served panel and a real Chromium to look at it with."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from waitress.server import create_server

from tests.webapp.panel import Panel
from webapp.assets import STATIC_FOLDER

DESKTOP = (1400, 900)
PHONE = (390, 844)
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
"""Marks a test that is for each screen; `Visit.find_faults` sees to both themes on it."""
THEMES = ("light", "dark")
PATIENCE_SECONDS = 40
Check = Callable[[], Any]


@contextmanager
def served(panel: Panel) -> Iterator[str]:
    """The panel behind waitress on a free port; yields its address."""
    server: Any = create_server(panel.app, host="127.0.0.1", port=0, threads=6)
    thread = threading.Thread(target=server.run, name="panel")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
        thread.join(PATIENCE_SECONDS)
        server.task_dispatcher.shutdown()
        assert not thread.is_alive()


def open_chromium() -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    for flag in ("--headless=new", "--force-prefers-reduced-motion", "--disable-background-networking"):
        options.add_argument(flag)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser:
        options.binary_location = browser
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


@dataclass
class Visit:
    """A person at the panel."""

    browser: webdriver.Chrome
    address: str
    panel: Panel

    def open(self, path: str = "/") -> None:
        self.browser.get(self.address + path)

    def log_in(self) -> None:
        self.open(f"/login?token={self.panel.access.issue_login_token()}")

    def look(self, size: tuple[int, int], theme: str = "light") -> None:
        """Use a screen of this size, on a system with this theme ("light" or "dark")."""
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.use_theme(theme)

    def use_theme(self, theme: str) -> None:
        """Change the system's theme under the open page, which follows it."""
        features = [{"name": "prefers-color-scheme", "value": theme}]
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def find(self, css: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, css)

    def count(self, css: str) -> int:
        return len(self.browser.find_elements(By.CSS_SELECTOR, css))

    def text(self, css: str) -> str:
        """What is read there now, gathered in one step, so that a swap cannot come in between."""
        return str(self.script("return document.querySelector(arguments[0])?.innerText ?? ''", css)).strip()

    def click(self, css: str) -> None:
        self.find(css).click()

    def script(self, code: str, *arguments: object) -> Any:
        return self.browser.execute_script(code, *arguments)

    def wait(self, check: Check) -> Any:
        """Until the check gives something true. Fails after a while."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            found = check()
            if found:
                return found
            time.sleep(0.05)  # between two looks at a page that moves by itself
        message = f"never became true; the page reads:\n{self.text('body')}"
        raise AssertionError(message)

    def find_faults(self, but: str = "no such words") -> list[str]:
        """What is wrong with the page as it is now: in the console (lines with `but` apart), to axe-core, in width.

        Looked at in both themes, in which all but the colors is the same. Afterwards the light one is on.
        """
        found = []
        for theme in reversed(THEMES):
            self.use_theme(theme)
            self.wait(lambda theme=theme: self.script("return document.documentElement.dataset.bsTheme") == theme)
            found += [f"{theme}: {problem}" for problem in self.accessibility_problems(only_colors=theme == "dark")]
        found += [f"wider than the screen by {self.width_beyond_screen()}"] * bool(self.width_beyond_screen())
        return found + [line for line in self.complaints() if but not in line]

    def complaints(self) -> list[str]:
        """What the browser's console says: errors and violations of the policy."""
        lines = self.browser.get_log("browser")  # type: ignore[no-untyped-call]
        return [line["message"] for line in lines if line["level"] == "SEVERE"]

    def accessibility_problems(self, only_colors: bool = False) -> list[str]:
        """Serious and critical findings of axe-core on the page as it is now."""
        if not self.script("return 'axe' in window"):
            self.script((STATIC_FOLDER / "vendor" / "axe.min.js").read_text(encoding="utf-8"))
        code = "const [rules, done] = arguments; axe.run(rules).then(found => done(found.violations))"
        violations = self.browser.execute_async_script(code, {"runOnly": ["color-contrast"]} if only_colors else {})
        return [
            f"{v['id']}: {[node['html'][:160] for node in v['nodes'][:3]]}"
            for v in violations
            if v["impact"] in ("serious", "critical")
        ]

    def width_beyond_screen(self) -> int:
        code = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.script(code))


@contextmanager
def visiting(browser: webdriver.Chrome, panel: Panel) -> Iterator[Visit]:
    """Somebody at a desk, not logged in, with a clean browser before and after."""
    with served(panel) as address:
        visit = Visit(browser, address, panel)
        visit.look(DESKTOP, "light")
        visit.complaints()  # what the test before left in the console
        yield visit
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        browser.get("about:blank")
        browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
        browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
