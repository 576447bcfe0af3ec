"""One account as the templates show it: what it is, how it is, what can be done with it now."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

from flask import url_for

from bot.fleet_view import AccountView, StateKind
from webapp import wording
from webapp.wording import Face

AVATAR_COLORS = 8
WARNINGS_ON_CARD = 2
_ALREADY_STARTED = "It follows its schedule already."
_END_REST = (
    "This account rests because x.com asked for less, or because its limit is used up. Going on before the rest is "
    "over makes a lock or a suspension more likely."
)
_DISABLED = "The account is disabled: its page “Account” enables it."
_BROKEN = "It cannot work before what the card says is put right."
_RUNNABLE = {StateKind.WAITING, StateKind.STOPPED, StateKind.PAUSED, StateKind.FAILING}
_RESUMABLE = {StateKind.NEEDS_ATTENTION, StateKind.PAUSED, StateKind.LIMITED, StateKind.FAILING}
_STARTABLE = _RESUMABLE | {StateKind.STOPPED}
_PAUSABLE = {StateKind.WORKING, StateKind.QUEUED, StateKind.LIMITED, StateKind.FAILING, StateKind.WAITING}
_WITH_UNTIL = {StateKind.LIMITED, StateKind.FAILING, StateKind.PAUSED}


@dataclass(frozen=True)
class Action:
    """One button. `why_not` says why it cannot be used now, "" when it can; `to` is the last part of its path."""

    label: str
    icon: str
    why_not: str = ""
    confirm: str = ""
    to: str = ""

    @property
    def allowed(self) -> bool:
        return not self.why_not


@dataclass(frozen=True)
class Card:
    """The view of one account with the words for it."""

    account: AccountView

    @cached_property
    def address(self) -> str:
        """Path of the account's page; its buttons' paths begin with it."""
        return url_for("accounts.show", account_id=self.account.id)

    @property
    def face(self) -> Face:
        return wording.STATES[self.account.state.kind]

    @property
    def initial(self) -> str:
        return next((sign.upper() for sign in self.account.name + self.account.handle if sign.isalnum()), "?")

    @property
    def color(self) -> int:
        """Number of its avatar's color, the same at every start."""
        return zlib.crc32(self.account.id.encode()) % AVATAR_COLORS

    @property
    def doing(self) -> str:
        """What it does this moment, while it works."""
        state = self.account.state
        return wording.sentence(wording.step_words(state.step)) if state.step else ""

    @property
    def is_idle(self) -> bool:
        """Whether nothing need be said but that it works again at its next slot."""
        state = self.account.state
        return state.kind is StateKind.WAITING and not state.reason and self.account.next_run is not None

    @property
    def shows_until(self) -> bool:
        return self.account.state.until is not None and self.account.state.kind in _WITH_UNTIL

    @property
    def reason(self) -> str:
        """Why it is in its state. The long reason of a paused fleet stands once, on top of the overview."""
        state = self.account.state
        return wording.PAUSED_WITH_FLEET if state.with_fleet else state.reason

    @property
    def remedy(self) -> str:
        """What a person can do about its state; the engine's words first."""
        state = self.account.state
        return "" if state.with_fleet else state.remedy

    @property
    def is_disabled(self) -> bool:
        return self.account.state.kind is StateKind.DISABLED

    @cached_property
    def start(self) -> Action:
        kind = self.account.state.kind
        label = "Resume" if kind in _RESUMABLE else "Start"
        why_not = "" if kind in _STARTABLE else _ALREADY_STARTED
        to = "resume" if kind is StateKind.PAUSED else "start"
        confirm = _END_REST if kind is StateKind.LIMITED else ""
        return Action(label, "player-play", self._closed or self._with_fleet or why_not, confirm, to)

    @cached_property
    def stop(self) -> Action:
        kind = self.account.state.kind
        confirm = ""
        if kind is StateKind.WORKING:
            confirm = (
                f"{self.account.name} is working now. It stops at the next safe point: a post being sent is "
                "finished and written down, so it is neither lost nor sent twice. No slot runs until you press Start."
            )
        why_not = {
            StateKind.STOPPED: "It is stopped already.",
            StateKind.NEEDS_ATTENTION: "It does nothing now: it waits for you.",
        }.get(kind, "")
        return Action("Stop", "player-stop", self._closed or why_not, confirm, "stop")

    @cached_property
    def run(self) -> Action:
        kind = self.account.state.kind
        why_not = {
            StateKind.WORKING: "A run is under way.",
            StateKind.QUEUED: "A run is queued already.",
            StateKind.NEEDS_ATTENTION: "It needs you first: see what it says, then press Resume.",
            StateKind.LIMITED: "It rests now; Resume ends the rest.",
        }.get(kind, "" if kind in _RUNNABLE else _DISABLED)
        return Action("Run now", "bolt", self._closed or self._with_fleet or why_not, to="run")

    @property
    def slots_to_run(self) -> tuple[str, ...]:
        """Those its menu offers now."""
        return self.account.slots if self.run.allowed else ()

    @property
    def pausing(self) -> Action | None:
        """Pause or Resume in its menu; None when neither would change anything."""
        if may_resume(self.account):
            return Action(wording.RESUME, "player-play", to="resume")
        return Action(wording.PAUSE, "player-pause", to="pause") if may_pause(self.account) else None

    @property
    def review(self) -> str:
        """What waits for a person's word, beside its state."""
        number = self.account.needs_review
        return wording.review_words(number) if number else ""

    @property
    def first_warnings(self) -> tuple[str, ...]:
        """Those its card has room for; its page shows all."""
        return self.account.warnings[:WARNINGS_ON_CARD]

    @property
    def why_nots(self) -> list[str]:
        """The reasons behind the buttons that cannot be used, each once."""
        return list(dict.fromkeys(a.why_not for a in (self.start, self.stop, self.run) if a.why_not))

    @property
    def _closed(self) -> str:
        kind = self.account.state.kind
        return {StateKind.BROKEN: _BROKEN, StateKind.DISABLED: _DISABLED}.get(kind, "")

    @property
    def _with_fleet(self) -> str:
        return wording.NO_RUN_WHILE_PAUSED if self.account.state.with_fleet else ""

    # Keys: when a key is the same, the fragment shows the same and the browser keeps the one it has

    @property
    def situation_key(self) -> str:
        state = self.account.state
        until = state.until if self.shows_until else ""
        return key(state.kind, self.reason, self.remedy, until, self.doing, self.is_idle)

    @property
    def line_key(self) -> str:
        """Of its one line in the overview's table."""
        return key(self.situation_key, self.account.needs_review, len(self.account.warnings))

    @property
    def warnings_key(self) -> str:
        return key(self.account.warnings)

    @property
    def numbers_key(self) -> str:
        a = self.account
        counts = (a.posts_today, a.posts_limit, a.likes_today, a.follows_today, a.followers, a.following)
        return key(*counts, a.next_run, a.next_slot, a.last_run, a.state.kind)

    @property
    def actions_key(self) -> str:
        return key(self.start, self.stop, self.run, self.pausing, self.account.slots)


def may_pause(account: AccountView) -> bool:
    """Whether a pause of this account would change anything."""
    return account.state.kind in _PAUSABLE or account.state.with_fleet


def may_resume(account: AccountView) -> bool:
    """Whether this account is paused by itself, not only with the whole fleet."""
    return account.state.kind is StateKind.PAUSED and not account.state.with_fleet


def key(*parts: object) -> str:
    """Short text that is the same while the parts are."""
    return f"{zlib.crc32(repr(parts).encode()):08x}"
