"""What posts of each weekday and hour brought."""

from __future__ import annotations

from dataclasses import dataclass

from bot.analytics.gathering import Posts, Rate, Sum, sum_by

WEEKDAYS, HOURS = 7, 24
ENOUGH_POSTS = 3
"""A cell of fewer posts is shown, but not beside others: it is too easily chance."""
BEST_POSTS = 10
"""An hour of fewer posts is not called one of the best.

Where single posts differ by as much as their mean, that of 3 is off by 60 % and that of 10 by 30 %, and the best of 168
cells is easily the luckiest one. Suggestions ask for as many: bot/advice/hours.py.
"""


@dataclass(frozen=True)
class HourCell:
    """The posts of one weekday (0 is Monday) and hour."""

    weekday: int
    hour: int
    posts: int
    engagement: Sum
    rate: Rate


@dataclass(frozen=True)
class HourGrid:
    """168 cells, Monday 00 first."""

    cells: tuple[HourCell, ...]

    def at(self, weekday: int, hour: int) -> HourCell:
        return self.cells[weekday * HOURS + hour]

    @property
    def rate(self) -> Rate:
        """Of the posts of all hours together."""
        rates = [cell.rate for cell in self.cells]
        return Rate(
            sum(each.engagement for each in rates), sum(each.views for each in rates), sum(each.posts for each in rates)
        )

    def best(self, count: int) -> list[HourCell]:
        """Those of BEST_POSTS or more that got more engagement per view than all posts together, the best first."""
        usual = self.rate.value or 0.0
        known = [(cell.rate.value, cell) for cell in self.cells if cell.rate.posts >= BEST_POSTS]
        better = [(value, cell) for value, cell in known if value is not None and value > usual]
        return [cell for _, cell in sorted(better, key=lambda each: -each[0])[:count]]


def grid_of(posts: Posts) -> HourGrid:
    """The cells of these posts."""
    weekday = (posts.day + 6) % 7  # date.toordinal() of a Monday leaves 1
    sums = sum_by(posts, weekday * HOURS + posts.hour, WEEKDAYS * HOURS)
    return HourGrid(
        tuple(
            HourCell(
                place // HOURS,
                place % HOURS,
                int(sums.posts[place]),
                sums.sum_of("engagement", slice(place, place + 1)),
                sums.rate_of(slice(place, place + 1)),
            )
            for place in range(WEEKDAYS * HOURS)
        )
    )
