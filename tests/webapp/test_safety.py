"""Every route of the panel: without a login, without a form of our own, with a foreign name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_account, make_run
from tests.webapp.panel import HTMX, NOW, Panel, csrf_token, make_panel
from webapp.error_pages import REFERENCE

ARGUMENTS = {"account_id": "warung", "run_id": "1", "evidence_id": "e1", "intent_id": "7", "filename": "js/live.js"}
ARGUMENTS |= {"order_id": "12345678", "kind": "promo", "place": "0", "form": "csv", "table": "days"}
ARGUMENTS |= {"name": "settings", "version_id": "20261123T073000000000-00000000", "slot_name": "morning"}
ARGUMENTS |= {"handle": "seseorang", "day": "2026-11-23", "service": "webhook", "channel_id": "0123456789abcdef"}
ARGUMENTS |= {"report_id": "20261123-073000", "page_name": "home"}
OPEN = {"/login", "/login/code", "/setup", "/invitation", "/healthz", "/static/js/live.js"}
"""Written out here on purpose: a route that opens by mistake must fail this test."""


def _addresses(panel: Panel, method: str) -> Iterator[str]:
    for rule in panel.app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield _address(rule)


def _address(rule: Rule) -> str:
    built = rule.build({name: ARGUMENTS.get(name, "1") for name in rule.arguments})
    assert built is not None, f"{rule} needs an argument this test does not know"
    return built[1]


def _is_for_programs(address: str) -> bool:
    return address.startswith("/api/") and address != REFERENCE


def test_each_page_sends_a_visitor_to_the_login(panel: Panel) -> None:
    closed = [address for address in _addresses(panel, "GET") if address not in OPEN and not _is_for_programs(address)]
    assert "/" in closed
    for address in closed:
        answer = panel.visitor().get(address)
        assert (answer.status_code, answer.headers.get("Location", "")[:6]) == (302, "/login"), address


def test_each_page_answers_htmx_without_a_login_with_401(panel: Panel) -> None:
    for address in set(_addresses(panel, "GET")) - OPEN:
        assert panel.visitor().get(address, headers=HTMX).status_code == 401, address


def test_each_address_for_programs_tells_a_visitor_401_as_a_problem(panel: Panel) -> None:
    addresses = [address for address in _addresses(panel, "GET") if _is_for_programs(address)]
    assert "/api/accounts/warung/why" in addresses
    for address in [*addresses, "/api/secret"]:
        answer = panel.visitor().get(address)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), address


def test_each_button_refuses_a_visitor(panel: Panel) -> None:
    closed = set(_addresses(panel, "POST")) - OPEN
    assert "/accounts/warung/stop" in closed
    for address in closed:
        assert panel.visitor().post(address).status_code == 401, address
    assert panel.fleet.asked == []


def test_unknown_addresses_say_nothing_to_a_visitor(panel: Panel) -> None:
    assert panel.visitor().get("/secret").status_code == 302


def test_each_button_needs_a_token_of_our_own_page(panel: Panel) -> None:
    operator = panel.operator()
    for address in set(_addresses(panel, "POST")):
        answer = operator.post(address)
        assert answer.status_code == 400, address
        assert ("bearer token" if _is_for_programs(address) else "Reload the page") in answer.text, address
    assert panel.fleet.asked == []


def test_a_token_of_the_page_opens_its_buttons(panel: Panel) -> None:
    operator = panel.operator()
    token = csrf_token(operator.get("/").text)
    assert operator.post("/accounts/warung/stop", data={"csrf_token": token}).status_code == 302
    assert panel.fleet.asked == [("stop", "warung")]


def test_a_token_of_another_login_opens_nothing(panel: Panel) -> None:
    token = csrf_token(panel.operator().get("/").text)
    assert panel.operator().post("/accounts/warung/stop", data={"csrf_token": token}).status_code == 400
    assert panel.fleet.asked == []


def test_no_get_changes_the_fleet(panel: Panel) -> None:
    panel.fleet.add_run("warung", make_run(NOW))
    before = panel.fleet.overview()
    operator = panel.operator()
    for address in _addresses(panel, "GET"):
        operator.get(address)
    assert panel.fleet.asked == []
    assert panel.fleet.overview() == before


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080", "192.168.1.7"])
def test_it_answers_to_this_machine_and_to_plain_addresses(panel: Panel, host: str) -> None:
    assert panel.visitor().get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "a b"])
def test_it_does_not_answer_to_foreign_names(panel: Panel, host: str) -> None:
    for address in ("/healthz", "/login", "/static/js/live.js", "/"):
        answer = panel.visitor().get(address, headers={"Host": host})
        assert answer.status_code == 400
        assert "Open it by its address" in answer.text


def test_it_answers_to_a_name_the_operator_gave(fleet: FakeFleet, clock: FakeClock, tmp_path: Path) -> None:
    visitor = make_panel(fleet, clock, tmp_path, allowed_hosts=["Panel.Lan"]).visitor()
    assert visitor.get("/healthz", headers={"Host": "panel.lan:8080"}).status_code == 200


def test_each_page_has_the_safety_headers(panel: Panel) -> None:
    operator = panel.operator()
    for address in ("/", "/accounts/warung", "/nowhere", "/login", "/static/js/live.js"):
        headers = operator.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_and_vary_by_htmx(panel: Panel) -> None:
    headers = panel.operator().get("/").headers
    assert headers["Cache-Control"] == "no-store"
    assert "HX-Request" in headers["Vary"]


def test_versioned_files_are_kept_for_good_and_others_are_asked_for_again(panel: Panel) -> None:
    visitor = panel.visitor()
    assert "immutable" in visitor.get("/static/js/live.js?v=1").headers["Cache-Control"]
    assert "no-cache" in visitor.get("/static/js/live.js").headers["Cache-Control"]


def test_no_template_has_inline_scripts_styles_or_handlers(panel: Panel) -> None:
    for template in Path(panel.app.root_path, "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        for forbidden in ("<style", " style=", " onclick=", " onload=", "javascript:", "hx-on"):
            assert forbidden not in text, f"{template.name}: {forbidden}"
        assert text.count("<script") == text.count("<script src="), template.name


def test_a_large_request_is_refused_in_words(panel: Panel) -> None:
    answer = panel.operator().post("/accounts/warung/run", data={"slot": "x" * 100_000})
    assert answer.status_code == 413
    assert "Too large" in answer.text


def test_a_stolen_cookie_is_worth_nothing_after_the_logout(panel: Panel) -> None:
    operator = panel.operator()
    cookies = list(operator._cookies.values())  # type: ignore[union-attr]
    token = csrf_token(operator.get("/").text)
    assert operator.post("/logout", data={"csrf_token": token}).headers["Location"] == "/login"
    thief = panel.visitor()
    for cookie in cookies:
        thief.set_cookie(cookie.key, cookie.value)
    assert thief.get("/").status_code == 302


def test_the_session_cookie_is_out_of_reach_of_scripts_and_foreign_sites(panel: Panel) -> None:
    address = f"/login?token={panel.access.issue_login_token()}"
    cookie = panel.visitor().get(address).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_the_session_cookie_is_secure_over_https(panel: Panel) -> None:
    address = f"https://localhost/login?token={panel.access.issue_login_token()}"
    assert "Secure" in panel.visitor().get(address).headers["Set-Cookie"]


def test_two_panels_on_one_machine_use_two_cookies(clock: FakeClock, tmp_path: Path) -> None:
    names = {make_panel(FakeFleet(clock), clock, tmp_path / home).app.config["SESSION_COOKIE_NAME"] for home in "ab"}
    assert len(names) == 2


def test_names_from_files_are_shown_as_text(panel: Panel) -> None:
    panel.fleet.add_account(make_account("x", '<b id="evil">"&', handle="<i>", description="<script>"))
    operator = panel.operator()
    for address in ("/", "/accounts/x", "/accounts/choices"):
        html = operator.get(address).text
        assert "<b id=" not in html
        assert "<i>" not in html
        assert "<script>" not in html


def test_the_login_ends_after_two_weeks(panel: Panel) -> None:
    operator: FlaskClient = panel.operator()
    panel.fake_clock().advance(13.9 * 86400)
    assert operator.get("/").status_code == 200
    panel.fake_clock().advance(0.2 * 86400)
    assert operator.get("/").status_code == 302
