"""Who may use the panel: by password and second factor, by a one-time link, by a bearer token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher

from bot.clock import Clock
from bot.storage.panel.answers import KeptAnswers
from bot.storage.panel.audit import AuditLog
from bot.storage.panel.consents import Consent
from bot.storage.panel.links import INVITATION
from bot.storage.panel.sessions import Session
from bot.storage.panel.store import PanelStore
from bot.storage.panel.throttle import AttemptLimits
from bot.storage.panel.tokens import ApiTokens
from bot.storage.panel.users import FIRST_NAME, User
from webapp.access.passwords import Passwords, check_password
from webapp.access.people import People, checked_name
from webapp.access.refusals import AccessRefused, TooManyAttempts
from webapp.access.second_factor import SecondFactor

SESSION_LIFETIME = timedelta(days=14)
NOTICE_VERSION = 1
"""Raised when the notice says something new that a person must agree to."""
CODE_PATIENCE = timedelta(minutes=10)
"""How long a right password waits for its second factor."""
_LOGIN_LINK = "login"
_SETUP_LINK = "setup"
_HALF_LOGIN = "half login"


@dataclass(frozen=True)
class Visitor:
    """Where somebody comes from, as far as it can be seen."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True)
class Entry:
    """A right password: an open session, or a `half_login` that waits for the second factor. One of them is ""."""

    session_id: str = ""
    half_login: str = ""


