"""The media of an account: what is taken in, what is refused and why, which template uses what, what may go."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.content.media import GIF, JPEG, MOV, MP4, PNG, WEBP, MediaFormat
from bot.content.media_library import USES_UNKNOWN, MediaItem, MediaLibrary, MediaUse
from bot.errors import MediaInUse, MediaRefused
from bot.settings.home import AccountFolder
from tests.homes import write_yaml
from tests.media import HOSTILE_NAMES, bomb, box, files_below, gif, picture, video

MB = 1024 * 1024
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'


class Shop:
    """One account "one" with its library, and who was told of changes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = AccountFolder(root)
        self.changed: list[str] = []
        self.queued: list[tuple[str, tuple[str, ...]]] = []
        self.library = MediaLibrary({"one": self.folder}.__getitem__, self.changed.append, lambda _: self.queued)

    def add(self, name: str, content: bytes, **options: Any) -> MediaItem:
        return self.library.add("one", name, io.BytesIO(content), **options)

    def write_templates(self, **templates: Any) -> None:
        write_yaml(self.folder.templates_yaml, templates)

    def files(self) -> set[str]:
        return files_below(self.root)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    (tmp_path / "one").mkdir()
    return Shop(tmp_path / "one")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.jpg", picture("JPEG"), JPEG),
        ("a.JPEG", picture("JPEG"), JPEG),
        ("a.png", picture("PNG"), PNG),
        ("a.webp", picture("WEBP"), WEBP),
        ("a.gif", gif(3), GIF),
        ("a.mp4", video(), MP4),
        ("a.mov", video(b"qt  "), MOV),
    ],
)
def test_what_x_takes_is_kept_under_its_name(shop: Shop, name: str, content: bytes, kind: MediaFormat) -> None:
    item = shop.add(name, content)
    assert (item.name, item.problem, item.facts and item.facts.format) == (f"media/{name}", "", kind)
    assert (shop.root / "media" / name).read_bytes() == content
    assert shop.files() == {f"media/{name}"}
    assert shop.changed == ["one"]


