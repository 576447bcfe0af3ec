"""The account page, its poll, its pictures, its buttons, and the selector's list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_account, make_run
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