NOBODY_KNOWN = Visitor()


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
        self._passwords = Passwords(hasher)
        self._limits = limits or AttemptLimits()
        self.people = People(store, clock)
        self.second_factor = SecondFactor(store.second_factors, clock, store.secret_key)
        self.tokens: ApiTokens = store.tokens
        self.audit: AuditLog = store.audit
        self.answers: KeptAnswers = store.answers
        self._consent: Consent | None = None  # once it is given, it stays

    def secret_key(self) -> bytes:
        """The key that signs the panel's cookies."""
        return self._store.secret_key()

    def consent(self) -> Consent | None:
        """Who agreed to what webapp/notice says of X's rules, and when; None while nobody has."""
        if self._consent is None:
            self._consent = self._store.consents.find(NOTICE_VERSION)
        return self._consent

    def give_consent(self, who: str) -> None:
        """Keep that this person agreed."""
        self._store.consents.give(NOTICE_VERSION, who, self._clock.now())

    def has_password(self) -> bool:
        """Whether the first set-up is over."""
        return self._store.users.has_any_password()

    def asks_for_name(self) -> bool:
        """Whether a login must say whose it is: not while there is one user alone."""
        return len(self._store.users.all()) > 1

    # Links for the console

    def issue_login_token(self) -> str:
        """A token for `/login?token=...`; it logs an admin in once. Voids the one issued before."""
        return self._issue(_LOGIN_LINK)

    def issue_setup_token(self) -> str:
        """A token for `/setup?token=...`; it lets the first password be set. Voids the one issued before."""
        return self._issue(_SETUP_LINK)

    def allows_setup(self, token: str) -> bool:
        """Whether the first password may be set with this token now. Does not spend it."""
        return not self.has_password() and self._store.links.find(_SETUP_LINK, token, self._clock.now()) is not None

    def invited(self, token: str) -> User | None:
        """Who may set a password with this link now. Does not spend it."""
        link = self._store.links.find(INVITATION, token, self._clock.now())
        return self.people.get(link.user_id) if link and link.user_id is not None else None

    # Ways in

    def enter_by_token(self, token: str, visitor: Visitor = NOBODY_KNOWN) -> str:
        """Spend a login token; returns the id of a new session. Raises `AccessRefused` for a wrong or spent one."""
        if self._store.links.spend(_LOGIN_LINK, token, self._clock.now()) is None:
            message = "This login link is not valid, or it was used already."
            raise AccessRefused(message, remedy=self._another_way_in())
        return self._open_session(self._store.users.first_admin(self._clock.now()).id, visitor)

    def enter_by_password(self, name: str, password: str, visitor: Visitor) -> Entry:
        """Check name and password; no name is needed while there is one user. Raises `AccessRefused`."""
        self._reserve_attempt(visitor.address, "passwords")
        user = self._named(name)
        known = self._store.users.password_hash(user.id) if user and user.is_active else None
        if not self._passwords.is_right(known, password) or user is None or known is None:
            raise self._wrong_password()
        if self._passwords.is_dated(known):
            self._store.users.save_password(user.id, self._passwords.hash(password))
        if self.second_factor.is_on(user.id):
            return self._open_half(user)  # the attempt goes on counting until the code is right, too
        self._store.throttle.forget(visitor.address)
        return Entry(self._open_session(user.id, visitor))

    def knows_half_login(self, half_login: str) -> bool:
        """Whether a right password waits for its second factor."""
        return self._store.links.find(_HALF_LOGIN, half_login, self._clock.now()) is not None

    def enter_by_code(self, half_login: str, code: str, visitor: Visitor) -> str:
        """Complete a login with its second factor; returns the id of a new session. Raises `AccessRefused`."""
        link = self._store.links.find(_HALF_LOGIN, half_login, self._clock.now())
        if link is None or link.user_id is None:
            raise AccessRefused("This login has waited too long for its code.", remedy="Log in again.")
        self._reserve_attempt(_as_client(link.user_id), "codes")
        if not self.second_factor.is_right(link.user_id, code):
            remedy = "Type the six digits your phone shows now, or one of your recovery codes."
            raise AccessRefused("That code is not right, or it was used already.", remedy=remedy)
        if self._store.links.spend(_HALF_LOGIN, half_login, self._clock.now()) is None:
            raise AccessRefused("This login was completed already.", remedy="Log in again.")
        self._store.throttle.forget(visitor.address, _as_client(link.user_id))
        return self._open_session(link.user_id, visitor)

    def set_first_password(
        self, token: str, password: str, visitor: Visitor = NOBODY_KNOWN, name: str = FIRST_NAME
    ) -> str:
        """Set the admin's password with the one-time set-up token and log in. Raises `AccessRefused`."""
        password_hash, name = self._passwords.hash(password), checked_name(name)
        if not self.allows_setup(token):
            raise AccessRefused("This set-up link is not valid any more.", remedy=self._another_way_in())
        user_id = self._store.users.first_admin(self._clock.now()).id
        self._check_free(name, user_id)
        spent = self._store.links.spend(_SETUP_LINK, token, self._clock.now())
        if spent is None or not self._store.users.save_first_password(user_id, name, password_hash):
            raise AccessRefused("A password was set a moment ago.", remedy="Log in with it.")
        return self._open_session(user_id, visitor)

    def accept_invitation(self, token: str, password: str, visitor: Visitor) -> Entry:
        """Set the invited user's password, end their sessions, log in. Raises `AccessRefused`."""
        password_hash = self._passwords.hash(password)
        link = self._store.links.spend(INVITATION, token, self._clock.now())
        if link is None or link.user_id is None:
            raise AccessRefused("This invitation is not valid any more.", remedy="Ask an admin for a new link.")
        user = self.people.get(link.user_id)
        self._store.users.save_password(user.id, password_hash)
        self._store.sessions.end_all(user.id)
        return self._open_half(user) if user.has_second_factor else Entry(self._open_session(user.id, visitor))

    # One's own login

    def check_again(self, user_id: int, password: str) -> None:
        """Whoever sits at an open session shows that it is theirs. Raises `AccessRefused`.

        A user without a password, as in the demo, has nothing to show.
        """
        known = self._store.users.password_hash(user_id)
        if known is None:
            return
        self._reserve_attempt(_as_client(user_id), "passwords")
        if not self._passwords.is_right(known, password):
            raise AccessRefused("That is not your present password.", remedy="Check Caps Lock and try again.")
        self._store.throttle.forget(_as_client(user_id))

    def change_password(self, user_id: int, present: str, password: str, visitor: Visitor) -> str:
        """Set another password and end all sessions of the user; returns a new one. Raises `AccessRefused`."""
        check_password(password)
        self.check_again(user_id, present)
        self._store.users.save_password(user_id, self._passwords.hash(password))
        self._store.sessions.end_all(user_id)
        return self._open_session(user_id, visitor)

    # Sessions

    def find_session(self, session_id: str) -> Session | None:
        """The open session, with what its user may do now."""
        return self._store.sessions.find(session_id, self._clock.now())

    def sessions_of(self, user_id: int) -> tuple[Session, ...]:
        return self._store.sessions.of_user(user_id, self._clock.now())

    def end_session(self, user_id: int, number: int) -> bool:
        """End one session of the user, by `Session.id`; False when there is none."""
        return self._store.sessions.end_one(user_id, number)

    def end_other_sessions(self, user_id: int, but: int) -> int:
        """End all sessions of the user but one; returns how many."""
        return self._store.sessions.end_all(user_id, but)

    def leave(self, session_id: str) -> None:
        """End the session everywhere it is used."""
        self._store.sessions.end(session_id)

    def _named(self, name: str) -> User | None:
        users = self._store.users
        if name.strip():
            return users.find(" ".join(name.split()))
        everybody = users.all()
        return everybody[0] if len(everybody) == 1 else None

    def _check_free(self, name: str, user_id: int) -> None:
        other = self._store.users.find(name)
        if other is not None and other.id != user_id:
            raise AccessRefused(f"There is a user “{other.name}” already.", remedy="Choose another name.")

    def _issue(self, kind: str) -> str:
        token = secrets.token_urlsafe(32)
        self._store.links.keep_only(kind, token)
        return token

    def _open_session(self, user_id: int, visitor: Visitor) -> str:
        session_id, now = secrets.token_urlsafe(32), self._clock.now()
        came_from = {"client": visitor.address, "agent": visitor.agent}
        self._store.sessions.open(session_id, user_id, now, SESSION_LIFETIME, **came_from)
        self._store.users.note_login(user_id, now)
        return session_id

    def _open_half(self, user: User) -> Entry:
        half_login, now = secrets.token_urlsafe(32), self._clock.now()
        self._store.links.keep(_HALF_LOGIN, half_login, user.id, now, now + CODE_PATIENCE)
        return Entry(half_login=half_login)

    def _reserve_attempt(self, client: str, what: str) -> None:
        free_at = self._store.throttle.reserve(client, self._clock.now(), self._limits)
        if free_at is not None:
            raise TooManyAttempts(f"Too many wrong {what}.", free_at=free_at)

    def _wrong_password(self) -> AccessRefused:
        if not self.has_password():
            return AccessRefused("No password has been set yet.", remedy=self._another_way_in())
        if self.asks_for_name():
            return AccessRefused("That name and password do not go together.", remedy="Check both and try again.")
        return AccessRefused("That password is not right.", remedy="Check Caps Lock and try again.")

    def _another_way_in(self) -> str:
        if self.has_password():
            return "Log in with your password."
        return "Start the panel again and open the link it then prints on its console."


def _as_client(user_id: int) -> str:
    """Under what a user's own wrong codes are counted, from wherever they come; no address looks like it."""
    return f"user {user_id}"
