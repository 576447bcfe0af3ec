"""Ten candidates that a run found on the practice site are decided by keys; only what was approved is done there."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from bot.approvals import ApprovalQuery
from bot.clock import SystemClock
from bot.storage.approvals import ApprovalState, Proposal
from tests.e2e.fleets import PracticeFleet
from tests.e2e.webapp.browsing import DESKTOP, PHONE, Visit, visiting
from tests.homes import write_yaml
from tests.webapp.panel import NOW, make_panel

pytestmark = pytest.mark.e2e

SLOT = {"post": "none", "like": 6, "follow": 2, "reply": 2}
DEEDS = "aaarrr" + "ar" + "er"
"""One key for each: six likes, two follows, two replies; `e` edits the reply and approves it."""
OWN_WORDS = "Semoga cepat beres ya 🙏"


def press(visit: Visit, *keys: str) -> None:
    ActionChains(visit.browser).send_keys(*keys).perform()


def decide(visit: Visit, deed: str) -> None:
    """Press the key while the card has the focus, and wait until the next card has it."""
    before = visit.script("return document.activeElement.closest('.approval').id")
    if deed == "e":
        press(visit, "e")
        ActionChains(visit.browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
        press(visit, Keys.BACKSPACE)
        visit.browser.execute_cdp_cmd("Input.insertText", {"text": OWN_WORDS})
        ActionChains(visit.browser).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    else:
        press(visit, deed)
    visit.wait(lambda: not visit.count(f"#{before}:not([hidden])"))


def fleet_that_asks(root: Path) -> PracticeFleet:
    fleet = PracticeFleet(root)
    folder = fleet.add("one", "toko_satu", slot=SLOT)
    settings = folder / "config" / "settings.yaml"
    policy = "policy: {like: approve, follow: approve, reply: approve}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + policy, encoding="utf-8")
    write_yaml(folder / "config" / "templates.yaml", {"reply_templates": {"short": ["Semoga beres", "Semangat!"]}})
    return fleet


def test_ten_candidates_are_decided_by_keys_and_only_the_approved_are_done(
    browser: webdriver.Chrome, tmp_path: Path
) -> None:
    with fleet_that_asks(tmp_path / "home") as fleet:
        fleet.run_all(200)
        desk = fleet.manager.approvals
        found = desk.find(ApprovalQuery())
        assert [each.proposal.action for each in found] == ["like"] * 6 + ["follow"] * 2 + ["reply"] * 2
        assert fleet.state()["toko_satu"]["likes"] == fleet.state()["toko_satu"]["posts"] == []
        panel = make_panel(fleet.manager, SystemClock(), tmp_path / "data")  # type: ignore[arg-type]
        with visiting(browser, panel) as visit:
            visit.log_in()
            visit.open("/approvals")
            press(visit, "j")
            for deed in DEEDS:
                decide(visit, deed)
            visit.wait(lambda: "Nothing waits for you." in visit.text("#approvals-list"))
            assert visit.text("#approvals-link .count") == ""
            visit.wait(lambda: visit.text("#approvals-decided").count("Done") == 5)
            assert visit.complaints() == []
        done = [each.proposal for each, deed in zip(found, DEEDS, strict=True) if deed in "ae"]
        state = fleet.state()["toko_satu"]
        assert sorted(state["likes"]) == sorted(each.post_id for each in done if each.action == "like")
        assert state["follows"] == [each.handle for each in done if each.action == "follow"]
        replies = [(post["reply_to"], post["text"]) for post in state["posts"]]
        assert replies == [(each.post_id, OWN_WORDS) for each in done if each.action == "reply"]
        after = {each.id: desk.get(each.id).state for each in found}
        assert list(after.values()).count(ApprovalState.REJECTED) == 5


def test_the_page_is_sound_on_desktop_and_phone_light_and_dark(operator: Visit) -> None:
    fill(operator)
    for size in (DESKTOP, PHONE):
        operator.look(size)
        operator.open("/approvals")
        press(operator, "j", "x")
        assert operator.text("#ticked") == "1 ticked"
        assert operator.accessibility_problems() == []
        assert operator.width_beyond_screen() == 0
    assert operator.complaints() == []


def test_a_half_written_reply_and_a_tick_outlive_a_poll_and_what_was_refused_comes_back(operator: Visit) -> None:
    fill(operator)
    operator.open("/approvals")
    press(operator, "j", "x", "j", "j", "e", "!!")
    operator.panel.fleet.proposals.propose(proposal("like", 99))
    operator.wait(lambda: operator.count("#approval-4"))
    assert operator.script("return document.activeElement.value").endswith("!!")
    assert operator.script("return document.querySelector('.pick:checked').value") == "1"
    press(operator, Keys.ESCAPE, "k")
    operator.panel.fleet.approvals.reject(2, "somebody else")
    press(operator, "a")
    operator.wait(lambda: "decided already, by somebody else" in operator.text("#toasts"))
    operator.wait(lambda: not operator.count("#approval-2"))


def test_a_key_pressed_the_moment_a_poll_brought_the_list_decides_there_and_opens_no_other_page(
    operator: Visit,
) -> None:
    fill(operator)
    operator.open("/approvals")
    press(operator, "j")
    operator.script("""
        window.isTheSamePage = true;
        const key = new KeyboardEvent("keydown", {key: "r", bubbles: true});
        const press = () => document.activeElement.dispatchEvent(key);
        document.body.addEventListener("htmx:oobAfterSwap", () => setTimeout(press, 0), {once: true});
    """)
    operator.panel.fleet.proposals.propose(proposal("like", 99))
    operator.wait(lambda: operator.panel.fleet.approvals.get(1).state is ApprovalState.REJECTED)
    operator.wait(lambda: not operator.count("#approval-1"))
    assert operator.script("return window.isTheSamePage")


def proposal(action: str, number: int) -> Proposal:
    text = "Kuota habis lagi, ada yang tahu paket murah? 😭\nhttps://contoh.example/" + "panjang" * 12
    handle, post_id = f"penanya_{number}", f"19000000000000000{number:02}"
    target = handle if action == "follow" else post_id
    return Proposal("warung", action, target, post_id, handle, text, NOW, "kuota habis", "Semoga cepat beres")


def fill(visit: Visit) -> None:
    for number, action in enumerate(("like", "follow", "reply"), start=1):
        assert visit.panel.fleet.proposals.propose(proposal(action, number))