def test_size_and_pixels_are_told(shop: Shop) -> None:
    facts = shop.add("a.png", picture("PNG", (320, 200))).facts
    assert facts is not None
    assert (facts.width, facts.height, facts.size) == (320, 200, len(picture("PNG", (320, 200))))


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("photo.jpg", picture("WEBP"), "photo.webp"),
        ("photo", picture("PNG"), "photo.png"),
        ("page.html", picture("GIF"), "page.html.gif"),
        ("film.mp4", video(b"qt  "), "film.mov"),
        ("a.b.JPG", picture("PNG"), "a.b.png"),
    ],
)
def test_a_file_gets_the_suffix_of_what_is_in_it(shop: Shop, name: str, content: bytes, kept: str) -> None:
    assert shop.add(name, content).name == f"media/{kept}"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.jpg", HTML, "no whole picture"),
        ("a.jpg", SVG, "no whole picture"),
        ("a.jpg", b"", "no whole picture"),
        ("a.png", picture("PNG")[:-20], "no whole picture"),
        ("a.jpg", picture("JPEG", (900, 900))[:-600], "no whole picture"),
        ("a.webp", picture("WEBP", (900, 900))[:-300], "no whole picture"),
        ("a.jpg", picture("BMP"), "is BMP"),
        ("a.png", bomb(), "too many pixels"),
        ("a.png", bomb(9_500), "too many pixels"),
        ("a.gif", gif(351), "more than 350 frames"),
        ("a.gif", gif(40_000), "more than 350 frames"),
        ("a.gif", gif(200, (4000, 4000)), "million pixels in all its frames"),
        ("a.gif", gif(2)[:-6], "is cut short"),
        ("a.jpg", picture("JPEG") + b"\0" * (5 * MB), "X takes up to 5 MB"),
        ("a.mp4", box(b"ftyp", b"isom") + HTML, "is cut short"),
        ("a.mp4", video()[:-10], "is cut short"),
        ("a.mp4", video(b"heic"), "no JPG, PNG, WEBP, GIF or MP4"),
    ],
)
def test_what_x_does_not_take_is_refused_with_a_remedy_and_leaves_nothing(
    shop: Shop, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(MediaRefused, match=why) as caught:
        shop.add(name, content)
    assert caught.value.message.startswith(name)
    assert caught.value.remedy
    assert shop.files() == set()
    assert shop.changed == []


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_refused_before_anything_is_read(shop: Shop, name: str) -> None:
    class Unread(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            raise AssertionError

    with pytest.raises(MediaRefused):
        shop.library.add("one", name, Unread())  # type: ignore[arg-type]
    assert shop.files() == set()


def test_a_picture_that_also_is_a_page_is_kept_as_a_picture_alone(shop: Shop) -> None:
    item = shop.add("page.html", picture("GIF") + HTML)
    assert item.name.endswith(".html.gif")


def test_another_file_is_never_replaced(shop: Shop) -> None:
    shop.add("a.jpg", picture(colour="red"))
    for name in ("a.jpg", "A.JPG"):
        with pytest.raises(MediaRefused, match="is there already"):
            shop.add(name, picture(colour="blue"))
    assert (shop.root / "media" / "a.jpg").read_bytes() == picture(colour="red")


def test_the_suffix_that_a_file_gets_does_not_let_it_replace_another(shop: Shop) -> None:
    shop.add("a.webp", picture("WEBP", colour="red"))
    with pytest.raises(MediaRefused, match="is there already"):
        shop.add("a.jpg", picture("WEBP", colour="blue"))


def test_each_file_tells_which_templates_use_it(shop: Shop) -> None:
    shop.add("a.jpg", picture())
    shop.add("b.jpg", picture())
    shop.add("c.jpg", picture(), folder="media/promo")
    shop.write_templates(
        promo_templates=[
            {"text": "murah", "media": "media/a.jpg"},
            {"text": "hari ini", "media": ["./media/promo\\c.jpg", "media/a.jpg"]},
            "no media",
        ],
        value_templates=[{"text": "tip", "media": "media/gone/d.jpg"}, {"text": "odd", "media": "../two/x.jpg"}],
    )
    shelf = shop.library.look("one")
    uses = {item.name: item.uses for item in shelf.items}
    assert uses == {
        "media/a.jpg": (MediaUse("promo", "murah"), MediaUse("promo", "hari ini")),
        "media/b.jpg": (),
        "media/promo/c.jpg": (MediaUse("promo", "hari ini"),),
    }
    assert [(each.name, each.uses) for each in shelf.missing] == [("media/gone/d.jpg", (MediaUse("value", "tip"),))]
    assert shelf.folders == ("media", "media/gone", "media/promo")
    assert (shelf.total, shelf.templates_problem) == (3, "")


def test_an_account_without_templates_or_media_has_an_empty_shelf(shop: Shop) -> None:
    shelf = shop.library.look("one")
    assert (shelf.items, shelf.total, shelf.missing, shelf.folders) == ((), 0, (), ("media",))


def test_files_are_told_of_part_by_part(shop: Shop) -> None:
    for letter in "bAc":
        shop.add(f"{letter}.jpg", picture())
    assert [item.name for item in shop.library.look("one", offset=1, limit=1).items] == ["media/b.jpg"]
    assert shop.library.look("one", offset=9).total == 3


def test_a_file_put_there_by_hand_is_judged_too_and_again_after_a_change(shop: Shop) -> None:
    file = shop.root / "media" / "a.jpg"
    file.parent.mkdir()
    file.write_bytes(HTML)
    (item,) = shop.library.look("one").items
    assert item.facts is None
    assert item.problem.startswith("media/a.jpg is no whole picture")
    assert shop.library.path("one", "media/a.jpg") is None
    assert shop.library.thumbnail("one", "media/a.jpg") is None
    file.write_bytes(picture())
    assert shop.library.look("one").items[0].problem == ""
    assert shop.library.path("one", "media/a.jpg") == file


def test_what_no_template_uses_can_be_deleted(shop: Shop) -> None:
    shop.add("a.jpg", picture())
    shop.library.thumbnail("one", "media/a.jpg")
    assert shop.library.delete("one", "media/a.jpg") == "media/a.jpg is deleted."
    assert shop.files() == set()
    assert shop.changed == ["one", "one"]


def test_what_a_template_uses_is_deleted_only_by_who_saw_that(shop: Shop) -> None:
    shop.write_templates(promo_templates=[{"text": "murah", "media": "media/a.jpg"}])
    mark = shop.add("a.jpg", picture()).use_mark
    with pytest.raises(MediaInUse, match="a template uses it") as caught:
        shop.library.delete("one", "media/a.jpg")
    assert caught.value.remedy
    shop.write_templates(promo_templates=[{"text": text, "media": "media/a.jpg"} for text in ("murah", "baru")])
    with pytest.raises(MediaInUse, match="2 templates use it"):
        shop.library.delete("one", "media/a.jpg", use_mark=mark)
    assert (shop.root / "media" / "a.jpg").is_file()
    item = shop.library.find("one", "media/a.jpg")
    assert item is not None
    shop.library.delete("one", "media/a.jpg", use_mark=item.use_mark)
    assert not (shop.root / "media" / "a.jpg").exists()


def test_what_a_queued_post_goes_with_is_in_use_too(shop: Shop) -> None:
    shop.add("a.jpg", picture())
    shop.queued = [("Buka sampai jam sepuluh", ("media/a.jpg",)), ("Tanpa gambar", ())]
    with pytest.raises(MediaInUse, match="a queued post uses it"):
        shop.library.delete("one", "media/a.jpg")
    shop.write_templates(promo_templates=[{"text": "murah", "media": "media/a.jpg"}])
    with pytest.raises(MediaInUse, match="a template and a queued post use it"):
        shop.library.delete("one", "media/a.jpg")
    assert [missing.name for missing in shop.library.look("one").missing] == []
    shop.queued = []
    item = shop.library.find("one", "media/a.jpg")
    assert item is not None
    assert [use.kind for use in item.uses] == ["promo"]


def test_a_file_under_another_name_of_its_own_is_in_use_just_the_same(shop: Shop) -> None:
    """As on systems that take A.JPG and a.jpg for one."""
    shop.add("a.jpg", picture())
    (shop.root / "media" / "other.jpg").hardlink_to(shop.root / "media" / "a.jpg")
    shop.write_templates(promo_templates=[{"text": "murah", "media": "media/a.jpg"}])
    with pytest.raises(MediaInUse):
        shop.library.delete("one", "media/other.jpg")


def test_a_file_that_was_replaced_by_hand_is_still_in_use(shop: Shop) -> None:
    shop.write_templates(promo_templates=[{"text": "murah", "media": "media/a.jpg"}])
    shop.add("a.jpg", picture())
    assert shop.library.look("one").missing == ()
    (shop.root / "media" / "new").write_bytes(picture(colour="red"))
    (shop.root / "media" / "new").replace(shop.root / "media" / "a.jpg")
    assert shop.library.look("one").items[0].uses == (MediaUse("promo", "murah"),)


def test_who_saw_a_use_may_delete_what_is_used_no_more(shop: Shop) -> None:
    shop.write_templates(promo_templates=[{"text": "murah", "media": "media/a.jpg"}])
    mark = shop.add("a.jpg", picture()).use_mark
    shop.write_templates(promo_templates=["murah"])
    assert shop.library.delete("one", "media/a.jpg", use_mark=mark)


def test_while_templates_cannot_be_read_nobody_says_that_a_file_is_unused(shop: Shop) -> None:
    shop.add("a.jpg", picture())
    shop.folder.templates_yaml.parent.mkdir()
    shop.folder.templates_yaml.write_text("promo_templates: [", encoding="utf-8")
    shelf = shop.library.look("one")
    assert "templates.yaml" in shelf.templates_problem
    assert shelf.items[0].use_mark == USES_UNKNOWN
    with pytest.raises(MediaInUse, match=r"templates\.yaml cannot be read"):
        shop.library.delete("one", "media/a.jpg")
    assert shop.library.delete("one", "media/a.jpg", use_mark=USES_UNKNOWN)


def test_a_thumbnail_is_small_made_once_and_kept_under_data(shop: Shop) -> None:
    shop.add("a.jpg", picture("JPEG", (1600, 900)))
    small = shop.library.thumbnail("one", "media/a.jpg")
    assert small is not None
    assert small.parent == shop.root / "data" / "thumbnails"
    with Image.open(small) as image:
        assert (image.format, image.size) == ("WEBP", (320, 180))
    small.write_bytes(b"kept")
    assert shop.library.thumbnail("one", "media/a.jpg") == small
    assert small.read_bytes() == b"kept"


def test_a_thumbnail_follows_its_picture(shop: Shop) -> None:
    shop.add("a.jpg", picture())
    old = shop.library.thumbnail("one", "media/a.jpg")
    (shop.root / "media" / "a.jpg").write_bytes(picture(size=(30, 90)))
    new = shop.library.thumbnail("one", "media/a.jpg")
    assert old is not None
    assert new is not None
    assert not old.exists()
    with Image.open(new) as image:
        assert image.size == (30, 90)


def test_a_thumbnail_stands_upright_and_tells_nothing_of_the_camera(shop: Shop) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Secret Camera"
    packed = io.BytesIO()
    Image.new("RGB", (80, 40), "red").save(packed, "JPEG", exif=exif)
    shop.add("a.jpg", packed.getvalue())
    small = shop.library.thumbnail("one", "media/a.jpg")
    assert small is not None
    assert b"Secret" not in small.read_bytes()
    with Image.open(small) as image:
        assert image.size == (40, 80)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "CMYK", "I;16", "1"])
