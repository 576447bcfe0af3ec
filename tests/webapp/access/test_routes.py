"""Every route of the panel (page, fragment, API): without a login, with each role, with each token, without a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet
from bot.storage.panel.tokens import Scope
from bot.storage.panel.users import Role
from tests.webapp.access.people import bearer, invite
from tests.webapp.panel import Panel, make_panel
from tests.webapp.test_safety import ARGUMENTS
from webapp.access.needs import NEEDS, Need, need_of
from webapp.error_pages import REFERENCE

OPEN = {"static", "health.healthz", "access.login", "access.log_in", "access.ask_code", "access.check_code"}
OPEN |= {"access.setup", "access.set_up", "access.invitation", "access.accept"}
FOR_ADMINS = {"users", "tokens", "audit"}
FOR_EVERYBODY = {"me", "notifications"}
NOTICE = {"notice.show": Need.LOGIN, "notice.accept": Need.ADMIN}
"""Written out here on purpose: a line of the table that is wrong must fail this test."""
SAFE = {"GET", "HEAD", "OPTIONS"}
LEVELS = {Role.VIEWER: Need.READ, Role.OPERATOR: Need.OPERATE, Role.ADMIN: Need.ADMIN}
SCOPES = {Scope.READ: Need.READ, Scope.OPERATE: Need.OPERATE, Scope.ADMIN: Need.ADMIN}


@dataclass(frozen=True)
class Route:
    """One way to ask one address."""

    endpoint: str
    method: str
    address: str

    @property
    def is_api(self) -> bool:
        return self.address.startswith("/api/") and self.address != REFERENCE


def _routes(panel: Panel) -> Iterator[Route]:
    for rule in panel.app.url_map.iter_rules():
        built = rule.build({name: ARGUMENTS.get(name, "1") for name in rule.arguments})
        assert built is not None, f"{rule} needs an argument this test does not know"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(rule.endpoint, method, built[1])


def _closed(panel: Panel) -> list[Route]:
    return [route for route in _routes(panel) if route.endpoint not in OPEN]


@pytest.fixture
def unguarded(fleet: FakeFleet, clock: FakeClock, tmp_path: Path) -> Panel:
    """A panel whose forms need no token: whoever is let in reaches the view."""
    panel = make_panel(fleet, clock, tmp_path / "data", config={"WTF_CSRF_ENABLED": False})
    panel.set_password()
    return panel


def test_each_route_names_its_need_and_the_table_names_no_other(panel: Panel) -> None:
    endpoints = {rule.endpoint for rule in panel.app.url_map.iter_rules()}
    assert endpoints - set(NEEDS) == set(), "give these a line in webapp/access/needs.py"
    assert set(NEEDS) - endpoints == set(), "there are no such routes"


def test_a_route_that_names_no_need_is_for_admins_alone(unguarded: Panel) -> None:
    unguarded.app.add_url_rule("/forgotten", "forgotten", lambda: "here")
    assert unguarded.visitor().get("/forgotten").status_code == 302
    assert invite(unguarded, Role.OPERATOR, "dewi").get("/forgotten").status_code == 403
    assert unguarded.operator().get("/forgotten").text == "here"


def test_the_table_is_as_the_roles_are_meant() -> None:
    for endpoint, need in NEEDS.items():
        area = endpoint.partition(".")[0]
        if endpoint in OPEN:
            assert need is Need.OPEN, endpoint
        elif endpoint in NOTICE:
            assert need is NOTICE[endpoint], endpoint
        elif area in FOR_ADMINS:
            assert need is Need.ADMIN, endpoint
        elif area in FOR_EVERYBODY or endpoint == "access.logout":
            assert need is Need.LOGIN, endpoint
        else:
            assert need in (Need.READ, Need.OPERATE, Need.ADMIN), endpoint


def test_what_a_viewer_may_do_changes_nothing(panel: Panel) -> None:
    for route in _closed(panel):
        if need_of(route.endpoint) is Need.READ:
            assert route.method in SAFE, f"{route.endpoint} changes something: it needs OPERATE"


def test_without_a_login_nothing_is_answered(panel: Panel) -> None:
    for route in _closed(panel):
        answer = panel.visitor().open(route.address, method=route.method)
        if route.method in SAFE and not route.is_api:
            assert answer.headers.get("Location", "").startswith("/login"), route
        else:
            assert answer.status_code == 401, route
    assert panel.fleet.asked == []


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_let_in_where_it_may_and_nowhere_else(unguarded: Panel, role: Role) -> None:
    client = invite(unguarded, role, "dewi")
    for route in _closed(unguarded):
        if _ends_the_login(route):
            continue
        answer = client.open(route.address, method=route.method)
        is_refused = b"Your role lets you" in answer.data  # a download is no text
        assert is_refused == (LEVELS[role] < need_of(route.endpoint)), (route, answer.status_code)
        assert answer.status_code == 403 if is_refused else answer.status_code not in (401,), route


def test_a_viewer_and_a_token_to_read_move_nothing(unguarded: Panel) -> None:
    viewer, program = invite(unguarded, Role.VIEWER, "dewi"), unguarded.visitor()
    header = bearer(unguarded, Scope.READ)
    for route in _closed(unguarded):
        if not _ends_the_login(route):
            viewer.open(route.address, method=route.method)
        program.open(route.address, method=route.method, headers=header)
    assert unguarded.fleet.asked == []


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_opens_the_api_as_far_as_its_scope_goes(unguarded: Panel, scope: Scope) -> None:
    unguarded.app.add_url_rule("/api/operate", "operate", lambda: "here", methods=["POST"])
    header = bearer(unguarded, scope)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(NEEDS, "operate", Need.OPERATE)
        for route in _closed(unguarded):
            if not route.is_api:
                continue
            answer = unguarded.visitor().open(route.address, method=route.method, headers=header)
            is_refused = answer.status_code == 403
            assert is_refused == (SCOPES[scope] < need_of(route.endpoint)), (route, answer.text)
            assert "Set-Cookie" not in answer.headers, route
            if is_refused:
                assert answer.mimetype == "application/problem+json"
                assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


def test_a_token_opens_nothing_but_the_api(unguarded: Panel) -> None:
    header = bearer(unguarded, Scope.ADMIN)
    for route in _closed(unguarded):
        if route.is_api:
            continue
        answer = unguarded.visitor().open(route.address, method=route.method, headers=header)
        assert answer.status_code == 401, route
        # Somebody logged in who sends a token as well is not taken at the login's word.
        assert unguarded.operator().open(route.address, method=route.method, headers=header).status_code == 401, route
    assert unguarded.fleet.asked == []


@pytest.mark.parametrize("role", list(Role))
def test_without_a_form_of_our_own_nobody_changes_anything(panel: Panel, role: Role) -> None:
    panel.set_password()
    client = invite(panel, role, "dewi")
    for route in _routes(panel):
        if route.method in SAFE:
            continue
        answer = client.open(route.address, method=route.method)
        expected = 400 if LEVELS[role] >= need_of(route.endpoint) else 403
        assert answer.status_code == expected, route
    assert panel.fleet.asked == []


def test_a_bearer_token_needs_no_form(panel: Panel) -> None:
    panel.app.add_url_rule("/api/change", "change", lambda: "done", methods=["POST"])
    assert panel.visitor().post("/api/change", headers=bearer(panel, Scope.ADMIN)).text == "done"
    assert panel.operator().post("/api/change").status_code == 400


def test_a_program_without_a_token_is_told_to_send_one(panel: Panel) -> None:
    answer = panel.visitor().get("/api/accounts")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json is not None
    assert "Authorization: Bearer TOKEN" in answer.json["detail"]


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer wrong", "bearer aviary_x", "Bearer \xff\xfe"])
def test_a_token_that_is_none_is_told_as_a_problem(panel: Panel, header: str) -> None:
    answer = panel.visitor().get("/api/accounts/warung/why", headers={"Authorization": header})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_the_password_of_a_proxy_before_us_is_none_of_ours(panel: Panel) -> None:
    proxy = {"Authorization": "Basic dXNlcjpwYXNz"}
    assert panel.operator().get("/", headers=proxy).status_code == 200
    assert panel.visitor().get("/", headers=proxy).status_code == 302


def test_a_viewer_is_shown_no_way_to_what_is_not_theirs(unguarded: Panel) -> None:
    page = invite(unguarded, Role.VIEWER, "dewi").get("/").text
    assert 'class="looks-only"' in page
    assert "/accounts/new" not in page
    assert "looks-only" not in unguarded.operator().get("/").text
    tabs = invite(unguarded, Role.OPERATOR, "budi").get("/me").text
    assert "/users" not in tabs


def _ends_the_login(route: Route) -> bool:
    return route.endpoint in {"access.logout", "users.deactivate"}
