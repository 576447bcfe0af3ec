"""Suggestions in the panel: read, accepted after a look at the lines, undone, dismissed, used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot.storage.panel.users import Role
from bot.storage.planned_posts import PostState
from bot.storage.settled_posts import SettledPost
from tests.advice.worlds import OWN_PLAN, enter_posts, make_posts
from tests.webapp.access.people import invite
from tests.webapp.desk import Desk, hidden, sit_down


def evening(post: SettledPost) -> float:
    return 2.0 if post.posted_at.hour == 19 else 1.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.world.add("two", "TwoShop")
    desk.write("settings.yaml", OWN_PLAN)
    yield desk
    desk.world.close()


@pytest.fixture
def read(desk: Desk) -> Desk:
    """The same, with posts that tell something."""
    posts = make_posts(Random(1), (8, 13, 17, 19), 60, evening)
    named = [replace(post, text=f"Paket <hemat> {post.text}") for post in posts]
    enter_posts(desk.world.home.root / "accounts" / "one_OneShop" / "data" / "metrics.db", named)
    return desk


def suggested_time(desk: Desk) -> str:
    return hidden(desk.get("suggestions/slots/early"), "to")


def test_both_pages_tell_the_reason_with_its_numbers(read: Desk) -> None:
    for page in (read.client.get("/suggestions").text, read.get("suggestions")):
        assert re.search(r"early at <strong>19:\d\d</strong> instead of 08:00", page)
        assert re.search(
            r"Posts between 19:00–20:00 got \d\.\d % \(\d\.\d–\d\.\d\) engagement per view over 60 posts", page
        )
        assert "Posted between 19:00 and 20:00" in page
        assert "need not be the cause" in page
        assert 'class="interval-mean-wanted"' in page
        assert "Paket &lt;hemat&gt;" in page
    assert "0 of 40 posts with known views" in read.client.get("/suggestions").text  # of the other account


def test_without_posts_the_pages_say_what_is_missing(desk: Desk) -> None:
    for page in (desk.client.get("/suggestions").text, desk.get("suggestions")):
        assert "0 of 40 posts with known views" in page
        assert "No two hours can be compared yet." in page
        assert "Not enough data yet." in page


def test_accepting_shows_the_line_first_and_changes_that_line_alone(read: Desk) -> None:
    preview = read.get("suggestions/slots/early")
    to = hidden(preview, "to")
    assert "-     time: &#39;08:00&#39;  # since June" in preview
    assert f"+     time: &#39;{to}&#39;  # since June" in preview
    assert read.text("settings.yaml") == OWN_PLAN
    status, page = read.post("suggestions/slots/early", mark=hidden(preview, "mark"), to=to)
    assert status == 302
    assert f"early of Shop OneShop goes at {to} instead of 08:00." in page
    assert read.text("settings.yaml") == OWN_PLAN.replace("08:00", to)
    assert "Nothing is suggested" in read.client.get("/accounts/one/suggestions/slots/early").text


def test_what_was_accepted_can_be_undone(read: Desk) -> None:
    preview = read.get("suggestions/slots/early")
    _, page = read.post("suggestions/slots/early", mark=hidden(preview, "mark"), to=hidden(preview, "to"))
    assert 'id="suggestion-undo"' in page
    sent = {"was": hidden(page, "was"), "is": hidden(page, "is")}
    _, page = read.post("suggestions/slots/early/undo", **sent)
    assert "early goes at 08:00 again." in page
    assert read.text("settings.yaml") == OWN_PLAN
    _, page = read.post("suggestions/slots/early/undo", **sent)
    assert "so it stays as it is" in page


def test_a_file_that_somebody_else_changed_is_shown_again_first(read: Desk) -> None:
    preview = read.get("suggestions/slots/early")
    read.write("settings.yaml", OWN_PLAN.replace("since June", "since July"))
    status, page = read.post("suggestions/slots/early", mark=hidden(preview, "mark"), to=hidden(preview, "to"))
    assert status == 409
    assert "since July" in page
    assert "08:00" in read.text("settings.yaml")


@pytest.mark.parametrize(("to", "status"), [("13:05", 409), ("half past six", 400), ("", 400)])
def test_only_what_is_suggested_can_be_accepted(read: Desk, to: str, status: int) -> None:
    mark = hidden(read.get("suggestions/slots/early"), "mark")
    assert read.post("suggestions/slots/early", mark=mark, to=to)[0] == status
    assert read.text("settings.yaml") == OWN_PLAN


def test_a_minute_that_another_slot_took_meanwhile_is_refused(read: Desk) -> None:
    preview = read.get("suggestions/slots/early")
    to = hidden(preview, "to")
    file = read.world.home.root / "accounts" / "two_TwoShop" / "config" / "settings.yaml"
    file.write_text(
        f"schedule: {{timezone: UTC, slots: [{{name: mine, time: '{to}', post: promo}}]}}", encoding="utf-8"
    )
    read.manager.reload()
    status, page = read.post("suggestions/slots/early", mark=hidden(preview, "mark"), to=to)
    assert status == 409
    assert "is not suggested any more" in page


def test_a_slot_without_a_suggestion_has_no_such_page(read: Desk) -> None:
    for path in ("one/suggestions/slots/late", "one/suggestions/slots/none", "nobody/suggestions/slots/early"):
        assert read.client.get(f"/accounts/{path}").status_code == 404
    assert read.client.get("/accounts/nobody/suggestions").status_code == 404


def test_dismissing_takes_it_away_and_undo_brings_it_back(read: Desk) -> None:
    _, page = read.post("suggestions/slots/early/dismiss", back="all")
    assert "is not suggested for early again" in page
    assert "Dismissed (1)" in page
    assert 'id="suggestion-one-early"' not in page
    _, page = read.post("suggestions/slots/early/show-again", hour=hidden(page, "hour"), back="all")
    assert 'id="suggestion-one-early"' in page
    assert "was not dismissed" in read.post("suggestions/slots/early/show-again", hour="19")[1]
    assert "Nothing is suggested for late any more" in read.post("suggestions/slots/late/dismiss")[1]


def test_a_best_post_becomes_a_draft_of_another_account(read: Desk) -> None:
    page = read.get("suggestions")
    found = re.search(r"/accounts/one/suggestions/(use/\d+)", page)
    assert found
    asked = read.get(f"suggestions/{found[1]}")
    assert "as long as it is like the post it quotes, it cannot be queued" in asked
    status, queue = read.post(f"suggestions/{found[1]}", account="two")
    assert status == 302
    assert "The draft is in this queue." in queue
    [draft] = read.manager.queues.look("two").posts
    assert draft.state is PostState.DRAFT
    answer = read.client.post(f"/accounts/two/queue/{draft.id}", data={"text": draft.text, "version": draft.version})
    assert answer.status_code == 422
    assert "say it in other words" in answer.text


def test_a_draft_for_nobody_or_for_itself_is_refused_with_words(read: Desk) -> None:
    found = re.search(r"/accounts/one/suggestions/(use/\d+)", read.get("suggestions"))
    assert found
    status, page = read.post(f"suggestions/{found[1]}", account="one")
    assert status == 422
    assert "This account posted it itself" in page
    assert read.post(f"suggestions/{found[1]}", account="nobody")[0] == 422
    assert read.client.get("/accounts/one/suggestions/use/999999").status_code == 404


def test_all_suggested_times_are_accepted_by_one_order(read: Desk) -> None:
    preview = read.client.get("/bulk?action=accept_times&scope=all").text
    to = suggested_time(read)
    assert "1 account" in preview
    assert "08:00" in preview
    assert to in preview
    assert "Nothing is suggested for its slots." in preview
    sent = {"action": "accept_times", "order": hidden(preview, "order"), "account": ["one"], "left": ["two"]}
    answer = read.client.post("/bulk", data=sent, follow_redirects=True)
    assert "1 account has its new times" in answer.text
    assert read.text("settings.yaml") == OWN_PLAN.replace("08:00", to)


def test_a_viewer_reads_them_and_changes_nothing(read: Desk) -> None:
    viewer = invite(read.panel, Role.VIEWER, "siti")
    page = viewer.get("/suggestions").text
    assert "early at" in page
    assert "Accept…" not in page
    assert "Use this…" not in page
    assert viewer.post("/accounts/one/suggestions/slots/early/dismiss").status_code == 403


def test_a_wide_stagger_is_told(desk: Desk) -> None:
    desk.world.home.fleet["stagger_minutes"] = 90
    desk.world.home.write()
    desk.manager.reload()
    assert "spreads its runs over 90 minutes" in desk.client.get("/suggestions").text


def test_the_head_of_the_accounts_page_is_kept_fresh(read: Desk) -> None:
    page = read.get("suggestions")
    since = hidden(page, "since")
    assert read.client.get(f"/accounts/one/suggestions/statuses?since={since}").status_code == 204
    assert 'id="poll-marks"' in read.get("suggestions/statuses?since=0")
