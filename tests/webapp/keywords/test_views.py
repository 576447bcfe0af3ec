"""The keywords of an account as lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.fleet.fake import FakeFleet
from bot.storage.keyword_numbers import KeywordNumbers
from tests.webapp.desk import Desk, hidden, sit_down

TEXT = """# what it looks for
high_intent:
  - paket data    # the best
  - "kuota"
medium_intent: []
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.write("keywords.yaml", TEXT)
    yield desk
    desk.world.close()


def post(desk: Desk, mark: str, groups: dict[str, str], **more: str) -> tuple[int, str]:
    return desk.post("keywords", mark=mark, group=list(groups), words=list(groups.values()), **more)


def test_groups_are_shown_with_their_words_and_who_uses_them(desk: Desk) -> None:
    page = desk.get("keywords")
    assert "paket data\nkuota</textarea>" in page
    assert "Used by morning." in page
    assert "No slot uses it." in page


def test_words_are_added_and_all_else_stays_as_it_was(desk: Desk) -> None:
    groups = {"high_intent": "paket data\r\nkuota\r\n pulsa \r\n\r\npulsa", "medium_intent": ""}
    status, page = post(desk, desk.mark("keywords"), groups)
    assert status == 302
    assert "Saved." in page
    assert desk.text("keywords.yaml") == TEXT.replace('  - "kuota"\n', '  - "kuota"\n  - pulsa\n')


def test_saving_what_was_shown_changes_nothing(desk: Desk) -> None:
    _, page = post(desk, desk.mark("keywords"), {"high_intent": "paket data\nkuota", "medium_intent": ""})
    assert desk.text("keywords.yaml") == TEXT
    assert "Nothing was changed." in page


def test_a_group_is_added_and_one_deleted(desk: Desk) -> None:
    groups = {"high_intent": "paket data\nkuota", "medium_intent": ""}
    post(desk, desk.mark("keywords"), groups, delete="medium_intent", new_group="weekend", new_words="wifi\nNO\n0123")
    assert desk.data("keywords.yaml") == {"high_intent": ["paket data", "kuota"], "weekend": ["wifi", "NO", "0123"]}
    assert "# the best" in desk.text("keywords.yaml")


def test_a_group_that_is_there_already_is_not_written_over(desk: Desk) -> None:
    status, page = post(desk, desk.mark("keywords"), {}, new_group="high_intent", new_words="mine")
    assert status == 422
    assert "There is a group “high_intent” already" in page
    assert desk.text("keywords.yaml") == TEXT


def test_the_second_of_two_edits_is_told_and_does_not_undo_the_first(desk: Desk) -> None:
    mark = desk.mark("keywords")
    both = {"high_intent": "paket data\nkuota", "medium_intent": ""}
    post(desk, mark, both | {"high_intent": "theirs"})
    status, page = post(desk, mark, both | {"medium_intent": "mine"}, new_group="weekend", new_words="wifi")
    assert status == 409
    assert "−  - &#34;kuota&#34;" in page
    assert "theirs</textarea>" in page
    assert "mine</textarea>" in page
    assert 'value="weekend"' in page
    assert "high_intent" in desk.data("keywords.yaml")
    again = {"high_intent": "theirs", "medium_intent": "mine"}
    assert post(desk, hidden(page, "mark"), again, new_group="weekend", new_words="wifi")[0] == 302
    assert desk.data("keywords.yaml") == {**{group: [words] for group, words in again.items()}, "weekend": ["wifi"]}


def test_a_broken_file_is_mended_on_the_same_page(desk: Desk) -> None:
    desk.write("keywords.yaml", "high_intent:\n  - a: b\n")
    page = desk.get("keywords")
    assert "line 2: high_intent.0: must be a text" in page
    assert 'action="/accounts/one/files/keywords"' in page
    assert post(desk, hidden(page, "mark"), {"high_intent": "x"})[0] == 409
    assert desk.post("files/keywords", text="a: []\n", mark=hidden(page, "mark"))[0] == 302


def test_without_the_file_groups_can_be_added(desk: Desk) -> None:
    desk.file("keywords.yaml").unlink()
    status, _ = post(desk, desk.mark("keywords"), {}, new_group="high_intent", new_words="wifi")
    assert status == 302
    assert desk.data("keywords.yaml") == {"high_intent": ["wifi"]}


def test_the_words_are_shown_as_text(desk: Desk) -> None:
    post(desk, desk.mark("keywords"), {"high_intent": "</textarea><b id=evil>"})
    assert "<b id=evil>" not in desk.get("keywords")


def test_an_unknown_account_is_told(desk: Desk) -> None:
    for path in ("keywords", "keywords/statuses"):
        assert desk.client.get(f"/accounts/nobody/{path}").status_code == 404
    assert desk.client.post("/accounts/nobody/keywords").status_code == 404


def test_each_keyword_says_what_it_brought_and_what_is_unknown(
    operator: FlaskClient, fleet: FakeFleet, tmp_path: Path
) -> None:
    fleet.home = tmp_path
    config = tmp_path / fleet.account_view("warung").folder / "config"
    config.mkdir(parents=True)
    (config / "keywords.yaml").write_text("high_intent: [paket data, kuota, baru]\n", encoding="utf-8")
    fleet.set_keyword_numbers(
        "warung",
        KeywordNumbers("kuota", 40, 3, followed=2),
        KeywordNumbers("paket data", 90, 12, followed=9, looked_at=5, followed_back=2),
        KeywordNumbers("lama", 7, 1),
    )
    page = operator.get("/accounts/warung/keywords").text.split("What each keyword brought")[1]
    rows = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in page.split("<tr>")[2:]]
    assert rows[0].startswith("paket data high_intent 90 12 2 of 5 looked at")
    assert rows[1].startswith("kuota high_intent 40 3 unknown")
    assert rows[2].startswith("lama not in the file any more 7 1 –")
    assert rows[3].startswith("baru high_intent 0 0 –")
    (config / "keywords.yaml").write_text("high_intent: [[1]]\n", encoding="utf-8")
    assert "not in the file any more" not in operator.get("/accounts/warung/keywords").text
