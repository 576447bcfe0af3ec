"""Coming in: by link, by password, by the first set-up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet
from tests.webapp.panel import PASSWORD, Panel, csrf_token, make_panel


def _log_in(client: FlaskClient, password: str, wanted: str = "", **more: object) -> TestResponse:
    token = csrf_token(client.get("/login").text)
    data = {"csrf_token": token, "password": password, "next": wanted}
    return client.post("/login", data=data, **more)


def _set_up(client: FlaskClient, token: str, password: str, repeat: str | None = None) -> TestResponse:
    page = client.get(f"/setup?token={token}")
    data = {"token": token, "password": password, "repeat": password if repeat is None else repeat}
    return client.post("/setup", data={**data, "csrf_token": csrf_token(page.text)})


def test_a_login_link_opens_the_overview_once(panel: Panel) -> None:
    token = panel.access.issue_login_token()
    first = panel.visitor()
    assert first.get(f"/login?token={token}").headers["Location"] == "/"
    assert first.get("/").status_code == 200
    second = panel.visitor()
    answer = second.get(f"/login?token={token}")
    assert answer.status_code == 403
    assert "used already" in answer.text
    assert "Start the panel again" in answer.text
    assert second.get("/").status_code == 302


def test_looking_at_a_login_link_does_not_use_it_up(panel: Panel) -> None:
    address = f"/login?token={panel.access.issue_login_token()}"
    assert panel.visitor().head(address).status_code == 204
    assert panel.visitor().get(address, headers={"Sec-Purpose": "prefetch"}).status_code == 204
    assert panel.visitor().get(address).status_code == 302


def test_a_wrong_login_link_opens_nothing_and_leaves_the_right_one(panel: Panel) -> None:
    token = panel.access.issue_login_token()
    assert panel.visitor().get("/login?token=wrong").status_code == 403
    assert panel.visitor().get(f"/login?token={token}").status_code == 302


def test_a_new_login_link_voids_the_one_before(panel: Panel) -> None:
    old = panel.access.issue_login_token()
    panel.access.issue_login_token()
    assert panel.visitor().get(f"/login?token={old}").status_code == 403


def test_of_many_who_open_one_link_at_once_one_comes_in(panel: Panel) -> None:
    address = f"/login?token={panel.access.issue_login_token()}"
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: panel.visitor().get(address).status_code, range(16)))
    assert sorted(codes) == [302] + [403] * 15


def test_without_a_password_the_login_page_says_where_the_link_is(panel: Panel) -> None:
    assert "console where Aviary was started" in panel.visitor().get("/login").text


def test_the_right_password_comes_in_and_goes_where_it_was_going(panel: Panel) -> None:
    panel.set_password()
    client = panel.visitor()
    wanted = client.get("/accounts/kopi?run=3").headers["Location"]
    assert wanted == "/login?next=/accounts/kopi?run%3D3"
    assert _log_in(client, PASSWORD, "/accounts/kopi?run=3").headers["Location"] == "/accounts/kopi?run=3"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/a\r\nX: y", "\t//evil"]
)
def test_a_login_never_leads_to_another_site(panel: Panel, wanted: str) -> None:
    panel.set_password()
    assert _log_in(panel.visitor(), PASSWORD, wanted).headers["Location"] == "/"


def test_a_wrong_password_stays_outside_and_is_told_what_to_do(panel: Panel) -> None:
    panel.set_password()
    client = panel.visitor()
    answer = _log_in(client, "something else")
    assert answer.status_code == 403
    assert "Caps Lock" in answer.text
    assert client.get("/").status_code == 302


def test_after_five_wrong_passwords_even_the_right_one_waits(panel: Panel) -> None:
    panel.set_password()
    for _ in range(5):
        assert _log_in(panel.visitor(), "something else").status_code == 403
    answer = _log_in(panel.visitor(), PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "in 15 min" in answer.text
    panel.fake_clock().advance(15 * 60 + 1)
    assert _log_in(panel.visitor(), PASSWORD).status_code == 302


def test_the_count_of_wrong_passwords_survives_a_restart(
    panel: Panel, fleet: FakeFleet, clock: FakeClock, tmp_path: Path
) -> None:
    panel.set_password()
    for _ in range(5):
        _log_in(panel.visitor(), "something else")
    again = make_panel(fleet, clock, tmp_path / "data")
    assert _log_in(again.visitor(), PASSWORD).status_code == 429


def test_another_address_is_not_kept_out_by_somebody_elses_wrong_passwords(panel: Panel) -> None:
    panel.set_password()
    for _ in range(5):
        _log_in(panel.visitor(), "something else", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert _log_in(panel.visitor(), PASSWORD).status_code == 302


def test_the_right_password_clears_the_wrong_ones_before_it(panel: Panel) -> None:
    panel.set_password()
    for _ in range(3):
        for _ in range(4):
            _log_in(panel.visitor(), "something else")
        assert _log_in(panel.visitor(), PASSWORD).status_code == 302


def test_the_first_password_needs_the_link_from_the_console(panel: Panel) -> None:
    panel.access.issue_setup_token()
    assert panel.visitor().get("/setup").status_code == 403
    assert panel.visitor().get("/setup?token=wrong").status_code == 403
    client = panel.visitor()
    token = csrf_token_of_session(panel, client)
    answer = client.post("/setup", data={"csrf_token": token, "password": PASSWORD, "repeat": PASSWORD})
    assert answer.status_code == 403
    assert not panel.access.has_password()


def csrf_token_of_session(panel: Panel, client: FlaskClient) -> str:
    return csrf_token(client.get(f"/setup?token={panel.access.issue_setup_token()}").text)


def test_the_first_password_opens_the_panel_and_closes_the_set_up(panel: Panel) -> None:
    token = panel.access.issue_setup_token()
    client = panel.visitor()
    assert _set_up(client, token, PASSWORD).headers["Location"] == "/"
    assert "The password is set" in client.get("/").text
    assert panel.visitor().get(f"/setup?token={token}").headers["Location"] == "/login"
    assert panel.visitor().get(f"/setup?token={panel.access.issue_setup_token()}").headers["Location"] == "/login"
    assert _log_in(panel.visitor(), PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("password", "repeat", "words"),
    [
        ("short", "short", "10 or more"),
        ("long enough", "long enouhg", "not the same"),
        ("x" * 1001, "x" * 1001, "more than 1000"),
    ],
)
def test_a_password_that_will_not_do_is_told_why_and_the_link_stays_good(
    panel: Panel, password: str, repeat: str, words: str
) -> None:
    token = panel.access.issue_setup_token()
    answer = _set_up(panel.visitor(), token, password, repeat)
    assert answer.status_code == 400
    assert words in answer.text
    assert not panel.access.has_password()
    assert _set_up(panel.visitor(), token, PASSWORD).status_code == 302


def test_passwords_and_tokens_are_never_written_down(panel: Panel, tmp_path: Path) -> None:
    setup_token, login_token = panel.access.issue_setup_token(), panel.access.issue_login_token()
    session = panel.access.set_first_password(setup_token, PASSWORD)
    for file in (tmp_path / "data").iterdir():
        content = file.read_bytes()
        for secret in (PASSWORD, setup_token, login_token, session):
            assert secret.encode() not in content
