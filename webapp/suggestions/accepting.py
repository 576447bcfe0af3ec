"""Giving a slot the time that is suggested for it: for the panel and the API."""

from __future__ import annotations

from datetime import time
from functools import partial

from bot.advice.suggesting import SlotSuggestion
from bot.files_view import AccountFile
from bot.settings.account_editing import change_slot
from webapp.services import services


class NotSuggested(Exception):
    """The time is not, or not any more, what is suggested for the slot."""


def accept_time(account_id: str, found: SlotSuggestion, to: time, mark: str) -> None:
    """Write it into settings.yaml, if it is in the suggested hour and there is room still.

    `found` is the present suggestion. Raises NotSuggested, and what AccountFiles.change raises.
    """
    suggestions, files = services().fleet.suggestions, services().fleet.files
    if to.hour != found.comparison.there.hour or not suggestions.may_move(account_id, found.comparison.slot, to):
        raise NotSuggested(
            f"{found.slot} stays at {found.time:%H:%M}: the numbers, the slots or the limits have changed, and "
            f"{to:%H:%M} is not suggested any more."
        )
    change = partial(change_slot, name=found.slot, values={("time",): f"{to:%H:%M}"})
    files.change(account_id, AccountFile.SETTINGS, change, mark)
