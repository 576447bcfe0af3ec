from __future__ import annotations

from dataclasses import replace

import pytest

from practice.media import LIMITS, check_file, check_together, sniff
from practice.model import Media
from practice.refusals import Refusal

HEADS = {
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/webp": b"RIFF\0\0\0\0WEBP",
    "image/gif": b"GIF89a",
    "video/mp4": b"\0\0\0\x18ftypisom",
    "video/quicktime": b"\0\0\0\x14ftypqt  ",
}


@pytest.mark.parametrize(("media_type", "head"), HEADS.items())
def test_each_type_is_known_by_its_first_bytes(media_type, head):
    assert sniff(head + b"rest") == media_type
    check_file(media_type, head + b"rest")


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp", "image/gif"])
def test_a_picture_over_its_limit_is_refused(media_type):
    largest = HEADS[media_type].ljust(LIMITS[media_type], b"0")
    check_file(media_type, largest)
    with pytest.raises(Refusal):
        check_file(media_type, largest + b"0")


def test_videos_may_have_512_mebibytes():
    assert LIMITS["video/mp4"] == 512 * 1024 * 1024


def test_bytes_that_are_not_what_they_claim_are_refused():
    with pytest.raises(Refusal):
        check_file("image/png", HEADS["image/jpeg"])
    with pytest.raises(Refusal):
        check_file("text/plain", b"halo")


def media(media_type: str) -> Media:
    return Media("1", "name", media_type, 1, "", b"")


def test_four_pictures_or_one_moving_thing_may_stand_together():
    check_together([media("image/png")] * 4)
    check_together([media("video/mp4")])
    check_together([media("image/gif")])


@pytest.mark.parametrize("types", [["image/png"] * 5, ["video/mp4", "image/png"], ["image/gif", "image/gif"]])
def test_other_mixtures_are_refused(types):
    with pytest.raises(Refusal):
        check_together([replace(media(one)) for one in types])
