"""The queue of a group in the panel: written, given out, failed over, ordered, changed, deleted and brought back."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SessionExpired
from bot.group_queue_view import RotatingPost
from bot.storage.group_queues import GroupWritten, RotationMode
from bot.storage.panel.users import Role
from tests.engines import START
from tests.media import picture
from tests.webapp.access.people import invite
from tests.webapp.desk import Desk, sit_down
from tests.worlds import pass_time

PAGE = "/groups/kopi %26 teh/queue"
GROUP = "kopi & teh"
TEXTS = ("Toko buka sampai malam", "Kopi susu baru datang pagi ini")
NOON = START + timedelta(hours=4)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.world.add("two", "TwoShop")
    for entry in desk.world.home.entries:
        entry["groups"] = [GROUP]
    desk.world.home.write()
    desk.manager.reload()
    yield desk
    desk.world.close()


def send(desk: Desk, path: str = "", **data: Any) -> tuple[int, str]:
    answer = desk.client.post(f"{PAGE}{path}", data=data)
    if answer.status_code == 302:
        return 302, desk.client.get(answer.headers["Location"]).text
    return answer.status_code, answer.text


def show(desk: Desk) -> str:
    answer = desk.client.get(PAGE)
    assert answer.status_code == 200
    return answer.text


def add(desk: Desk, *texts: str) -> list[str]:
    return list(desk.manager.group_queues.add(GROUP, [GroupWritten(each, (), NOON) for each in texts], "budi").keys)


def given_out(desk: Desk) -> None:
    desk.world.clock.advance(61)
    desk.manager.tick()


def first(desk: Desk, key: str) -> RotatingPost:
    return desk.manager.group_queues.find(GROUP, key)


def test_an_empty_queue_tells_the_next_step_and_whose_turn_it_is(desk: Desk) -> None:
    page = show(desk)
    assert "Write a post: one member of the group will send it." in page
    assert "Shop OneShop" in page
    assert desk.client.get("/groups/nobody/queue").status_code == 404


def test_posts_are_written_one_for_each_paragraph_and_given_to_members(desk: Desk) -> None:
    status, page = send(desk, text="\r\n\r\n".join(TEXTS), kind="many", when="at", date="2026-03-02", time="12:00")
    assert status == 302
    assert "2 posts are in the queue." in page
    assert "Shop OneShop</a> would get it now: it is its turn" in page
    given_out(desk)
    page = show(desk)
    assert 'id="rotation-given"' in page
    assert "Shop TwoShop</a> has it: it is its turn" in page
    assert "Queue of its group" in desk.get("queue")


def test_what_cannot_be_entered_is_told_and_left_in_the_form(desk: Desk) -> None:
    status, page = send(desk, text=f"{TEXTS[0]}\n\n{TEXTS[0]}!", kind="many", when="slot")
    assert status == 422
    assert "1 post was not put into the queue" in page
    assert "nearly the same as another one in the queues of groups" in page
    assert f"{TEXTS[0]}!</textarea>" in page
    assert "Give it a date and a time" in send(desk, text=TEXTS[1], when="at")[1]
    assert send(desk, text=" ", when="slot")[0] == 422


def test_a_post_that_failed_over_shows_who_had_it_and_why(desk: Desk) -> None:
    add(desk, TEXTS[0])
    given_out(desk)
    desk.manager.pause_accounts(["one"])
    given_out(desk)
    given_out(desk)
    page = show(desk)
    assert "2 members had it" in page
    assert "taken back, the account is paused" in page
    assert "taken over from Shop OneShop (the account is paused" in page
    assert "taken over from one" not in page
    assert "Gets nothing now: the account is paused" in page
    record = desk.client.get("/accounts/one/activity").text
    assert "was taken back: the account is paused" in record


def test_words_of_other_places_that_end_with_a_full_stop_get_no_second_one(desk: Desk) -> None:
    add(desk, TEXTS[0])
    desk.manager.tick()
    desk.world.x.fail_next("log_in", SessionExpired("Its session is over."), handle="OneShop")
    pass_time(desk.world, desk.manager, NOON + timedelta(minutes=10))
    add(desk, TEXTS[1])
    given_out(desk)
    page = show(desk)
    assert "Its session is over" in page
    assert not re.search(r"\.[.;:)]", re.sub(r"<[^>]*>", "", page.partition("<main")[2]))


def test_a_post_that_was_sent_shows_what_became_of_it_and_no_form(desk: Desk) -> None:
    (key,) = add(desk, TEXTS[0])
    assert 'id="post-save"' in desk.client.get(f"{PAGE}/{key}").text
    pass_time(desk.world, desk.manager, NOON + timedelta(minutes=10))
    page = desk.client.get(f"{PAGE}/{key}").text
    assert 'id="post-save"' not in page
    assert "gives it back when you save" not in page
    assert "Shop OneShop</a> sent it" in page
    assert TEXTS[0] in page
    assert (
        "Shop OneShop has sent this post, or may have" in send(desk, f"/{key}", text="x", when="slot", version="1")[1]
    )


def test_a_post_of_which_nobody_knows_asks_a_person_instead_of_offering_a_change(desk: Desk) -> None:
    (key,) = add(desk, TEXTS[0])
    given_out(desk)
    desk.manager.home.account("accounts/one_OneShop").metrics_db.rename(desk.manager.home.root / "elsewhere.db")
    desk.manager.pause_accounts(["one"])
    given_out(desk)
    page = desk.client.get(f"{PAGE}/{key}").text
    assert 'id="post-save"' not in page
    assert "nobody knows whether it was sent. Look on the profile of Shop OneShop." in page
    assert "It was not sent: give it out again" in page
    assert send(desk, f"/{key}/give")[0] == 302
    assert 'id="post-save"' in desk.client.get(f"{PAGE}/{key}").text


def test_what_is_with_members_stands_in_the_order_in_which_it_goes_out(desk: Desk) -> None:
    later, sooner = (
        desk.manager.group_queues.add(GROUP, [GroupWritten(text, (), at)], "budi").keys[0]
        for text, at in zip(TEXTS, (NOON + timedelta(hours=1), NOON), strict=True)
    )
    given_out(desk)
    assert [each.post.key for each in desk.manager.group_queues.look(GROUP).given] == [sooner, later]


def test_one_that_nobody_can_take_says_why(desk: Desk) -> None:
    desk.manager.pause_accounts(["one", "two"])
    add(desk, TEXTS[0])
    page = show(desk)
    assert "No member can take it now. Shop OneShop: the account is paused" in page
    assert "It goes out as soon as one can." in page


def test_posts_are_ordered_changed_deleted_and_brought_back(desk: Desk) -> None:
    one, two = add(desk, *TEXTS)
    send(desk, f"/{two}/shift", step="-1")
    assert [each.post.key for each in desk.manager.group_queues.look(GROUP).waiting] == [two, one]
    form = desk.client.get(f"{PAGE}/{one}").text
    assert TEXTS[0] in form
    status, page = send(desk, f"/{one}", text="Kopi sudah habis", when="slot", version="1")
    assert (status, first(desk, one).post.text, first(desk, one).post.at) == (302, "Kopi sudah habis", None)
    assert "somebody else" in send(desk, f"/{one}", text="Teh manis", when="slot", version="1")[1].casefold()
    _, page = send(desk, f"/{one}/delete", version="2")
    assert "is deleted." in page
    undo = re.search(r'action="([^"]+/restore)"', page)
    assert undo
    assert "is back in the queue" in desk.client.post(html.unescape(undo[1]), follow_redirects=True).text
    assert send(desk, "/nokey/delete", version="1")[0] == 404


def test_a_table_and_a_picture_are_taken(desk: Desk) -> None:
    table = f"text,date,time\n{TEXTS[0]},2026-03-02,12:00\nDingin,morgen,12:00\n".encode()
    status, page = send(desk, "/table", file=(io.BytesIO(table), "posts.csv"))
    assert status == 422
    assert "Line 3: Dingin" in page
    (waiting,) = desk.manager.group_queues.look(GROUP).waiting
    assert waiting.post.at == NOON
    data = {"text": TEXTS[1], "when": "slot", "file": (io.BytesIO(picture("PNG")), "kopi.png")}
    assert send(desk, **data)[0] == 302
    assert desk.manager.group_queues.look(GROUP).waiting[1].post.media == ("media/kopi.png",)
    assert send(desk, "/table", file=(io.BytesIO(b""), "posts.csv"))[0] == 302


def test_the_mode_is_switched(desk: Desk) -> None:
    assert "fewest posts" in send(desk, "/mode", mode="fewest")[1]
    assert desk.manager.group_queues.look(GROUP).mode is RotationMode.FEWEST


def test_a_renamed_group_keeps_its_queue_and_an_emptied_one_can_give_it_away(desk: Desk) -> None:
    add(desk, TEXTS[0])
    desk.client.post("/groups/rename", data={"name": GROUP, "new_name": "teh"})
    assert desk.manager.group_queues.counts() == {"teh": 1}
    desk.manager.roster.change_many(["one", "two"], lambda _entry: {"groups": ["lain"]})
    page = desk.client.get("/groups").text
    assert "Queues without a group" in page
    orphan = desk.client.get("/groups/teh/queue").text
    assert "Nothing is given out: no account is in this group." in orphan
    assert "is in the queue" in orphan or "All its posts to another group" in orphan
    desk.client.post("/groups/teh/queue/move", data={"group": "lain"})
    assert desk.manager.group_queues.counts() == {"lain": 1}
    assert desk.client.get("/groups/teh/queue").status_code == 404


def test_a_viewer_reads_only(desk: Desk) -> None:
    (key,) = add(desk, TEXTS[0])
    viewer = invite(desk.panel, Role.VIEWER, "lihat")
    page = viewer.get(PAGE).text
    assert TEXTS[0] in page
    assert 'id="post-form"' not in page
    assert viewer.post(PAGE, data={"text": "x"}).status_code == 403
    assert viewer.get(f"{PAGE}/{key}").status_code == 403


def test_the_table_of_members_says_that_it_counts_what_aviary_sent(desk: Desk) -> None:
    page = show(desk)
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page.partition('id="rotation-members"')[2])
    assert heads[:3] == ["Member", "Last given", "Sent in 7 days"]
    assert "“Sent in 7 days” are the posts that Aviary sent for it" in page
