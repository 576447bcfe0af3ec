from __future__ import annotations

from itertools import pairwise

import pytest
import yaml

from practice.phrases import SEARCHED
from practice.search import Query
from practice.seed import seeded_world

LEGACY_SEARCHES = yaml.safe_load("""
- butuh paket data
- cari paket murah
- kuota habis
- tips internet
- paket data bandung
- '@contoh_operator'
""")


def test_the_same_seed_gives_the_same_people_and_texts(clock):
    one, two, other = seeded_world(1, clock), seeded_world(1, clock), seeded_world(2, clock)
    assert one.state() == two.state()
    assert one.state() != other.state()


@pytest.mark.parametrize("search", LEGACY_SEARCHES)
def test_each_search_of_the_shop_finds_posts_of_15_strangers(search, clock):
    found = seeded_world(1, clock).timeline(None, Query.read(search))
    assert len({post.author for post in found}) >= 15


def test_every_phrase_says_what_its_search_finds():
    for search, sentences in SEARCHED.items():
        for sentence in sentences:
            words = {word for word in search.split() if not word.startswith("{")}
            assert all(word.lower() in sentence.lower() for word in words), (search, sentence)


def test_posts_are_many_and_ids_grow_with_time(clock):
    posts = seeded_world(1, clock).timeline(None)
    assert len(posts) >= 150
    assert all(int(newer.id) > int(older.id) and newer.time >= older.time for newer, older in pairwise(posts))
    assert posts[0].time <= clock()


def test_the_world_has_quotes_photos_reposts_long_texts_and_closed_authors(clock):
    world = seeded_world(1, clock)
    posts, people = world.timeline(None), world.users()
    assert any(post.quote_id for post in posts)
    assert {len(post.media) for post in posts} >= {0, 1, 2, 3, 4}
    assert any(user.reposts for user in people)
    assert any(len(post.text) > 280 for post in posts)
    assert any(user.protected for user in people)
    assert any(user.deleted for user in people)
    assert any("mahasiswa" in user.bio.lower() for user in people)
    assert any(world.followers(user) >= 10_000 for user in people)
