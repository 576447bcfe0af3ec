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
from bot.storage.panel.users import LONGEST_NAME, Role


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


def add_user(home: Home, clock: Clock, name: str, role: Role) -> Answer:
    """Add a user of the panel; a one-time path lets them set their password. Raises AviaryError."""
    store, name = PanelStore(home.data), " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise AviaryError(f"a name has 1 to {LONGEST_NAME} signs", remedy="Choose another name.")
    if role is not Role.ADMIN and not store.users.has_any_password():
        message = "the panel was not set up yet: its first user must be an admin"
        raise AviaryError(message, remedy="Open the link that app.py prints at its start, or add --role admin.")
    user = store.users.add(name, role, clock.now())
    path = f"/invitation?token={store.links.invite(user.id, clock.now())}"
    _record(store, clock, "users.invite", "--add-user")
    text = (
        f"{user.name} is added as {role}. They set their password by opening this once, within "
        f"{INVITATION_LIFETIME.days} days, at the panel's address.\n{path}"
    )
    return Answer(text, {"name": user.name, "role": role.value, "path": path})


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
