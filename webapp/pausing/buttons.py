"""The buttons that pause and resume more than one account."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from bot.fleet_view import AccountView, FleetView
from webapp import wording
from webapp.accounts.card import Action, may_pause, may_resume
from webapp.overview.selection import Selection


def resume_fleet_button(fleet: FleetView) -> Action:
    """The one that ends a pause of the whole fleet; asks first when Aviary itself began it."""
    confirm = wording.resume_fleet_warning(fleet)
    return Action(wording.RESUME_ALL, "player-play", confirm=confirm, to=url_for("pausing.resume_fleet"))


def pausing_buttons(fleet: FleetView, selection: Selection, shown: Sequence[AccountView]) -> list[Action]:
    """Those of the shown accounts when a filter is set, then that of the whole fleet."""
    pause_all = Action(wording.PAUSE_ALL, "player-pause", to=url_for("pausing.pause_fleet"))
    return [*_of_shown(selection, shown), resume_fleet_button(fleet) if fleet.paused else pause_all]


def _of_shown(selection: Selection, shown: Sequence[AccountView]) -> list[Action]:
    if not selection.is_narrow:
        return []
    to_pause, to_resume = sum(map(may_pause, shown)), sum(map(may_resume, shown))
    pause = Action(wording.pause_these(to_pause), "player-pause", to=url_for("pausing.pause_shown"))
    resume = Action(wording.resume_these(to_resume), "player-play", to=url_for("pausing.resume_shown"))
    return [action for action, number in ((pause, to_pause), (resume, to_resume)) if number]
