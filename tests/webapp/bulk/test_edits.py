"""Limits, slots, templates and groups for many accounts: asked for, shown account by account, done, taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.storage.panel.audit import AuditQuery
from tests.webapp.desk import Desk, sit_down
from webapp.bulk.edits import EDITS

BROKEN = "schedule: {timezone: Mars}\n"
LIMIT = {"set.limit": "tweets_per_day", "set.value": "7"}
SLOT = {"set.name": "lunch", "set.time": "12:15", "set.weekdays": ["mon", "tue"], "set.post": "value"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Accounts one and two, and three whose settings are broken."""
    desk = sit_down(tmp_path)
    for account_id, handle in (("two", "TwoShop"), ("three", "ThreeShop")):
        desk.world.add(account_id, handle)
    settings_file(desk, "three").write_text(BROKEN, encoding="utf-8")
    desk.manager.reload()
    yield desk
    desk.world.close()


def settings_file(desk: Desk, account_id: str) -> Path:
    handle = f"{account_id.title()}Shop"
    return desk.world.home.root / "accounts" / f"{account_id}_{handle}" / "config" / "settings.yaml"


def ask(desk: Desk, action: str, scope: str = "all", **more: Any) -> tuple[int, str]:
    answer = desk.client.get("/bulk", query_string={"action": action, "scope": scope, **more})
    return answer.status_code, answer.text


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())


def give(desk: Desk, html: str) -> str:
    """Press the button of a preview: send just what its form holds."""
    form = html[html.index('<form method="post" action="/bulk"') :]
    form = form[: form.index("</form>")]
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form):
        sent.setdefault(name, []).append(value)
    return desk.client.post("/bulk", data=sent, follow_redirects=True).text


@pytest.mark.parametrize("name", [name for name, edit in EDITS.items() if edit.defaults])
def test_what_an_order_needs_is_asked_for_and_whom_it_is_for_is_carried_on(desk: Desk, name: str) -> None:
    status, html = ask(desk, name, "selected", account=["one", "two"], q="shop")
    assert status == 200
    assert "2 accounts" in html
    assert re.findall(r'name="account" value="([^"]+)"', html) == ["one", "two"]
    assert 'name="q" value="shop"' in html
    assert "order-give" not in html


def test_a_limit_is_shown_as_it_is_and_as_it_would_be_then_set_and_its_comments_stay(desk: Desk) -> None:
    file = settings_file(desk, "one")
    before = file.read_text(encoding="utf-8").replace("tweets_per_day: 50", "tweets_per_day: 50  # many")
    file.write_text(before, encoding="utf-8")
    _, html = ask(desk, "set_limit", **LIMIT)
    assert "2 of 3 will have another limit; 1 cannot be changed" in text(html)
    assert text(html).count("Posts a day: 50 → 7") == 2
    assert "timezone: &#39;Mars&#39;" in html or "Mars" in html
    assert file.read_text(encoding="utf-8") == before
    result = give(desk, html)
    assert "2 accounts have their new limit; 1 was left as it was." in text(result)
    assert file.read_text(encoding="utf-8") == before.replace("50  # many", "7   # many")  # in its column
    assert 'href="/accounts/one/files/settings#versions"' in result
    assert settings_file(desk, "three").read_text(encoding="utf-8") == BROKEN
    _, html = ask(desk, "set_limit", **LIMIT)
    assert "2 have it so already" in text(html)
    assert "order-give" not in html


def test_a_former_version_takes_it_back_for_one_account(desk: Desk) -> None:
    give(desk, ask(desk, "set_limit", **LIMIT)[1])
    [version] = re.findall(r'href="(/accounts/one/files/settings/versions/[^"]+)"', desk.get("files/settings"))
    page = desk.client.get(version).text
    mark = re.search(r'name="mark" value="([^"]+)"', page)
    assert mark is not None
    desk.client.post(version, data={"mark": mark[1]})
    assert "tweets_per_day: 50" in settings_file(desk, "one").read_text(encoding="utf-8")
    assert "tweets_per_day: 7" in settings_file(desk, "two").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("action", "told", "words"),
    [
        ("set_limit", {**LIMIT, "set.value": "1001"}, "Write a whole number from 0 to 1000."),
        ("set_limit", {**LIMIT, "set.value": "many"}, "Write a whole number"),
        ("set_limit", {**LIMIT, "set.limit": "cookies"}, "Choose one."),
        ("add_slot", {**SLOT, "set.name": ""}, "Give it a name."),
        ("add_slot", {**SLOT, "set.name": "a b"}, "May have letters, digits"),
        ("add_slot", {**SLOT, "set.name": "check"}, "choose another"),
        ("add_slot", {**SLOT, "set.time": ""}, "Say when."),
        ("add_slot", {**SLOT, "set.weekdays": [""]}, "Tick at least one day"),
        ("add_slot", {**SLOT, "set.like": "51"}, "less than or equal to 50"),
        ("add_to_group", {"set.group": "a, b"}, "has no comma"),
        ("add_to_group", {"set.group": " "}, "Write its name."),
        ("remove_from_group", {"set.group": ""}, "Write its name."),
        ("apply_template", {"set.template": "nothing"}, "Choose one that is there."),
    ],
)
def test_what_will_not_do_is_told_beside_its_field(desk: Desk, action: str, told: dict[str, Any], words: str) -> None:
    status, html = ask(desk, action, **told)
    assert status == 422
    assert words in html
    form = {"action": action, "order": "order-0001", "account": "one", **told}
    assert desk.client.post("/bulk", data=form).status_code == 400


