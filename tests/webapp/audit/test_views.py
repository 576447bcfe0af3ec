"""Who changed what."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.storage.panel.audit import AuditEntry, AuditQuery, Outcome, Way
from bot.storage.panel.tokens import Scope
from bot.storage.panel.users import Role
from tests.webapp.access.people import OTHER_PASSWORD, bearer, invite, log_in, press
from tests.webapp.panel import HTMX, NOW, PASSWORD, Panel, csrf_token
from tests.webapp.test_safety import _addresses


def _fail() -> str:
    raise ZeroDivisionError


@pytest.fixture
def admin(panel: Panel) -> FlaskClient:
    panel.app.add_url_rule("/api/change", "change", lambda: "done", methods=["POST"])
    panel.app.add_url_rule("/fail", "fail", _fail, methods=["POST"])
    panel.set_password()
    client = panel.visitor()
    log_in(client)
    return client


def _log(panel: Panel, **asked: str) -> list[tuple[str, str, str]]:
    entries = panel.store.audit.search(AuditQuery(**asked), 500)  # type: ignore[arg-type]
    return [(entry.who, entry.action, entry.outcome) for entry in entries]


def test_each_change_is_written_down_with_who_what_where_and_how_it_ended(panel: Panel, admin: FlaskClient) -> None:
    press(admin, "/accounts/warung/stop")
    [entry] = panel.store.audit.search(AuditQuery(words="stop"), 10)
    assert (entry.who, entry.way, entry.action) == ("admin", Way.BROWSER, "accounts.stop")
    assert (entry.target, entry.outcome, entry.client) == ("/accounts/warung/stop", Outcome.DONE, "127.0.0.1")
    assert entry.at == NOW


def test_every_route_that_changes_something_leaves_an_entry_also_when_it_is_refused(panel: Panel) -> None:
    panel.set_password()
    viewer = invite(panel, Role.VIEWER, "dewi")
    for address in set(_addresses(panel, "POST")):
        before = len(_log(panel))
        viewer.post(address)
        assert len(_log(panel)) == before + 1, address
    assert set(_log(panel, who="dewi", outcome="done")) == {("dewi", "access.accept", "done")}


def test_looking_leaves_none(panel: Panel, admin: FlaskClient) -> None:
    before = _log(panel)
    for address in set(_addresses(panel, "GET")):
        admin.get(address)
    assert _log(panel) == before


def test_what_the_engine_refuses_is_refused_in_the_log_too(panel: Panel, admin: FlaskClient) -> None:
    press(admin, "/users/1/deactivate", "/users")
    assert ("admin", "users.deactivate", "refused") in _log(panel)


def test_coming_in_and_going_out_are_written_down_and_wrong_passwords_too(panel: Panel, admin: FlaskClient) -> None:
    log_in(panel.visitor(), "something else")
    press(admin, "/logout")
    assert _log(panel) == [
        ("admin", "access.logout", "done"),
        ("", "access.log_in", "refused"),
        ("admin", "access.log_in", "done"),
    ]


def test_a_login_by_link_is_a_change_although_it_is_a_get(panel: Panel) -> None:
    panel.operator()
    assert _log(panel) == [("admin", "access.login", "done")]


def test_nobody_from_outside_can_fill_the_log(panel: Panel) -> None:
    panel.set_password()
    for address in set(_addresses(panel, "POST")):
        panel.visitor().post(address)
    for _ in range(8):
        log_in(panel.visitor(), "something else")
    assert _log(panel) == [("", "access.log_in", "refused")] * 5


def test_a_program_is_named_by_its_token(panel: Panel, admin: FlaskClient) -> None:
    panel.visitor().post("/api/change", headers=bearer(panel, Scope.ADMIN, "Nightly report"))
    assert ("Nightly report", "change", "done") in _log(panel)
    assert "Nightly report (API token)" in admin.get("/audit").text


def test_a_mistake_of_the_panel_is_told_from_a_refusal(panel: Panel, admin: FlaskClient) -> None:
    press(admin, "/fail")
    assert ("admin", "fail", "failed") in _log(panel)


def test_nothing_that_was_sent_is_in_the_log(panel: Panel, admin: FlaskClient, tmp_path: Path) -> None:
    token = csrf_token(admin.get("/me").text)
    new = "rahasia sekali ini"
    _, secret = panel.access.people.invite("dewi", Role.VIEWER)
    panel.visitor().post(f"/invitation?token={secret}", data={"token": secret})
    admin.post(f"/me/password?x={new}", data={"csrf_token": token, "present": PASSWORD, "password": new, "repeat": new})
    admin.post("/accounts/warung/run", data={"csrf_token": token, "slot": "canary-in-a-field"}, headers=HTMX)
    content = (tmp_path / "data" / "panel.db").read_bytes()
    for sent in (token, new, PASSWORD, secret, "canary-in-a-field"):
        assert sent.encode() not in content


def test_a_log_that_cannot_be_written_undoes_nothing(panel: Panel, admin: FlaskClient) -> None:
    token = csrf_token(admin.get("/me").text)
    with panel.store.audit._database.changing() as db:
        db.execute("DROP TABLE audit")
    assert admin.post("/accounts/warung/stop", data={"csrf_token": token}).status_code == 302
    assert ("stop", "warung") in panel.fleet.asked


def test_the_page_pages_and_filters(panel: Panel, admin: FlaskClient) -> None:
    for number in range(120):
        who, outcome = ("budi", Outcome.REFUSED) if number % 2 else ("sari", Outcome.DONE)
        action, target = f"accounts.step{number:03}", f"/accounts/kopi/{number}"
        panel.store.audit.add(AuditEntry(who, Way.BROWSER, action, target, outcome, "", NOW))
    first = admin.get("/audit").text
    assert first.count('id="audit-') >= 50
    assert "Accounts: step119" in first
    assert "Accounts: step069" not in first
    older = first.partition('id="audit-older" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = admin.get(older).text
    assert "Accounts: step069" in second
    assert 'id="audit-newest"' in second
    narrow = admin.get("/audit?who=budi&outcome=refused&words=STEP11").text
    assert [number for number in range(120) if f"step{number:03}" in narrow] == [111, 113, 115, 117, 119]
    assert "Nothing in the log matches" in admin.get("/audit?words=nowhere").text


@pytest.mark.parametrize(
    "query", ["before=x", "before=99999999999999999999", "outcome=root", "who=%F0%9F", "words=%25"]
)
def test_a_made_up_filter_is_no_mistake(admin: FlaskClient, query: str) -> None:
    assert admin.get(f"/audit?{query}").status_code == 200


def test_hostile_names_are_shown_as_text(panel: Panel, admin: FlaskClient) -> None:
    invite(panel, Role.ADMIN, '<b id="evil">')
    for address in ("/users", "/audit", "/tokens"):
        assert "<b id=" not in admin.get(address).text
    assert log_in(panel.visitor(), OTHER_PASSWORD, '<b id="evil">') == "/"
