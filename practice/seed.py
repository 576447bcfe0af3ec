"""Fills a world with strangers and what they posted. The same seed gives the same people and texts."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from hashlib import sha256

from practice import phrases
from practice.model import Media, Post, User
from practice.world import Now, World, utc_now

STRANGERS = 48
PER_SEARCH = 18  # posts by as many different strangers that each search finds
OTHER_POSTS = 90
_SIZES = ("small", "small", "small", "known", "large")
_SPAN = timedelta(days=5)  # the posts are spread over this time before now


def seeded_world(seed: int = 1, now: Now = utc_now) -> World:
    """A world with strangers, posts, quotes, photos, reposts, a protected and a deleted author."""
    world = World(now)
    _Seeder(world, random.Random(seed), now()).fill()
    return world


class _Seeder:
    def __init__(self, world: World, dice: random.Random, end: datetime) -> None:
        self._world = world
        self._dice = dice
        self._end = end
        self._people: list[User] = []

    def fill(self) -> None:
        self._people = [self._stranger(number) for number in range(STRANGERS)]
        self._specials()
        drafts = self._searched() + self._unsearched()
        self._dice.shuffle(drafts)
        step = _SPAN / len(drafts)
        posts = [
            self._post(author, text, self._end - _SPAN + step * number) for number, (author, text) in enumerate(drafts)
        ]
        self._decorate(posts)
        self._answer(posts)
        self._repost(posts)

    def _stranger(self, number: int) -> User:
        dice = self._dice
        first = phrases.FIRST[number % len(phrases.FIRST)]
        last = phrases.LAST[(number * 5 + number // len(phrases.FIRST)) % len(phrases.LAST)]
        joined = self._end - timedelta(days=dice.randint(200, 4000))
        low, high = {"small": (3, 990), "known": (1000, 9999), "large": (10_000, 900_000)}[dice.choice(_SIZES)]
        return self._world.add_user(
            User(
                handle=f"{first.lower()}_{last.lower()[:6]}{number + 10}",
                name=f"{first} {last}" + dice.choice(("", "", "", " 🌸", " ⚡")),
                user_id="",
                joined=joined,
                bio=dice.choice(phrases.BIOS),
                location=dice.choice(phrases.PLACES),
                url=dice.choice(("", "", f"https://{first.lower()}.example")),
                verified=number % 11 == 5,
                base_followers=dice.randint(low, high),
                base_following=dice.randint(5, 2400),
            )
        )

    def _specials(self) -> None:
        """An operator people write to, a protected, a deleted, and a suspended author."""
        old = self._end - timedelta(days=1500)
        for user in (
            User("contoh_operator", "Contoh Operator", "", old, bio="Layanan pelanggan 24 jam", verified=True),
            User("diam_saja", "Diam Saja", "", old, protected=True, base_followers=40),
            User("sudah_pergi", "Sudah Pergi", "", old, deleted=True),
            User("pernah_ramai", "Pernah Ramai", "", old, suspended=True),
        ):
            self._world.add_user(user)
            for text in ("Selamat datang di sini 👋", "Terima kasih sudah mampir"):
                self._post(user, f"{text} ({user.handle})", self._end - _SPAN - timedelta(days=1))

    def _searched(self) -> list[tuple[User, str]]:
        """For each search, posts by different strangers that it finds; no text twice by one author."""
        return [
            (author, self._say(self._dice.choice(sentences)))
            for sentences in phrases.SEARCHED.values()
            for author in self._dice.sample(self._people, PER_SEARCH)
        ]

    def _unsearched(self) -> list[tuple[User, str]]:
        sentences = [phrases.LONG if number % 15 == 7 else "" for number in range(OTHER_POSTS)]
        return [
            (self._dice.choice(self._people), self._say(sentence or self._dice.choice(phrases.OTHERS)))
            for sentence in sentences
        ]

    def _say(self, sentence: str) -> str:
        fillings = {name: self._dice.choice(words) for name, words in phrases.FILLINGS.items()}
        return sentence.format(**fillings, friend=self._dice.choice(self._people).handle)

    def _post(self, author: User, text: str, moment: datetime) -> Post:
        dice = self._dice
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        post = Post(self._world.next_id(moment), author.handle, text, moment)
        loud = dice.choice((0, 0, 3, 40, 900, 20_000))
        post.base_likes = dice.randint(0, loud)
        post.base_reposts = dice.randint(0, loud // 4)
        post.base_replies = dice.randint(0, min(loud // 6, 300))
        post.base_bookmarks = dice.randint(0, loud // 8)
        post.base_views = dice.choice((0, loud * 31 + dice.randint(20, 900)))
        return self._world.add_post(post)

    def _decorate(self, posts: list[Post]) -> None:
        """Photos, quotes and link previews on some; a pinned post for some authors."""
        for number, post in enumerate(posts[10:], start=10):
            if number % 6 == 0:
                post.media = tuple(self._photo(post, part) for part in range(1 + number // 6 % 4))
            elif number % 7 == 0:
                post.quote_id = posts[number - 9].id
            elif number % 23 == 0:
                post.card = "contoh.example Paket hemat bulan ini"
            if number % 17 == 0:
                self._world.user(post.author).pinned = post.id
        posts[-3].quote_id = self._world.posts_of("sudah_pergi")[0].id

    @staticmethod
    def _photo(post: Post, part: int) -> Media:
        key = f"seed{post.id}-{part}"
        return Media(key, f"{key}.svg", "image/svg+xml", 0, sha256(key.encode()).hexdigest(), b"")

    def _answer(self, posts: list[Post]) -> None:
        for number, post in enumerate(posts[::12]):
            for author in self._dice.sample(self._people, 1 + number % 4):
                moment = post.time + timedelta(minutes=self._dice.randint(1, 30))
                answer = self._post(author, self._say("Sama, {complaint}. Semangat ya!"), moment)
                answer.reply_to = post.id

    def _repost(self, posts: list[Post]) -> None:
        for post in posts[5::13]:
            self._dice.choice([user for user in self._people if user.handle != post.author]).reposts.append(post.id)
