"""Account templates in the panel: saved of an account, looked at, used, renamed, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webapp.desk import Desk, sit_down


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    yield desk
    desk.world.close()


def save(desk: Desk, name: str = "Pulsa shop", **more: str) -> tuple[int, str]:
    answer = desk.client.post("/account-templates/new", data={"account": "one", "name": name, **more})
    if answer.status_code == 302:
        return 302, desk.client.get(answer.headers["Location"]).text
    return answer.status_code, answer.text


def test_without_one_the_page_says_how_one_is_made(desk: Desk) -> None:
    page = desk.client.get("/account-templates").text
    assert "There is no account template yet." in page
    assert "Save as a template…" in page


def test_the_accounts_page_leads_to_the_form_which_warns_of_same_texts(desk: Desk) -> None:
    assert 'href="/account-templates/new?account=one"' in desk.get("entry")
    page = desk.client.get("/account-templates/new?account=one").text
    assert "The same texts on two accounts break X&#39;s rules: change them before both post." in page
    assert 'id="field-with_content" value="y" aria' in page  # not ticked
    assert desk.client.get("/account-templates/new?account=nobody").status_code == 404
    assert desk.client.get("/account-templates/new").headers["Location"] == "/account-templates"


def test_a_saved_one_is_shown_with_what_it_holds(desk: Desk) -> None:
    status, page = save(desk, description="careful <b>")
    assert status == 302
    assert "Pulsa shop is saved." in page
    for words in ("Morning 08:00, Every day", "high_intent (2)", "careful &lt;b&gt;", "begins without texts"):
        assert words in page
    assert 'href="/accounts/new?template=Pulsa+shop"' in page.replace("%20", "+")
    listed = desk.client.get("/account-templates").text
    assert 'href="/account-templates/Pulsa%20shop"' in listed
    assert "1 slot · without texts" in listed


@pytest.mark.parametrize("name", ["", "../x", "new", "PULSA SHOP"])
def test_a_name_that_cannot_be_is_told_and_what_was_written_stays(desk: Desk, name: str) -> None:
    save(desk)
    status, page = save(desk, name, description="kept words")
    assert status in {409, 422}
    assert 'value="kept words"' in page
    assert len(desk.manager.account_templates.all()) == 1


def test_an_account_is_added_from_it(desk: Desk) -> None:
    save(desk, with_content="y")
    page = desk.client.get("/accounts/new?template=Pulsa shop").text
    assert '<option value="template:Pulsa shop" selected>The template Pulsa shop</option>' in page
    desk.client.post("/accounts/new", data={"handle": "TwoShop", "clone_of": "template:Pulsa shop"})
    assert desk.manager.account_view("twoshop").slots == ("morning",)
    folder = desk.world.home.root / "accounts" / "twoshop_TwoShop"
    assert "OneShop" not in (folder / "config" / "templates.yaml").read_text(encoding="utf-8")


def test_one_that_went_meanwhile_is_no_choice(desk: Desk) -> None:
    answer = desk.client.post("/accounts/new", data={"handle": "TwoShop", "clone_of": "template:Gone"})
    assert answer.status_code == 422


def test_it_is_renamed_and_deleted(desk: Desk) -> None:
    save(desk)
    save(desk, "other")
    answer = desk.client.post("/account-templates/Pulsa shop/rename", data={"name": "OTHER"})
    assert (answer.status_code, "already" in answer.text) == (409, True)
    assert desk.client.post("/account-templates/Pulsa shop/rename", data={"name": ""}).status_code == 422
    answer = desk.client.post("/account-templates/Pulsa shop/rename", data={"name": "Kopi"})
    assert answer.headers["Location"] == "/account-templates/Kopi"
    page = desk.client.post("/account-templates/Kopi/delete", follow_redirects=True).text
    assert "Kopi is deleted. Accounts that were made from it stay as they are." in page
    assert [each.name for each in desk.manager.account_templates.all()] == ["other"]
    for path in ("", "/rename", "/delete"):
        ask = desk.client.post if path else desk.client.get
        assert ask(f"/account-templates/Kopi{path}").status_code == 404


def test_one_that_was_broken_by_hand_says_where(desk: Desk) -> None:
    save(desk)
    file = desk.world.home.root / "config" / "account_templates" / "Pulsa shop" / "settings.yaml"
    file.write_text("schedule: {timezone: Mars}\n", encoding="utf-8")
    page = desk.client.get("/account-templates/Pulsa shop").text
    assert "schedule.timezone" in page
    assert "template-add" not in page
    assert "Cannot be used as it is" in desk.client.get("/account-templates").text
    assert "template:Pulsa" not in desk.client.get("/accounts/new").text
