"""Numbers as x.com shows them, in the languages it shows them in."""

from __future__ import annotations

import pytest

from bot.x.counts import read_exact, read_left_over, read_rounded


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("46 Replies. Reply", 46),
        ("0 Likes. Like", 0),
        ("1 repost. Repost", 1),
        ("1,497 reposts. Repost", 1497),
        ("1.502 suka. Suka", 1502),
        ("1 234 J’aime. Aimer", 1234),
        ("1\u202f234\u202f567 vues", 1_234_567),
        ("1’234 Likes", 1234),
        ("1,00,000 likes", 100_000),
        ("8 回复。回复", 8),
        ("16642 次查看。查看帖子分析", 16642),
        ("0 件の返信。返信する", 0),
        ("12 replies, 3 reposts, 40 likes", 12),
        ("View post analytics", None),
        ("", None),
        (None, None),
    ],
)
def test_the_first_number_of_a_label_is_read_in_any_language(label: str | None, number: int | None) -> None:
    assert read_exact(label) == number


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("1,017", "en", 1017),
        ("979", "en-GB", 979),
        ("14K", "en", 14_000),
        ("393.2K", "en", 393_200),
        ("2.3M", "en", 2_300_000),
        ("97K posts", "en", 97_000),
        ("1,017 posts", "en", 1017),
        ("1.017", "id", 1017),
        ("12,5 rb", "id", 12_500),
        ("1,2 jt", "id", 1_200_000),
        ("1,2 M", "id", 1_200_000_000),
        ("1,2 M", "fr", 1_200_000),
        ("1.6万", "zh", 16_000),
        ("2.7万 件のポスト", "ja", 27_000),
        ("3억", "ko", 300_000_000),
        ("1,5 Mio.", "de", 1_500_000),
        ("12 postingan", "id", 12),
        ("posts", "en", None),
        (None, "en", None),
    ],
)
def test_rounded_numbers_are_read_with_their_unit(text: str | None, language: str, number: int | None) -> None:
    assert read_rounded(text, language) == number


@pytest.mark.parametrize(
    ("label", "before", "views", "number"),
    [
        ("3 replies, 1 repost, 22 likes, 1 bookmark, 1178 views", (3, 1, 22), 1178, 1),
        ("4 likes, 1 bookmark, 547 views", (0, 0, 4), 547, 1),
        ("8 回复、40 次转帖、141 喜欢、209 书签、16642 次观看", (8, 40, 141), 16642, 209),
        ("7 reposts, Reposted, 52 likes, Liked, 4 bookmarks, 900 views", (0, 7, 52), 900, 4),
        ("163 replies, 739 reposts, 2939 likes, 75 bookmarks", (163, 739, 2939), None, 75),
        ("1,497 likes, 1,497 bookmarks, 1,497 views", (0, 0, 1497), 1497, 1497),
        ("12 replies, 900 views", (12, 0, 0), 900, 0),
        ("361 views", (0, 0, 0), 361, 0),
        ("", (0, 0, 0), None, 0),
        (None, (0, 0, 0), None, 0),
        (None, (0, 0, 0), 361, None),
        ("12 replies, 41 likes, 900 views", (12, 0, 40), 900, None),
        ("12 replies, 40 likes, 5 bookmarks, 901 views", (12, 0, 40), 900, None),
        ("12 replies, 40 likes, 5 bookmarks, 6 quotes, 900 views", (12, 0, 40), 900, None),
        ("12 replies, 40 likes, 900 views", (12, None, 40), 900, None),
    ],
)
def test_bookmarks_are_what_the_label_of_the_bar_has_besides(
    label: str | None, before: tuple[int | None, ...], views: int | None, number: int | None
) -> None:
    assert read_left_over(label, before, views) == number
