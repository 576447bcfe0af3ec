"""The numbers page: sums, followers, posts with their counts; what is not known is called so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from bot.fleet.fake import FakeFleet
from bot.storage.numbers import AccountNumbers, CountsAt, DayNumbers, PeriodNumbers, PostNumbers
from tests.webapp.panel import HTMX, NOW, mark
from webapp.numbers.page import signed

PAGE = "/accounts/warung/numbers"
TODAY = date(2026, 11, 23)


SERIES = (
    CountsAt(NOW - timedelta(hours=20), 340, 2, 0, None),
    CountsAt(NOW - timedelta(hours=1), 1520, 12, 0, 1),
)


def make_numbers() -> AccountNumbers:
    """Recorded for ten days, with followers read on two of them."""
    days = tuple(
        DayNumbers(TODAY - timedelta(days=back), *((2, 5, 1) if back < 10 else ())) for back in range(29, -1, -1)
    )
    days = (*days[:-4], replace(days[-4], followers=1180), *days[-3:-1], replace(days[-1], followers=1204))
    periods = (
        PeriodNumbers(1, 1, 2, 5, 1),
        PeriodNumbers(7, 7, 14, 35, 7, 24, TODAY - timedelta(days=3)),
        PeriodNumbers(30, 10, 20, 50, 10, 24, TODAY - timedelta(days=3)),
    )
    posts = (
        PostNumbers("1900000000000000003", "Baru <b>", NOW - timedelta(hours=1), None, None, None, None, None),
        PostNumbers(
            "1900000000000000002", "Promo", NOW - timedelta(days=1), 1520, 12, 0, 1, NOW - timedelta(hours=1), SERIES
        ),
    )
    return AccountNumbers(days, periods, posts, 1204, 310, TODAY)


def cells(html: str, row: str) -> list[str]:
    """The words of a row of the table of periods."""
    found = html.partition(f'<th scope="row">{row}</th>')[2].partition("</tr>")[0]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", found, re.S)]


def test_the_account_page_leads_there(operator: FlaskClient) -> None:
    assert f'href="{PAGE}"' in operator.get("/accounts/warung").text


def test_before_anything_is_known_the_page_says_what_to_do(operator: FlaskClient) -> None:
    html = operator.get(PAGE).text
    assert "Nothing is known yet." in html
    assert "Press Run now" in html
    assert "<svg viewBox" not in html


def test_a_post_tells_how_its_counts_grew(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_numbers("warung", make_numbers())
    html = operator.get(PAGE).text
    assert "How they grew: 2 readings" in html
    assert html.index("<td>1,520</td>") < html.index("<td>340</td>")
    told = operator.get("/api/accounts/warung/stats").get_json()["posts"]
    assert [each["views"] for each in told[1]["readings"]] == [340, 1520]
    assert told[0]["readings"] == []


def test_sums_are_shown_for_today_7_and_30_days(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_numbers("warung", make_numbers())
    html = operator.get(PAGE).text
    assert cells(html, "Posts") == ["2", "14", "20"]
    assert cells(html, "Likes") == ["5", "35", "50"]
    assert cells(html, "Followers gained") == ["unknown", "+24 since 20 Nov", "+24 since 20 Nov"]
    assert "10 of them recorded" in html
    assert "Followers 1,204, following 310" in html


def test_the_sums_are_said_to_be_of_what_aviary_did(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_numbers("warung", replace(make_numbers(), posts=()))
    html = operator.get(PAGE).text
    assert '<h2 id="numbers-title">What Aviary did</h2>' in html
    assert "those that Aviary made. The report below counts all posts of the account." in html
    assert "No post of Aviary’s is recorded yet." in html


def test_what_is_not_known_is_called_unknown_and_never_nought(operator: FlaskClient, fleet: FakeFleet) -> None:
    periods = tuple(PeriodNumbers(days, 0, None, None, None) for days in (1, 7, 30))
    days = (DayNumbers(TODAY),)
    post = make_numbers().posts[0]
    fleet.set_numbers("warung", AccountNumbers(days, periods, (post,)))
    html = operator.get(PAGE).text
    for row in ("Posts", "Likes", "Follows", "Followers gained"):
        assert cells(html, row) == ["unknown"] * 3
    assert (
        re.findall(r"<dd>(.*?)</dd>", html.partition("Last posts")[2])[:4] == ['<span class="muted">unknown</span>'] * 4
    )
    assert ">0<" not in html.partition('id="account-numbers"')[2].partition("</section>")[0]


def test_posts_are_shown_with_their_counts_and_as_text(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_numbers("warung", make_numbers())
    html = operator.get(PAGE).text
    assert "<dt>Views</dt><dd>1,520</dd>" in html
    assert "<dt>Reposts</dt><dd>0</dd>" in html
    assert "https://x.com/warung/status/1900000000000000002" in html
    assert "Baru &lt;b&gt;" in html


def test_the_poll_brings_new_numbers(operator: FlaskClient, fleet: FakeFleet) -> None:
    seen = {"since": mark(operator.get(PAGE).text)}
    assert operator.get(f"{PAGE}/statuses", query_string=seen, headers=HTMX).status_code == 204
    fleet.set_numbers("warung", make_numbers())
    answer = operator.get(f"{PAGE}/statuses", query_string=seen, headers=HTMX)
    assert 'hx-swap-oob="true"' in answer.text.partition('id="account-numbers"')[2].partition(">")[0]
    assert "1,204" in answer.text


@pytest.mark.parametrize("path", ["", "/statuses"])
def test_an_unknown_account_is_not_found(operator: FlaskClient, path: str) -> None:
    assert operator.get(f"/accounts/nobody/numbers{path}").status_code == 404


def test_gains_have_a_sign() -> None:
    assert [signed(number) for number in (5, 0, -3, 1200, None)] == ["+5", "0", "-3", "+1,200", None]


def test_the_numbers_are_read_at_once_when_a_person_asks(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert f'action="{PAGE}/refresh"' in operator.get(PAGE).text
    answer = operator.post(f"{PAGE}/refresh")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert fleet.asked == [("refresh numbers", "warung")]
    assert "the reading of its numbers begins now" in operator.get(PAGE).text
    assert "begins now" in operator.post(f"{PAGE}/refresh", headers=HTMX).text
