"""An account's YAML files as text, and their former states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.fleet_view import StateKind
from tests.webapp.desk import Desk, hidden, sit_down
from tests.worlds import state


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    yield desk
    desk.world.close()


@pytest.mark.parametrize("name", ["settings", "keywords", "templates"])
def test_a_file_is_shown_as_it_is_and_saved_as_it_was_written(desk: Desk, name: str) -> None:
    text = f"# mine & <yours>\n{desk.text(f'{name}.yaml')}"
    html = desk.get(f"files/{name}")
    assert 'name="text"' in html
    status, page = desk.post(f"files/{name}", text=text.replace("\n", "\r\n"), mark=hidden(html, "mark"))
    assert status == 302
    assert f"{name}.yaml is saved." in page
    assert "# mine &amp; &lt;yours&gt;" in page
    assert desk.text(f"{name}.yaml") == text


def test_the_browser_gets_the_first_blank_lines_too(desk: Desk) -> None:
    desk.write("keywords.yaml", "\n\n# a\nhigh_intent: []\n")
    assert 'wrap="off">\n\n\n# a\n' in desk.get("files/keywords")


def test_line_ends_of_windows_stay(desk: Desk) -> None:
    desk.file("keywords.yaml").write_bytes(b"a: []\r\n")
    desk.post("files/keywords", text="a: []\r\nb: []\r\n", mark=desk.mark("files/keywords"))
    assert desk.file("keywords.yaml").read_bytes() == b"a: []\r\nb: []\r\n"


def test_a_mistake_is_told_with_its_line_and_what_was_written_stays(desk: Desk) -> None:
    before = desk.text("settings.yaml")
    text = "safety:\n  rate_limits:\n    tweets_per_day: <ten>\n"
    status, page = desk.post("files/settings", text=text, mark=desk.mark("files/settings"))
    assert status == 422
    assert "one_OneShop/config/settings.yaml, line 3: safety.rate_limits.tweets_per_day: must be a whole" in page
    assert 'data-line="3"><code>tweets_per_day: &lt;ten&gt;</code>' in page
    assert "    tweets_per_day: &lt;ten&gt;\n</textarea>" in page
    assert desk.text("settings.yaml") == before


def test_a_key_that_looks_misspelled_is_a_warning(desk: Desk) -> None:
    status, page = desk.post("files/settings", text="schedule:\n  timzone: UTC\n", mark=desk.mark("files/settings"))
    assert status == 302
    assert "line 2: schedule.timzone: is not known; did you mean timezone?" in page


@pytest.mark.parametrize("broken", ["schedule: [\n", "schedule: 7\n", "a: 1\na: 2\n", ""])
def test_a_broken_file_is_mended(desk: Desk, broken: str) -> None:
    good = desk.text("settings.yaml")
    desk.write("settings.yaml", broken or "x")
    if not broken:
        desk.file("settings.yaml").write_bytes(b"\xff\xfe\x00")
        desk.manager.reload()
    assert state(desk.manager) is StateKind.BROKEN
    page = desk.get("files/settings")
    assert "It cannot be used as it is:" in page
    assert desk.post("files/settings", text=good, mark=hidden(page, "mark"))[0] == 302
    assert state(desk.manager) is not StateKind.BROKEN


def test_the_second_of_two_edits_sees_what_the_first_changed_and_keeps_its_own(desk: Desk) -> None:
    mark = desk.mark("files/keywords")
    desk.post("files/keywords", text="high_intent: [theirs]\n", mark=mark)
    status, page = desk.post("files/keywords", text="high_intent: [mine]\n", mark=mark)
    assert status == 409
    theirs, mine = page.split("What saving yours would change now", 1)
    assert "+high_intent: [theirs]" in theirs
    assert "−high_intent: [theirs]" in mine
    assert "+high_intent: [mine]" in mine
    assert "high_intent: [mine]\n</textarea>" in page
    assert desk.data("keywords.yaml") == {"high_intent": ["theirs"]}
    assert desk.post("files/keywords", text="high_intent: [mine]\n", mark=hidden(page, "mark"))[0] == 302
    assert desk.data("keywords.yaml") == {"high_intent": ["mine"]}


def test_a_change_by_hand_is_told_as_well(desk: Desk) -> None:
    mark = desk.mark("files/keywords")
    desk.write("keywords.yaml", "high_intent: [by hand]\n")
    status, page = desk.post("files/keywords", text="a: []\n", mark=mark)
    assert status == 409
    assert "+high_intent: [by hand]" in page


def test_when_nobody_knows_what_was_shown_the_page_says_so(desk: Desk) -> None:
    status, page = desk.post("files/keywords", text="a: []\n", mark="0" * 64)
    assert status == 409
    assert "It is not known any more what you began with" in page
    assert "+a: []" in page


def test_a_former_state_is_compared_and_put_back(desk: Desk) -> None:
    first = desk.text("keywords.yaml")
    desk.post("files/keywords", text="high_intent: [other]\n", mark=desk.mark("files/keywords"))
    [address] = re.findall(r'href="/accounts/one/(files/keywords/versions/[^"]+)"', desk.get("files/keywords"))
    page = desk.get(address)
    assert "+high_intent: [other]" in page
    assert "−- paket data" in page
    status, after = desk.post(address, mark=hidden(page, "mark"))
    assert status == 302
    assert "keywords.yaml is as it was then" in after
    assert desk.text("keywords.yaml") == first
    assert "changed by somebody else" in desk.post(address, mark=hidden(page, "mark"))[1]


def test_a_former_state_that_was_broken_is_shown_and_not_put_back(desk: Desk) -> None:
    desk.write("keywords.yaml", "a: [\n")
    desk.post("files/keywords", text="a: []\n", mark=desk.mark("files/keywords"))
    [address] = re.findall(r'href="/accounts/one/(files/keywords/versions/[^"]+)"', desk.get("files/keywords"))
    page = desk.get(address)
    assert "It was broken then" in page
    assert "version-restore" not in page
    assert "has nothing where a value must stand" in desk.post(address, mark=desk.mark("files/keywords"))[1]
    assert desk.text("keywords.yaml") == "a: []\n"


def test_a_long_file_can_be_saved(desk: Desk) -> None:
    text = "high_intent:\n" + "".join(f"- word number {index} é\n" for index in range(30_000))
    parts = [("mark", desk.mark("files/keywords")), ("text", text)]
    body = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts)
    answer = desk.client.post(
        "/accounts/one/files/keywords",
        data=f"{body}--x--\r\n".encode(),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 302
    assert desk.text("keywords.yaml") == text


@pytest.mark.parametrize(
    "path", ["nobody/files/settings", "one/files/cookies", "one/files/settings/versions/x", "one/files/../../data"]
)
def test_what_is_not_there_is_a_page_that_says_so(desk: Desk, path: str) -> None:
    assert desk.client.get(f"/accounts/{path}").status_code == 404
    assert desk.client.post(f"/accounts/{path}").status_code == 404


def test_an_account_whose_entry_is_broken_says_what_comes_first(desk: Desk) -> None:
    desk.world.home.entries[0]["enabled"] = "perhaps"
    desk.world.home.write()
    desk.manager.reload()
    answer = desk.client.get("/accounts/one/files/settings")
    assert answer.status_code == 404
    assert "Put that right first" in answer.text


def test_what_cannot_be_read_is_told_without_an_editor(desk: Desk) -> None:
    desk.file("keywords.yaml").unlink()
    desk.file("keywords.yaml").mkdir()
    page = desk.get("files/keywords")
    assert "is a folder or a device" in page
    assert "<textarea" not in page
