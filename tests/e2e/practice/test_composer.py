from __future__ import annotations

import hashlib

import pytest
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.e2e

FIELD = "#layers [data-testid=tweetTextarea_0]"
INLINE = "[data-testid=primaryColumn] [data-testid=tweetTextarea_0]"
TEXT = "Halo 👋🏽 pagi\nbaris dua 🇮🇩 👨‍👩‍👧‍👦\n\nhttps://contoh.example/promo ya"


def send_modal(page, text: str) -> None:
    page.one(FIELD).send_keys(text)
    page.button("tweetButton").click()


def test_typed_keys_give_exactly_that_text(page):
    page.open("/compose/post")
    send_modal(page, TEXT)
    link = page.one("[data-testid=toast] a[href*='/status/']")
    [post] = page.state()["posts"]
    assert post["text"] == TEXT
    assert link.get_attribute("href") == f"https://x.com/{page.account.handle}/status/{post['id']}"
    page.until(lambda: page.all("[data-testid=toast]") == [] or None, "the toast to vanish")


def test_inserted_text_gives_exactly_that_text(page):
    page.open("/home")
    page.one(INLINE).click()
    page.browser.execute_cdp_cmd("Input.insertText", {"text": TEXT})
    page.button("tweetButtonInline").click()
    page.one("[data-testid=toast] a")
    assert [post["text"] for post in page.state()["posts"]] == [TEXT]


def test_after_sending_the_inline_field_is_empty_and_the_post_on_top(page):
    page.open("/home")
    page.one(INLINE).send_keys("Selamat pagi")
    page.button("tweetButtonInline").click()
    page.until(lambda: page.one(INLINE).text.strip() == "" or None)
    top = page.until(
        lambda: next((t for t in page.all("article [data-testid=tweetText]") if t.text == "Selamat pagi"), None)
    )
    assert top.is_displayed()


def test_after_sending_the_modal_is_gone_and_the_address_goes_back(page):
    page.open("/home")
    page.one("[data-testid=SideNav_NewTweet_Button]").click()
    page.wait_for_path("/compose/post")
    send_modal(page, "Dari modal")
    page.wait_for_path("/home")
    assert page.all("[role=dialog]") == []


def test_the_field_is_the_real_editor_and_is_itself_editable(page):
    page.open("/compose/post")
    field = page.one(FIELD)
    assert field.get_attribute("contenteditable") == "true"
    assert page.all(f"{FIELD} div[contenteditable]") == []
    page.run("arguments[0].textContent = 'palsu'", field)
    assert not page.one("#layers [data-testid=tweetButton]").is_enabled()


def test_the_button_is_off_when_empty_or_over_280(page):
    page.open("/compose/post")
    button = page.one("#layers [data-testid=tweetButton]")
    assert (button.get_attribute("aria-disabled"), button.get_attribute("tabindex")) == ("true", "-1")
    page.one(FIELD).send_keys("a" * 278 + "日")
    page.button("tweetButton")
    page.one(FIELD).send_keys("b")
    page.until(lambda: page.one("#layers [data-testid=tweetButton]").get_attribute("aria-disabled"))
    assert page.one("#layers [data-testid=toolBar] [role=progressbar]").text == "-1"


def test_control_enter_sends(page):
    page.open("/compose/post")
    page.one(FIELD).send_keys("Pakai papan ketik", Keys.CONTROL, Keys.ENTER)
    page.one("[data-testid=toast] a")
    assert [post["text"] for post in page.state()["posts"]] == ["Pakai papan ketik"]


def test_two_pictures_arrive_byte_by_byte_and_are_shown(page, pictures):
    page.open("/compose/post")
    page.one("#layers [data-testid=fileInput]").send_keys("\n".join(map(str, pictures)))
    assert "%" in page.one("#layers [data-testid=attachments]").text
    assert not page.one("#layers [data-testid=tweetButton]").is_enabled()
    page.button("tweetButton")
    send_modal(page, "Dua gambar")
    page.one("[data-testid=toast] a")
    [post] = page.state()["posts"]
    expected = [(file.name, file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest()) for file in pictures]
    assert [(one["name"], one["size"], one["sha256"]) for one in post["media"]] == expected
    page.open(f"/{page.account.handle}/status/{post['id']}")
    page.one("article [data-testid=tweetPhoto] img")
    shown = "return [...document.querySelectorAll('article [data-testid=tweetPhoto] img')].map(i => i.naturalWidth)"
    page.until(lambda: page.run(shown) == [64, 64] or None)


