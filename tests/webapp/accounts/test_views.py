"""The account page, its poll, its pictures, its buttons, and the selector's list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, every_state, make_account, make_run
from bot.fleet_view import AccountState, PostView, RunState, RunView, StateKind, StepView, Trigger
from tests.webapp.panel import HTMX, NOW, make_panel, mark

STEPS = [
    StepView(NOW - timedelta(minutes=3), "x.com shows the login page", "error", "e1"),
    StepView(NOW - timedelta(minutes=4), "starting the browser", "info"),
]


@pytest.fixture
def failed_run(fleet: FakeFleet) -> RunView:
    run = make_run(NOW, state=RunState.FAILED, trigger=Trigger.MANUAL, reason="x.com shows the login page", posts=0)
    return fleet.add_run("warung", run, STEPS)


@pytest.fixture
def picture(fleet: FakeFleet, tmp_path: Path) -> Path:
    file = tmp_path / "e1.png"
    Image.new("RGB", (40, 30), "#123456").save(file)
    fleet.add_evidence("warung", "e1", file)
    return file


# The page


def test_the_newest_run_stands_first_and_open(operator: FlaskClient, fleet: FakeFleet, failed_run: RunView) -> None:
    fleet.add_run("warung", make_run(NOW, slot="evening"), [StepView(NOW, "posted", "good")])
    html = operator.get("/accounts/warung").text
    assert html.index("Evening</strong>") < html.index("Morning</strong>")
    assert "Posted</span>" in html
    assert "Starting the browser" not in html


def test_steps_are_in_words_and_in_the_accounts_time(operator: FlaskClient, failed_run: RunView) -> None:
    html = operator.get("/accounts/warung").text
    assert html.index("x.com shows the login page</span>") < html.index("Starting the browser")
    assert "14:27:00" in html
    assert "by hand" in html


def test_another_run_can_be_opened_by_its_address(operator: FlaskClient, fleet: FakeFleet, failed_run: RunView) -> None:
    fleet.add_run("warung", make_run(NOW))
    answer = operator.get(f"/accounts/warung/runs/{failed_run.id}")
    assert answer.headers["Location"] == f"/accounts/warung?run={failed_run.id}#run-{failed_run.id}"
    assert "Starting the browser" in operator.get(answer.headers["Location"]).text


def test_htmx_gets_the_steps_of_a_run_alone(operator: FlaskClient, failed_run: RunView) -> None:
    answer = operator.get(f"/accounts/warung/runs/{failed_run.id}", headers=HTMX)
    assert "Starting the browser" in answer.text
    assert "<html" not in answer.text


def test_a_run_of_another_account_is_not_there(operator: FlaskClient, failed_run: RunView) -> None:
    assert operator.get(f"/accounts/kopi/runs/{failed_run.id}", headers=HTMX).status_code == 404


def test_posts_show_text_media_state_and_link(operator: FlaskClient, fleet: FakeFleet) -> None:
    address = "https://x.com/warung/status/17"
    fleet.add_post("warung", PostView("17", "Halo 🚚\nbaris dua", ("media/promo/a.jpg",), "sent", NOW, address))
    fleet.add_post("warung", PostView("", "Yang ini?", (), "needs_review", NOW, ""))
    html = operator.get("/accounts/warung").text
    assert "Halo 🚚\nbaris dua" in html
    assert "media/promo/a.jpg" in html
    assert f'href="{address}"' in html
    assert "Needs review" in html


def test_an_account_that_has_done_nothing_says_what_to_do(operator: FlaskClient) -> None:
    html = operator.get("/accounts/warung").text
    assert "No runs yet" in html
    assert "No posts yet" in html


def test_its_page_shows_all_that_is_to_be_put_right(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.change("warung", warnings=tuple(f"picture{number}.png is missing: put it there." for number in range(4)))
    html = operator.get("/accounts/warung").text
    assert html.count(".png is missing: put it there.") == 4
    assert "more</a>" not in html


def test_an_unknown_account_is_told_as_such(operator: FlaskClient) -> None:
    for address in ("/accounts/nobody", "/accounts/nobody/statuses", "/accounts/nobody/evidence/e1"):
        answer = operator.get(address)
        assert answer.status_code == 404
        assert "There is no account “nobody”" in answer.text


def test_an_account_with_an_unknown_zone_is_shown_in_utc(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.add_account(make_account("far", timezone="Mars/Olympus", next_run=NOW))
    assert "07:30 (UTC)" in operator.get("/accounts/far").text


# Its poll


def _poll(client: FlaskClient, page: str, **more: str) -> tuple[int, str]:
    answer = client.get("/accounts/warung/statuses", query_string={"since": mark(page), **more}, headers=HTMX)
    return answer.status_code, answer.text


def test_the_poll_answers_204_while_this_account_is_the_same(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/accounts/warung").text
    assert _poll(operator, page)[0] == 204
    fleet.change("kopi", likes_today=1)
    assert _poll(operator, page)[0] == 204


def test_the_poll_brings_new_steps_of_the_runs_that_are_open(
    operator: FlaskClient, fleet: FakeFleet, failed_run: RunView
) -> None:
    page = operator.get("/accounts/warung").text
    fleet.add_step("warung", failed_run.id, StepView(NOW, "closing the browser", "info"))
    code, html = _poll(operator, page, open=f"{failed_run.id},x,²")
    assert code == 200
    assert "Closing the browser" in html
    assert "Closing the browser" not in _poll(operator, page, open="")[1]
    assert _poll(operator, page, since=mark(html))[0] == 204


# Pictures


def test_a_picture_is_served_as_png_and_nothing_else(operator: FlaskClient, failed_run: RunView, picture: Path) -> None:
    answer = operator.get("/accounts/warung/evidence/e1")
    assert answer.data == picture.read_bytes()
    assert answer.mimetype == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert '/accounts/warung/evidence/e1"' in operator.get("/accounts/warung").text


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/kopi/evidence/e1",  # of another account
        "/accounts/warung/evidence/e2",
        "/accounts/warung/evidence/..%2f..%2fcookies.json",
        "/accounts/warung/evidence/../../cookies.json",
        "/accounts/warung/evidence/%2fetc%2fpasswd",
        "/accounts/warung/evidence/C:%5Cpasswd",
        "/accounts/..%2fwarung/evidence/e1",
    ],
)
def test_nothing_but_this_accounts_pictures_is_served(operator: FlaskClient, picture: Path, address: str) -> None:
    assert operator.get(address).status_code == 404


def test_a_picture_whose_file_is_gone_is_told(operator: FlaskClient, picture: Path) -> None:
    picture.unlink()
    assert "not kept any more" in operator.get("/accounts/warung/evidence/e1").text


# Buttons


@pytest.mark.parametrize(
    ("address", "data", "asked"),
    [
        ("/accounts/warung/start", {}, ("start", "warung")),
        ("/accounts/warung/stop", {}, ("stop", "warung")),
        ("/accounts/warung/pause", {}, ("pause", "warung")),
        ("/accounts/warung/resume", {}, ("resume", "warung")),
        ("/accounts/warung/run", {}, ("run", "warung", "")),
        ("/accounts/warung/run", {"slot": "evening"}, ("run", "warung", "evening")),
    ],
)
def test_a_button_asks_the_fleet_once(
    operator: FlaskClient, fleet: FakeFleet, address: str, data: dict[str, str], asked: tuple[str, ...]
) -> None:
    assert operator.post(address, data=data).status_code == 302
    assert fleet.asked == [asked]


def test_with_htmx_it_answers_the_accounts_fragments_and_a_message(operator: FlaskClient) -> None:
    answer = operator.post("/accounts/warung/run", data={"from": "overview"}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "aviary:acted"
    assert 'data-key="queued"' in answer.text
    assert "Warung Paket: next slot is queued." in answer.text
    assert "View<" in answer.text


def test_without_htmx_it_leads_back_and_says_what_was_done(operator: FlaskClient) -> None:
    answer = operator.post("/accounts/warung/run", data={"from": "overview"})
    assert answer.headers["Location"] == "/#account-warung"
    assert "Warung Paket: next slot is queued." in operator.get("/").text
    assert operator.post("/accounts/warung/stop").headers["Location"] == "/accounts/warung"


@pytest.mark.parametrize(
    ("place", "numbers"), [("overview", True), ("accounts", True), ("activity", False), ("check", False), ("", False)]
)
def test_it_answers_with_the_fragments_that_stand_where_the_button_was(
    operator: FlaskClient, place: str, numbers: bool
) -> None:
    html = operator.post("/accounts/warung/run", data={"from": place}, headers=HTMX).text
    assert 'id="account-warung-badge"' in html
    assert ('id="account-warung-numbers"' in html) == numbers


def test_what_the_engine_refuses_is_told_with_the_remedy(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.change("warung", enabled=False)
    answer = operator.post("/accounts/warung/run", headers=HTMX)
    assert answer.status_code == 200
    assert "Warung Paket is disabled. Set enabled: true" in answer.text
    assert "note-bad" in answer.text


def test_a_slot_the_account_does_not_have_is_refused(operator: FlaskClient, fleet: FakeFleet) -> None:
    answer = operator.post("/accounts/warung/run", data={"slot": "midnight"}, headers=HTMX)
    assert answer.status_code == 400
    assert "no slot “midnight”" in answer.text
    assert fleet.asked == []


def test_a_button_of_an_unknown_account_is_told(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert operator.post("/accounts/nobody/start", headers=HTMX).status_code == 404
    assert fleet.asked == []


def test_a_button_address_opened_as_a_page_is_told(operator: FlaskClient, fleet: FakeFleet) -> None:
    answer = operator.get("/accounts/warung/start")
    assert answer.status_code == 405
    assert "use the button there" in answer.text
    assert fleet.asked == []


class BrokenFleet(FakeFleet):
    """An engine with a fault nobody thought of."""

    def start_account(self, account_id: str) -> str:
        raise RuntimeError("secret detail")


def test_a_crash_is_answered_without_its_details(clock: FakeClock, tmp_path: Path) -> None:
    fleet = BrokenFleet(clock, (make_account("warung"),))
    client = make_panel(fleet, clock, tmp_path, config={"WTF_CSRF_ENABLED": False}).operator()
    for headers in ({}, HTMX):
        answer = client.post("/accounts/warung/start", headers=headers)
        assert answer.status_code == 500
        assert "The panel made a mistake" in answer.text or "log" in answer.text
        assert "secret detail" not in answer.text


def test_working_asks_before_it_stops(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert "data-confirm" not in operator.get("/accounts/warung").text
    fleet.set_state("warung", AccountState(StateKind.WORKING))
    assert "neither lost nor sent twice" in operator.get("/accounts/warung").text


def test_the_menu_pauses_and_the_first_button_resumes(operator: FlaskClient, fleet: FakeFleet) -> None:
    html = operator.get("/accounts/warung").text
    assert 'formaction="/accounts/warung/pause"' in html
    assert 'formaction="/accounts/warung/resume"' not in html
    answer = operator.post("/accounts/warung/pause", headers=HTMX)
    assert "Warung Paket is paused." in answer.text
    html = " ".join(operator.get("/accounts/warung").text.split())
    button = html[html.index('formaction="/accounts/warung/resume"') :]
    assert 'id="account-warung-start"' in button[: button.index(">")]
    assert "</svg>Resume<" in button
    assert 'formaction="/accounts/warung/pause"' not in html
    assert "Warung Paket goes on" in operator.post("/accounts/warung/resume", headers=HTMX).text


@pytest.mark.parametrize("kind", [StateKind.BROKEN, StateKind.DISABLED, StateKind.NEEDS_ATTENTION, StateKind.STOPPED])
def test_an_account_that_stands_still_has_nothing_to_pause(
    operator: FlaskClient, fleet: FakeFleet, kind: StateKind
) -> None:
    fleet.set_state("warung", every_state(NOW)[kind])
    assert "/accounts/warung/pause" not in operator.get("/accounts/warung").text


# Posts that wait for a word


@pytest.fixture
def in_review(fleet: FakeFleet) -> PostView:
    post = PostView("", "Promo akhir pekan", (), "needs_review", NOW, "https://x.com/warung", 7)
    fleet.add_post("warung", post)
    return post


def test_a_post_in_review_says_what_to_do_and_where_to_look(operator: FlaskClient, in_review: PostView) -> None:
    html = operator.get("/accounts/warung").text
    assert "Nothing is sent again. Look at the profile" in html
    assert 'href="https://x.com/warung" target="_blank" rel="noopener noreferrer" id="post-7-look"' in html
    assert 'action="/accounts/warung/posts/7/decision"' in html
    for button, confirm in (("there", "It then counts as sent"), ("not-there", "It then counts as not sent")):
        start = html.index('<button type="submit" class="btn" name="seen"', html.index("post-7-look"))
        assert f'id="post-7-{button}"' in html[start:]
        assert confirm in html


def test_a_post_that_waits_for_proof_says_so_and_has_no_buttons(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.add_post("warung", PostView("", "Halo", (), "sending", NOW, "", 8))
    html = operator.get("/accounts/warung").text
    assert "Waits for proof" in html
    assert "Aviary looks for it on the profile. Nothing is sent again." in html
    assert "decision" not in html


def test_a_card_says_that_a_post_needs_review(operator: FlaskClient, in_review: PostView) -> None:
    html = operator.get("/?q=warung").text
    assert 'href="/accounts/warung#posts"' in html
    assert "1 post needs your review" in html
    assert "total-bad" not in html
    assert "your review" not in operator.get("/?q=kopi").text


def test_an_old_post_in_review_stands_before_all_newer_ones(
    operator: FlaskClient, fleet: FakeFleet, in_review: PostView
) -> None:
    for number in range(30):
        fleet.add_post("warung", PostView(str(number), f"Halo {number}", (), "sent", NOW, "", 10 + number))
    html = operator.get("/accounts/warung").text
    assert html.index("Promo akhir pekan") < html.index("Halo 29")
    assert html.count("<article") == 11


@pytest.mark.parametrize(
    ("seen", "word", "told", "state"),
    [("yes", "there", "counts as sent", "sent"), ("no", "not there", "counts as not sent", "failed")],
)
def test_a_persons_word_decides_the_post(
    operator: FlaskClient, fleet: FakeFleet, in_review: PostView, seen: str, word: str, told: str, state: str
) -> None:
    page = operator.get("/accounts/warung").text
    answer = operator.post("/accounts/warung/posts/7/decision", data={"seen": seen}, headers=HTMX)
    assert told in answer.text
    assert answer.headers["HX-Trigger"] == "aviary:acted"
    assert fleet.asked == [("decide", "warung", "7", word)]
    assert fleet.posts("warung")[0].state == state
    code, html = _poll(operator, page)
    assert code == 200
    assert 'id="posts"' in html
    assert "post-7-there" not in html
    assert "your review" not in html


def test_without_htmx_a_decision_leads_back_to_the_account(operator: FlaskClient, in_review: PostView) -> None:
    answer = operator.post("/accounts/warung/posts/7/decision", data={"seen": "yes"})
    assert answer.headers["Location"] == "/accounts/warung"
    assert "The post counts as sent." in operator.get("/accounts/warung").text


@pytest.mark.parametrize("data", [{}, {"seen": ""}, {"seen": "perhaps"}])
def test_a_decision_without_a_word_decides_nothing(
    operator: FlaskClient, fleet: FakeFleet, in_review: PostView, data: dict[str, str]
) -> None:
    assert operator.post("/accounts/warung/posts/7/decision", data=data).status_code == 400
    assert fleet.asked == []


@pytest.mark.parametrize(
    "address",
    ["/accounts/warung/posts/8/decision", "/accounts/kopi/posts/7/decision", "/accounts/nobody/posts/7/decision"],
)
def test_a_post_that_is_not_there_cannot_be_decided(
    operator: FlaskClient, fleet: FakeFleet, in_review: PostView, address: str
) -> None:
    assert operator.post(address, data={"seen": "yes"}, headers=HTMX).status_code == 404
    assert fleet.asked == []


# The selector


def test_the_selector_lists_all_and_narrows_by_name_and_handle(operator: FlaskClient) -> None:
    assert operator.get("/accounts/choices").text.count('role="option"') == 2
    assert 'href="/accounts/kopi"' in operator.get("/accounts/choices?q=@KOP").text
    assert operator.get("/accounts/choices?q=kopi").text.count('role="option"') == 1
    assert "No account matches “zzz”" in operator.get("/accounts/choices?q=zzz").text


def test_names_that_begin_with_the_words_come_first(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.add_account(make_account("a", "Bakopi"))
    fleet.add_account(make_account("b", "Toko Kopi"))
    html = operator.get("/accounts/choices?q=kopi").text
    assert html.index("Toko Kopi") < html.index("Bakopi")


def test_a_long_list_says_how_many_more_there_are(clock: FakeClock, tmp_path: Path) -> None:
    fleet = FakeFleet(clock, tuple(make_account(f"a{number}") for number in range(130)))
    html = make_panel(fleet, clock, tmp_path).operator().get("/accounts/choices").text
    assert "30 more" in html
