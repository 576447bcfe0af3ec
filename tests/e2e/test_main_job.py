"""The main job as a newcomer meets it: the panel in a browser, real runs behind it, the practice site as x.com."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from practice.seed import seeded_world
from practice.site import PracticeSite
from practice.world import cookies_for
from tests.e2e.fleets import picture
from tests.e2e.serving import ServedApp
from tests.e2e.webapp.browsing import open_chromium
from tests.homes import FAR, HomeBuilder

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]
HANDLES = ("TokoSatuUji", "TokoDuaUji", "TokoTigaUji")
TEXT = "🔥 {handle} 👨‍👩‍👧\nBaris dua: 10GB cuma Rp25.000\nhttps://wa.me/6280000000000?text=Halo%20{handle}"


@pytest.fixture
def browser() -> Iterator[webdriver.Chrome]:
    browser = open_chromium()
    yield browser
    browser.quit()


def eventually(holds: Callable[[], Any], seconds: float) -> Any:
    """What `holds` gives once it is true; fails when it is not true within `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"it did not come about within {seconds:.0f} s")


def accounts_of(control: str) -> dict[str, dict[str, Any]]:
    with urlopen(f"{control}/state") as answer:
        return {account["handle"]: account for account in json.load(answer)["accounts"]}


def text_of(browser: webdriver.Chrome, css: str) -> str:
    return str(browser.execute_script("return document.querySelector(arguments[0])?.innerText ?? ''", css)).strip()


def complaints(browser: webdriver.Chrome) -> list[str]:
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}]


def write_home(root: Path, site: PracticeSite) -> None:
    home = HomeBuilder(root)
    for number, handle in enumerate(HANDLES, start=1):
        account = site.world.add_account(handle, handle)
        schedule = {"timezone": "UTC", "morning": {"time": FAR, "like": 1, "follow": 1}}
        folder = home.add(f"account{number}", handle, enabled=number < 3, schedule=schedule)
        (folder / "cookies.json").write_text(json.dumps(cookies_for(account)), encoding="utf-8")
        (folder / "config" / "keywords.yaml").write_text(
            "high_intent: [kuota habis, cari paket murah]\n", encoding="utf-8"
        )
        template = {"text": TEXT.format(handle=handle), "media": "media/promo/a.png"}
        (folder / "config" / "templates.yaml").write_text(
            json.dumps({"promo_templates": [template]}, ensure_ascii=False), encoding="utf-8"
        )
        picture(folder / "media" / "promo" / "a.png", f"#{number}0{number}0ff")


def test_run_now_on_two_cards_posts_their_text_and_media_while_the_panel_shows_each_step(
    tmp_path: Path, browser: webdriver.Chrome
) -> None:
    with PracticeSite(seeded_world()) as site:
        write_home(tmp_path, site)
        with ServedApp(tmp_path, AVIARY_X_ADDRESS=site.address) as app:
            _set_first_password(browser, app.line("panel: "))
            assert len(browser.find_elements(By.CSS_SELECTOR, "article.account")) == 3
            assert text_of(browser, "#account-account3-badge") == "Disabled"
            browser.execute_script("window.samePage = true")
            seen = {"account1": set[str](), "account2": set[str]()}
            for account_id in seen:
                browser.find_element(By.ID, f"account-{account_id}-run").click()

            def both_have_ended() -> bool:
                for account_id, words in seen.items():
                    words.add(text_of(browser, f"#account-{account_id}-badge"))
                    words.add(text_of(browser, f"#account-{account_id}-situation"))
                return all(text_of(browser, f"#account-{each}-badge") == "Waiting" for each in seen)

            # Each waits before its run and after it: that it ended means something once it was seen at work.
            eventually(lambda: not both_have_ended() and all("Working" in words for words in seen.values()), 60)
            eventually(both_have_ended, 150)
            assert browser.execute_script("return window.samePage") is True, "no reload"
            assert complaints(browser) == []
            for words in seen.values():
                assert "Working" in words
                assert {"Typing", "Uploading 1/1", "Liking 1 of 1"} & words, words
            truth = accounts_of(site.control_url)
            for number, handle in enumerate(HANDLES[:2], start=1):
                (post,) = truth[handle]["posts"]
                assert post["text"] == TEXT.format(handle=handle)
                own = next(tmp_path.glob(f"accounts/account{number}_*/media/promo/a.png")).read_bytes()
                assert [media["sha256"] for media in post["media"]] == [sha256(own).hexdigest()]
                assert (len(truth[handle]["likes"]), len(truth[handle]["follows"])) == (1, 1)
            assert truth[HANDLES[2]]["posts"] == []
            assert app.end() == 0
            assert app.processes_left() == []


def _set_first_password(browser: webdriver.Chrome, link: str) -> None:
    """The first start of a real installation prints a link that lets the password be set; X's rules come next."""
    assert "/setup?token=" in link
    browser.get(link)
    for field in browser.find_elements(By.CSS_SELECTOR, "input[type=password]"):
        field.send_keys("a short sentence is easy")
    browser.find_element(By.CSS_SELECTOR, "form [type=submit]").click()
    eventually(lambda: browser.find_elements(By.ID, "notice-accept"), 20)
    browser.find_element(By.ID, "notice-accept").click()
    eventually(lambda: browser.find_elements(By.CSS_SELECTOR, "article.account"), 20)


def test_the_demo_posts_likes_and_follows_with_both_enabled_accounts_and_the_panel_agrees(
    tmp_path: Path, browser: webdriver.Chrome
) -> None:
    with ServedApp(tmp_path / "demo", "--demo") as app:
        link = app.line("panel: ")
        control = app.line("practice control: ")
        app.line("practice: https://127.0.0.1:")
        browser.get(link)
        assert len(browser.find_elements(By.CSS_SELECTOR, "article.account")) == 3
        eventually(lambda: "Working" in text_of(browser, "main"), 20)

        def morning_is_done() -> bool:
            enabled = [accounts_of(control)[handle] for handle in ("WarungPaketDemo", "KuotaKilatDemo")]
            return all(account["posts"] and account["likes"] and account["follows"] for account in enabled)

        eventually(morning_is_done, 150)
        eventually(lambda: "Working" not in text_of(browser, "main"), 60)
        truth = accounts_of(control)
        for account_id, handle in (("account1", "WarungPaketDemo"), ("account2", "KuotaKilatDemo")):
            numbers = text_of(browser, f"#account-{account_id}-numbers").split()
            posts, likes, follows = (len(truth[handle][what]) for what in ("posts", "likes", "follows"))
            assert [f"{posts}/10", str(likes), str(follows)] == [each for each in numbers if each[0].isdigit()][:3]
        assert truth["PulsaPagiDemo"]["posts"] == []
        assert app.end() == 0
        assert app.processes_left() == []


def test_a_demo_link_works_once(tmp_path: Path, browser: webdriver.Chrome) -> None:
    with ServedApp(tmp_path / "demo", "--demo") as app:
        link = app.line("panel: ")
        browser.get(link)
        assert browser.find_elements(By.CSS_SELECTOR, "article.account")
        browser.delete_all_cookies()
        browser.get(link)
        assert not browser.find_elements(By.CSS_SELECTOR, "article.account")
        assert "used already" in text_of(browser, "main")