def test_a_slot_is_added_where_there_is_none_of_its_name(desk: Desk) -> None:
    desk.client.post("/bulk", data={"action": "add_slot", "order": "order-0001", "account": "two", **SLOT})
    assert "lunch" in desk.manager.account_view("two").slots
    _, html = ask(desk, "add_slot", **SLOT)
    assert "Slot lunch: new, 12:15, Mon, Tue, a value post" in text(html)
    assert "1 has a slot of this name" in text(html)
    give(desk, html)
    slot = desk.data("settings.yaml")["schedule"]["slots"][0]
    assert slot == {"name": "lunch", "time": "12:15", "weekdays": ["mon", "tue"], "post": "value"}


def test_a_template_is_applied_part_by_part_and_content_only_when_ticked(desk: Desk) -> None:
    desk.write("settings.yaml", desk.text("settings.yaml").replace("tweets_per_day: 50", "tweets_per_day: 9"))
    desk.manager.account_templates.save("one", "shop", with_content=True)
    _, form = ask(desk, "apply_template")
    assert "The same texts on two accounts break X&#39;s rules: change them before both post." in form
    _, html = ask(desk, "apply_template", **{"set.template": "shop"})
    assert "Posts a day: 50 → 9" in text(html)
    assert "texts" not in text(html)[text(html).index("These change") :]
    assert "1 has it so already" in text(html)  # the one it was made of
    give(desk, html)
    settings = settings_file(desk, "two").read_text(encoding="utf-8")
    assert "tweets_per_day: 9" in settings
    assert "@TwoShop" in settings
    content = settings_file(desk, "two").with_name("templates.yaml")
    assert "OneShop" not in content.read_text(encoding="utf-8")
    _, html = ask(desk, "apply_template", **{"set.template": "shop", "set.parts": "", "set.content": "yes"})
    assert "Promo templates: 6 other texts" in text(html)
    give(desk, html)
    assert "OneShop offer" in content.read_text(encoding="utf-8")


def test_a_template_without_texts_gives_none(desk: Desk) -> None:
    desk.manager.account_templates.save("one", "shop")
    status, html = ask(desk, "apply_template", **{"set.template": "shop", "set.content": "yes"})
    assert (status, "This template holds no texts." in html) == (422, True)
    status, html = ask(desk, "apply_template", **{"set.template": "shop", "set.parts": ""})
    assert (status, "Tick at least one." in html) == (422, True)


def test_many_are_disabled_in_one_write_and_enabled_again(desk: Desk) -> None:
    versions = len(desk.manager.roster.versions())
    result = give(desk, ask(desk, "disable")[1])
    assert "2 accounts are disabled; 1 was left as it was." in text(result)
    assert not desk.manager.account_view("one").enabled
    assert len(desk.manager.roster.versions()) == versions + 1
    assert "2 of 3 will be enabled" in text(ask(desk, "enable")[1])
    give(desk, ask(desk, "enable")[1])
    assert desk.manager.account_view("two").enabled


def test_accounts_come_into_a_group_and_out_of_it_again(desk: Desk) -> None:
    desk.manager.roster.change("two", {"groups": ["kopi"]})
    _, html = ask(desk, "add_to_group", "selected", account=["one", "two"], **{"set.group": "bali"})
    assert "Groups: none → bali" in text(html)
    assert "Groups: kopi → kopi, bali" in text(html)
    result = give(desk, html)
    assert desk.manager.account_view("two").groups == ("kopi", "bali")
    assert 'name="action" value="remove_from_group"' in result
    assert 'name="set.group" value="bali"' in result
    _, html = ask(desk, "remove_from_group", "group:bali", **{"set.group": "bali"})
    give(desk, html)
    assert desk.manager.account_view("one").groups == ()
    assert desk.manager.account_view("two").groups == ("kopi",)


def test_the_audit_log_names_the_order_and_the_accounts_it_acted_on(desk: Desk) -> None:
    give(desk, ask(desk, "set_limit", **LIMIT)[1])
    [entry] = desk.panel.store.audit.search(AuditQuery(words="bulk"), 10)
    assert entry.target == "/bulk · Set a limit (posts a day: 7): one, two"
    assert desk.panel.store.audit.search(AuditQuery(words="two"), 10) == (entry,)


def test_the_overview_offers_them_all(desk: Desk) -> None:
    html = desk.client.get("/").text
    for name in EDITS:
        assert f'id="bulk-{name}"' in html
