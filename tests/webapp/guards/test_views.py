"""The page of the guards: what is on, what was stopped, whom no account engages."""

from __future__ import annotations

from flask.testing import FlaskClient

from bot.fleet.fake import FakeFleet
from bot.storage.panel.users import Role
from tests.webapp.access.people import invite
from tests.webapp.panel import Panel


def add(client: FlaskClient, handle: str, why: str = "") -> str:
    return client.post("/guards/never", data={"handle": handle, "why": why}, follow_redirects=True).text


def test_it_says_what_is_on_and_that_nothing_was_stopped(operator: FlaskClient) -> None:
    page = operator.get("/guards").text
    for words in (
        "No text like another account",
        "leave each other alone",
        "At most 50 posts a day",
        "Nothing was stopped",
    ):
        assert words in page
    assert 'href="/guards"' in operator.get("/").text


def test_what_was_stopped_stands_there_with_account_and_reason(operator: FlaskClient, fleet: FakeFleet) -> None:
    texts = fleet.guards.texts
    texts.reserve("kopi", "Biji kopi Gayo baru dipanggang pagi ini")
    texts.reserve("warung", "<b>baru dipanggang</b> pagi ini: biji KOPI GAYO!")
    page = operator.get("/guards").text
    assert "like what kopi posted just now" in page
    assert "Warung Paket</a>" in page
    assert "<b>baru" not in page


def test_a_person_is_put_on_the_list_and_taken_off(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = add(operator, " @Galak_1 ", "asked us  to stop")
    assert "No account engages @galak_1 any more." in page
    assert "asked us to stop · by admin" in page
    assert fleet.guards.engagement.why_not_engage("warung", "like", "GALAK_1")
    assert "is on the list already" in add(operator, "galak_1")
    page = operator.post("/guards/never/galak_1/remove", follow_redirects=True).text
    assert "Accounts may engage @galak_1 again." in page
    assert fleet.guards.engagement.never() == []
    assert "is not on the panel" in operator.post("/guards/never/galak_1/remove", follow_redirects=True).text


def test_what_is_no_handle_is_told_beside_what_was_typed(operator: FlaskClient, fleet: FakeFleet) -> None:
    for handle in ("", "@", "two words", "waytoolonghandle1"):
        answer = operator.post("/guards/never", data={"handle": handle, "why": "so"})
        assert answer.status_code == 422
        assert "A handle has 1 to 15 letters" in answer.text
        assert 'value="so"' in answer.text
    assert fleet.guards.engagement.never() == []


def test_a_viewer_sees_the_list_and_cannot_change_it(panel: Panel, fleet: FakeFleet) -> None:
    fleet.guards.engagement.add_never("galak", "sari")
    panel.set_password()
    page = invite(panel, Role.VIEWER, "dewi").get("/guards").text
    assert "@galak" in page
    assert "never-form" not in page
    assert "/remove" not in page


def test_one_post_is_let_pass_and_it_is_kept_who_and_why(operator: FlaskClient, fleet: FakeFleet) -> None:
    texts = fleet.guards.texts
    texts.reserve("kopi", "Biji kopi Gayo\nbaru dipanggang pagi ini")
    same = "Baru dipanggang pagi ini:\nbiji kopi Gayo"
    assert texts.why_not_post("warung", same)
    sent = {"text": same.replace("\n", "\r\n"), "reason": "both shops share the roaster"}
    page = operator.post("/guards/allow", data=sent, follow_redirects=True).text
    assert "both shops share the roaster" in page
    assert "by admin" in page
    assert "Not used yet" in page
    assert texts.reserve("warung", same).number
    assert "Not used yet" not in operator.get("/guards").text


def test_a_post_is_let_pass_for_a_reason_only(operator: FlaskClient, fleet: FakeFleet) -> None:
    answer = operator.post("/guards/allow", data={"text": "Halo toko", "reason": " "})
    assert answer.status_code == 422
    assert "Halo toko</textarea>" in answer.text
    assert fleet.guards.texts.allowances(5) == []
