"""The page Writing help over a real manager: how the help stands, a text improved, suggestions decided, the key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.ai.fake import FakeModel
from bot.errors import ModelTooSlow
from bot.storage.database import Database
from bot.storage.model_drafts import DraftState, ModelDrafts
from bot.storage.panel.users import Role
from tests.webapp.access.people import invite
from tests.webapp.desk import Desk, sit_down
from tests.webapp.panel import HTMX
from tests.worlds import finish

KEY = "sk-canary-5ec2e7"
AI = "ai: {enabled: true, api_url: 'http://127.0.0.1:9/v1', model: tiny, budget_per_day: 5}\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    yield desk
    desk.world.close()


@pytest.fixture
def model(desk: Desk) -> FakeModel:
    """The help is on, and answered by this model."""
    model = FakeModel(lambda text: f"🔥 {text}")
    desk.manager._help._model = model
    desk.write("settings.yaml", desk.text("settings.yaml") + AI)
    return model


def send(desk: Desk, path: str, client: FlaskClient | None = None, **data: str) -> str:
    """Press a button, and see the page it leads to."""
    answer = (client or desk.client).post(f"/accounts/one/{path}", data=data, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def with_drafts(desk: Desk, act: Any) -> Any:
    file = desk.world.home.root / "accounts" / "one_OneShop" / "data" / "metrics.db"
    with closing(Database(file, "account")) as database:
        return act(ModelDrafts(database))


def suggest(desk: Desk, template: str = "Order: {wa_number}", text: str = "🔥 Order: {wa_number}") -> int:
    """Let a suggestion for the account's one template wait; returns its number."""
    desk.write("templates.yaml", f"promo_templates: ['{template}']\n")
    with_drafts(desk, lambda drafts: drafts.add(template, text, "tiny", desk.world.clock.now()))
    return int(with_drafts(desk, lambda drafts: drafts.of_template(template).id))


def test_the_account_page_leads_there(desk: Desk) -> None:
    assert 'href="/accounts/one/writing"' in desk.client.get("/accounts/one").text


def test_without_help_the_page_says_that_nothing_is_sent_and_how_to_begin(desk: Desk) -> None:
    html = desk.get("writing")
    assert "It is off." in html
    assert "Nothing is sent anywhere before you switch it on." in html
    for missing in ("improve-form", "key-form", "writing-test", "waiting-title"):
        assert missing not in html


def test_a_file_from_before_there_was_a_choice_is_told_that_a_person_approves_now(desk: Desk) -> None:
    before = "ai: {enabled: true, api_url: 'http://127.0.0.1:9/v1', timeout: 10, improve_prompt: 'Perbaiki: {tweet}'}\n"
    desk.write("settings.yaml", desk.text("settings.yaml") + before)
    html = desk.get("writing")
    assert "from before there was a choice who approves what a model writes: now a person does" in html
    assert "a person: suggestions wait below" in html


def test_it_says_who_approves(desk: Desk, model: FakeModel) -> None:
    html = desk.get("writing")
    assert "It is on." in html
    assert "a person: suggestions wait below" in html
    assert "from before there was a choice" not in html
    desk.write("settings.yaml", desk.text("settings.yaml").replace("model: tiny", "model: tiny, approval: false"))
    assert "nobody: each text is improved right before it is posted" in desk.get("writing")


def test_what_is_wrong_with_the_address_is_told_with_a_remedy(desk: Desk, model: FakeModel) -> None:
    desk.write("settings.yaml", desk.text("settings.yaml").replace("http://127.0.0.1:9/v1", "localhost"))
    html = desk.get("writing")
    assert "It cannot work." in html
    assert "ai.api_url is no address" in html
    assert "Set ai.enabled, ai.api_url and ai.model on the account" in html


