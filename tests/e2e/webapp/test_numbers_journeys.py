"""What a person does with the numbers, in Chromium, on a real manager whose accounts have numbers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from selenium import webdriver
from selenium.webdriver.support.ui import Select

from bot.account_manager import AccountManager
from bot.analytics.periods import last_days
from bot.outcomes.view import OutcomeQuery
from bot.storage.experiments import ExperimentState
from bot.storage.settled_posts import SettledPost
from tests.advice.worlds import NOW, OWN_PLAN, enter_posts, make_posts
from tests.analytics_world import Shape, write_account
from tests.e2e.webapp.browsing import DESKTOP, PHONE, SIZES, Visit, visiting
from tests.experiments.trials import wanted
from tests.homes import templates, write_yaml
from tests.webapp.panel import Panel, make_panel_of
from tests.worlds import World
from webapp.experiments.form import text_choices

pytestmark = pytest.mark.e2e

SETTINGS = OWN_PLAN.replace("schedule:", "business: {wa_number: '080000000000'}\nschedule:")
ACCOUNTS = {"one": "OneShop", "two": "TwoShop", "three": "ThreeShop"}
COMPARED = "/numbers/compare?side=account:one&side=account:two&side=account:three"
PAGES = (
    "/numbers?days=7",
    "/numbers?days=90",
    COMPARED,
    "/accounts/one/numbers",
    "/orders",
    "/accounts/one/orders",
    "/suggestions",
    "/accounts/one/suggestions",
    "/accounts/one/suggestions/slots/early",
    "/summaries",
    "/summaries/2026-03-01?span=week",
    "/accounts/one/summaries",
    "/experiments",
    "/experiments/new",
    "/week",
    "/week/try",
    "/week/try?account=two&slot=early&switch=off",
    "/groups/jakarta/queue",
    "/me/notifications",
    "/numbers/compare?side=account:one&side=account:two&per=1000&from=2026-13-40&to=2099-01-01",
)


def evening(post: SettledPost) -> float:
    return 2.0 if post.posted_at.hour == 19 else 1.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three accounts with fifty days of numbers; the first one's posts of 19 o'clock do twice as well."""
    world = World(tmp_path_factory.mktemp("numbers"))
    for seed, (account_id, handle) in enumerate(ACCOUNTS.items()):
        folder = world.add(account_id, handle)
        world.home.entries[-1]["groups"] = ["jakarta"]
        (folder / "config" / "settings.yaml").write_text(SETTINGS, encoding="utf-8")
        write_yaml(folder / "config" / "templates.yaml", templates(handle, 20))
        database = folder / "data" / "metrics.db"
        write_account(database, world.clock.now(), Shape(days=50, posts=0 if account_id == "one" else 2), seed)
        if account_id == "one":
            posts = make_posts(Random(1), (8, 13, 17, 19), 60, evening)
            enter_posts(database, [replace(post, text=f"Paket <hemat> {post.text}") for post in posts])
    world.home.write()
    yield world
    world.close()


@pytest.fixture(scope="module")
def manager(world: World) -> AccountManager:
    return world.open()


@pytest.fixture(scope="module")
def panel(world: World, manager: AccountManager) -> Panel:
    return make_panel_of(manager, world.clock)


@pytest.fixture
def person(browser: webdriver.Chrome, panel: Panel) -> Iterator[Visit]:
    with visiting(browser, panel) as visit:
        visit.log_in()
        yield visit


@pytest.fixture
def settings_file(world: World, manager: AccountManager) -> Iterator[Path]:
    """The first account's settings.yaml, as it was again afterwards."""
    file = world.home.root / "accounts" / "one_OneShop" / "config" / "settings.yaml"
    yield file
    file.write_text(SETTINGS, encoding="utf-8")
    manager.reload()


def fetched(person: Visit, address: str) -> str:
    """What the browser gets there, with its own cookies."""
    code = (
        "const [address, done] = arguments;"
        "fetch(address).then(answer => answer.text().then(text => done(`${answer.status} ${text}`)))"
    )
    status, _, text = str(person.browser.execute_async_script(code, address)).partition(" ")
    assert status == "200", text[:300]
    return text


