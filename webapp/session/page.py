"""What the session page shows, and the words for it. It knows no value of any cookie."""

from __future__ import annotations

from dataclasses import dataclass

from bot.fleet_view import AccountView, Fleet, StateKind
from bot.sessions import CookieView, SessionView, days_words
from webapp.accounts.card import Card, key
from webapp.live import Mark
from webapp.session.window import WindowPart, look_at_window
from webapp.wording import Face

GOOD = Face("Nothing here speaks against it", "circle-check", "good")
ENDS_SOON = Face("It ends soon", "alert-triangle", "warn")
REFUSED = Face("It did not work when it was last checked", "circle-x", "bad")
CANNOT_WORK = Face("It cannot work", "circle-x", "bad")
MISSING = Face("There is none yet", "circle-x", "bad")
_PURPOSES = {
    "auth_token": "the login itself",
    "ct0": "guards forms; x.com hands out another where it is missing",
    "twid": "says whose the session is",
    "kdt": "knows the device again",
    "att": "of the log-in",
    "guest_id": "a number of the browser",
    "lang": "the language of the pages",
}


@dataclass(frozen=True)
class SessionPage:
    """The page of one account. `session` is None while its settings cannot be read."""

    card: Card
    why_today: str
    session: SessionView | None
    mark: Mark
    window: WindowPart | None = None
    trouble: str = ""  # why the last import was refused

    @property
    def account(self) -> AccountView:
        return self.card.account

    @property
    def session_key(self) -> str:
        """The same while the same is shown of it."""
        return key(self.session, self.resume_words, self.account.state.kind)

    @property
    def resume_words(self) -> str:
        """Why the account should be resumed now: it waits for a person, and its session is another or a good one."""
        session = self.session
        if self.account.state.kind is not StateKind.NEEDS_ATTENTION or session is None or session.problem:
            return ""
        if session.check is None:
            return "The account still waits for you. Check this session; when it is good, press Resume."
        return "" if session.check.problem else "This session is good. The account still waits for you: press Resume."

    @property
    def face(self) -> Face:
        session = self.session
        if session is None or not session.is_there:
            return MISSING
        if session.problem:
            return CANNOT_WORK
        if session.check is not None and session.check.problem:
            return REFUSED
        return ENDS_SOON if session.ends_soon else GOOD

    @property
    def end_words(self) -> str:
        """ "ends in 9 days", or that the export names no date."""
        session = self.session
        if session is None or session.days_left is None:
            return "The export names no date of its end: x.com decides."
        return f"It ends {days_words(session.days_left)}."

    @staticmethod
    def purpose(cookie: CookieView) -> str:
        return _PURPOSES.get(cookie.name, "")

    @staticmethod
    def cookie_face(cookie: CookieView) -> Face:
        if cookie.is_there:
            return Face("there", "circle-check", "good")
        words = "over" if cookie.ends else "missing"
        if cookie.name == "auth_token":
            return Face(words, "circle-x", "bad")
        return Face(words, "circle-off", "warn" if cookie.is_needed else "off")


def look_at_session(fleet: Fleet, account_id: str, mark: Mark, trouble: str = "") -> SessionPage:
    """Gather the page. Raises KeyError for an unknown account."""
    card = Card(fleet.account_view(account_id))
    try:
        session = fleet.sessions.look(account_id)
    except KeyError:
        session = None
    window = look_at_window(fleet, card.account, session) if session is not None else None
    return SessionPage(card, fleet.why_no_post_today(account_id), session, mark, window, trouble)
