"""The pages on numbers: they show what the report has, their days stand in the address, each table is taken away."""

from __future__ import annotations

import csv
import html as markup
import io
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.analytics.periods import last_days
from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_account
from bot.settings.home import AccountFolder
from tests.analytics_world import Shape, write_account
from tests.webapp.analytics.conftest import ACCOUNTS, SHAPE
from tests.webapp.panel import HTMX, NOW, make_panel, mark
from webapp.analytics.tables import COMPARISON_TABLES, TABLES

TODAY = date(2026, 11, 23)
MONTH = last_days(TODAY, 30)


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def figure(html: str, name: str) -> str:
    """What stands under the name of a figure."""
    return words_of(html.partition(f"<dt>{name}</dt>")[2].partition("</div>")[0]).strip()


def rows_of(client: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_top_bar_leads_there_and_the_page_to_comparing(operator: FlaskClient) -> None:
    assert 'id="to-numbers" href="/numbers"' in operator.get("/").text
    assert 'href="/numbers/compare"' in operator.get("/numbers").text


def test_the_figures_are_those_of_the_report(operator: FlaskClient, fleet: FakeFleet) -> None:
    html = operator.get("/numbers").text
    report = fleet.analytics.report(["warung", "kopi", "baru"], MONTH)
    now, then = report.period.summary, report.before.summary
    assert figure(html, "Posts").startswith(f"{now.posts:,} of 2 of 3 accounts")
    assert f"before: {then.posts:,}" in figure(html, "Posts")
    assert figure(html, "Views").startswith(f"{now.views.value:,} of {now.views.known} of {now.posts} posts")
    assert figure(html, "Orders").startswith(f"{now.outcome.orders:,}")
    assert f"{now.gained:+,}" in figure(html, "Followers gained")


@pytest.fixture
def grown(clock: FakeClock, tmp_path: Path) -> FlaskClient:
    """A fleet of two: one of seventy days, and one that came ten days ago."""
    fleet = FakeFleet(clock, ACCOUNTS)
    fleet.home = tmp_path
    known = replace(SHAPE, unknown=0.0)
    for account, shape in zip(ACCOUNTS, (known, replace(known, days=10)), strict=False):
        write_account(AccountFolder(tmp_path / account.folder).metrics_db, NOW, shape, 0)
    return make_panel(fleet, clock, tmp_path / "data").operator()


OVER_ACCOUNTS = ("Followers", "Followers gained", "Posts", "Chats", "Orders", "Revenue")
OVER_POSTS = ("Engagement", "Per 100 views", "Views", "Likes", "Reposts", "Replies", "Bookmarks")


@pytest.mark.parametrize("name", [*OVER_ACCOUNTS, *OVER_POSTS])
def test_a_new_account_is_no_growth_of_the_others(grown: FlaskClient, name: str) -> None:
    told = figure(grown.get("/numbers").text, name)
    assert "%" not in told
    assert told.endswith("of 1 account")
    assert " %" in figure(grown.get("/numbers?account=warung").text, name)


def test_where_as_many_but_other_accounts_are_known_it_is_said(grown: FlaskClient, tmp_path: Path) -> None:
    statement = "UPDATE outcomes SET orders = NULL WHERE day >= '2026-10-25'"
    with closing(sqlite3.connect(AccountFolder(tmp_path / ACCOUNTS[0].folder).metrics_db)) as old, old:
        old.execute(statement)
    told = figure(grown.get("/numbers").text, "Orders")
    assert "of 1 of 3 accounts" in told
    assert "%" not in told
    assert told.endswith("of other accounts")


def test_the_table_says_of_how_many_accounts_each_sum_is(grown: FlaskClient) -> None:
    this, before = rows_of(grown, "/numbers/summary.csv")
    for name in ("records", "followers", "growth", "chats", "orders", "revenue"):
        assert (this[f"accounts_with_{name}"], before[f"accounts_with_{name}"]) == ("2", "1"), name


def test_a_figure_that_is_as_before_says_so_once(operator: FlaskClient, fleet: FakeFleet) -> None:
    posts = {
        length: (found.period.summary.posts, found.before.summary.posts)
        for length in range(1, 30)
        for found in (fleet.analytics.report(["warung", "kopi", "baru"], last_days(TODAY, length)),)
    }
    length, same = next((length, now) for length, (now, then) in posts.items() if now == then)
    words = figure(operator.get(f"/numbers?days={length}").text, "Posts")
    assert words.endswith(f"as before: {same:,}")
    assert words.count("before") == 1


def test_days_are_chosen_by_plain_links_and_a_form_and_stand_in_the_address(operator: FlaskClient) -> None:
    html = operator.get("/numbers?days=7&group=bogor&sort=orders").text
    assert "Tue 17 Nov 2026 – Mon 23 Nov 2026" in words_of(html)
    assert 'href="/numbers?group=bogor&amp;days=90&amp;sort=orders"' in html
    assert 'id="earlier" href="/numbers?group=bogor&amp;from=2026-11-10&amp;to=2026-11-16&amp;sort=orders"' in html
    assert 'id="later"' not in html
    own = operator.get("/numbers?from=2026-11-10&to=2026-11-16").text
    assert "Tue 10 Nov 2026 – Mon 16 Nov 2026" in words_of(own)
    assert 'id="later" href="/numbers?days=7"' in own


@pytest.mark.parametrize(
    "query", ["days=x", "days=99999", "from=2026-02-31", "from=&to=", "sort=x&hours=y&group=nowhere"]
)
def test_whatever_stands_in_the_address_the_page_is_shown(operator: FlaskClient, query: str) -> None:
    for path in ("/numbers", "/numbers/compare", "/accounts/kopi/numbers"):
        assert operator.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from=2026-11-16&to=2026-11-10", "These days were turned round: 10 Nov 2026 comes before 16 Nov 2026."),
        ("from=2026-13-40", "“2026-13-40” is no date: the last 30 days are shown."),
        (
            "from=2026-13-40&to=2026-11-10",
            "“2026-13-40” is no date: the days from 12 Oct 2026 to 10 Nov 2026 are shown.",
        ),
        ("from=2026-11-10&to=2027-01-01", "1 Jan 2027 is still to come: today, 23 Nov 2026, is the last day."),
        (
            "from=soon&to=2027-01-01",
            "“soon” is no date: 23 Nov 2026 is shown."
            " 1 Jan 2027 is still to come: today, 23 Nov 2026, is the last day.",
        ),
        ("days=9999", "It can be 1 to 731 days: the last 731 are shown."),
        ("days=99999", "It can be 1 to 731 days: the last 30 are shown."),
        ("days=many", "“many” is no number of days: the last 30 days are shown."),
        ("from=2020-01-01", "At most 731 days are shown: the last of those asked for."),
        ("from=2006-01-01&to=2006-04-01", "X began on 21 Mar 2006: no day before it is shown."),
    ],
)
def test_days_that_are_not_those_asked_for_say_why(operator: FlaskClient, query: str, told: str) -> None:
    for path in ("/numbers", "/numbers/compare", "/accounts/kopi/numbers"):
        page = operator.get(f"{path}?{query}").text
        assert told == words_of(page.partition('id="days-corrected">')[2].partition("</p>")[0]).strip()


