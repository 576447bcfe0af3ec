"""Logging in with a code of a phone, or a recovery code."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webapp.access.people import log_in, press
from tests.webapp.panel import PASSWORD, Panel, csrf_token


class Phone:
    """An app for codes, set up for the admin of a panel."""

    def __init__(self, panel: Panel) -> None:
        panel.set_password()
        self.panel = panel
        self.browser = panel.visitor()
        log_in(self.browser)
        press(self.browser, "/me/second-factor", present=PASSWORD)
        page = self.browser.get("/me/second-factor").text
        self.secret = _between(page, 'id="secret" aria-labelledby="secret-label">', "<").replace(" ", "")
        self.page = page
        status, told = press(self.browser, "/me/second-factor/confirm", "/me/second-factor", code=self.code())
        assert status == 200, told
        self.recovery_codes = re.findall(r"<li><code>([^<]+)</code>", told)

    def code(self) -> str:
        """What it shows now."""
        return pyotp.TOTP(self.secret).at(self.panel.clock.now())

    def later(self, seconds: float = 60) -> str:
        """What it shows after a while; a code is good once."""
        self.panel.fake_clock().advance(seconds)
        return self.code()


@pytest.fixture
def phone(panel: Panel) -> Phone:
    return Phone(panel)


def _between(text: str, start: str, end: str) -> str:
    return unescape(text.partition(start)[2].partition(end)[0])


def _type_code(client: FlaskClient, code: str) -> TestResponse:
    token = csrf_token(client.get("/login/code").text)
    return client.post("/login/code", data={"csrf_token": token, "code": code})


def test_the_password_alone_opens_nothing(panel: Panel, phone: Phone) -> None:
    client = panel.visitor()
    assert log_in(client) == "/login/code"
    assert client.get("/").status_code == 302
    assert client.get("/api/accounts/warung/why").status_code == 401


def test_password_and_code_open_the_panel_where_one_was_going(panel: Panel, phone: Phone) -> None:
    client = panel.visitor()
    token = csrf_token(client.get("/login").text)
    client.post("/login", data={"csrf_token": token, "password": PASSWORD, "next": "/accounts/kopi"})
    assert _type_code(client, phone.later()).headers["Location"] == "/accounts/kopi"
    assert client.get("/accounts/kopi").status_code == 200


def test_a_code_is_good_once(panel: Panel, phone: Phone) -> None:
    code = phone.later()
    clients = [panel.visitor() for _ in range(4)]
    for client in clients:
        log_in(client)
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(lambda client: _type_code(client, code).status_code, clients))
    assert codes == [302, 403, 403, 403]


def test_the_code_of_a_clock_half_a_minute_off_is_good_and_an_older_one_is_not(panel: Panel, phone: Phone) -> None:
    client = panel.visitor()
    code = phone.later()
    panel.fake_clock().advance(30)
    log_in(client)
    assert _type_code(client, code).status_code == 302
    code = phone.later(90)
    panel.fake_clock().advance(90)
    log_in(client := panel.visitor())
    assert _type_code(client, code).status_code == 403


def test_a_recovery_code_logs_in_once_however_it_is_typed(panel: Panel, phone: Phone) -> None:
    assert len(set(phone.recovery_codes)) == 10
    code = phone.recovery_codes[3].upper().replace("-", " ")
    for expected in (302, 403):
        log_in(client := panel.visitor())
        assert _type_code(client, code).status_code == expected
    assert "9 recovery codes are left" in phone.browser.get("/me").text


def test_after_five_wrong_codes_the_right_one_waits_from_wherever_it_comes(panel: Panel, phone: Phone) -> None:
    for number in range(5):
        log_in(client := panel.visitor())
        assert _type_code(client, f"00000{number}").status_code == 403
        panel.store.throttle.forget("127.0.0.1")
    log_in(client := panel.visitor())
    answer = _type_code(client, phone.later())
    assert answer.status_code == 429
    assert "Too many wrong codes" in answer.text
    panel.fake_clock().advance(15 * 60)
    log_in(client := panel.visitor())
    assert _type_code(client, phone.code()).status_code == 302


def test_right_passwords_without_a_code_count_as_attempts(panel: Panel, phone: Phone) -> None:
    for _ in range(5):
        assert log_in(panel.visitor()) == "/login/code"
    assert log_in(panel.visitor()) == ""


def test_a_password_does_not_wait_for_its_code_for_ever(panel: Panel, phone: Phone) -> None:
    client = panel.visitor()
    log_in(client)
    panel.fake_clock().advance(10 * 60)
    assert client.get("/login/code").headers["Location"] == "/login"


def test_a_code_for_somebody_who_typed_no_password_is_not_looked_at(panel: Panel, phone: Phone) -> None:
    client = panel.visitor()
    token = csrf_token(client.get("/login").text)
    answer = client.post("/login/code", data={"csrf_token": token, "code": phone.later()})
    assert answer.status_code == 403
    assert client.get("/").status_code == 302


def test_it_guards_nothing_before_a_code_of_it_was_shown(panel: Panel) -> None:
    panel.set_password()
    browser = panel.visitor()
    log_in(browser)
    press(browser, "/me/second-factor", present=PASSWORD)
    status, told = press(browser, "/me/second-factor/confirm", "/me/second-factor", code="123456")
    assert status == 422
    assert "not the code of this phone" in told
    assert log_in(panel.visitor()) == "/"


def test_the_picture_says_the_same_as_the_secret_beside_it(phone: Phone) -> None:
    link = _between(phone.page, '<a href="otpauth', '"')
    assert f"secret={phone.secret}" in link
    assert "issuer=Aviary" in link
    assert 'src="data:image/svg+xml' in phone.page


@pytest.mark.parametrize("address", ["/me/second-factor/remove", "/me/second-factor/codes"])
def test_an_open_session_alone_does_not_weaken_it(panel: Panel, phone: Phone, address: str) -> None:
    status, told = press(phone.browser, address, present="something else")
    assert status == 422
    assert "not your present password" in told
    assert log_in(panel.visitor()) == "/login/code"


def test_it_can_be_removed_with_the_password(panel: Panel, phone: Phone) -> None:
    press(phone.browser, "/me/second-factor/remove", present=PASSWORD)
    assert log_in(panel.visitor()) == "/"


def test_new_recovery_codes_void_the_old_ones(panel: Panel, phone: Phone) -> None:
    _, told = press(phone.browser, "/me/second-factor/codes", present=PASSWORD)
    new = re.findall(r"<li><code>([^<]+)</code>", told)
    assert not set(new) & set(phone.recovery_codes)
    log_in(client := panel.visitor())
    assert _type_code(client, phone.recovery_codes[0]).status_code == 403
    assert _type_code(client, new[0]).status_code == 302


def test_a_secret_that_is_on_is_never_shown_again(phone: Phone) -> None:
    assert phone.browser.get("/me/second-factor").headers["Location"] == "/me"
    assert phone.secret not in phone.browser.get("/me").text


def test_secrets_and_codes_are_never_written_down(phone: Phone, tmp_path: Path) -> None:
    for file in (tmp_path / "data").iterdir():
        content = file.read_bytes()
        for secret in (phone.secret, *phone.recovery_codes, *(code.replace("-", "") for code in phone.recovery_codes)):
            assert secret.encode() not in content


def test_with_another_key_of_the_panel_the_recovery_codes_still_do(panel: Panel, phone: Phone, tmp_path: Path) -> None:
    (tmp_path / "data" / "secret_key").unlink()
    for code, expected in ((phone.later(), 403), (phone.recovery_codes[0], 302)):
        log_in(client := panel.visitor())
        assert _type_code(client, code).status_code == expected
