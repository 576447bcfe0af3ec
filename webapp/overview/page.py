"""What the overview's templates show: one page of the accounts that a selection leaves, with all that stands around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from flask import url_for

from bot.fleet_view import AccountView, FleetView, StateKind
from webapp.accounts.card import Action, Card, key
from webapp.bulk.deeds import DEEDS, Task
from webapp.bulk.edits import EDITS
from webapp.bulk.scope import ScopeChoice, scope_choices
from webapp.live import Mark
from webapp.overview.look import SIZES, TABLE, Look
from webapp.overview.paging import Paging
from webapp.overview.selection import (
    Selection,
    fingerprint,
    group_counts,
    sort_choices,
    state_counts,
    trouble_counts,
    trouble_words,
)
from webapp.pausing.buttons import pausing_buttons, resume_fleet_button

CHIPS_AT_MOST = 6
"""Up to so many groups each have a chip; more are in a menu."""
SHARED = ("totals", "problems", "fleet-pause", "pausing", "filters", "bulk-scope", "pager")
"""The fragments beside the accounts, by id, in the order of the keys that a page's poll sends."""


@dataclass(frozen=True)
class Overview:
    """One answer of the overview."""

    fleet: FleetView
    selection: Selection
    look: Look
    found: list[AccountView]  # whatever their state
    shown: list[AccountView]  # on all pages
    paging: Paging
    mark: Mark

    @cached_property
    def on_page(self) -> list[AccountView]:
        return self.paging.cut(self.shown)

    @property
    def cards(self) -> list[Card]:
        return [Card(account) for account in self.on_page]

    @property
    def is_table(self) -> bool:
        return self.look.view == TABLE

    @cached_property
    def fingerprint(self) -> str:
        """The same while the same accounts stand on the page, in the same order and look."""
        return f"{self.look.view}-{fingerprint(self.on_page)}"

    @cached_property
    def state_counts(self) -> list[tuple[StateKind, int]]:
        return state_counts(self.found)

    @cached_property
    def group_counts(self) -> list[tuple[str, int]]:
        """Empty when no account has a group."""
        return group_counts(self.searched)

    @cached_property
    def trouble_counts(self) -> list[tuple[str, str, int]]:
        return trouble_counts(self.of_group)

    @property
    def trouble_words(self) -> str:
        return trouble_words(self.selection.trouble)

    @property
    def has_group_chips(self) -> bool:
        return len(self.group_counts) <= CHIPS_AT_MOST

    @cached_property
    def searched(self) -> list[AccountView]:
        """Those that match the search words, whatever their state, group and trouble."""
        return self.selection.of_any_group(self.fleet.accounts)

    @cached_property
    def of_group(self) -> list[AccountView]:
        """Those of the chosen group that match the search words, whatever their state and trouble."""
        return self.selection.of_group(self.fleet.accounts)

    @cached_property
    def pausing(self) -> list[Action]:
        """The button that pauses or resumes all."""
        return pausing_buttons(self.fleet)

    @property
    def resume_fleet(self) -> Action:
        return resume_fleet_button(self.fleet)

    @property
    def sort_choices(self) -> list[tuple[str, str]]:
        return sort_choices(self.selection.sort)

    @property
    def sizes(self) -> list[int]:
        """The page sizes worth offering: up to the first that takes all, and the present one."""
        smaller = [size for size in SIZES if size < self.paging.total]
        return sorted({*smaller, self.look.size, *SIZES[len(smaller) : len(smaller) + 1]}) if smaller else []

    # What can be done with many

    @property
    def deeds(self) -> tuple[Task, ...]:
        return tuple(DEEDS.values())

    @property
    def edits(self) -> tuple[Task, ...]:
        return tuple(EDITS.values())

    @cached_property
    def scopes(self) -> list[ScopeChoice]:
        return scope_choices(self.fleet.accounts, self.selection, len(self.shown))

    # Addresses

    def address(self, **changes: str) -> str:
        """The overview's URL with this selection, some of it changed; its first page unless another is named."""
        return overview_address(self.selection, **changes)

    def page_address(self, number: int) -> str:
        return self.address(page=str(number) if number > 1 else "")

    @property
    def poll_args(self) -> dict[str, str]:
        """What the page's poll sends, so that it gets what the page shows, whatever another page chose since."""
        look = {"view": self.look.view, "size": str(self.look.size), "page": str(self.paging.number)}
        return {**self.selection.address_args(), **look}

    # Keys: when a key is the same, the fragment shows the same

    @cached_property
    def keys(self) -> dict[str, str]:
        """The key of each shared fragment."""
        fleet, selection, number = self.fleet, self.selection, len(self.fleet.accounts)
        counts = (fleet.posts_today, fleet.likes_today, fleet.follows_today, fleet.followers, fleet.attention)
        parts: dict[str, tuple[object, ...]] = {
            "totals": (number, fleet.seats, fleet.working, fleet.queued, *counts),
            "problems": (fleet.problems, fleet.warnings),
            "fleet-pause": (fleet.paused, selection),
            "pausing": (self.pausing, selection),
            "filters": (selection, self.look.view, self.state_counts, self.group_counts, self.trouble_counts),
            "bulk-scope": (self.scopes, selection),
            "pager": (self.paging, self.look, selection),
        }
        return {name: key(*parts[name]) for name in SHARED}

    @property
    def have(self) -> str:
        """The keys of all shared fragments in one short text."""
        return "".join(self.keys.values())

    def news(self, have: str) -> dict[str, bool]:
        """Which shared fragments a page with these keys does not have yet; all when they are none of ours."""
        width = len(next(iter(self.keys.values())))
        seen = [have[place : place + width] for place in range(0, len(have), width)]
        if len(seen) != len(self.keys):
            return dict.fromkeys(self.keys, True)
        return {name: known != now for (name, now), known in zip(self.keys.items(), seen, strict=True)}


def look_at_fleet(view: FleetView, args: Mapping[str, str], selection: Selection, look: Look, mark: Mark) -> Overview:
    """Gather the page that `args` names."""
    found = selection.found(view.accounts)
    shown = selection.shown(found)
    return Overview(view, selection, look, found, shown, Paging.of(len(shown), look.size, args.get("page", "")), mark)


def overview_address(selection: Selection, **changes: str) -> str:
    """The overview's URL with this selection, some of it changed. It says so when it leaves nobody out."""
    args = selection.address_args(**changes)
    if not set(args) - {"sort", "view", "size"}:
        args["show"] = "all"
    return f"{url_for('overview.index')}?{urlencode(args)}"