@pytest.mark.parametrize(
    "query", ["", "days=7", "days=007", "from=2026-11-10&to=2026-11-16", "from=2026-11-10", "from=&to="]
)
def test_days_that_are_those_asked_for_need_no_word(operator: FlaskClient, query: str) -> None:
    assert "days-corrected" not in operator.get(f"/numbers?{query}").text


def test_a_group_or_named_accounts_narrow_it_down(operator: FlaskClient, fleet: FakeFleet) -> None:
    alone = fleet.analytics.report(["kopi"], MONTH).period.summary.posts
    for query in ("group=bali", "account=kopi", "q=kopi"):
        html = operator.get(f"/numbers?{query}").text
        assert figure(html, "Posts").startswith(f"{alone:,}")
        assert "1 account of 3" in words_of(html)


def test_charts_have_a_title_a_description_and_a_table_behind_them(operator: FlaskClient) -> None:
    html = operator.get("/numbers").text
    charts = re.findall(r'<figure class="chart".*?</figure>', html, re.S)
    assert len(charts) == 5
    for chart in charts:
        assert 'role="img"' in chart
        assert "<desc" in chart
        assert chart.count('<th scope="row">') == 30
    assert "style=" not in html


def test_unknown_is_called_so_and_never_nought(operator: FlaskClient) -> None:
    html = operator.get("/numbers?account=warung&from=2026-01-01&to=2026-01-07").text
    assert "Nothing was recorded in these days" in html
    new = operator.get("/accounts/baru/numbers").text
    assert "Nothing was recorded in these days" in new


