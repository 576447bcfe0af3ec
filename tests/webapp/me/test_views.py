"""One's own login: password and sessions."""

from __future__ import annotations

from bot.storage.panel.users import Role
from tests.webapp.access.people import OTHER_PASSWORD, invite, log_in, press
from tests.webapp.panel import PASSWORD, Panel
from webapp.me.devices import UNKNOWN, device_words

NEW = "soto ayam malam hari"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1"


def test_a_new_password_ends_every_other_session_and_keeps_this_one(panel: Panel) -> None:
    panel.set_password()
    mine, other = panel.visitor(), panel.visitor()
    log_in(mine)
    log_in(other)
    status, told = press(mine, "/me/password", present=PASSWORD, password=NEW, repeat=NEW)
    assert (status, "Your password is changed" in told) == (200, True)
    assert mine.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert log_in(panel.visitor()) == ""
    assert log_in(panel.visitor(), NEW) == "/"


def test_a_stolen_cookie_is_worth_nothing_after_a_new_password(panel: Panel) -> None:
    panel.set_password()
    mine, thief = panel.visitor(), panel.visitor()
    log_in(mine)
    for cookie in list(mine._cookies.values()):  # type: ignore[union-attr]
        thief.set_cookie(cookie.key, cookie.value)
    assert thief.get("/me").status_code == 200
    press(mine, "/me/password", present=PASSWORD, password=NEW, repeat=NEW)
    assert thief.get("/me").status_code == 302


def test_a_password_is_not_changed_without_the_present_one(panel: Panel) -> None:
    panel.set_password()
    mine = panel.visitor()
    log_in(mine)
    for present, repeat, words in (
        ("wrong", NEW, "not your present password"),
        (PASSWORD, "else", "not the same"),
        (PASSWORD, "short", "10 or more"),
    ):
        password = repeat if repeat == "short" else NEW
        status, told = press(mine, "/me/password", present=present, password=password, repeat=repeat)
        assert (status, words in told) == (422, True)
    assert log_in(panel.visitor()) == "/"


def test_guessing_the_present_password_is_slowed_down(panel: Panel) -> None:
    panel.set_password()
    mine = panel.visitor()
    log_in(mine)
    for _ in range(5):
        press(mine, "/me/password", present="wrong", password=NEW, repeat=NEW)
    _, told = press(mine, "/me/password", present=PASSWORD, password=NEW, repeat=NEW)
    assert "Too many wrong passwords" in told


def test_each_session_is_shown_and_can_be_ended(panel: Panel) -> None:
    panel.set_password()
    mine, phone = panel.visitor(), panel.visitor()
    phone.environ_base = {**phone.environ_base, "HTTP_USER_AGENT": PHONE, "REMOTE_ADDR": "10.0.0.9"}
    log_in(mine)
    log_in(phone)
    page = mine.get("/me").text
    assert "Safari on iPhone" in page
    assert "10.0.0.9" in page
    assert page.count("This browser") == 1
    number = next(session.id for session in panel.access.sessions_of(1) if session.client == "10.0.0.9")
    press(mine, f"/me/sessions/{number}/end")
    assert phone.get("/").status_code == 302
    assert mine.get("/").status_code == 200


def test_all_other_sessions_can_be_ended_at_once(panel: Panel) -> None:
    panel.set_password()
    mine, others = panel.visitor(), [panel.visitor() for _ in range(3)]
    for client in (mine, *others):
        log_in(client)
    _, told = press(mine, "/me/sessions/end-others")
    assert "4 other sessions are ended" in told  # the set-up opened one, too
    assert [client.get("/").status_code for client in (mine, *others)] == [200, 302, 302, 302]


def test_nobody_ends_a_session_of_somebody_else(panel: Panel) -> None:
    panel.set_password()
    admin = panel.visitor()
    log_in(admin)
    dewi = invite(panel, Role.VIEWER, "dewi")
    [number] = [session.id for session in panel.access.sessions_of(1) if session.user_name == "admin"][:1]
    assert press(dewi, f"/me/sessions/{number}/end")[0] == 404
    assert admin.get("/").status_code == 200


def test_every_role_has_its_own_page_and_password(panel: Panel) -> None:
    panel.set_password()
    dewi = invite(panel, Role.VIEWER, "dewi")
    press(dewi, "/me/password", present=OTHER_PASSWORD, password=NEW, repeat=NEW)
    assert log_in(panel.visitor(), NEW, "Dewi") == "/"
    assert log_in(panel.visitor(), PASSWORD, "admin") == "/"


def test_devices_are_named_as_far_as_they_can_be() -> None:
    assert device_words("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0") == "Edge on Windows"
    assert device_words("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0") == "Firefox on Android"
    assert device_words("") == UNKNOWN
