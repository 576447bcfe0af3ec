"""Users of each role, and programs with tokens, for the tests of who may what."""

from __future__ import annotations

from flask.testing import FlaskClient

from bot.storage.panel.tokens import Scope
from bot.storage.panel.users import Role
from tests.webapp.panel import PASSWORD, Panel, csrf_token

OTHER_PASSWORD = "teh manis sore hari"


def invite(panel: Panel, role: Role, name: str) -> FlaskClient:
    """Somebody of this role, logged in by their invitation, with OTHER_PASSWORD."""
    _, secret = panel.access.people.invite(name, role)
    client = panel.visitor()
    data = {"token": secret, "password": OTHER_PASSWORD, "repeat": OTHER_PASSWORD}
    page = client.get(f"/invitation?token={secret}")
    assert page.status_code == 200, page.text
    answer = client.post("/invitation", data={**data, "csrf_token": csrf_token(page.text)})
    assert answer.status_code == 302, answer.text
    return client


def log_in(client: FlaskClient, password: str = PASSWORD, name: str = "") -> str:
    """Type name and password; returns where that leads, "" when it is refused."""
    token = csrf_token(client.get("/login").text)
    answer = client.post("/login", data={"csrf_token": token, "username": name, "password": password})
    return answer.headers.get("Location", "")


def bearer(panel: Panel, scope: Scope, name: str = "report") -> dict[str, str]:
    """The header of a program with a token of this scope."""
    secret = panel.access.tokens.make(name, scope, panel.clock.now(), None)
    return {"Authorization": f"Bearer {secret}"}


def press(client: FlaskClient, address: str, page: str = "/me", **data: str) -> tuple[int, str]:
    """Send a form of the page `page` to `address`; returns status and what it says, redirects followed."""
    token = csrf_token(client.get(page).text)
    answer = client.post(address, data={"csrf_token": token, **data}, follow_redirects=True)
    return answer.status_code, answer.text
