"""The account that an address names, for all pages of one: found or 404, marked, and asked whether it changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import abort, request

from bot.fleet_view import AccountView
from webapp.live import Mark
from webapp.services import services

Found = TypeVar("Found")


def find_account(account_id: str) -> AccountView:
    """The account, else 404."""
    return look_for(account_id, lambda: services().fleet.account_view(account_id))


def look_for(account_id: str, look: Callable[[], Found]) -> Found:
    """What `look` gives; 404 when it raises KeyError, as the fleet does for an account that is not there."""
    try:
        return look()
    except KeyError:
        abort(404, f"There is no account “{account_id}”.")


def present_mark() -> Mark:
    """For a page that is made now. Taken before the rest: what changes meanwhile comes again with the next poll."""
    return services().marker.mark(services().fleet.overview().version)


def has_changed(account: AccountView) -> bool:
    """Whether the account is another one than the asking page shows, by the mark its poll sends."""
    seen = services().marker.seen_version(request.args.get("since", ""), services().fleet.overview().version)
    return seen < account.version
