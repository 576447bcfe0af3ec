"""The record of an account: its page, its filters, its poll."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_run
from bot.fleet_view import StepView
from tests.webapp.panel import HTMX, NOW, mark

PAGE = "/accounts/warung/activity"


@pytest.fixture
def record(fleet: FakeFleet, clock: FakeClock) -> FakeFleet:
    """One entry of each level, the first of them yesterday."""
    yesterday = NOW - timedelta(days=1)
    fleet.add_run("warung", make_run(yesterday), [StepView(yesterday, "posted “Promo!”", "good")])
    fleet.note("warung", "paused by a person")
    next_at = NOW + timedelta(minutes=42)
    more = {"slot": "evening", "run_id": 900, "next_at": next_at, "evidence": "e1"}
    fleet.note("warung", "not posted: global limit of 20 tweets an hour", "warning", **more)
    fleet.note("warung", "x.com shows the login page", "error", slot="evening")
    return fleet


def _poll(client: FlaskClient, page: str, **more: str) -> tuple[int, str]:
    answer = client.get(f"{PAGE}/statuses", query_string={"since": mark(page), **more}, headers=HTMX)
    return answer.status_code, answer.text


def _order(html: str, *words: str) -> list[str]:
    return sorted(words, key=html.index)


# The answer in one look


def test_both_pages_of_an_account_begin_with_why_it_did_not_post_today(operator: FlaskClient, fleet: FakeFleet) -> None:
    line = "Not posted today: morning: the hourly limit was used up. Next: evening, 18:00."
    fleet.set_why_today("warung", line)
    account = operator.get("/accounts/warung").text
    assert account.index(line) < account.index("Posts today")
    assert f'href="{PAGE}"' in account
    activity = operator.get(PAGE).text
    assert activity.index(line) < activity.index('id="record"')


def test_the_line_follows_by_the_poll(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/accounts/warung").text
    fleet.set_why_today("warung", "Posted 2 times today.")
    answer = operator.get("/accounts/warung/statuses", query_string={"since": mark(page)}, headers=HTMX)
    assert "Posted 2 times today." in answer.text


# The record


def test_the_newest_entry_stands_first_under_its_day(operator: FlaskClient, record: FakeFleet) -> None:
    html = operator.get(PAGE).text
    words = (
        "Today</h3>",
        "x.com shows the login page",
        "Not posted:",
        "Paused by",
        "Yesterday</h3>",
        "Posted “Promo!”",
    )
    assert _order(html, *words) == list(words)


def test_an_entry_has_time_level_reason_run_and_next_try(operator: FlaskClient, record: FakeFleet) -> None:
    html = operator.get(PAGE).text
    assert ">14:30:00</time>" in html
    for level in ("Step", "Done", "Warning", "Error"):
        assert f"</svg>{level}</span>" in html
    assert "Tries again" in html
    assert ">15:12</time>" in html
    assert "in 42 min" in html
    assert 'href="/accounts/warung?run=1#run-1"' in html
    assert "run=900" not in html, "a run that the account page does not show has no link"
    assert 'src="/accounts/warung/evidence/e1"' in html


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("level=error", ["x.com shows"]),
        ("level=good&level=info", ["Posted “Promo!”", "Paused by"]),
        ("words=LIMIT", ["Not posted:"]),
        ("words=evening", ["x.com shows", "Not posted:"]),
        ("level=nonsense", ["x.com shows", "Not posted:", "Paused by", "Posted “Promo!”"]),
        ("level=error&words=limit", []),
    ],
)
def test_levels_and_words_narrow_it(operator: FlaskClient, record: FakeFleet, query: str, texts: list[str]) -> None:
    html = operator.get(f"{PAGE}?{query}").text
    everything = ["x.com shows", "Not posted:", "Paused by", "Posted “Promo!”"]
    assert [text for text in everything if text in html] == [text for text in everything if text in texts]
    assert ("Nothing in the record matches" in html) == (not texts)


def test_the_form_shows_what_was_chosen(operator: FlaskClient, record: FakeFleet) -> None:
    html = operator.get(f"{PAGE}?level=error&words=%22log%22").text
    assert 'value="error" checked' in html
    assert html.count(" checked") == 1
    assert 'value="&#34;log&#34;"' in html


def test_words_of_the_pattern_language_are_just_words(operator: FlaskClient, record: FakeFleet) -> None:
    assert "Nothing in the record matches" in operator.get(f"{PAGE}?words=%25").text


def test_it_is_paged(operator: FlaskClient, fleet: FakeFleet) -> None:
    for number in range(120):
        fleet.note("warung", f"step number {number}.")
    first = operator.get(PAGE).text
    assert first.count('class="entry"') == 50
    assert f'href="{PAGE}?before=71"' in first
    assert "record-newest" not in first
    second = operator.get(f"{PAGE}?before=71").text
    assert _order(second, "Step number 69.", "Step number 20.") == ["Step number 69.", "Step number 20."]
    assert "Step number 70." not in second
    last = operator.get(f"{PAGE}?before=21&level=info").text
    assert last.count('class="entry"') == 20
    assert "record-older" not in last
    assert f'href="{PAGE}?level=info"' in last


@pytest.mark.parametrize("before", ["-1", "x", "²", "9" * 30, ""])
def test_an_unreadable_place_is_the_newest(operator: FlaskClient, record: FakeFleet, before: str) -> None:
    assert "x.com shows the login page" in operator.get(PAGE, query_string={"before": before}).text


def test_an_account_without_a_record_says_so(operator: FlaskClient) -> None:
    assert "Nothing is recorded yet" in operator.get(PAGE).text


def test_htmx_gets_the_record_alone_and_the_address_to_show(operator: FlaskClient, record: FakeFleet) -> None:
    answer = operator.get(f"{PAGE}?level=error&level=warning&words=", headers=HTMX)
    assert answer.headers["HX-Replace-Url"] == f"{PAGE}?level=warning&level=error"
    assert "<html" not in answer.text
    assert answer.text.count('class="entry"') == 2
    assert "<html" in operator.get(PAGE, headers={**HTMX, "HX-History-Restore-Request": "true"}).text


@pytest.mark.parametrize("address", ["/accounts/nobody/activity", "/accounts/nobody/activity/statuses"])
def test_an_unknown_account_is_told_as_such(operator: FlaskClient, address: str) -> None:
    answer = operator.get(address)
    assert answer.status_code == 404
    assert "There is no account “nobody”" in answer.text


# Its poll


def test_the_poll_answers_204_until_something_is_recorded(operator: FlaskClient, record: FakeFleet) -> None:
    page = operator.get(PAGE).text
    assert _poll(operator, page) == (204, "")
    record.note("kopi", "of another account")
    assert _poll(operator, page) == (204, "")
    record.note("warung", "resumed by a person")
    code, html = _poll(operator, page)
    assert code == 200
    assert "Resumed by a person" in html
    assert 'id="account-warung-badge"' in html
    assert _poll(operator, page, since=mark(html)) == (204, "")


def test_a_button_on_this_page_answers_with_what_stands_on_it_and_leads_back(
    operator: FlaskClient, record: FakeFleet
) -> None:
    assert 'name="from" value="activity"' in operator.get(PAGE).text
    answer = operator.post("/accounts/warung/run", data={"from": "activity"}, headers=HTMX)
    assert 'id="account-warung-badge"' in answer.text
    assert "account-warung-numbers" not in answer.text
    assert operator.post("/accounts/warung/stop", data={"from": "activity"}).headers["Location"] == PAGE


def test_the_poll_keeps_to_what_was_asked_for(operator: FlaskClient, record: FakeFleet) -> None:
    page = operator.get(f"{PAGE}?level=error&words=login").text
    assert '<input type="hidden" name="level" value="error">' in page
    record.note("warung", "resumed by a person")
    html = _poll(operator, page, level="error", words="login")[1]
    assert "x.com shows the login page" in html
    assert "Resumed by a person" not in html