def test_pictures_of_every_kind_get_a_thumbnail(shop: Shop, mode: str) -> None:
    packed = io.BytesIO()
    Image.new(mode, (40, 30)).save(packed, "JPEG" if mode == "CMYK" else "PNG")
    shop.add("a.png" if mode != "CMYK" else "a.jpg", packed.getvalue())
    (item,) = shop.library.look("one").items
    assert shop.library.thumbnail("one", item.name) is not None


def test_a_video_has_no_thumbnail(shop: Shop) -> None:
    shop.add("a.mp4", video())
    assert shop.library.thumbnail("one", "media/a.mp4") is None
    assert shop.library.path("one", "media/a.mp4") is not None


@pytest.mark.parametrize("name", ["media/b.jpg", "cookies.json", "media/../cookies.json", "", "media"])
def test_what_is_not_there_is_not_found(shop: Shop, name: str) -> None:
    (shop.root / "cookies.json").write_bytes(picture())
    assert shop.library.find("one", name) is None
    assert shop.library.path("one", name) is None
    assert shop.library.thumbnail("one", name) is None
    with pytest.raises(KeyError):
        shop.library.delete("one", name)


def test_an_unknown_account_is_a_key_error(shop: Shop) -> None:
    for ask in (shop.library.look, lambda who: shop.library.find(who, "media/a.jpg")):
        with pytest.raises(KeyError):
            ask("nobody")
