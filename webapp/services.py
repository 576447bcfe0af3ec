"""What the pages work with: the fleet, the way in, the time. One set per app, so that tests can run many."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask, current_app

from bot.clock import Clock
from bot.fleet_view import Fleet
from webapp.access.service import Access
from webapp.live import Marker

_KEY = "aviary"


@dataclass(frozen=True)
class Services:
    """The objects one app was made with."""

    fleet: Fleet
    access: Access
    clock: Clock
    marker: Marker = field(default_factory=Marker)


def services() -> Services:
    """Those of the app that answers this request."""
    found: Services = current_app.extensions[_KEY]
    return found


def init_app(app: Flask, objects: Services) -> None:
    app.extensions[_KEY] = objects