def test_media_alone_may_be_sent(page, pictures):
    page.open("/compose/post")
    page.one("#layers [data-testid=fileInput]").send_keys(str(pictures[0]))
    page.button("tweetButton").click()
    page.one("[data-testid=toast] a")
    assert page.state()["posts"][0]["text"] == ""


def test_an_upload_takes_away_what_was_typed_just_before(page, pictures):
    page.open("/compose/post")
    page.one(FIELD).send_keys("teks yang hilang")
    page.one("#layers [data-testid=fileInput]").send_keys(str(pictures[0]))
    page.until(lambda: "Uploaded (100%)" in page.one("#layers [data-testid=attachments]").text or None)
    page.until(lambda: page.one(FIELD).text.strip() == "" or None)


def test_a_video_is_sent_and_shown_in_a_player(page, tmp_path):
    video = tmp_path / "promo.mp4"
    video.write_bytes(b"\0\0\0\x18ftypisom" + b"0" * 5000)
    page.open("/compose/post")
    page.one("#layers [data-testid=fileInput]").send_keys(str(video))
    page.button("tweetButton").click()
    page.one("[data-testid=toast] a").click()
    page.wait_for_path(f"/{page.account.handle}/status/")
    player = page.one("article[tabindex='-1'] [data-testid=tweetPhoto] [data-testid=videoPlayer] video")
    [post] = page.state()["posts"]
    assert [(one["name"], one["type"], one["size"]) for one in post["media"]] == [("promo.mp4", "video/mp4", 5012)]
    assert player.get_attribute("src").startswith("https://pbs.twimg.com/video/")


def test_a_video_together_with_a_picture_is_refused(page, pictures, tmp_path):
    video = tmp_path / "promo.mp4"
    video.write_bytes(b"\0\0\0\x18ftypisom")
    page.open("/compose/post")
    page.one("#layers [data-testid=fileInput]").send_keys(f"{pictures[0]}\n{video}")
    assert page.toast() == "Some of your media failed to upload."


def test_a_picture_over_five_megabytes_is_refused(page, tmp_path):
    large = tmp_path / "besar.png"
    large.write_bytes(b"\x89PNG\r\n\x1a\n".ljust(5 * 1024 * 1024 + 1, b"0"))
    page.open("/compose/post")
    page.one("#layers [data-testid=fileInput]").send_keys(str(large))
    assert page.toast() == "Some of your media failed to upload."
    assert page.all("[data-testid=attachments]") == []


def test_five_pictures_are_refused_at_once(page, pictures):
    page.open("/compose/post")
    page.one("#layers [data-testid=fileInput]").send_keys("\n".join([str(pictures[0])] * 5))
    assert page.toast() == "Some of your media failed to upload."
    assert page.all("[data-testid=attachments]") == []


def test_the_same_text_again_is_refused_and_stays_in_the_field(page):
    page.site.world.publish(page.account, "promo hari ini")
    page.open("/compose/post")
    send_modal(page, "promo hari ini")
    assert page.toast() == "Whoops! You already said that."
    assert page.one(FIELD).text == "promo hari ini"
    assert len(page.state()["posts"]) == 1


def test_enter_after_a_tag_picks_from_the_list_and_escape_or_a_blank_closes_it(page):
    page.open("/compose/post")
    field = page.one(FIELD)
    field.send_keys("#promo")
    assert page.one("[role=listbox] [data-testid=typeaheadResult]").text == "#promo"
    field.send_keys(Keys.ENTER, "satu ")
    assert page.one(FIELD).text.rstrip() == "#promo satu"
    field.send_keys("#hemat", Keys.ESCAPE, Keys.ENTER, "dua")
    assert page.one(FIELD).text.splitlines()[-1] == "dua"
    assert page.all("[role=listbox]") == []


def test_closing_with_text_asks_and_a_kept_draft_comes_back(page):
    page.open("/compose/post")
    page.one(FIELD).send_keys("belum selesai")
    page.one("#layers [data-testid=app-bar-close]").click()
    page.one("[data-testid=confirmationSheetConfirm]").click()
    page.wait_for_path("/home")
    page.open("/compose/post")
    assert page.one(FIELD).text == "belum selesai"


def test_a_reply_stands_below_its_post(page):
    post = page.strangers_post()
    page.open(f"/{post.author}/status/{post.id}")
    page.one("[data-testid=inline_reply_offscreen] [data-testid=tweetTextarea_0]").send_keys("Setuju")
    page.button("tweetButtonInline").click()
    page.one("[data-testid=toast] a")
    assert page.state()["posts"][0]["reply_to"] == post.id
