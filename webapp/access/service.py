"""Who may use the panel: one operator, by password or by a one-time link from the console."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.clock import Clock
from bot.errors import AviaryError
from bot.storage.panel_store import AttemptLimits, PanelStore

SESSION_LIFETIME = timedelta(days=14)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
_LOGIN_LINK = "login"
_SETUP_LINK = "setup"


class AccessRefused(AviaryError):
    """This login or set-up does not go through; `remedy` says how it could."""


class TooManyAttempts(AccessRefused):
    """Wrong passwords came too fast. `free_at` (UTC) is when the next attempt is looked at."""

    remedy = "Wait until then; nobody is locked out for longer."

    def __init__(self, message: str, *, free_at: datetime) -> None:
        super().__init__(message)
        self.free_at = free_at


class Access:
    """Passwords, links and sessions of the panel, over a `PanelStore`."""

    def __init__(
        self,
        store: PanelStore,
        clock: Clock,
        *,
        hasher: PasswordHasher | None = None,
        limits: AttemptLimits | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._limits = limits or AttemptLimits()

    def secret_key(self) -> bytes:
        """The key that signs the panel's cookies."""
        return self._store.secret_key()

    def has_password(self) -> bool:
        return self._store.password_hash() is not None

    # Links for the console

    def issue_login_token(self) -> str:
        """A token for `/login?token=...`; it logs in once. Voids the one issued before."""
        return self._issue(_LOGIN_LINK)

    def issue_setup_token(self) -> str:
        """A token for `/setup?token=...`; it lets the first password be set. Voids the one issued before."""
        return self._issue(_SETUP_LINK)

    def allows_setup(self, token: str) -> bool:
        """Whether the first password may be set with this token now. Does not spend it."""
        return not self.has_password() and self._store.knows_token(_SETUP_LINK, token)

    # Ways in: each returns the id of a new session

    def enter_by_token(self, token: str) -> str:
        """Spend a login token. Raises `AccessRefused` for a wrong or spent one."""
        if not self._store.spend_token(_LOGIN_LINK, token):
            message = "This login link is not valid, or it was used already."
            raise AccessRefused(message, remedy=self._another_way_in())
        return self._open_session()

    def enter_by_password(self, password: str, client: str) -> str:
        """Check the password of `client` (its address). Raises `TooManyAttempts` or `AccessRefused`."""
        known = self._store.password_hash()
        if known is None:
            raise AccessRefused("No password has been set yet.", remedy=self._another_way_in())
        free_at = self._store.reserve_attempt(client, self._clock.now(), self._limits)
        if free_at is not None:
            raise TooManyAttempts("Too many wrong passwords.", free_at=free_at)
        if not self._is_right(known, password):
            raise AccessRefused("That password is not right.", remedy="Check Caps Lock and try again.")
        self._store.forget_attempts(client)
        if self._hasher.check_needs_rehash(known):
            self._store.replace_password(self._hasher.hash(password))
        return self._open_session()

    def set_first_password(self, token: str, password: str) -> str:
        """Set the password with the one-time set-up token and log in. Raises `AccessRefused`."""
        check_password(password)
        if not self.allows_setup(token):
            raise AccessRefused("This set-up link is not valid any more.", remedy=self._another_way_in())
        password_hash = self._hasher.hash(password)
        if not self._store.spend_token(_SETUP_LINK, token) or not self._store.save_first_password(password_hash):
            raise AccessRefused("A password was set a moment ago.", remedy="Log in with it.")
        return self._open_session()

    # Sessions

    def is_open(self, session_id: str) -> bool:
        return self._store.knows_session(session_id, self._clock.now())

    def leave(self, session_id: str) -> None:
        """End the session everywhere it is used."""
        self._store.end_session(session_id)

    def _issue(self, kind: str) -> str:
        token = secrets.token_urlsafe(32)
        self._store.keep_token(kind, token)
        return token

    def _open_session(self) -> str:
        session_id = secrets.token_urlsafe(32)
        self._store.open_session(session_id, self._clock.now(), SESSION_LIFETIME)
        return session_id

    def _is_right(self, known: str, password: str) -> bool:
        try:
            return len(password) <= LONGEST_PASSWORD and self._hasher.verify(known, password)
        except (VerificationError, InvalidHashError):
            return False

    def _another_way_in(self) -> str:
        if self.has_password():
            return "Log in with your password."
        return "Start the panel again and open the link it then prints on its console."


def check_password(password: str) -> None:
    """Raises `AccessRefused` for a password that is too short or too long (counted in characters)."""
    if len(password) < SHORTEST_PASSWORD:
        message = f"The password has {len(password)} characters."
        raise AccessRefused(message, remedy=f"Use {SHORTEST_PASSWORD} or more; a short sentence is easy to keep.")
    if len(password) > LONGEST_PASSWORD:
        message = f"The password has more than {LONGEST_PASSWORD} characters."
        raise AccessRefused(message, remedy="Use a shorter one.")
