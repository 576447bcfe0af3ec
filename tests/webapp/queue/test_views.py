"""The queue of an account in the panel: written, changed, moved, ordered, deleted and brought back."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.panel.users import Role
from bot.storage.planned_posts import PlannedPost, PostState, Written
from tests.engines import START
from tests.media import picture
from tests.webapp.access.people import invite
from tests.webapp.desk import Desk, hidden, sit_down

NOON = START + timedelta(hours=4)
NEW = {"text": "Toko buka", "when": "at", "date": "2026-03-02", "time": "19:00", "as": "queued"}
SETTINGS = "schedule:\n  timezone: Asia/Jakarta\n  slots: [{name: tea, time: '16:30', post: promo}]\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.write("settings.yaml", SETTINGS)
    yield desk
    desk.world.close()


def queued(desk: Desk, number: int = 1) -> PlannedPost:
    return desk.manager.queues.find("one", number)


def add(desk: Desk, text: str = "Toko buka", minutes: float | None = 240) -> PlannedPost:
    at = None if minutes is None else START + timedelta(minutes=minutes)
    return desk.manager.queues.add("one", Written(text, (), at), "budi")


def test_a_post_is_written_for_a_time_on_the_accounts_clock(desk: Desk) -> None:
    status, page = desk.post("queue", **NEW)
    assert status == 302
    assert "“Toko buka” is in the queue." in page
    assert queued(desk).at == NOON  # 19:00 in Jakarta
    assert queued(desk).who == "admin"
    assert ">19:00</time>" in page


def test_one_without_a_time_shows_its_slot(desk: Desk) -> None:
    _, page = desk.post("queue", **{**NEW, "when": "slot"})
    assert "With the next free slot, in this order" in page
    assert ">16:30</time>" in page


def test_one_can_be_kept_as_a_draft(desk: Desk) -> None:
    _, page = desk.post("queue", **{**NEW, "as": "draft"})
    assert 'id="queue-drafts"' in page
    assert queued(desk).state is PostState.DRAFT


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "x" * 281}, "The text is longer than X takes (281 of 280)"),
        ({"date": "2026-03-01"}, "This time has passed"),
        ({"time": ""}, "Give it a date and a time"),
        ({"media": "media/none.png"}, "None.png is missing"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_lost(
    desk: Desk, changes: dict[str, str], words: str
) -> None:
    status, page = desk.post("queue", **{**NEW, **changes})
    assert status == 422
    assert words.casefold() in page.casefold()
    assert f">{({**NEW, **changes})['text']}</textarea>" in page
    assert desk.manager.queues.look("one").posts == ()


def test_a_picture_comes_with_the_form_or_from_the_library(desk: Desk) -> None:
    sent = {**NEW, "file": (io.BytesIO(picture("PNG")), "a.png")}
    answer = desk.client.post("/accounts/one/queue", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 302
    assert queued(desk).media == ("media/a.png",)
    assert 'value="media/a.png"' in desk.get("queue")
    desk.post("queue", **{**NEW, "text": "lagi", "media": "media/a.png"})
    assert queued(desk, 2).media == ("media/a.png",)


def test_a_file_that_x_does_not_take_is_told(desk: Desk) -> None:
    sent = {**NEW, "file": (io.BytesIO(b"<html>"), "a.png")}
    answer = desk.client.post("/accounts/one/queue", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "is no whole picture" in answer.text


def test_the_length_is_counted_as_x_does(desk: Desk) -> None:
    answer = desk.client.post("/accounts/one/queue/measure", data={"text": "Halo 🎉 https://example.com/a/long/way"})
    assert "31 of 280" in answer.text
    assert "is longer" in desk.client.post("/accounts/one/queue/measure", data={"text": "x" * 300}).text


def test_it_is_changed(desk: Desk) -> None:
    add(desk)
    page = desk.get("queue/1")
    assert 'value="2026-03-02"' in page
    assert 'value="19:00"' in page
    _, page = desk.post("queue/1", **{**NEW, "text": "Toko tutup", "version": hidden(page, "version")})
    assert "“Toko tutup” is saved." in page
    assert queued(desk).text == "Toko tutup"


def test_the_second_of_two_who_change_it_is_told_and_keeps_their_words(desk: Desk) -> None:
    add(desk)
    version = hidden(desk.get("queue/1"), "version")
    desk.post("queue/1", **{**NEW, "text": "yang pertama", "version": version})
    status, page = desk.post("queue/1", **{**NEW, "text": "yang kedua", "version": version})
    assert status == 409
    assert "Somebody else changed this post meanwhile" in page
    assert ">yang kedua</textarea>" in page
    assert "yang pertama" in page
    status, _ = desk.post("queue/1", **{**NEW, "text": "yang kedua", "version": hidden(page, "version")})
    assert (status, queued(desk).text) == (302, "yang kedua")


def test_it_is_moved_and_the_move_undone(desk: Desk) -> None:
    add(desk)
    page = desk.get("queue/1/move")
    sent = {"when": "at", "date": "2026-03-05", "time": "08:15", "version": hidden(page, "version")}
    _, page = desk.post("queue/1/move", **sent)
    assert "goes out Thu 5 Mar 08:15." in page
    undo = dict(re.findall(r'name="(moment|version|back)" value="([^"]*)"', page.partition("queue-undo")[0]))
    assert queued(desk).at == (NOON + timedelta(days=3)).replace(hour=1, minute=15)
    desk.post("queue/1/move", **undo)
    assert queued(desk).at == NOON


def test_a_missed_one_is_given_the_next_slot_with_one_click(desk: Desk) -> None:
    add(desk)
    desk.world.clock.advance(8 * 3600)
    desk.manager.tick()
    page = desk.get("queue")
    assert 'id="queue-asks"' in page
    assert "Missed by" in page
    _, page = desk.post("queue/1/move", moment="", version=hidden(page, "version"))
    assert queued(desk).state is PostState.QUEUED
    assert "goes out with the next free slot" in page


@pytest.mark.parametrize("moment", ["2026-03-01T08:00:00+00:00", "soon", "2026-03-09T08:00:00"])
def test_a_move_to_the_past_or_nowhere_leaves_it(desk: Desk, moment: str) -> None:
    add(desk)
    _, page = desk.post("queue/1/move", moment=moment, version="1")
    assert "It stays where it is" in page
    assert queued(desk).at == NOON


def test_a_move_of_what_somebody_else_moved_is_told(desk: Desk) -> None:
    add(desk)
    desk.manager.queues.move("one", 1, NOON + timedelta(hours=1), 1)
    _, page = desk.post("queue/1/move", moment=(NOON + timedelta(hours=2)).isoformat(), version="1")
    assert "Somebody else changed this post meanwhile: 20:00." in page
    assert queued(desk).at == NOON + timedelta(hours=1)


def test_it_is_deleted_and_brought_back(desk: Desk) -> None:
    add(desk)
    _, page = desk.post("queue/1/delete", version="1")
    assert "“Toko buka” is deleted." in page
    assert desk.manager.queues.look("one").posts == ()
    assert 'action="/accounts/one/queue/1/restore"' in page
    _, page = desk.post("queue/1/restore")
    assert "is back in the queue" in page
    assert "queue-undo" not in desk.get("queue")


def test_those_that_wait_are_ordered(desk: Desk) -> None:
    for text in ("satu", "dua", "tiga"):
        add(desk, text, None)
    desk.post("queue/3/shift", step="-1")
    texts = [post.text for post in desk.manager.queues.look("one").posts]
    assert texts == ["satu", "tiga", "dua"]


def test_what_is_out_cannot_be_changed(desk: Desk) -> None:
    add(desk)
    desk.world.clock.advance(4 * 3600 + 60)
    desk.manager.tick()
    assert desk.manager.wait_until_idle(30)
    page = desk.get("queue/1")
    assert "post-form" not in page
    assert "/OneShop/status/" in page
    assert "Sent: the last 1" in desk.get("queue")
    _, page = desk.post("queue/1/delete", version="1")
    assert "cannot be changed" in page


def test_it_says_why_nothing_goes_out(desk: Desk) -> None:
    add(desk)
    desk.write("settings.yaml", SETTINGS + "policy: {post: 'off'}\n")
    assert "Nothing of this goes out: its settings say that it posts nothing." in desk.get("queue")
    desk.manager.pause_accounts(["one"])
    assert "Nothing of this goes out: the account is paused." in desk.get("queue")


def test_the_poll_brings_the_queue_when_it_changed(desk: Desk) -> None:
    since = hidden(desk.get("queue"), "since")
    assert desk.client.get(f"/accounts/one/queue/statuses?since={since}").status_code == 204
    add(desk)
    answer = desk.client.get(f"/accounts/one/queue/statuses?since={since}").text
    assert 'id="queue-lists"' in answer
    assert "Toko buka" in answer


def test_broken_settings_are_told(desk: Desk) -> None:
    desk.write("settings.yaml", "schedule: {timezone: Nowhere}\n")
    assert desk.client.get("/accounts/one/queue").status_code == 409
    assert desk.client.get("/accounts/nobody/queue").status_code == 404
    assert desk.client.get("/accounts/one/queue/77").status_code == 404


def test_a_viewer_reads_it_and_changes_nothing(desk: Desk) -> None:
    add(desk)
    desk.panel.set_password()
    viewer = invite(desk.panel, Role.VIEWER, "dewi")
    assert "Toko buka" in viewer.get("/accounts/one/queue").text
    assert viewer.get("/accounts/one/queue/1").status_code == 403
    assert viewer.post("/accounts/one/queue/1/delete").status_code == 403


def test_it_leads_back_to_the_calendar_and_nowhere_else(desk: Desk) -> None:
    add(desk)
    sent = {"moment": (NOON + timedelta(hours=1)).isoformat()}
    answer = desk.client.post("/accounts/one/queue/1/move", data={**sent, "version": "1", "back": "/calendar?q=x"})
    assert answer.headers["Location"] == "/calendar?q=x"
    for back in ("https://example.com/calendar", "//example.com/calendar", "/logout", "\\\\example.com"):
        answer = desk.client.post("/accounts/one/queue/1/move", data={**sent, "version": "1", "back": back})
        assert answer.headers["Location"] == "/accounts/one/queue"
