"""What the numbers page shows, and the geometry of its two charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.fleet_view import AccountView, Fleet
from bot.storage.numbers import AccountNumbers, PeriodNumbers, PostNumbers
from webapp.accounts.card import Card, key
from webapp.live import Mark

WIDTH, HEIGHT = 600, 120  # of a chart, in its own units
_GAP = 4


@dataclass(frozen=True)
class Bar:
    """One day of a chart. A day whose number is not known has a mark on the ground instead of a bar."""

    x: float
    y: float
    width: float
    height: float
    is_known: bool
    title: str


@dataclass(frozen=True)
class Chart:
    """Numbers by day, with the greatest and what a reader hears of it."""

    title: str
    words: str
    bars: tuple[Bar, ...] = ()
    lines: tuple[str, ...] = ()  # points of each unbroken line
    dots: tuple[tuple[float, float, str], ...] = ()


@dataclass(frozen=True)
class NumbersPage:
    """The page of one account."""

    card: Card
    why_today: str
    numbers: AccountNumbers
    mark: Mark

    @property
    def account(self) -> AccountView:
        return self.card.account

    @property
    def numbers_key(self) -> str:
        return key(self.numbers)

    @property
    def rows(self) -> list[tuple[str, list[int | None]]]:
        """A row of the table of periods: what, and how many of it in each."""
        periods = self.numbers.periods
        return [
            ("Posts", [each.posts for each in periods]),
            ("Likes", [each.likes for each in periods]),
            ("Follows", [each.follows for each in periods]),
        ]

    @property
    def posts_chart(self) -> Chart:
        days = self.numbers.days
        return bar_chart("Posts a day", [(day.day, day.posts) for day in days])

    @property
    def followers_chart(self) -> Chart:
        return line_chart("Followers", [(day.day, day.followers) for day in self.numbers.days])

    def post_address(self, post: PostNumbers) -> str:
        """On X; "" while the account's handle is not known."""
        handle = self.account.handle
        return f"https://x.com/{handle}/status/{post.tweet_id}" if handle and post.tweet_id.isdigit() else ""


def look_at_numbers(fleet: Fleet, account_id: str, mark: Mark) -> NumbersPage:
    """Gather the page. Raises KeyError for an unknown account."""
    card = Card(fleet.account_view(account_id))
    return NumbersPage(card, fleet.why_no_post_today(account_id), fleet.numbers(account_id), mark)


def period_words(period: PeriodNumbers) -> str:
    return "Today" if period.days == 1 else f"{period.days} days"


def known_words(period: PeriodNumbers) -> str:
    """Said of sums that do not reach back over the whole period; "" of those that do."""
    if period.known_days in {0, period.days}:
        return ""
    return f"{period.known_days} of them recorded"


def signed(number: int | None) -> str | None:
    """ "+5", "-3", "0"."""
    return None if number is None else f"{number:+,}".replace("+0", "0")


def bar_chart(title: str, values: Sequence[tuple[date, int | None]]) -> Chart:
    """A bar for each day."""
    known = [value for _, value in values if value is not None]
    top = max([1, *known])
    step = WIDTH / max(1, len(values))
    bars = tuple(_bar(place * step, step - _GAP, value, top, day) for place, (day, value) in enumerate(values))
    words = f"{title}: {sum(known):,} in all, {max(known):,} at most" if known else f"{title}: unknown"
    return Chart(title, words, bars)


def line_chart(title: str, values: Sequence[tuple[date, int | None]]) -> Chart:
    """A line through the days that are known, broken where days are not."""
    known = [value for _, value in values if value is not None]
    if not known:
        return Chart(title, f"{title}: unknown")
    low, high = min(known), max(known)
    step, room = WIDTH / max(1, len(values)), HEIGHT - 20

    def point(place: int, value: int) -> tuple[float, float]:
        share = (value - low) / (high - low) if high > low else 0.5
        return round((place + 0.5) * step, 1), round(10 + room * (1 - share), 1)

    dots = [
        (*point(place, value), f"{day:%d %b}: {value:,}")
        for place, (day, value) in enumerate(values)
        if value is not None
    ]
    places = enumerate(values)
    runs = (list(run) for is_known, run in groupby(places, lambda each: each[1][1] is not None) if is_known)
    lines = (" ".join("{},{}".format(*point(place, value or 0)) for place, (_, value) in run) for run in runs)
    return Chart(title, f"{title}: from {known[0]:,} to {known[-1]:,}", (), tuple(lines), tuple(dots))


def _bar(x: float, width: float, value: int | None, top: int, day: date) -> Bar:
    height = round((value or 0) / top * (HEIGHT - 10), 1)
    title = f"{day:%d %b}: {'unknown' if value is None else f'{value:,}'}"
    return Bar(round(x + _GAP / 2, 1), HEIGHT - height, round(width, 1), height, value is not None, title)
