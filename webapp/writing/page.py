"""What the page Writing help shows, and the words for it. It knows no key."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ai.help import Improved
from bot.content.length import MAX_WEIGHT, weighted_length
from bot.errors import AviaryError
from bot.fleet_view import AccountView, Fleet
from bot.writing import WritingView
from webapp.accounts.card import Card
from webapp.live import Mark
from webapp.wording import Face

ON = Face("It is on", "circle-check", "good")
OFF = Face("It is off", "circle-off", "off")
CANNOT_WORK = Face("It cannot work", "circle-x", "bad")


@dataclass(frozen=True)
class Suggestion:
    """What came of a request. `text` is what was asked about."""

    improved: Improved

    @property
    def length(self) -> str:
        return f"{weighted_length(self.improved.text)} of {MAX_WEIGHT}"


@dataclass(frozen=True)
class WritingPage:
    """The page of one account. `writing` is None while its settings or records cannot be read: `trouble` says why."""

    card: Card
    why_today: str
    writing: WritingView | None
    mark: Mark
    trouble: str = ""
    text: str = ""  # in the field
    suggestion: Suggestion | None = None

    @property
    def account(self) -> AccountView:
        return self.card.account

    @property
    def face(self) -> Face:
        if self.writing is None or self.writing.problem:
            is_off = self.writing is not None and not self.writing.ai.enabled
            return OFF if is_off else CANNOT_WORK
        return ON


def look_at_writing(
    fleet: Fleet, account_id: str, mark: Mark, text: str = "", improved: Improved | None = None
) -> WritingPage:
    """Gather the page. Raises KeyError for an unknown account."""
    card, why_today = Card(fleet.account_view(account_id)), fleet.why_no_post_today(account_id)
    writing, trouble = _look(fleet, account_id)
    return WritingPage(card, why_today, writing, mark, trouble, text, Suggestion(improved) if improved else None)


def _look(fleet: Fleet, account_id: str) -> tuple[WritingView | None, str]:
    """How the help stands, or why that is not known."""
    try:
        return fleet.writing.look(account_id), ""
    except AviaryError as error:
        return None, error.in_words
    except KeyError:  # the card says more
        return None, "Its entry in accounts.yaml has to be put right first."
