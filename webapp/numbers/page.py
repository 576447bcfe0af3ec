"""What the numbers page shows above its report."""

from __future__ import annotations

from dataclasses import dataclass

from bot.fleet_view import AccountView, Fleet
from bot.storage.numbers import AccountNumbers, PeriodNumbers, PostNumbers
from webapp.accounts.card import Card, key
from webapp.live import Mark


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
