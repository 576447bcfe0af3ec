"""For whoever owns the machine: API tokens, and a way in for a user who lost theirs. Also while a panel works here."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import Clock
from bot.commands.answer import Answer
from bot.errors import AviaryError
from bot.settings.home import Home
from bot.storage.panel import PanelStore
from bot.storage.panel.audit import AuditEntry, Outcome, Way
from bot.storage.panel.links import INVITATION_LIFETIME
from bot.storage.panel.tokens import Scope


def create_api_token(home: Home, clock: Clock, name: str, scope: Scope, days: int) -> Answer:
    """Make a token that ends after `days` (0: never); its secret stands alone on the last line. Raises AviaryError."""
    store, now = PanelStore(home.data), clock.now()
    expires_at = now + timedelta(days=days) if days else None
    secret = store.tokens.make(name, scope, now, expires_at)
    _record(store, clock, "tokens.make", "--create-api-token")
    ends = f"ends on {expires_at:%d %b %Y}" if expires_at else "never ends"
    text = f"API token “{name.strip()}”, scope {scope}, {ends}. It is shown this once:\n{secret}"
    data = {"name": name.strip(), "scope": scope.value, "expires_at": expires_at and expires_at.isoformat()}
    return Answer(text, {**data, "token": secret})


def reset_login(home: Home, clock: Clock, name: str) -> Answer:
    """A one-time path by which a user, also a deactivated one, comes in again. Raises AviaryError.

    They set a new password there; their second factor is removed.
    """
    store = PanelStore(home.data)
    user = store.users.find(name.strip())
    if user is None:
        known = ", ".join(user.name for user in store.users.all()) or "nobody yet"
        raise AviaryError(f"there is no user {name!r} in the panel; there is: {known}", remedy="Name one of them.")
    store.users.activate(user.id)
    store.second_factors.remove(user.id)
    path = f"/invitation?token={store.links.invite(user.id, clock.now())}"
    _record(store, clock, "users.renew_link", "--reset-login")
    text = (
        f"{user.name} sets a new password by opening this once, within {INVITATION_LIFETIME.days} days, at the "
        f"panel's address. No second factor is asked for until they set one up again.\n{path}"
    )
    return Answer(text, {"name": user.name, "path": path})


def _record(store: PanelStore, clock: Clock, action: str, option: str) -> None:
    store.audit.add(AuditEntry("", Way.CONSOLE, action, f"main.py {option}", Outcome.DONE, "", clock.now()))
