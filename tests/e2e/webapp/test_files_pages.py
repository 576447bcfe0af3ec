"""Plan, settings, keywords and the files themselves, as a person changes them in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from tests.e2e.webapp.browsing import SIZES, Visit, visiting
from tests.webapp.desk import Desk, sit_down

pytestmark = pytest.mark.e2e
REFUSED = "the server responded with a status of 4"
"""The console's line for a page that says what is wrong."""
SETTINGS = """# careful
schedule:
  timezone: Asia/Jakarta
  morning: {time: '08:00', like: 2}   # early
  evening: {enabled: false, time: '20:00'}
  slots:
    - name: lunch
      time: '15:15'
      weekdays: [mon, tue, wed]
policy: {follow: approve}
safety:
  rate_limits:
    tweets_per_day: 6
    tweets_per_our: 2
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.world.home.fleet["stagger_minutes"] = 20
    desk.world.home.write()
    desk.write("settings.yaml", SETTINGS)
    yield desk
    desk.world.close()


@pytest.fixture
def person(browser: webdriver.Chrome, desk: Desk) -> Iterator[Visit]:
    with visiting(browser, desk.panel) as visit:
        visit.log_in()
        yield visit


def open_page(person: Visit, path: str) -> None:
    person.open(f"/accounts/one/{path}")


def fill(person: Visit, css: str, text: str) -> None:
    field = person.find(css)
    field.clear()
    field.send_keys(text)


def set_time(person: Visit, css: str, time: str) -> None:
    """As the browser's own clock does, whatever the language of its keys."""
    person.script("document.querySelector(arguments[0]).value = arguments[1]", css, time)


def put_away_message(person: Visit) -> None:
    """On a phone it lies over the buttons at the bottom."""
    person.click("#toasts [data-dismiss]")
    person.wait(lambda: not person.count("#toasts [data-toast]"))


def write_yaml(person: Visit, text: str) -> None:
    person.script("document.getElementById('yaml').value = arguments[0]", text)


def _nothing(_person: Visit, _desk: Desk) -> None:
    pass


def _ask_to_delete(person: Visit, _desk: Desk) -> None:
    person.click("#slot-delete summary")


def _make_a_mistake(person: Visit, _desk: Desk) -> None:
    write_yaml(person, "schedule:\n  timezone: Mars\n")
    person.click("#yaml-save")
    person.wait(lambda: person.count(".mistake-line"))


def _be_second(button: str) -> Callable[[Visit, Desk], None]:
    def act(person: Visit, desk: Desk) -> None:
        name = "keywords.yaml" if "keywords" in button else "settings.yaml"
        desk.write(name, f"{desk.text(name)}# theirs\n")
        person.click(button)
        person.wait(lambda: person.count("#conflict"))

    return act


def _break(person: Visit, desk: Desk) -> None:
    desk.write("settings.yaml", "schedule: [\n")
    person.browser.refresh()


PAGES: dict[str, tuple[str, Callable[[Visit, Desk], None]]] = {
    "plan": ("plan", _nothing),
    "new slot": ("plan/new", _nothing),
    "slot": ("plan/slots/lunch", _ask_to_delete),
    "settings": ("settings", _nothing),
    "settings changed by another": ("settings", _be_second("#settings-save")),
    "keywords": ("keywords", _nothing),
    "keywords changed by another": ("keywords", _be_second("#keywords-save")),
    "file": ("files/settings", _nothing),
    "file with a mistake": ("files/settings", _make_a_mistake),
    "file changed by another": ("files/settings", _be_second("#yaml-save")),
    "broken settings": ("settings", _break),
    "plan of broken settings": ("plan", _nothing),
}


@SIZES
def test_each_page_is_sound(person: Visit, desk: Desk, size: tuple[int, int]) -> None:
    person.look(size)
    for name, (path, act) in PAGES.items():
        open_page(person, path)
        act(person, desk)
        assert person.find_faults(but=REFUSED) == [], name


@SIZES
def test_a_slot_is_added_changed_switched_off_and_deleted(person: Visit, desk: Desk, size: tuple[int, int]) -> None:
    person.look(size)
    open_page(person, "plan")
    person.click("#plan-new")
    fill(person, "#slot-name", "tea")
    set_time(person, "#field-time", "16:30")
    person.click("#slot-save")
    person.wait(lambda: person.count("#slot-tea"))
    put_away_message(person)
    assert "16:30" in person.text("#slot-tea")
    person.click("#slot-tea-change")
    person.click("input[name=weekdays][value=sun]")
    person.click("#slot-save")
    person.wait(lambda: "Mon–Sat" in person.text("#slot-tea"))
    put_away_message(person)
    person.click("#slot-tea-switch")
    person.wait(lambda: "Switch on" in person.text("#slot-tea"))
    put_away_message(person)
    person.click("#slot-tea-change")
    person.click("#slot-delete summary")
    person.click("#slot-delete-yes")
    person.wait(lambda: "tea is deleted." in person.text("#toasts"))
    assert desk.text("settings.yaml") == SETTINGS


