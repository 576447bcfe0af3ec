"""Bearer tokens, as an admin makes and revokes them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from bot.storage.panel.users import Role
from tests.webapp.access.people import invite, log_in, press
from tests.webapp.panel import Panel

WHY = "/api/accounts/warung/why"


@pytest.fixture
def admin(panel: Panel) -> FlaskClient:
    panel.set_password()
    client = panel.visitor()
    log_in(client)
    return client


def _make(client: FlaskClient, **data: str) -> str:
    status, page = press(client, "/tokens", "/tokens", **{"name": "Nightly report", "scope": "read", **data})
    found = re.search(r'id="token-secret" value="([^"]+)"', page)
    assert found, (status, page)
    return found[1]


def _ask(panel: Panel, secret: str) -> int:
    return panel.visitor().get(WHY, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_token_is_shown_once_and_opens_the_api(panel: Panel, admin: FlaskClient) -> None:
    secret = _make(admin)
    page = admin.get("/tokens").text
    assert "Nightly report" in page
    assert "never used" in page
    assert secret not in page
    assert _ask(panel, secret) == 200
    assert "last used" in admin.get("/tokens").text


def test_a_token_ends_when_it_was_said_to(panel: Panel, admin: FlaskClient) -> None:
    secret, for_good = _make(admin, lifetime="7"), _make(admin, lifetime="never")
    panel.fake_clock().advance(7 * 86400)
    assert (_ask(panel, secret), _ask(panel, for_good)) == (401, 200)
    assert "Expired" in admin.get("/tokens").text


def test_a_revoked_token_opens_nothing(panel: Panel, admin: FlaskClient) -> None:
    secret = _make(admin)
    press(admin, "/tokens/1/revoke", "/tokens")
    assert _ask(panel, secret) == 401
    assert "Revoked" in admin.get("/tokens").text
    assert press(admin, "/tokens/1/revoke", "/tokens")[0] == 404


def test_tokens_of_an_admin_who_is_one_no_more_shrink_with_them(panel: Panel, admin: FlaskClient) -> None:
    dewi = invite(panel, Role.ADMIN, "dewi")
    secret = _make(dewi, scope="admin")
    press(admin, "/users/2/role", "/users", role="viewer")
    assert _ask(panel, secret) == 200
    assert "may only read" in admin.get("/tokens").text
    press(admin, "/users/2/deactivate", "/users")
    assert _ask(panel, secret) == 401
    assert "Its maker is deactivated" in admin.get("/tokens").text


@pytest.mark.parametrize(
    ("field", "value", "status"), [("name", "", 422), ("scope", "root", 400), ("lifetime", "0", 400)]
)
def test_a_token_that_will_not_do_is_not_made(
    panel: Panel, admin: FlaskClient, field: str, value: str, status: int
) -> None:
    data = {"name": "x", "scope": "read", field: value}
    assert press(admin, "/tokens", "/tokens", **data)[0] == status
    assert panel.access.tokens.all() == ()