def orders_of(manager: AccountManager, account_id: str) -> int:
    found = manager.outcomes.entries(OutcomeQuery(account_ids=[account_id], limit=500))
    return sum(entry.outcome.counted.orders or 0 for entry in found)


def link(person: Visit, css: str) -> str:
    return str(person.script("return document.querySelector(arguments[0]).href", css))


WALKS = [
    pytest.param(DESKTOP, PAGES[::2], id="half of them on a desktop"),
    pytest.param(PHONE, PAGES[1::2], id="the other half on a phone"),
    pytest.param(DESKTOP, PAGES, id="all on a desktop", marks=pytest.mark.nightly),
    pytest.param(PHONE, PAGES, id="all on a phone", marks=pytest.mark.nightly),
]


@pytest.mark.parametrize(("size", "pages"), WALKS)
def test_each_page_on_numbers_is_sound(person: Visit, size: tuple[int, int], pages: Sequence[str]) -> None:
    person.look(size)
    faults = {}
    for path in pages:
        person.open(path)
        assert person.count("h1")
        faults[path] = person.find_faults()
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.fixture
def broken_account(world: World, manager: AccountManager) -> Iterator[str]:
    """An account that needs a person, until its file is as it was again."""
    file = world.home.root / "accounts" / "three_ThreeShop" / "config" / "settings.yaml"
    file.write_text("schedule: nothing", encoding="utf-8")
    manager.reload()
    manager.notifications.look()
    yield "three"
    file.write_text(SETTINGS, encoding="utf-8")
    manager.reload()
    manager.notifications.look()


@SIZES
def test_the_summaries_are_sound_while_something_needs_a_person(
    person: Visit, broken_account: str, size: tuple[int, int]
) -> None:
    person.look(size)
    for path in ("/summaries", f"/accounts/{broken_account}/summaries"):
        person.open(path)
        assert person.count(".summary-list li a")
        assert person.find_faults() == []


@SIZES
def test_a_test_shows_its_texts_and_is_stopped_after_a_question(
    person: Visit, manager: AccountManager, size: tuple[int, int]
) -> None:
    person.look(size)
    person.open("/experiments/new?where=account:two&compares=texts")
    assert person.find_faults() == []
    first, second, *_ = text_choices([each for each in manager.experiments.places() if each.account_id == "two"])
    experiment = manager.experiments.create(
        wanted(account_id="two", subject=first.kind, first=(first.key,), second=(second.key,)), "budi"
    )
    manager.experiments.start(experiment.id)
    person.open(f"/experiments/{experiment.id}")
    assert first.key in person.text(".experiment-arm")
    person.click("#experiments-stop")
    assert "A stopped test cannot go on" in person.text("#confirm-words")
    assert person.find_faults() == []
    person.click("#confirm button[value=no]")
    assert manager.experiments.show(experiment.id).experiment.state is ExperimentState.RUNNING
    person.click("#experiments-stop")
    person.click("#confirm-yes")
    person.wait(lambda: not person.count("#experiments-stop"))
    assert manager.experiments.show(experiment.id).experiment.state is ExperimentState.STOPPED


@SIZES
def test_three_accounts_are_compared_and_their_days_taken_away(
    person: Visit, manager: AccountManager, size: tuple[int, int]
) -> None:
    person.look(size)
    person.open("/numbers")
    person.click('.tabs a[href="/numbers/compare"]')
    for number, account_id in enumerate(ACCOUNTS, start=1):
        Select(person.find("#add-side")).select_by_value(f"account:{account_id}")
        person.click(".scope button")
        person.wait(lambda number=number: person.count(".side") == number)
    person.click("#per-1000")
    person.wait(lambda: person.text("#per-1000") and person.count("#per-1000[aria-current]"))
    assert "per 1,000 followers" in person.text("#sums-title")
    assert person.count(".charts .chart-line-2") > 0
    assert person.find_faults() == []
    rows = list(csv.DictReader(io.StringIO(fetched(person, link(person, 'a[href*="/compare/summary.csv"]')))))
    assert len(rows) == 3
    person.open("/numbers?days=7")
    days = list(csv.DictReader(io.StringIO(fetched(person, link(person, 'a[href*="/numbers/days.csv"]')))))
    report = manager.analytics.report(list(ACCOUNTS), last_days(NOW.date(), 7))
    assert len(days) == 7
    assert sum(int(row["posts"]) for row in days) == report.period.summary.posts
    told = json.loads(fetched(person, "/api/numbers?days=7"))
    assert told["period"]["summary"]["posts"] == report.period.summary.posts


