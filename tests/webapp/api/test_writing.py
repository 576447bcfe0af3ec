"""Better texts over the API."""

from __future__ import annotations

from bot.ai.fake import FakeModel
from bot.errors import ModelKeyRefused
from bot.storage.panel.tokens import Scope
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind
from tests.worlds import finish


def switch_on(api: Api, more: str = "") -> FakeModel:
    model = FakeModel(lambda text: f"🔥 {text}")
    api.manager._help._model = model
    file = api.world.home.root / "accounts" / "one_OneShop" / "config" / "settings.yaml"
    on = f"ai: {{enabled: true, api_url: 'http://127.0.0.1:9/v1', model: tiny, budget_per_day: 9{more}}}\n"
    file.write_text(file.read_text(encoding="utf-8") + on, encoding="utf-8")
    api.manager.reload()
    return model


def test_a_better_text_is_told_with_who_wrote_it(api: Api) -> None:
    switch_on(api)
    answer = api.post("/accounts/one/improve", {"text": "Order: {wa_number}"})
    assert answer.status_code == 200, answer.text
    assert answer.json == {
        "text": "Order: {wa_number}",
        "suggestion": "🔥 Order: {wa_number}",
        "written_by": "model",
        "model": "tiny",
        "requests_left": 8,
    }


def test_where_the_help_is_off_it_says_how_to_switch_it_on(api: Api) -> None:
    answer = api.post("/accounts/one/improve", {"text": "halo"})
    assert kind(answer) == (409, "refused")
    assert answer.json is not None
    assert "switched off for this account" in answer.json["detail"]
    assert "ai.enabled" in answer.json["remedy"]


def test_trouble_is_a_problem_with_its_remedy(api: Api) -> None:
    switch_on(api).trouble = ModelKeyRefused("127.0.0.1:9 wants a key")
    answer = api.post("/accounts/one/improve", {"text": "halo"})
    assert kind(answer) == (409, "refused")
    assert answer.json is not None
    assert "An admin enters the key" in answer.json["remedy"]


def test_an_answer_to_the_same_request_is_not_asked_for_twice(api: Api) -> None:
    model = switch_on(api)
    for _ in range(2):
        answer = api.post("/accounts/one/improve", {"text": "halo", "anew": True}, Idempotency_Key="one-and-the-same")
        assert answer.status_code == 200
    assert len(model.asked) == 1


def test_who_may_only_read_asks_nothing(api: Api) -> None:
    model = switch_on(api)
    assert api.with_scope(Scope.READ).post("/accounts/one/improve", {"text": "halo"}).status_code == 403
    assert kind(api.post("/accounts/nobody/improve", {"text": "halo"})) == (404, "not-found")
    assert kind(api.post("/accounts/one/improve", {"text": ""})) == (422, "values")
    assert model.asked == []


def test_posts_tell_whether_a_model_worded_them(api: Api) -> None:
    switch_on(api, ", approval: false")
    api.manager.run_account("one")
    finish(api.manager)
    (post,) = api.json("/accounts/one/tweets")["items"]
    assert (post["is_by_model"], post["text"][0]) == (True, "🔥")
