"""The buttons that pause and resume the whole fleet."""

from __future__ import annotations

from flask import url_for

from bot.fleet_view import FleetView
from webapp import wording
from webapp.accounts.card import Action


def resume_fleet_button(fleet: FleetView) -> Action:
    """The one that ends a pause of the whole fleet; asks first when Aviary itself began it."""
    confirm = wording.resume_fleet_warning(fleet)
    return Action(wording.RESUME_ALL, "player-play", confirm=confirm, to=url_for("pausing.resume_fleet"))


def pausing_buttons(fleet: FleetView) -> list[Action]:
    """The one of the tools: it pauses all, or ends that."""
    pause_all = Action(wording.PAUSE_ALL, "player-pause", to=url_for("pausing.pause_fleet"))
    return [resume_fleet_button(fleet) if fleet.paused else pause_all]