@SIZES
def test_a_suggestion_is_read_line_by_line_and_accepted(
    person: Visit, settings_file: Path, size: tuple[int, int]
) -> None:
    person.look(size)
    person.open("/suggestions")
    assert "instead of 08:00" in person.text("#suggestion-one-early")
    person.click("#suggestion-one-early a.btn-primary")
    person.wait(lambda: person.count("#accept"))
    to = str(person.find('#accept-form [name="to"]').get_attribute("value"))
    assert "-     time: '08:00'  # since June" in person.text("#accept-lines")
    assert f"+     time: '{to}'  # since June" in person.text("#accept-lines")
    assert person.find_faults() == []
    assert settings_file.read_text(encoding="utf-8") == SETTINGS
    person.click("#accept")
    person.wait(lambda: person.count("#suggestion-undo"))
    assert f"goes at {to} instead of 08:00" in person.text("#suggestion-notice")
    assert settings_file.read_text(encoding="utf-8") == SETTINGS.replace("08:00", to)
    assert person.find_faults() == []


@SIZES
def test_what_if_shows_both_weeks_and_saves_nothing(person: Visit, world: World, size: tuple[int, int]) -> None:
    before = {file: file.read_bytes() for file in world.home.root.rglob("*.yaml") if file.is_file()}
    person.look(size)
    person.open("/calendar")
    person.click('.tabs a[href="/week"]')
    person.click('.tabs a[href="/week/try"]')
    for name, words in (("account", "Shop TwoShop"), ("slot", "early"), ("switch", "off")):
        Select(person.find(f"#{name}")).select_by_visible_text(words)
    person.click("form .btn-primary")
    person.wait(lambda: person.count(".week-both"))
    assert "7 fewer posts." in person.text(".week-words")
    assert person.count('a[href="/accounts/two/plan/slots/early"]') == 1
    assert person.find_faults() == []
    assert {file: file.read_bytes() for file in world.home.root.rglob("*.yaml") if file.is_file()} == before


@SIZES
def test_orders_of_a_day_are_entered(person: Visit, manager: AccountManager, size: tuple[int, int]) -> None:
    person.look(size)
    person.open("/orders")
    before = orders_of(manager, "two")
    person.find("#two-orders").send_keys("3")
    person.find("#two-revenue").send_keys("Rp 1.250.000")
    person.click("#day-enter")
    person.wait(lambda: "Entered for 1 account" in person.text("main"))
    assert "1,250,000" in person.text("#entry-list")
    assert orders_of(manager, "two") == before + 3
    assert person.find_faults() == []
    assert ",1250000," in fetched(person, "/orders/export.csv?account=two")


def test_what_is_printed_is_light_and_fits(person: Visit) -> None:
    """On sheets of A4, from a panel that is dark on the screen."""
    for page in (COMPARED + "&side=group:jakarta", "/summaries"):
        person.look(DESKTOP, "dark")
        person.open(page)
        assert person.script("return document.documentElement.dataset.bsTheme") == "dark"
        print_on(person, 794)
        person.wait(lambda: person.script("return document.documentElement.dataset.bsTheme") == "light")
        assert person.width_beyond_screen() == 0
        assert not person.find(".topbar").is_displayed()
        assert person.find("main table").is_displayed()
        assert person.script(
            "return [...document.querySelectorAll('main table')].every(each => each.scrollWidth <= 794)"
        )
        print_on(person, 0)
        person.wait(lambda: person.script("return document.documentElement.dataset.bsTheme") == "dark")


def print_on(person: Visit, width: int) -> None:
    """Show the page as it would be printed on a sheet so wide, in pixels; 0: on the screen again."""
    media = {"media": "print" if width else "screen", "features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    person.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    sheet = {"width": width or DESKTOP[0], "height": 1123, "deviceScaleFactor": 1, "mobile": False}
    person.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sheet)
