"""The notice: before all else in a new panel, agreed to by an admin, kept in the audit log."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet
from bot.storage.panel.audit import AuditQuery
from bot.storage.panel.tokens import Scope
from bot.storage.panel.users import Role
from tests.webapp.access.people import bearer, invite
from tests.webapp.panel import HTMX, NOW, Panel, csrf_token, make_panel


@pytest.fixture
def new(fleet: FakeFleet, clock: FakeClock, tmp_path: Path) -> Panel:
    """The panel of a home nobody has agreed for yet."""
    return make_panel(fleet, clock, tmp_path / "data", is_agreed=False)


def test_a_new_panel_shows_the_notice_first_whatever_was_asked(new: Panel) -> None:
    client = new.operator()
    for path in ("/", "/accounts/warung", "/users", "/guards"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/notice"), path
    page = client.get("/notice").text
    for words in (
        "Scripting the website",
        "Automated likes",
        "Bulk and automated follows",
        "a word was found",
        "same text",
    ):
        assert words in page
    assert "<strong>Yours.</strong>" in page


def test_nothing_can_be_done_around_it(new: Panel) -> None:
    client = new.operator()
    token = csrf_token(client.get("/notice").text)
    assert client.post("/accounts/warung/run", data={"csrf_token": token}).status_code == 403
    assert client.get("/statuses", headers=HTMX).status_code == 403
    assert client.get("/api/accounts").status_code == 403
    assert new.fleet.asked == []
    assert client.get("/me").status_code == 200, "one's own login is one's own"


def test_an_admin_agrees_once_and_the_audit_log_keeps_it(new: Panel) -> None:
    client = new.operator()
    answer = client.post("/notice", data={"csrf_token": csrf_token(client.get("/notice").text)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    (entry,) = new.store.audit.search(AuditQuery(words="notice"), 5)
    assert (entry.action, entry.who, entry.at) == ("notice.accept", "admin", NOW)
    consent = new.access.consent()
    assert consent is not None
    assert (consent.who, consent.at) == ("admin", NOW)
    page = client.get("/notice").text
    assert "agreed" in page
    assert "notice-accept" not in page


def test_it_is_remembered_over_a_restart(new: Panel, fleet: FakeFleet, clock: FakeClock, tmp_path: Path) -> None:
    new.access.give_consent("sari")
    again = make_panel(fleet, clock, tmp_path / "data", is_agreed=False)
    assert again.operator().get("/").status_code == 200


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_who_is_no_admin_is_told_to_ask_one(new: Panel, role: Role) -> None:
    new.set_password()
    client = invite(new, role, "dewi")
    page = client.get("/notice").text
    assert "An admin has to agree" in page
    assert "notice-accept" not in page
    assert client.post("/notice", data={"csrf_token": csrf_token(page)}).status_code == 403
    assert new.access.consent() is None


def test_programs_with_a_token_go_on(new: Panel) -> None:
    assert new.visitor().get("/api/fleet", headers=bearer(new, Scope.READ)).status_code == 200
