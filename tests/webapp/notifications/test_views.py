"""The page of one's own notifications."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_account
from bot.notifications.causes import Sight
from bot.storage.panel.users import Role
from tests.notifications.house import Service, cause, listening
from tests.webapp.access.people import invite
from tests.webapp.panel import Panel, csrf_token, make_panel

TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz_s3cret"
PAGE = "/me/notifications"


@pytest.fixture
def panel(clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Panel:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fleet = FakeFleet(clock, (make_account("warung", "Warung", groups=("shops",)), make_account("kopi", "Kopi")))
    return make_panel(fleet, clock, tmp_path / "data", config={"WTF_CSRF_ENABLED": False})


@pytest.fixture
def person(panel: Panel) -> FlaskClient:
    return panel.operator()


def add(person: FlaskClient, service: Service) -> str:
    """A webhook; returns its id."""
    answer = person.post(f"{PAGE}/channels/webhook", data={"address": f"{service.address}/s3cret", "name": "Pager"})
    assert answer.status_code == 302
    found = re.search(r'id="channel-([0-9a-f]{16})"', person.get(PAGE).text)
    assert found
    return found[1]


def test_without_a_channel_the_page_tells_the_next_step(person: FlaskClient) -> None:
    page = person.get(PAGE).text
    assert "You have no channel yet." in page
    assert 'id="wishes"' not in page
    assert f'href="{PAGE}"' in person.get("/me").text


def test_a_channel_is_added_tested_chosen_for_told_and_removed(panel: Panel, person: FlaskClient) -> None:
    with listening() as service:
        channel = add(person, service)
        answer = person.post(f"{PAGE}/channels/{channel}/test", follow_redirects=True)
        assert "The test was taken by the service" in answer.text
        assert service.came[0][0] == "/s3cret"
        chosen = {
            "wish": [f"{channel}:trouble", f"{channel}:daily"],
            "timezone": "Asia/Jakarta",
            "quiet_from": "22:00",
            "quiet_to": "06:00",
            "summary_at": "20:00",
            "weekly_on": "4",
            "group": "shops",
        }
        page = person.post(PAGE, data=chosen, follow_redirects=True).text
        for value in (f'value="{channel}:trouble" checked', 'value="22:00"', "<option selected>Asia/Jakarta"):
            assert value in page, value
        assert re.search(r'name="group" value="shops" checked', page)
        panel.fleet.sight = Sight((cause(folder="", name="All accounts"),))
        panel.fleet.notifications.look()
        assert "All accounts" in service.came[1][1]["message"]
        assert "Taken" in person.get(PAGE).text
        person.post(f"{PAGE}/channels/{channel}/remove")
        assert "You have no channel yet." in person.get(PAGE).text


def test_a_failed_test_says_what_is_wrong(person: FlaskClient) -> None:
    with listening() as service:
        channel = add(person, service)
        service.status = 404
        page = person.post(f"{PAGE}/channels/{channel}/test", follow_redirects=True).text
    assert "The test did not go out" in page
    assert "knows no such place (error 404)" in page
    assert "Not taken" in page


def test_what_a_channel_is_reached_by_is_never_shown_again(panel: Panel, person: FlaskClient) -> None:
    with listening() as service:
        add(person, service)
    person.post(f"{PAGE}/channels/telegram", data={"token": TOKEN, "chat": "-100777"})
    person.post(
        f"{PAGE}/channels/email",
        data={"host": "smtp.example.com", "to": "a@b.example", "user": "u@b.example", "password": "s3cret"},
    )
    refused = person.post(f"{PAGE}/channels/telegram", data={"token": f"x{TOKEN}", "chat": "-100777"})
    assert refused.status_code == 422
    assert 'value="-100777"' in refused.text  # what is no secret need not be typed again
    for page in (refused.text, person.get(PAGE).text, person.get("/audit").text):
        assert "s3cret" not in page
    assert "Telegram chat …0777" in person.get(PAGE).text
    assert "E-Mail to a@b.example" in person.get(PAGE).text or "E-mail to a@b.example" in person.get(PAGE).text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"wish": "x:nothing"}, 400),
        ({"timezone": "Nowhere/Here"}, 400),
        ({"weekly_on": "7"}, 400),
        ({"quiet_from": "22:00"}, 422),
        ({"summary_at": ""}, 422),
    ],
)
def test_what_nobody_can_choose_is_refused(person: FlaskClient, data: dict[str, str], status: int) -> None:
    whole = {"timezone": "UTC", "summary_at": "20:00", "weekly_on": "0", **data}
    assert person.post(PAGE, data=whole).status_code == status


def test_a_viewer_has_notifications_of_their_own_and_sees_no_others(panel: Panel, person: FlaskClient) -> None:
    with listening() as service:
        channel = add(person, service)
        viewer = invite(panel, Role.VIEWER, "mata")
        assert "You have no channel yet." in viewer.get(PAGE).text
        assert viewer.post(f"{PAGE}/channels/{channel}/test").status_code == 404
        assert viewer.post(f"{PAGE}/channels/{channel}/remove").status_code == 404
        assert add(viewer, service) != channel
        assert service.came == []
    assert viewer.post(f"{PAGE}/channels/pigeon", data={}).status_code == 404


def test_in_the_demo_the_page_says_that_nothing_leaves_the_machine(panel: Panel, person: FlaskClient) -> None:
    panel.fleet.notifications.stay_on_this_machine()
    assert "nothing leaves this machine" in person.get(PAGE).text
    answer = person.post(f"{PAGE}/channels/other", data={"url": "ntfy://topic"})
    assert answer.status_code == 422
    assert "Nothing leaves this machine in the demo" in answer.text


def test_its_forms_need_a_token(clock: FakeClock, fleet: FakeFleet, tmp_path: Path) -> None:
    person = make_panel(fleet, clock, tmp_path / "data").operator()
    assert person.post(f"{PAGE}/channels/other", data={"url": "ntfy://topic"}).status_code == 400
    token = csrf_token(person.get(PAGE).text)
    answer = person.post(f"{PAGE}/channels/other", data={"url": "ntfy://topic", "csrf_token": token})
    assert answer.status_code == 302
