"""Users, second factor, tokens and the audit log, as a person meets them in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pyotp
import pytest

from bot.storage.panel.audit import AuditEntry, Outcome, Way
from bot.storage.panel.tokens import Scope
from bot.storage.panel.users import Role
from tests.e2e.webapp.browsing import SIZES, Visit
from tests.webapp.access.people import OTHER_PASSWORD, invite
from tests.webapp.panel import NOW, PASSWORD

pytestmark = pytest.mark.e2e


@pytest.fixture
def admin(visit: Visit) -> Visit:
    """The admin at a desk, beside a user of each other kind, tokens and a used log."""
    panel = visit.panel
    panel.set_password()
    invite(panel, Role.OPERATOR, "Dewi Lestari")
    panel.access.people.invite("Budi", Role.VIEWER)
    invite(panel, Role.VIEWER, "sari")
    panel.access.people.deactivate(4)
    for scope in Scope:
        panel.store.tokens.make(f"To {scope}", scope, NOW, None, 1)
    panel.store.tokens.revoke(1, NOW)
    for number in range(60):
        outcome = list(Outcome)[number % 3]
        panel.store.audit.add(
            AuditEntry("admin", Way.BROWSER, "accounts.run", f"/accounts/{number}/run", outcome, "10.0.0.9", NOW)
        )
    _log_in(visit, "admin", PASSWORD)
    return visit


def _log_in(visit: Visit, name: str, password: str) -> None:
    visit.open("/login")
    visit.find("#username").send_keys(name)
    visit.find("#password").send_keys(password)
    visit.click(".gate-button")


def _sound(visit: Visit) -> None:
    assert visit.find_faults() == []


def _leave_alone(_visit: Visit) -> None:
    pass


def _manage(visit: Visit) -> None:
    visit.click("#user-2-manage summary")
    visit.click("#user-2-off summary")


def _invite(visit: Visit) -> None:
    visit.find("#invite-name").send_keys(
        f"Rina {visit.script('return innerWidth')} {visit.script('return Date.now()')}"
    )
    visit.click("#invite-send")
    assert visit.find("#invitation-link").get_attribute("value")


def _make_token(visit: Visit) -> None:
    visit.find("#token-name").send_keys("CI")
    visit.click("#token-make")
    assert visit.find("#token-secret").get_attribute("value")


def _revoke(visit: Visit) -> None:
    visit.click("#token-2-revoke summary")


PAGES: dict[str, Callable[[Visit], None]] = {
    "/me": _leave_alone,
    "/users": _manage,
    "/users?": _invite,
    "/tokens": _revoke,
    "/tokens?": _make_token,
    "/audit": _leave_alone,
    "/audit?words=nowhere": _leave_alone,
}


@SIZES
def test_each_page_about_logins_is_sound(admin: Visit, size: tuple[int, int]) -> None:
    admin.look(size)
    for address, act in PAGES.items():
        admin.open(address)
        act(admin)
        _sound(admin)


@SIZES
def test_a_second_factor_is_set_up_and_asked_for(admin: Visit, size: tuple[int, int]) -> None:
    admin.look(size)
    admin.open("/me")
    admin.find("#present-factor").send_keys(PASSWORD)
    admin.click("#factor-begin")
    _sound(admin)
    phone = pyotp.TOTP(admin.text("#secret").replace(" ", ""))
    admin.find("#code").send_keys(phone.at(NOW))
    admin.click("#factor-confirm")
    _sound(admin)
    assert admin.count("#recovery-codes li") == 10
    admin.click("#codes-kept")
    _sound(admin)
    admin.click(".topbar-end form button")
    _log_in(admin, "admin", PASSWORD)
    _sound(admin)
    admin.panel.fake_clock().advance(60)
    admin.find("#code").send_keys(phone.at(admin.panel.clock.now()))
    admin.click(".gate-button")
    admin.wait(lambda: admin.count("article.account"))


@SIZES
def test_a_viewer_sees_no_button_that_is_not_theirs(admin: Visit, size: tuple[int, int]) -> None:
    admin.panel.access.people.change_role(2, Role.VIEWER)
    admin.browser.delete_all_cookies()
    _log_in(admin, "dewi lestari", OTHER_PASSWORD)
    admin.look(size)
    for address in ("/", "/accounts/kopi", "/accounts/kopi/activity", "/me"):
        admin.open(address)
        _sound(admin)
        shown = "return [...document.forms].filter(f => f.method == 'post' && f.checkVisibility()).map(f => f.action)"
        allowed = ("/logout", "/me/")
        assert [action for action in admin.script(shown) if not any(part in action for part in allowed)] == [], address
    admin.click(".topbar-end form button")
    admin.wait(lambda: admin.browser.current_url.endswith("/login"))


def test_an_invited_person_comes_in_by_the_link_and_out_when_deactivated(admin: Visit) -> None:
    admin.open("/users")
    _invite(admin)
    link = unescape(admin.find("#invitation-link").get_attribute("value") or "")
    cookies = admin.browser.get_cookies()
    admin.browser.delete_all_cookies()
    admin.browser.get(link)
    _sound(admin)
    for field in ("#password", "#repeat"):
        admin.find(field).send_keys(OTHER_PASSWORD)
    admin.click(".gate-button")
    admin.wait(lambda: admin.count("article.account"))
    theirs = admin.browser.get_cookies()
    _carry(admin, cookies)
    admin.open("/users")
    admin.click("#user-5-manage summary")
    admin.click("#user-5-off summary")
    admin.click("#user-5-off-yes")
    admin.wait(lambda: "is deactivated" in admin.text("#toasts"))
    _carry(admin, theirs)
    admin.open("/")
    assert "/login" in admin.browser.current_url


def test_without_scripts_users_and_tokens_are_managed_too(admin: Visit) -> None:
    admin.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    admin.open("/tokens")
    admin.click("#token-2-revoke summary")
    admin.click("#token-2-revoke-yes")
    admin.wait(lambda: admin.count("#token-2 .state-off") == 1)
    assert admin.panel.access.tokens.all()[1].revoked_at == NOW


def _carry(visit: Visit, cookies: list[dict[str, object]]) -> None:
    """Be the browser that has these cookies."""
    visit.browser.delete_all_cookies()
    for cookie in cookies:
        visit.browser.add_cookie(cookie)
