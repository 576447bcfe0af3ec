"""The templates of an account in the panel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.content.templates import Content, Template
from bot.files_view import AccountFile
from bot.settings.account import AccountSettings
from bot.settings.yaml_reading import MAX_BYTES
from bot.storage.panel.users import Role
from tests.webapp.access.people import invite
from tests.webapp.desk import Desk, hidden, sit_down
from tests.webapp.panel import HTMX

TEXT = """\
# what it says
promo_templates:
- text: "🔥 Paket {10GB|25GB}: {wa_link}"   # the best
  media: media/poster.png
- plain {belum ada}
story_templates:
- "{tip} and {tip}"
tips:
- one
- two
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.write("templates.yaml", TEXT)
    yield desk
    desk.world.close()


def picture(desk: Desk, name: str = "poster.png") -> None:
    file = desk.file("").parent / "media" / name
    file.parent.mkdir(exist_ok=True)
    packed = BytesIO()
    Image.new("RGB", (8, 8), "red").save(packed, "PNG")
    file.write_bytes(packed.getvalue())


def preview(desk: Desk, **data: Any) -> str:
    answer = desk.client.post("/accounts/one/content/preview", data={"kind": "promo", **data}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    return re.sub(r"\s+", " ", answer.text)


def promos(desk: Desk) -> Any:
    return desk.data("templates.yaml")["promo_templates"]


def test_templates_are_shown_by_kind_as_they_would_be_posted(desk: Desk) -> None:
    picture(desk)
    page = desk.get("content")
    assert re.search(r"🔥 Paket (10|25)GB: <span class=\"post-link\">wa.me/6280000000000</span>", page)
    assert 'src="/accounts/one/media/thumbnail?name=media/poster.png"' in page
    assert "2 different posts" in page
    assert "not used yet" in page
    assert "Story <span" in page
    assert "No slot posts them by itself." in page


def test_what_is_wrong_stands_beside_the_template(desk: Desk) -> None:
    page = desk.get("content")
    assert "media/poster.png is missing" in page
    assert "{belum ada} is no variable and is posted as it stands" in page
    assert "the texts last for 1 more day" in page


def test_a_template_that_was_used_says_when(desk: Desk) -> None:
    desk.manager.run_account("one")
    assert desk.manager.wait_until_idle(30)
    assert re.search(r"last used <time", desk.get("content"))


def test_a_preview_tells_text_length_count_and_warnings(desk: Desk) -> None:
    page = preview(desk, text="{a|bb} {tipp} https://toko.com/with/a/long/path/to/it/all")
    assert '<span class="post-link">toko.com/with/a/long/path/t…</span>' in page
    assert "up to 33 of 280" in page or "33 of 280" in page
    assert "2 different posts" in page
    assert "{tipp} is no variable and is posted as it stands; did you mean {tip}?" in page


def test_a_preview_tells_what_is_too_long_and_what_has_no_value(desk: Desk) -> None:
    assert "is longer than X takes (281 of 280)" in preview(desk, text="x" * 281)
    assert "It can get too long: up to 281 of 280" in preview(desk, text="{" + "|".join(["x" * 281, *"abcdefgh"]) + "}")
    assert "{fact} has no value: write some facts." in preview(desk, text="{fact}")
    assert "{product} has no value: write business.product" in preview(desk, text="{product}")
    assert "X takes it." in preview(desk, text="fine")


def test_a_preview_tells_what_cannot_be_a_template(desk: Desk) -> None:
    assert "The weight must be a whole number from 1 to 10." in preview(desk, text="a", weight="x")
    assert "The poll must be 2 to 4 texts, not 1." in preview(desk, text="a", poll_options="one")


def test_without_scripts_a_preview_is_the_page_with_what_was_written(desk: Desk) -> None:
    status, page = desk.post("content/preview", kind="promo", text="mine {a|b}", mark="x")
    assert status == 200
    assert "mine {a|b}</textarea>" in page
    assert "2 different posts" in page
    assert desk.text("templates.yaml") == TEXT


def test_a_template_is_added_with_its_media(desk: Desk) -> None:
    picture(desk)
    data = {"kind": "promo", "text": "new\r\ntwo lines", "media": "media/poster.png", "weight": "2", "enabled": "yes"}
    status, page = desk.post("content/new", mark=desk.mark("content/new"), **data)
    assert status == 302
    assert "The template is added." in page
    assert promos(desk)[2] == {"text": "new\ntwo lines", "media": "media/poster.png", "weight": 2}
    assert desk.text("templates.yaml").startswith(TEXT.partition("- plain")[0])


def test_a_new_kind_is_made_by_its_first_template(desk: Desk) -> None:
    status, _ = desk.post("content/new", mark=desk.mark("content/new"), kind="News", text="a")
    assert status == 302
    assert desk.data("templates.yaml")["news_templates"] == ["a"]


@pytest.mark.parametrize(("kind", "text"), [("reply", "a"), ("no ne", "a"), ("none", "a")])
def test_a_kind_that_cannot_be_is_told(desk: Desk, kind: str, text: str) -> None:
    status, page = desk.post("content/new", mark=desk.mark("content/new"), kind=kind, text=text)
    assert status == 422
    assert "Letters, digits, - and _" in page
    assert desk.text("templates.yaml") == TEXT


def test_a_change_writes_what_was_changed_and_nothing_else(desk: Desk) -> None:
    page = desk.get("content/promo/0")
    data = {"kind": "promo", "text": "🔥 Paket {10GB|25GB}: {wa_link}", "media": "media/poster.png"}
    desk.post("content/promo/0", mark=hidden(page, "mark"), **data, cool_down_days="3", enabled="yes")
    assert desk.text("templates.yaml") == TEXT.replace(
        "  media: media/poster.png\n", "  media: media/poster.png\n  cool_down_days: 3\n"
    )
    _, page = desk.post("content/promo/0", mark=desk.mark("content/promo/0"), **data, cool_down_days="3", enabled="yes")
    assert "Nothing was changed." in page


def test_a_thread_and_a_poll_are_written(desk: Desk) -> None:
    text = ["first", "second", "  "]
    desk.post("content/promo/1", mark=desk.mark("content/promo/1"), kind="promo", text=text, poll_options="a\r\nb")
    assert promos(desk)[1] == {"thread": ["first", "second"], "poll": {"options": ["a", "b"], "minutes": 1440}}
    assert "second</textarea>" in desk.get("content/promo/1")
    assert "Threads are shown and checked here, but not posted" in desk.get("content")


def test_a_template_is_switched_moved_copied_and_deleted(desk: Desk) -> None:
    desk.post("content/promo/1/switch", mark=desk.mark("content"), enabled="no")
    assert promos(desk)[1] == {"text": "plain {belum ada}", "enabled": False}
    desk.post("content/promo/1/switch", mark=desk.mark("content"), enabled="yes")
    assert promos(desk)[1] == {"text": "plain {belum ada}"}
    desk.post("content/promo/1/move", mark=desk.mark("content"), to="0")
    assert promos(desk)[0] == {"text": "plain {belum ada}"}
    desk.post("content/promo/0/duplicate", mark=desk.mark("content"))
    assert promos(desk)[1] == {"text": "plain {belum ada}", "enabled": False}
    assert "Another template says the same: promo 1." in desk.get("content")
    _, page = desk.post("content/promo/1/delete", mark=desk.mark("content"))
    assert "The template is deleted." in page
    assert len(promos(desk)) == 2
    assert "# the best" in desk.text("templates.yaml")


def test_the_second_of_two_edits_is_told_and_does_not_undo_the_first(desk: Desk) -> None:
    mark = desk.mark("content/promo/1")
    desk.post("content/promo/1", mark=mark, kind="promo", text="theirs")
    status, page = desk.post("content/promo/1", mark=mark, kind="promo", text="mine")
    assert status == 409
    assert "−- plain {belum ada}" in page
    assert "mine</textarea>" in page
    assert promos(desk)[1] == "theirs"
    _, page = desk.post("content/promo/0/delete", mark=mark)
    assert "was changed by somebody else meanwhile" in page
    assert len(promos(desk)) == 2
    desk.post("content/promo/1", mark=desk.mark("content/promo/1"), kind="promo", text="mine")
    assert promos(desk)[1] == "mine"


def test_a_template_that_is_gone_is_told(desk: Desk) -> None:
    assert desk.client.get("/accounts/one/content/promo/9").status_code == 404
    assert "not there any more" in desk.post("content/promo/9/delete", mark=desk.mark("content"))[1]
    for path in ("content", "content/statuses", "content/new", "content/lists", "content/import"):
        assert desk.client.get(f"/accounts/nobody/{path}").status_code == 404


def test_a_broken_file_is_mended_on_the_same_page(desk: Desk) -> None:
    desk.write("templates.yaml", "promo_templates:\n- {a: b}\n")
    page = desk.get("content")
    assert "line 2: promo_templates.0: must be a text between quotes" in page
    assert 'action="/accounts/one/files/templates"' in page


def test_texts_are_shown_as_text(desk: Desk) -> None:
    desk.write(
        "templates.yaml",
        "promo_templates: ['<b id=evil>', '</textarea><b id=evil>']\ntips: ['</textarea><b id=evil>']\n",
    )
    for path in ("content", "content/promo/1", "content/lists"):
        assert "<b id=evil>" not in desk.get(path)


# lists


def lists_form(page: str) -> dict[str, Any]:
    return {"mark": hidden(page, "mark"), "list__tips": "one\r\ntwo"}


def test_lists_are_changed_line_by_line(desk: Desk) -> None:
    page = desk.get("content/lists")
    assert "one\ntwo</textarea>" in page
    status, page = desk.post("content/lists", **{**lists_form(page), "list__tips": "one\r\nthree\\nlines \\\\ here"})
    assert status == 302
    assert desk.data("templates.yaml")["tips"] == ["one", "three\nlines \\ here"]
    assert "# the best" in desk.text("templates.yaml")
    assert "three\\nlines \\\\ here</textarea>" in page


def test_saving_the_lists_that_were_shown_changes_nothing(desk: Desk) -> None:
    _, page = desk.post("content/lists", **lists_form(desk.get("content/lists")))
    assert "Nothing was changed." in page
    assert desk.text("templates.yaml") == TEXT


def test_questions_keep_their_answers(desk: Desk) -> None:
    rows = {"faqs__question": ["q1", "", "q2"], "faqs__answer": ["a1", "", "a2"]}
    desk.post("content/lists", **lists_form(desk.get("content/lists")), **rows)
    faqs = [{"question": "q1", "answer": "a1"}, {"question": "q2", "answer": "a2"}]
    assert desk.data("templates.yaml")["faqs"] == faqs


def test_a_list_of_ones_own_is_made_changed_and_deleted(desk: Desk) -> None:
    desk.post("content/lists", **lists_form(desk.get("content/lists")), new="warna", new_texts="merah\r\nbiru")
    assert desk.data("templates.yaml")["lists"] == {"warna": ["merah", "biru"]}
    assert "{warna}" in desk.get("content/new")
    page = desk.get("content/lists")
    desk.post("content/lists", **lists_form(page), own="warna", own_texts="hijau")
    assert desk.data("templates.yaml")["lists"] == {"warna": ["hijau"]}
    desk.post("content/lists", **lists_form(desk.get("content/lists")), own="warna", own_texts="hijau", delete="warna")
    assert desk.data("templates.yaml")["lists"] == {}


@pytest.mark.parametrize("name", ["tip", "a b", "tips"])
def test_a_name_that_a_list_cannot_have_is_told(desk: Desk, name: str) -> None:
    status, page = desk.post("content/lists", **lists_form(desk.get("content/lists")), new=name, new_texts="a")
    assert status == 422
    assert f"lists.{name}" in page
    assert desk.text("templates.yaml") == TEXT


def test_of_two_edits_of_lists_the_second_is_told_and_keeps_what_it_wrote(desk: Desk) -> None:
    form = lists_form(desk.get("content/lists"))
    desk.post("content/lists", **{**form, "list__tips": "theirs"})
    status, page = desk.post("content/lists", **form, list__facts="mine")
    assert status == 409
    assert "theirs</textarea>" in page
    assert "mine</textarea>" in page


# out and in


def test_templates_go_out_as_yaml_and_as_a_table(desk: Desk) -> None:
    answer = desk.client.get("/accounts/one/content/export/yaml")
    assert answer.text == TEXT
    assert answer.headers["Content-Disposition"] == 'attachment; filename="one-templates.yaml"'
    table = desk.client.get("/accounts/one/content/export/csv").text
    assert table.startswith("\ufeffkind,name,enabled")
    assert "promo,,yes,1,0,,plain {belum ada},," in table


def test_a_table_is_taken_in_after_a_look_at_what_would_change(desk: Desk) -> None:
    table = b"kind;text;weight\npromo;plain {belum ada};3\nvalue;new one;\n"
    status, page = desk.post("content/import", file=(BytesIO(table), "mine.csv"))
    assert status == 200
    assert "+value_templates:" in page
    assert desk.text("templates.yaml") == TEXT
    wanted = re.search(r"readonly>\n(.*?)</textarea>", page, re.DOTALL)
    assert wanted
    text = wanted[1].replace("&#34;", '"').replace("&#39;", "'").replace("\n", "\r\n")
    status, page = desk.post("content/import/save", mark=hidden(page, "mark"), text=text)
    assert status == 302
    assert promos(desk)[1] == {"text": "plain {belum ada}", "weight": 3}
    assert "# the best" in desk.text("templates.yaml")


def test_a_whole_file_is_looked_at_too(desk: Desk) -> None:
    assert "Nothing would change" in desk.post("content/import", file=(BytesIO(TEXT.encode()), "t.yaml"))[1]
    assert "+promo_templates: [a]" in desk.post("content/import", pasted="promo_templates: [a]")[1]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "Choose a file, or paste its text."),
        ({"pasted": "kind,text\nreply,a"}, "Line 2: “reply” is no kind of templates."),
        ({"pasted": "promo_templates: [[a]]"}, "promo_templates.0: must be a text"),
        ({"file": (b"kind,text\npromo,\xff", "a.csv")}, "is not saved as UTF-8"),
        ({"pasted": "a" * (MAX_BYTES + 10)}, "is larger than"),
    ],
)
def test_what_cannot_be_taken_in_is_told(desk: Desk, data: dict[str, Any], told: str) -> None:
    if "file" in data:
        data = {"file": (BytesIO(data["file"][0]), data["file"][1])}
    status, page = desk.post("content/import", **data)
    assert status == 422
    assert told in page
    assert desk.text("templates.yaml") == TEXT


