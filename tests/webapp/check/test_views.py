"""The page about x.com's pages: its button, its report, its pictures, its zip."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.errors import AviaryError
from bot.fleet.fake import FakeFleet
from bot.fleet_view import StateKind
from bot.x.report import CheckedPage, Finding, PageReport, Result
from tests.webapp.panel import HTMX, mark

PAGE = "/accounts/warung/check"
ID = "20261123-070000"


@pytest.fixture
def report(fleet: FakeFleet, tmp_path: Path) -> PageReport:
    """`like` is missing on one page, `home_link` is found by a fall-back, `post` by the operator's own CSS."""
    home = (
        Finding("home_link", "A", False, "a", Result.FALLBACK, 1, 1),
        Finding("toast", "A", False, "b", Result.NOT_EXPECTED),
    )
    post = (Finding("like", "A", False, "<i>", Result.MISSING), Finding("post", "A", True, "c", Result.FOUND, 0, 3))
    pages = (
        CheckedPage("home", "https://x.com/home", home, "", True, True),
        CheckedPage("post", "https://x.com/a/status/1", post, "", True, True),
        CheckedPage("person", note="not visited: no post of somebody else was found"),
    )
    made = PageReport("warung", datetime(2026, 11, 23, 7, 0, tzinfo=UTC), pages, "", ID)
    files = [tmp_path / name for name in (*made.files, "report.json")]
    for file in files:
        file.write_bytes(file.name.encode())
    (tmp_path / "cookies.json").write_text("secret", encoding="utf-8")
    fleet.set_report("warung", made, files)
    return made


def test_the_account_page_leads_there(operator: FlaskClient) -> None:
    assert f'href="{PAGE}"' in operator.get("/accounts/warung").text


def test_before_the_first_check_it_says_so(operator: FlaskClient) -> None:
    html = operator.get(PAGE).text
    assert "Not checked yet." in html
    assert "nothing is posted, liked or followed" in html


def test_the_button_asks_the_engine_and_comes_back(operator: FlaskClient, fleet: FakeFleet) -> None:
    answer = operator.post(PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert fleet.asked == [("check", "warung")]
    assert fleet.account_view("warung").state.kind is StateKind.QUEUED
    assert "begins now" in operator.get(PAGE).text


def test_the_button_answers_htmx_with_the_line_alone(operator: FlaskClient) -> None:
    answer = operator.post(PAGE, headers=HTMX)
    assert answer.status_code == 200
    assert "begins now" in answer.text
    assert "<h1" not in answer.text


def test_a_refusal_is_told(operator: FlaskClient, fleet: FakeFleet) -> None:
    class Refusing(FakeFleet):
        def check_pages(self, account_id: str) -> str:
            raise AviaryError("no", remedy="Wait.")

    fleet.__class__ = Refusing
    assert "no Wait." in operator.post(PAGE, headers=HTMX).text


def test_the_report_names_selector_level_page_and_result(operator: FlaskClient, report: PageReport) -> None:
    html = operator.get(PAGE).text
    assert "Missing: like." in html
    assert html.index(">like<") < html.index(">home_link<")
    assert "Found by fall-back 1" in html
    assert "yours, in config/selectors.yaml" in html
    assert "in saved real pages" in html
    assert "nothing is known of: toast." in html
    assert "not visited: no post of somebody else was found" in html
    assert "<i>" not in html


def test_pictures_are_those_of_the_report_only(operator: FlaskClient, report: PageReport) -> None:
    answer = operator.get(f"{PAGE}/{ID}/home.png")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", b"home.png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for address in (f"{PAGE}/{ID}/person.png", f"{PAGE}/20200101-000000/home.png", f"{PAGE}/{ID}/..%2Fcookies.png"):
        assert operator.get(address).status_code == 404
    assert operator.get(f"{PAGE}/{ID}/home.html").status_code == 404


def test_the_zip_holds_the_report_and_its_files_and_nothing_else(operator: FlaskClient, report: PageReport) -> None:
    answer = operator.get(f"{PAGE}/report.zip")
    assert f"aviary-check-{ID}.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == ["home.html", "home.png", "post.html", "post.png", "report.json"]
        assert archive.read("post.png") == b"post.png"


def test_without_a_report_there_is_no_zip(operator: FlaskClient) -> None:
    assert operator.get(f"{PAGE}/report.zip").status_code == 404


def test_the_poll_brings_the_report_when_it_is_there(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get(PAGE).text
    ask = {"since": mark(page)}
    assert operator.get(f"{PAGE}/statuses", query_string=ask, headers=HTMX).status_code == 204
    fleet.set_report("warung", PageReport("warung", datetime(2026, 11, 23, 7, 0, tzinfo=UTC), (), "x.com is down", ID))
    answer = operator.get(f"{PAGE}/statuses", query_string=ask, headers=HTMX)
    assert answer.status_code == 200
    assert 'id="check-report"' in answer.text
    assert "cut short: x.com is down" in answer.text
    assert "Everything the bot needs" not in answer.text


@pytest.mark.parametrize("path", ["", "/statuses", "/report.zip", f"/{ID}/home.png"])
def test_an_unknown_account_is_not_found(operator: FlaskClient, path: str) -> None:
    assert operator.get(f"/accounts/nobody/check{path}").status_code == 404


def test_the_button_of_an_unknown_account_does_nothing(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert operator.post("/accounts/nobody/check").status_code == 404
    assert fleet.asked == []
