"""What posts of each weekday and hour brought."""

from __future__ import annotations

from dataclasses import dataclass

from bot.analytics.gathering import Posts, Rate, Sum, sum_by

WEEKDAYS, HOURS = 7, 24
ENOUGH_POSTS = 3
"""A cell of fewer posts is shown, but is not called one of the best."""


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

    def best(self, count: int) -> list[HourCell]:
        """Those with the most engagement per view, the best first, where that is known of enough posts."""
        known = [cell for cell in self.cells if cell.rate.posts >= ENOUGH_POSTS and cell.rate.value is not None]
        return sorted(known, key=lambda cell: -(cell.rate.value or 0))[:count]


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