def test_broken_settings_are_told(desk: Desk) -> None:
    desk.write("settings.yaml", desk.text("settings.yaml") + "ai: {budget_per_day: many}\n")
    assert "ai.budget_per_day: must be a whole number" in desk.get("writing")
    answer = desk.client.post("/accounts/one/improve", data={"text": "halo"})
    assert answer.status_code == 302


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_better_text_stands_beside_the_own_one_and_is_marked(desk: Desk, model: FakeModel, htmx: bool) -> None:
    headers = HTMX if htmx else None
    answer = desk.client.post("/accounts/one/improve", data={"text": "halo\r\ndunia"}, headers=headers)
    assert answer.status_code == 200
    assert ("<h1" in answer.text) != htmx
    assert "Written by a language model" in answer.text
    assert "🔥 halo\ndunia" in answer.text
    assert "13 of 280" in answer.text
    assert "The text it was made of" in answer.text
    assert desk.world.x.calls == [], "nothing is posted"


def test_use_it_puts_it_into_the_field(desk: Desk) -> None:
    desk.write("settings.yaml", desk.text("settings.yaml") + AI)
    answer = desk.client.get("/accounts/one/writing", query_string={"text": "🔥 <b>halo</b>"})
    assert "🔥 &lt;b&gt;halo&lt;/b&gt;</textarea>" in answer.text


def test_another_one_is_asked_for_anew(desk: Desk, model: FakeModel) -> None:
    for anew in ("", "yes", ""):
        desk.client.post("/accounts/one/improve", data={"text": "halo", "anew": anew}, headers=HTMX)
    assert len(model.asked) == 2


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_trouble_is_told_and_the_own_text_stays(desk: Desk, model: FakeModel, htmx: bool) -> None:
    model.trouble = ModelTooSlow("127.0.0.1:9 did not answer in time")
    answer = desk.client.post("/accounts/one/improve", data={"text": "halo"}, headers=HTMX if htmx else None)
    assert "Your text stays as it is: 127.0.0.1:9 did not answer in time. Raise ai.timeout" in answer.text
    assert "Use it" not in answer.text
    assert "What went wrong lately" in desk.get("writing")


def test_the_budget_is_shown_and_holds(desk: Desk, model: FakeModel) -> None:
    for number in range(6):
        html = desk.client.post("/accounts/one/improve", data={"text": "x" * (number + 1)}, headers=HTMX).text
        assert ("used up" in html) == (number == 5)
    assert "0 requests" in desk.get("writing")
    assert "this account made 5 of 5, all accounts 5 of 200" in desk.get("writing")


def test_the_test_says_whether_it_works(desk: Desk, model: FakeModel) -> None:
    assert "It works. Of the sample it made: 🔥 Promo" in send(desk, "writing/test")
    model.answer = lambda _text: "Kopi!"
    assert "It answers, but spoilt the sample: the model left out the number" in send(desk, "writing/test")
    model.trouble = ModelTooSlow("slow")
    assert "slow Raise ai.timeout" in send(desk, "writing/test")


def test_a_suggestion_is_edited_and_approved_and_goes_out_with_the_next_run(desk: Desk, model: FakeModel) -> None:
    text = "Toko: order {wa_number}"
    number = suggest(desk, text, f"🔥 {text}")
    html = desk.get("writing")
    assert f"🔥 {text}" in html
    assert "Written by a language model" in html
    html = send(desk, f"writing/drafts/{number}", word="approve", text=f"Ayo! {text}")
    assert "Approved: from the next run on it goes out in place of its template." in html
    desk.manager.run_account("one")
    finish(desk.manager)
    (post,) = desk.world.x.posts_of("OneShop")
    assert post.text == "Ayo! Toko: order 080000000000"
    assert "Written by a language model" in desk.client.get("/accounts/one").text
    assert "last used" in desk.get("writing")
    assert "person approved a model" in desk.get("activity")
    assert desk.data("templates.yaml") == {"promo_templates": [text]}, "the template stays"


def test_a_suggestion_is_rejected_also_after_it_was_approved(desk: Desk, model: FakeModel) -> None:
    number = suggest(desk)
    send(desk, f"writing/drafts/{number}", word="approve")
    assert "Rejected: the template goes out as you wrote it." in send(desk, f"writing/drafts/{number}", word="reject")
    assert "This suggestion is decided already." in send(desk, f"writing/drafts/{number}", word="reject")
    assert "This suggestion is decided already." in send(desk, f"writing/drafts/{number}", word="approve")
    assert with_drafts(desk, lambda drafts: drafts.in_state(DraftState.APPROVED)) == []