def test_a_fleet_without_accounts_is_led_to_the_first_one(
    clock: FakeClock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    client = make_panel(FakeFleet(clock), clock, tmp_path_factory.mktemp("data")).operator()
    assert "No account yet" in client.get("/numbers").text
    assert "There is no account yet." in client.get("/numbers/compare").text


def test_hours_have_their_numbers_in_24_rows_of_seven(operator: FlaskClient, fleet: FakeFleet) -> None:
    html = operator.get("/numbers?hours=posts").text.partition('<table class="heat">')[2].partition("</table>")[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", html)
    hours = fleet.analytics.report(["warung", "kopi", "baru"], MONTH).hours
    expected = [hours.at(weekday, hour).posts for hour in range(24) for weekday in range(7)]
    assert [int(cell or 0) for cell in cells] == expected


def step(html: str, name: str) -> str:
    """What a step of the way from posts to orders has to do with the one before."""
    link = r'funnel-link">([^<]*)<'
    found = re.search(rf'<span class="funnel-name">{name}</span>.*?{link}', html, re.DOTALL)
    assert found
    return found[1]


def test_steps_of_the_funnel_say_of_which_posts_they_are(operator: FlaskClient, fleet: FakeFleet) -> None:
    html = operator.get("/numbers").text
    summary = fleet.analytics.report(["warung", "kopi", "baru"], MONTH).period.summary
    views, rate = summary.views, summary.rate
    assert rate.posts < views.known < views.of
    assert views.mean is not None
    assert rate.value is not None
    assert step(html, "Views") == f"{views.mean:,.0f} views for each post, of {views.known} posts with known views"
    engaged = f"{rate.value * 100:.1f} engaged for 100 views, of {rate.posts} posts with both known"
    assert step(html, "Engagement") == engaged


def test_steps_of_the_funnel_that_are_of_all_posts_divide_as_they_are(grown: FlaskClient) -> None:
    html = grown.get("/numbers?account=warung").text
    assert re.fullmatch(r"[\d.,]+ views for each post", step(html, "Views"))
    assert re.fullmatch(r"[\d.]+ engaged for 100 views", step(html, "Engagement"))


def best_hours(html: str) -> list[float]:
    """What the hours that are called best got for 100 views."""
    found = words_of(html.partition('<ol class="best-hours">')[2].partition("</ol>")[0])
    return [float(rate) for rate in re.findall(r"([\d.]+) per 100 views", found)]


def test_with_few_posts_no_hour_is_called_best_but_the_map_is_shown(operator: FlaskClient) -> None:
    html = operator.get("/numbers?days=7").text
    assert best_hours(html) == []
    assert "Not enough data to name best hours yet: no hour has 10 posts or more" in html
    assert '<table class="heat">' in html


def test_hours_that_are_called_best_are_better_than_all_posts_together(clock: FakeClock, tmp_path: Path) -> None:
    fleet = FakeFleet(clock, ACCOUNTS)
    fleet.home = tmp_path
    write_account(AccountFolder(tmp_path / ACCOUNTS[0].folder).metrics_db, NOW, Shape(days=30, posts=130), 0)
    html = make_panel(fleet, clock, tmp_path / "data").operator().get("/numbers").text
    (usual,) = re.findall(r"All posts together: ([\d.]+) per 100 views", html)
    assert len(best_hours(html)) == 3
    assert min(best_hours(html)) > float(usual)


def test_templates_are_ranked_by_the_chosen_column(operator: FlaskClient, fleet: FakeFleet) -> None:
    html = operator.get("/numbers?sort=posts").text.partition('id="templates"')[2]
    posts = [int(found) for found in re.findall(r"<tr><th scope=\"row\">.*?<td>.*?</td>\s*<td>(\d+)</td>", html, re.S)]
    expected = [row.posts for row in fleet.analytics.report(["warung", "kopi", "baru"], MONTH).templates]
    assert posts == sorted(expected, reverse=True)
    assert '<th scope="col" aria-sort="descending"><a href="/numbers?days=30&amp;sort=posts#templates">' in html


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_taken_away_as_csv(operator: FlaskClient, table: str) -> None:
    for path in (f"/numbers/{table}.csv?days=7", f"/accounts/kopi/numbers/{table}.csv?days=7"):
        assert rows_of(operator, path)
    answer = operator.get(f"/numbers/{table}.csv")
    assert f"numbers-{table}-2026-10-25-2026-11-23.csv" in answer.headers["Content-Disposition"]
    assert answer.mimetype == "text/csv"


def test_the_days_of_the_csv_are_those_of_the_report(operator: FlaskClient, fleet: FakeFleet) -> None:
    days = fleet.analytics.report(["kopi"], MONTH).period.days
    rows = rows_of(operator, "/numbers/days.csv?account=kopi")
    assert [row["date"] for row in rows] == [day.date.isoformat() for day in days]
    for row, day in zip(rows, days, strict=True):
        assert (row["posts"], row["followers"]) == (str(day.posts), "" if day.followers is None else str(day.followers))
        assert row["views"] == ("" if day.views.value is None else str(day.views.value))


def test_names_that_spreadsheets_take_for_formulas_are_made_harmless(operator: FlaskClient) -> None:
    assert {row["account_name"] for row in rows_of(operator, "/numbers/templates.csv")} == {"Warung <b>", "'=Kopi"}


def test_with_semicolons_broken_numbers_have_a_comma(operator: FlaskClient) -> None:
    text = operator.get("/numbers/summary.csv?separator=semicolon").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert re.fullmatch(r"0,\d+", rows[0]["engagement_per_view"])
    assert operator.get("/numbers/summary.csv?separator=x").status_code == 404


def test_sides_are_added_and_taken_out_by_the_address(operator: FlaskClient) -> None:
    html = operator.get("/numbers/compare?side=account:kopi&side=group:bogor&per=1000").text
    assert '<input type="hidden" name="side" value="group:bogor">' in html
    assert 'href="/numbers/compare?side=group:bogor&amp;per=1000&amp;days=30" aria-label="Take =Kopi out"' in html
    assert "Followers gained per 1,000 followers" in html
    offered = re.findall(r'<option value="([^"]+)"', html)
    assert offered == ["group:bali", "account:warung", "account:baru"]


def test_the_sides_of_a_row_have_equally_many_decimals(operator: FlaskClient) -> None:
    html = operator.get("/numbers/compare?side=account:kopi&side=group:bogor&side=account:baru&per=1000").text
    rows = re.findall(r'<tr><th scope="row">[^<]*</th>((?:<td>[^<]*</td>)+)</tr>', html)
    decimals = [{len(cell.partition(".")[2]) for cell in re.findall(r"[\d.,+-]*\d", row)} for row in rows]
    assert len(rows) > 30
    assert {0, 2} <= {number for each in decimals for number in each}
    assert all(len(each) <= 1 for each in decimals)


def test_each_side_has_a_line_with_its_letter_in_every_chart(operator: FlaskClient) -> None:
    html = operator.get("/numbers/compare?side=account:kopi&side=account:warung").text
    charts = re.findall(r'<figure class="chart".*?</figure>', html, re.S)
    assert len(charts) == 6
    for chart in charts:
        assert re.findall(r'<text class="chart-name"[^>]*>(.)</text>', chart) == ["A", "B"]
        assert "chart-line-0" in chart
        assert "chart-line-1" in chart


def test_more_than_eight_sides_and_unknown_ones_are_left_out(clock: FakeClock, tmp_path: Path) -> None:
    fleet = FakeFleet(clock, tuple(make_account(f"a{number}") for number in range(10)))
    client = make_panel(fleet, clock, tmp_path / "data").operator()
    query = "&".join(f"side=account:{name}" for name in ("nobody", *(f"a{number}" for number in range(10))))
    html = client.get(f"/numbers/compare?{query}").text
    assert html.count('class="side"') == 8
    assert "Eight are compared." in html
    assert 'id="add-side"' not in html


@pytest.mark.parametrize("table", COMPARISON_TABLES)
def test_the_comparison_is_taken_away_as_csv(operator: FlaskClient, fleet: FakeFleet, table: str) -> None:
    rows = rows_of(operator, f"/numbers/compare/{table}.csv?side=account:kopi&side=group:bogor")
    assert {row["side"] for row in rows} == {"'=Kopi", "bogor"}
    sides = fleet.analytics.compare([("=Kopi", ["kopi"])], MONTH).sides
    if table == "summary":
        assert float(rows[0]["posts_per_1000_followers"]) == pytest.approx(sides[0].line("posts").total_per, abs=1e-5)


def test_the_account_page_shows_its_report_and_its_poll_carries_the_days(
    operator: FlaskClient, fleet: FakeFleet
) -> None:
    html = operator.get("/accounts/kopi/numbers?days=7").text
    alone = fleet.analytics.report(["kopi"], last_days(TODAY, 7)).period.summary
    assert figure(html, "Posts").startswith(f"{alone.posts:,}")
    assert 'hx-get="/accounts/kopi/numbers/statuses?days=7"' in html
    seen = {"since": mark(html), "days": "7"}
    assert operator.get("/accounts/kopi/numbers/statuses", query_string=seen, headers=HTMX).status_code == 204
    fleet.change("kopi")
    answer = operator.get("/accounts/kopi/numbers/statuses", query_string=seen, headers=HTMX).text
    assert 'hx-swap-oob="true"' in answer.partition('id="report"')[2].partition(">")[0]
    assert figure(answer, "Posts") == figure(html, "Posts")


def test_an_unknown_account_and_an_unknown_table_are_not_found(operator: FlaskClient) -> None:
    assert operator.get("/accounts/nobody/numbers/days.csv").status_code == 404
    assert operator.get("/numbers/nothing.csv").status_code == 404


def test_all_that_a_page_shows_is_there_as_json_for_whoever_is_logged_in(operator: FlaskClient) -> None:
    compared = "/numbers/compare?side=account:kopi&side=account:warung&days=7"
    for page in ("/numbers?days=7&q=kopi", compared, "/accounts/kopi/numbers?days=7"):
        found = re.search(r'href="(/api/[^"]+)"', operator.get(page).get_data(as_text=True))
        assert found, page
        answer = operator.get(markup.unescape(found[1]))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.is_json