def test_pausing_shows_at_once_that_no_run_happens(person: Visit) -> None:
    open_page(person, "plan")
    assert "15:" in person.text("#plan-coming")
    person.click("#plan-button")
    person.wait(lambda: "None of these runs happens while the account is paused." in person.text("#plan-coming"))
    person.click("#plan-button")
    person.wait(lambda: "None of these" not in person.text("#plan-coming"))


def test_a_change_by_hand_comes_to_the_open_plan(person: Visit, desk: Desk) -> None:
    open_page(person, "plan")
    desk.write("settings.yaml", SETTINGS.replace("15:15", "17:45"))
    desk.manager.pause_accounts(["one"])
    person.wait(lambda: "17:45" in person.text("#slot-lunch"))


def test_settings_are_saved_and_in_force(person: Visit, desk: Desk) -> None:
    open_page(person, "settings")
    fill(person, "[id='field-safety.rate_limits.tweets_per_day']", "9")
    person.click("#settings-save")
    person.wait(lambda: "Saved." in person.text("#toasts"))
    open_page(person, "settings")
    for action, policy in (("post", "automatic"), ("like", "off"), ("reply", "approve")):
        person.click(f"#policies-form [name={action}][value={policy}]")
    person.click("#policies-save")
    person.wait(lambda: "Saved." in person.text("#toasts"))
    assert desk.manager.account_view("one").posts_limit == 9
    changed = SETTINGS.replace("tweets_per_day: 6", "tweets_per_day: 9")
    assert desk.text("settings.yaml") == changed.replace(
        "{follow: approve}", "{follow: approve, post: automatic, like: 'off', reply: approve}"
    )


def test_keywords_are_saved(person: Visit, desk: Desk) -> None:
    open_page(person, "keywords")
    person.find("#group-1").send_keys("\npulsa murah")
    fill(person, "#new-group", "weekend")
    person.find("#new-words").send_keys("wifi")
    person.click("#keywords-save")
    person.wait(lambda: "Saved." in person.text("#toasts"))
    assert desk.data("keywords.yaml") == {
        "high_intent": ["paket data", "kuota", "pulsa murah"],
        "weekend": ["wifi"],
    }


def test_a_mistake_takes_a_person_to_its_line(person: Visit) -> None:
    open_page(person, "files/settings")
    _make_a_mistake(person, None)  # type: ignore[arg-type]
    person.click(".mistake-line")
    code = "const y = document.activeElement; return y.value.slice(y.selectionStart, y.selectionEnd)"
    assert person.script(code) == "  timezone: Mars"


def test_a_broken_file_is_mended_and_the_account_goes_on(person: Visit, desk: Desk) -> None:
    desk.write("settings.yaml", "schedule: [\n")
    open_page(person, "settings")
    assert "Broken" in person.text("#account-one-badge")
    write_yaml(person, SETTINGS)
    person.click("#yaml-save")
    person.wait(lambda: "settings.yaml is saved." in person.text("#toasts"))
    assert "Waiting" in person.text("#account-one-badge")
    assert desk.text("settings.yaml") == SETTINGS


def test_a_former_state_is_put_back(person: Visit, desk: Desk) -> None:
    open_page(person, "files/settings")
    write_yaml(person, f"{SETTINGS}# more\n")
    person.click("#yaml-save")
    person.wait(lambda: person.count("#versions .btn"))
    person.click("#versions .btn")
    person.wait(lambda: "+# more" in person.text(".differences"))
    person.click("#version-restore")
    person.wait(lambda: "is as it was then" in person.text("#toasts"))
    assert desk.text("settings.yaml") == SETTINGS


def test_it_all_works_without_scripts(person: Visit, desk: Desk) -> None:
    open_page(person, "plan")
    person.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    person.click("#slot-lunch-switch")
    person.wait(lambda: "enabled: false" in desk.text("settings.yaml").partition("lunch")[2])
    open_page(person, "plan/slots/lunch")
    person.click("#slot-delete summary")
    person.click("#slot-delete-yes")
    person.wait(lambda: "lunch" not in desk.text("settings.yaml"))