def test_a_suggestion_for_a_template_that_was_changed_is_shown_no_more(desk: Desk, model: FakeModel) -> None:
    suggest(desk)
    assert "🔥 Order: {wa_number}" in desk.get("writing")
    desk.write("templates.yaml", "promo_templates: ['Order now: {wa_number}']\n")
    assert "🔥 Order: {wa_number}" not in desk.get("writing")
    assert "No suggestion waits." in desk.get("writing")
    desk.write("templates.yaml", "promo_templates: 7\n")
    assert "🔥 Order: {wa_number}" in desk.get("writing"), "nobody knows by now"


def test_a_text_that_x_does_not_take_is_not_approved(desk: Desk, model: FakeModel) -> None:
    number = suggest(desk)
    html = send(desk, f"writing/drafts/{number}", word="approve", text="yuk " * 100)
    assert "the text is longer than X takes" in html
    assert len(with_drafts(desk, lambda drafts: drafts.in_state(DraftState.WAITING))) == 1


@pytest.mark.parametrize(("path", "word", "status"), [("99", "approve", 404), ("99", "reject", 404), ("99", "", 400)])
def test_a_word_on_nothing_is_refused(desk: Desk, model: FakeModel, path: str, word: str, status: int) -> None:
    assert desk.client.post(f"/accounts/one/writing/drafts/{path}", data={"word": word}).status_code == status


def test_a_key_is_kept_used_and_never_seen_again(desk: Desk, model: FakeModel) -> None:
    html = send(desk, "writing/key", key=f" {KEY} ")
    assert "The key is kept, encrypted." in html
    assert "there is one, encrypted" in html
    desk.client.post("/accounts/one/improve", data={"text": "halo"})
    assert model.asked[0].key == KEY
    for path in ("/accounts/one/writing", "/accounts/one/activity", "/audit", "/accounts/one/files/settings"):
        assert KEY not in desk.client.get(path).text
    everything = [file for file in desk.world.home.root.rglob("*") if file.is_file()]
    assert [file for file in everything if KEY.encode() in file.read_bytes()] == []
    assert "The key is forgotten." in send(desk, "writing/key", forget="yes")
    assert "none; a model on your own machine needs none" in desk.get("writing")


def test_a_wrong_key_is_refused_unsaid(desk: Desk, model: FakeModel) -> None:
    html = send(desk, "writing/key", key="kunci-rahasia-é")
    assert "this is no key" in html
    assert "rahasia" not in html
    assert "Enter a key first." in send(desk, "writing/key", key=" ")


def test_a_key_in_the_file_is_not_used_and_told(desk: Desk, model: FakeModel) -> None:
    desk.write("settings.yaml", desk.text("settings.yaml").replace("model: tiny", f"model: tiny, api_key: {KEY}"))
    html = desk.get("writing")
    assert "settings.yaml holds an ai.api_key. It is not used" in html
    assert KEY not in html
    desk.client.post("/accounts/one/improve", data={"text": "halo"})
    assert model.asked[0].key == ""


def test_only_an_admin_sees_to_the_key(desk: Desk, model: FakeModel) -> None:
    desk.panel.set_password()
    operator = invite(desk.panel, Role.OPERATOR, "dewi")
    page = operator.get("/accounts/one/writing").text
    assert "improve-form" in page
    assert "key-form" not in page
    assert operator.post("/accounts/one/writing/key", data={"key": KEY}).status_code == 403


def test_the_form_of_settings_switches_it_on(desk: Desk) -> None:
    sent = {"mark": desk.mark("settings"), "ai__enabled": "yes", "ai__api_url": "http://127.0.0.1:9/v1"}
    status, html = desk.post("settings", **sent, ai__model="tiny", ai__approval="no")
    assert (status, "Saved." in html) == (302, True)
    assert desk.data("settings.yaml")["ai"] == {
        "enabled": True,
        "api_url": "http://127.0.0.1:9/v1",
        "model": "tiny",
        "approval": False,
    }


def test_an_unknown_account_is_not_found(desk: Desk) -> None:
    assert desk.client.get("/accounts/nobody/writing").status_code == 404
    assert desk.client.post("/accounts/nobody/improve", data={"text": "x"}).status_code == 404
