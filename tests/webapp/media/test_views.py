"""The media page: what is shown, what an upload leads to, what is served and as what, what may be deleted."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.clock import FakeClock
from bot.content.media_library import SHOWN
from bot.fleet.fake import FakeFleet
from tests.homes import write_yaml
from tests.media import HOSTILE_NAMES, bomb, files_below, gif, picture, video
from tests.webapp.panel import HTMX, Panel, csrf_token, make_panel, mark
from webapp.uploads import LARGEST_UPLOAD

PAGE = "/accounts/warung/media"


@pytest.fixture
def fleet(fleet: FakeFleet, tmp_path: Path) -> FakeFleet:
    """Its accounts have folders."""
    fleet.home = tmp_path / "home"
    for account in fleet.overview().accounts:
        (fleet.home / account.folder / "config").mkdir(parents=True)
    return fleet


@pytest.fixture
def root(fleet: FakeFleet) -> Path:
    assert fleet.home is not None
    return fleet.home / fleet.account_view("warung").folder


def send(
    client: FlaskClient, *files: tuple[str, bytes], headers: dict[str, str] | None = None, **fields: Any
) -> TestResponse:
    data = {"file": [(io.BytesIO(content), name) for name, content in files], **fields}
    return client.post(PAGE, data=data, headers=headers)


def use(root: Path, *names: str) -> None:
    write_yaml(root / "config" / "templates.yaml", {"promo_templates": [{"text": "murah", "media": list(names)}]})


def test_the_account_page_leads_there(operator: FlaskClient) -> None:
    assert f'href="{PAGE}"' in operator.get("/accounts/warung").text


def test_an_empty_page_says_what_to_do_and_what_x_takes(operator: FlaskClient) -> None:
    html = operator.get(PAGE).text
    assert "No pictures or videos yet." in html
    assert "media: media/NAME" in html
    assert "<dt>JPG, PNG, WEBP</dt><dd>up to 5 MB</dd>" in html
    assert "<dt>GIF</dt><dd>up to 15 MB</dd>" in html
    assert "<dt>MP4, MOV</dt><dd>up to 512 MB</dd>" in html


def test_several_files_of_a_plain_form_are_kept_and_told(operator: FlaskClient, root: Path) -> None:
    answer = send(operator, ("a.jpg", picture()), ("b.mp4", video()))
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert files_below(root / "media") == {"a.jpg", "b.mp4"}
    html = operator.get(PAGE).text
    assert "media/a.jpg is there." in html
    assert "JPG · 64 × 48 · 1 kB" in html
    assert "2 files" in html
    assert "Not used" in html


def test_a_script_is_told_the_line_alone(operator: FlaskClient) -> None:
    answer = send(operator, ("a.jpg", picture()), headers=HTMX)
    assert (answer.status_code, answer.text.strip()) == (
        200,
        '<p class="tone-good">media/a.jpg is there. Name it so in a template.</p>',
    )
    refused = send(operator, ("b.jpg", b"<html>"), headers=HTMX)
    assert refused.status_code == 422
    assert refused.text.startswith('<p class="tone-bad">b.jpg is no whole picture')
    assert "Use JPG" in refused.text


def test_the_files_alone_are_given_to_a_script(operator: FlaskClient) -> None:
    send(operator, ("a.jpg", picture()))
    html = operator.get(PAGE, headers=HTMX).text
    assert html.startswith('<div id="media-files"')
    assert "<h1" not in html


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("a.jpg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("a.png", bomb()),
        ("a.gif", gif(5000)),
        *((name, picture()) for name in HOSTILE_NAMES if name),
    ],
)
def test_a_hostile_file_is_refused_in_words_and_leaves_nothing(
    operator: FlaskClient, fleet: FakeFleet, name: str, content: bytes
) -> None:
    assert fleet.home is not None
    body = b"--X\r\nContent-Disposition: form-data; name=file; filename=" + _quoted(name) + b"\r\n\r\n" + content
    kind = "multipart/form-data; boundary=X"
    answer = operator.post(PAGE, data=body + b"\r\n--X--\r\n", content_type=kind, headers=HTMX)
    assert answer.status_code == 422
    assert 'class="tone-bad"' in answer.text
    assert "<script>" not in answer.text
    assert files_below(fleet.home) == set()


def _quoted(name: str) -> bytes:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return b'"' + escaped.encode("utf-8", "surrogatepass") + b'"'


def test_a_folder_is_chosen_of_those_there_are_and_a_hostile_one_is_refused(operator: FlaskClient, root: Path) -> None:
    use(root, "media/promo/a.jpg")
    assert "<option>media/promo</option>" in operator.get(PAGE).text
    send(operator, ("a.jpg", picture()), folder="media/promo")
    assert files_below(root / "media") == {"promo/a.jpg"}
    assert send(operator, ("a.jpg", picture()), folder="../kopi_kopi", headers=HTMX).status_code == 422
    assert files_below(root / "media") == {"promo/a.jpg"}


def test_a_form_without_a_file_says_so(operator: FlaskClient) -> None:
    send(operator)
    assert "Choose a picture or a video first." in operator.get(PAGE).text


def test_of_many_refusals_the_first_are_told(operator: FlaskClient) -> None:
    send(operator, *((f"{number}.jpg", b"x") for number in range(90)))
    html = operator.get(PAGE).text
    assert "4.jpg is no whole picture" in html
    assert "85 more files were looked at" in html


def test_only_an_upload_may_be_large_and_only_after_a_login(panel: Panel, root: Path) -> None:
    large = picture("PNG") + b"\0" * 200_000
    operator = panel.operator()
    token = csrf_token(operator.get(PAGE).text)
    assert send(operator, ("a.png", large), csrf_token=token).status_code == 302
    assert files_below(root / "media") == {"a.png"}
    data = {"csrf_token": token, "name": "x" * 200_000}
    assert operator.post(f"{PAGE}/delete", data=data).status_code == 413
    assert send(panel.visitor(), ("b.png", large)).status_code == 401
    assert send(operator, ("b.png", large)).status_code == 400, "a form of another page"
    assert files_below(root / "media") == {"a.png"}


def test_more_than_the_largest_upload_is_refused_unread(operator: FlaskClient) -> None:
    more = {"CONTENT_LENGTH": str(LARGEST_UPLOAD + 1)}
    kind = "multipart/form-data; boundary=x"
    answer = operator.post(PAGE, data=b"--x--", content_type=kind, headers=HTMX, environ_overrides=more)
    assert answer.status_code == 413
    assert "larger than the panel takes" in answer.text


def test_a_form_of_endless_fields_is_refused(operator: FlaskClient, root: Path) -> None:
    many: dict[str, Any] = {f"f{number}": "x" for number in range(500)}
    assert send(operator, ("a.jpg", picture()), **many).status_code == 413
    assert send(operator, ("a.jpg", picture()), folder="x" * 505_000).status_code == 413
    assert files_below(root) == set()


@pytest.mark.parametrize(
    ("name", "content", "mime", "how"),
    [
        ("a.jpg", picture(), "image/jpeg", "inline"),
        ("a.png", picture("PNG"), "image/png", "inline"),
        ("a.webp", picture("WEBP"), "image/webp", "inline"),
        ("a.gif", gif(2), "image/gif", "inline"),
        ("a.mp4", video(), "video/mp4", "attachment"),
        ("a.mov", video(b"qt  "), "video/quicktime", "attachment"),
    ],
)
def test_a_file_is_served_as_what_it_is(operator: FlaskClient, name: str, content: bytes, mime: str, how: str) -> None:
    send(operator, (name, content))
    answer = operator.get(f"{PAGE}/file", query_string={"name": f"media/{name}"})
    assert (answer.status_code, answer.mimetype, answer.data) == (200, mime, content)
    assert answer.headers["Content-Disposition"] == f"{how}; filename={name}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["media/page.jpg", "media/page.html", "media/page.svg"])
def test_what_is_no_picture_is_never_served_though_it_lies_there(operator: FlaskClient, root: Path, name: str) -> None:
    (root / "media").mkdir()
    (root / name).write_bytes(b"<html><script>alert(1)</script>")
    for what in ("file", "thumbnail"):
        assert operator.get(f"{PAGE}/{what}", query_string={"name": name}).status_code == 404
    assert "is no whole picture or video" in operator.get(PAGE).text


def test_a_picture_under_a_page_s_name_is_served_as_a_picture(operator: FlaskClient, root: Path) -> None:
    (root / "media").mkdir()
    (root / "media" / "page.html").write_bytes(picture("GIF") + b"<script>alert(1)</script>")
    answer = operator.get(f"{PAGE}/file", query_string={"name": "media/page.html"})
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("image/gif", "nosniff")


@pytest.mark.parametrize("what", ["file", "thumbnail", "delete"])
@pytest.mark.parametrize("name", ["", "cookies.json", "media/../cookies.json", "../kopi_kopi/media/x.jpg", "media/\0"])
def test_what_is_not_among_the_media_is_not_found(operator: FlaskClient, root: Path, what: str, name: str) -> None:
    (root / "cookies.json").write_bytes(picture())
    assert operator.get(f"{PAGE}/{what}", query_string={"name": name}).status_code == 404
    assert operator.post(f"{PAGE}/delete", data={"name": name}).status_code == 404
    assert (root / "cookies.json").exists()


def test_a_thumbnail_is_a_small_webp(operator: FlaskClient, root: Path) -> None:
    send(operator, ("a.jpg", picture(size=(1600, 900))))
    assert "/media/thumbnail?name=media/a.jpg" in operator.get(PAGE).text
    answer = operator.get(f"{PAGE}/thumbnail", query_string={"name": "media/a.jpg"})
    assert (answer.status_code, answer.mimetype, answer.data[8:12]) == (200, "image/webp", b"WEBP")
    assert len(files_below(root / "data" / "thumbnails")) == 1


def test_the_page_tells_which_templates_use_a_file_and_what_is_missing(operator: FlaskClient, root: Path) -> None:
    use(root, "media/a.jpg", "media/gone.jpg")
    send(operator, ("a.jpg", picture()))
    html = operator.get(PAGE).text
    assert "A template uses it" in html
    assert "Promo: murah" in html
    missing = html.partition('id="media-missing"')[2].partition("</div>")[0]
    assert "media/gone.jpg" in missing
    assert "media/a.jpg" not in missing


def test_templates_that_cannot_be_read_are_told(operator: FlaskClient, root: Path) -> None:
    send(operator, ("a.jpg", picture()))
    (root / "config" / "templates.yaml").write_text("promo_templates: [", encoding="utf-8")
    html = operator.get(PAGE).text
    assert "Which templates use what is not known" in html
    assert "Use unknown" in html
    assert "nobody knows whether a template uses this file" in operator.get(f"{PAGE}/delete?name=media/a.jpg").text
    assert operator.post(f"{PAGE}/delete", data={"name": "media/a.jpg"}).status_code == 409


def test_what_no_template_uses_is_deleted_after_a_question(operator: FlaskClient, root: Path) -> None:
    send(operator, ("a.jpg", picture()))
    assert "No template and no queued post uses this file." in operator.get(f"{PAGE}/delete?name=media/a.jpg").text
    assert files_below(root / "media") == {"a.jpg"}
    assert operator.post(f"{PAGE}/delete", data={"name": "media/a.jpg"}).status_code == 302
    assert files_below(root / "media") == set()
    assert "media/a.jpg is deleted." in operator.get(PAGE).text


def test_what_a_template_uses_is_not_deleted_until_a_person_says_so(operator: FlaskClient, root: Path) -> None:
    send(operator, ("a.jpg", picture()))
    use(root, "media/a.jpg")
    page = operator.get(f"{PAGE}/delete?name=media/a.jpg").text
    assert "A template uses it." in page
    assert "nothing is posted from it" in page
    uses = page.partition('name="uses" value="')[2].partition('"')[0]
    refused = operator.post(f"{PAGE}/delete", data={"name": "media/a.jpg", "uses": uses})
    assert refused.status_code == 409
    assert "media/a.jpg is not deleted: a template uses it. If it shall go" in refused.text
    assert files_below(root / "media") == {"a.jpg"}
    data = {"name": "media/a.jpg", "uses": uses, "although_used": "yes"}
    assert operator.post(f"{PAGE}/delete", data=data).status_code == 302
    assert files_below(root / "media") == set()


def test_a_use_that_came_after_the_question_is_shown_first(operator: FlaskClient, root: Path) -> None:
    send(operator, ("a.jpg", picture()))
    operator.get(f"{PAGE}/delete?name=media/a.jpg")
    use(root, "media/a.jpg")
    data = {"name": "media/a.jpg", "although_used": "yes"}
    refused = operator.post(f"{PAGE}/delete", data=data)
    assert refused.status_code == 409
    assert "Promo: murah" in refused.text
    assert files_below(root / "media") == {"a.jpg"}


def test_many_files_are_shown_part_by_part(operator: FlaskClient, root: Path) -> None:
    (root / "media").mkdir()
    for number in range(SHOWN + 2):
        (root / "media" / f"{number:03}.jpg").write_bytes(picture(size=(8, 8)))
    first, second = operator.get(PAGE).text, operator.get(f"{PAGE}?page=2").text
    assert f'href="{PAGE}?page=2"' in first
    assert 'data-name="media/000.jpg"' in first
    assert 'data-name="media/049.jpg"' in second
    assert 'data-name="media/000.jpg"' not in second
    assert "no files on this page" in operator.get(f"{PAGE}?page=9").text


def test_the_poll_brings_the_files_after_a_change(operator: FlaskClient) -> None:
    seen = {"since": mark(operator.get(PAGE).text)}
    assert operator.get(f"{PAGE}/statuses", query_string=seen, headers=HTMX).status_code == 204
    send(operator, ("a.jpg", picture()))
    answer = operator.get(f"{PAGE}/statuses", query_string=seen, headers=HTMX)
    assert 'hx-swap-oob="true"' in answer.text.partition('id="media-files"')[2].partition(">")[0]
    assert 'data-name="media/a.jpg"' in answer.text


def test_names_and_texts_are_shown_as_text(operator: FlaskClient, root: Path) -> None:
    write_yaml(root / "config" / "templates.yaml", {"promo_templates": [{"text": "<b>x", "media": "media/<i>.jpg"}]})
    html = operator.get(PAGE).text
    assert "&lt;i&gt;.jpg" in html
    assert "<i>" not in html
    assert "<b>" not in html


def test_an_account_whose_folder_is_not_known_says_so(clock: FakeClock, tmp_path: Path, fleet: FakeFleet) -> None:
    fleet.home = None
    operator = make_panel(fleet, clock, tmp_path / "data", config={"WTF_CSRF_ENABLED": False}).operator()
    html = operator.get(PAGE).text
    assert "The folder of this account is not known." in html
    assert "<form" not in html.partition('id="media-title"')[2].partition("</section>")[0]
    assert send(operator, ("a.jpg", picture())).status_code == 409


@pytest.mark.parametrize("path", ["", "/statuses", "/file?name=media/a.jpg", "/thumbnail", "/delete"])
def test_an_unknown_account_is_not_found(operator: FlaskClient, path: str) -> None:
    assert operator.get(f"/accounts/nobody/media{path}").status_code == 404
