"""Users, as an admin manages them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from bot.storage.panel.users import Role
from tests.webapp.access.people import OTHER_PASSWORD, invite, log_in, press
from tests.webapp.panel import PASSWORD, Panel, csrf_token


@pytest.fixture
def admin(panel: Panel) -> FlaskClient:
    panel.set_password()
    client = panel.visitor()
    log_in(client)
    return client


def _link(page: str) -> str:
    found = re.search(r'id="invitation-link" value="([^"]+)"', page)
    assert found, page
    return unescape(found[1])


def _id(panel: Panel, name: str) -> int:
    return next(user.id for user in panel.access.people.all() if user.name == name)


def test_an_invited_user_sets_a_password_once_and_is_in(panel: Panel, admin: FlaskClient) -> None:
    status, page = press(admin, "/users", "/users", name="Dewi", role="operator")
    link = _link(page)
    assert (status, link.startswith("http://localhost/invitation?token=")) == (200, True)
    assert link not in admin.get("/users").text
    assert "Invited" in admin.get("/users").text
    address = link.removeprefix("http://localhost")
    dewi = panel.visitor()
    form = dewi.get(address)
    assert "Welcome, Dewi" in form.text
    data = {"csrf_token": csrf_token(form.text), "token": address.partition("=")[2]}
    short = dewi.post("/invitation", data={**data, "password": "short", "repeat": "short"})
    assert (short.status_code, "10 or more" in short.text) == (400, True)
    answer = dewi.post("/invitation", data={**data, "password": OTHER_PASSWORD, "repeat": OTHER_PASSWORD})
    assert answer.headers["Location"] == "/"
    assert dewi.get("/accounts/new").status_code == 200
    assert panel.visitor().get(address).status_code == 403
    assert log_in(panel.visitor(), OTHER_PASSWORD, "dewi") == "/"


def test_an_invitation_runs_out_after_a_week(panel: Panel, admin: FlaskClient) -> None:
    _, page = press(admin, "/users", "/users", name="Dewi", role="viewer")
    panel.fake_clock().advance(7 * 86400)
    answer = panel.visitor().get(_link(page).removeprefix("http://localhost"))
    assert answer.status_code == 403
    assert "Ask an admin for a new link" in answer.text


def test_a_new_link_sets_a_lost_password_and_ends_what_was_open(panel: Panel, admin: FlaskClient) -> None:
    dewi = invite(panel, Role.VIEWER, "dewi")
    _, page = press(admin, f"/users/{_id(panel, 'dewi')}/link", "/users")
    address = _link(page).removeprefix("http://localhost")
    browser, new = panel.visitor(), "gudeg jogja siang hari"
    data = {"token": address.partition("=")[2], "password": new, "repeat": new}
    browser.post("/invitation", data={**data, "csrf_token": csrf_token(browser.get(address).text)})
    assert dewi.get("/").status_code == 302
    assert log_in(panel.visitor(), OTHER_PASSWORD, "dewi") == ""
    assert log_in(panel.visitor(), new, "dewi") == "/"


@pytest.mark.parametrize(("name", "words"), [("ADMIN", "already"), ("  ", "usable name"), ("x" * 41, "usable name")])
def test_a_name_that_will_not_do_is_told_why(admin: FlaskClient, name: str, words: str) -> None:
    status, page = press(admin, "/users", "/users", name=name, role="viewer")
    assert (status, words in page) == (422, True)


def test_a_role_that_there_is_not_is_refused(panel: Panel, admin: FlaskClient) -> None:
    assert press(admin, "/users", "/users", name="dewi", role="root")[0] == 400
    assert press(admin, "/users/1/role", "/users", role="")[0] == 400
    assert len(panel.access.people.all()) == 1


def test_another_role_holds_at_once_in_open_sessions(panel: Panel, admin: FlaskClient) -> None:
    dewi = invite(panel, Role.VIEWER, "dewi")
    assert dewi.get("/accounts/new").status_code == 403
    press(admin, f"/users/{_id(panel, 'dewi')}/role", "/users", role="operator")
    assert dewi.get("/accounts/new").status_code == 200
    press(admin, f"/users/{_id(panel, 'dewi')}/role", "/users", role="viewer")
    assert dewi.get("/accounts/new").status_code == 403


def test_whoever_is_deactivated_is_out_at_once_and_can_come_back(panel: Panel, admin: FlaskClient) -> None:
    dewi = invite(panel, Role.VIEWER, "dewi")
    press(admin, f"/users/{_id(panel, 'dewi')}/deactivate", "/users")
    assert dewi.get("/").status_code == 302
    assert log_in(panel.visitor(), OTHER_PASSWORD, "dewi") == ""
    press(admin, f"/users/{_id(panel, 'dewi')}/activate", "/users")
    assert log_in(panel.visitor(), OTHER_PASSWORD, "dewi") == "/"


def test_an_admin_logs_somebody_out_everywhere(panel: Panel, admin: FlaskClient) -> None:
    dewi = invite(panel, Role.VIEWER, "dewi")
    log_in(panel.visitor(), OTHER_PASSWORD, "dewi")
    _, page = press(admin, f"/users/{_id(panel, 'dewi')}/end-sessions", "/users")
    assert "2 sessions are ended" in page
    assert dewi.get("/").status_code == 302


@pytest.mark.parametrize(("act", "data"), [("deactivate", {}), ("role", {"role": "viewer"})])
def test_the_last_admin_cannot_lock_everybody_out(admin: FlaskClient, act: str, data: dict[str, str]) -> None:
    _, page = press(admin, f"/users/1/{act}", "/users", **data)
    assert "This is the last admin" in page
    assert admin.get("/users").status_code == 200


@pytest.mark.parametrize("act", ["link", "deactivate", "activate", "end-sessions", "remove-second-factor"])
def test_a_user_that_there_is_not_is_not_found(admin: FlaskClient, act: str) -> None:
    assert press(admin, f"/users/99/{act}", "/users")[0] == 404


def test_with_several_users_a_login_asks_whose_it_is(panel: Panel, admin: FlaskClient) -> None:
    assert 'id="username"' not in panel.visitor().get("/login").text
    invite(panel, Role.VIEWER, "dewi")
    assert 'id="username"' in panel.visitor().get("/login").text
    assert log_in(panel.visitor(), PASSWORD) == ""
    assert log_in(panel.visitor(), PASSWORD, "Admin ") == "/"
    assert log_in(panel.visitor(), PASSWORD, "dewi") == ""
    assert log_in(panel.visitor(), PASSWORD, "nobody") == ""


def test_an_invited_user_without_a_password_does_not_come_in_by_none(panel: Panel, admin: FlaskClient) -> None:
    press(admin, "/users", "/users", name="dewi", role="viewer")
    for password in ("", "dewi", "None"):
        assert log_in(panel.visitor(), password, "dewi") == ""
