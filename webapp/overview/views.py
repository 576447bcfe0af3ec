"""GET / and the one poll of the overview."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from htmx_flask import make_response
from htmx_flask import request as htmx_request
from werkzeug.wrappers import Response

from bot.fleet_view import AccountView, FleetView, StateKind
from webapp.accounts.card import Action, Card, key
from webapp.live import Mark
from webapp.overview.selection import Selection, fingerprint, group_counts, sort_choices, state_counts
from webapp.pausing.buttons import pausing_buttons, resume_fleet_button
from webapp.services import services

blueprint = Blueprint("overview", __name__)


@dataclass(frozen=True)
class Overview:
    """What the overview's templates show."""

    fleet: FleetView
    selection: Selection
    found: list[AccountView]
    shown: list[AccountView]
    mark: Mark

    @property
    def cards(self) -> list[Card]:
        return [Card(account) for account in self.shown]

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.shown)

    @property
    def state_counts(self) -> list[tuple[StateKind, int]]:
        return state_counts(self.found)

    @property
    def group_counts(self) -> list[tuple[str, int]]:
        """Empty when no account has a group."""
        return group_counts(self.searched)

    @property
    def searched(self) -> list[AccountView]:
        """Those that match the search words, whatever their state and group."""
        return self.selection.of_any_group(self.fleet.accounts)

    @property
    def pausing(self) -> list[Action]:
        """The buttons that pause and resume all, or what is shown."""
        return pausing_buttons(self.fleet, self.selection, self.shown)

    @property
    def pausing_key(self) -> str:
        """The same while the same buttons ask for the same."""
        return key(self.pausing, self.selection)

    @property
    def resume_fleet(self) -> Action:
        return resume_fleet_button(self.fleet)

    @property
    def sort_choices(self) -> list[tuple[str, str]]:
        return sort_choices()

    def address(self, **changes: str) -> str:
        """The overview's URL with this selection, some of it changed."""
        args = urlencode(self.selection.address_args(**changes))
        return url_for("overview.index") + (f"?{args}" if args else "")


def _look(view: FleetView) -> Overview:
    selection = Selection.of(request.args)
    found = selection.found(view.accounts)
    return Overview(view, selection, found, selection.shown(found), services().marker.mark(view.version))


@blueprint.get("/")
def index() -> Response | str:
    """The whole page, or for htmx (search, filter, order) the cards and what goes with them."""
    overview = _look(services().fleet.overview())
    if not htmx_request.htmx or htmx_request.htmx.history_restore_request:
        return render_template("overview/index.html", overview=overview)
    fragments = render_template("overview/_changes.html", overview=overview, cards=None)
    answer: Response = make_response(fragments, replace_url=overview.address())
    return answer


@blueprint.get("/statuses")
def statuses() -> tuple[str, int] | str:
    """204 when nothing changed since the page's mark; else the changed fragments, out of band."""
    view = services().fleet.overview()
    seen = services().marker.seen_version(request.args.get("since", ""), view.version)
    if seen == view.version:
        return "", 204
    overview = _look(view)
    same_cards = overview.fingerprint == request.args.get("shown")
    changed = [Card(account) for account in overview.shown if account.version > seen]
    return render_template("overview/_changes.html", overview=overview, cards=changed if same_cards else None)