def test_a_change_by_somebody_else_meanwhile_is_shown_before_anything_is_taken_in(desk: Desk) -> None:
    _, page = desk.post("content/import", pasted="promo_templates: [a]")
    desk.write("templates.yaml", "promo_templates: [theirs]\n")
    status, page = desk.post("content/import/save", mark=hidden(page, "mark"), text="promo_templates: [a]")
    assert status == 409
    assert "−promo_templates: [theirs]" in page
    assert promos(desk) == ["theirs"]


def test_a_viewer_sees_templates_and_no_buttons(desk: Desk) -> None:
    desk.panel.set_password()
    viewer = invite(desk.panel, Role.VIEWER, "rina")
    page = viewer.get("/accounts/one/content").text
    assert "plain {belum ada}" in page
    assert "Switch off" not in page
    assert "/content/new" not in page
    assert viewer.get("/accounts/one/content/promo/0").status_code == 403


def test_a_preview_shows_a_sample_of_a_code_and_uses_none(desk: Desk) -> None:
    desk.write("settings.yaml", "business: {wa_link: 'https://wa.me/6281234567?text=Halo', wa_codes: true}\n")
    shown = preview(desk, text="Order: {wa_link}")
    assert (
        "SAMPLE"
        in desk.manager.desk.look_at(
            "one",
            desk.manager.files.read("one", AccountFile.SETTINGS).settings or AccountSettings(),
            Content(),
            Template("promo", "Order: {wa_link}"),
        )
        .preview.posts[0]
        .text
    )
    assert "30" in shown  # "Order: " and a link, which counts 23
    assert desk.manager._database.value("SELECT count(*) FROM wa_codes") == 0
