"""Faults: what goes wrong on purpose, for whom, at which moment, how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

LOAD, POST, LIKE, FOLLOW, SEARCH, PROFILE, MEDIA = "load", "post", "like", "follow", "search", "profile", "media"
EVENTS = (LOAD, POST, LIKE, FOLLOW, SEARCH, PROFILE, MEDIA)
_ACTIONS = (POST, LIKE, FOLLOW)

KINDS: dict[str, tuple[str, ...]] = {
    "expired": EVENTS,
    "challenge": EVENTS,
    "locked": EVENTS,
    "suspended": (LOAD, *_ACTIONS),
    "duplicate": (POST,),
    "post_limit": (POST,),
    "slow_down": (*_ACTIONS, SEARCH, PROFILE),
    "media_refused": (MEDIA,),
    "server_error": EVENTS,
    "slow": EVENTS,
    "lost_answer": _ACTIONS,
    "page_changed": _ACTIONS,
    "popup": EVENTS,
}
"""Each kind and the events it can happen to."""

ON_THE_PAGE = ("page_changed", "popup")
"""Kinds the page itself shows; `meet_page` gives them, the others meet requests."""


class FaultError(ValueError):
    """A fault that cannot be set; says why."""


@dataclass
class Fault:
    """One fault. `left` is how many hits remain."""

    handle: str
    kind: str
    left: int = 1
    at: str = ""
    seconds: float = 3.0
    part: str = ""  # page_changed at post: "text" or "button"; challenge: "frame" or "code"
    visits: set[str] = field(default_factory=set)  # browser visits a page_changed holds for

    def can_meet(self, event: str) -> bool:
        """Whether it happens at this event."""
        return event == self.at if self.at else event in KINDS[self.kind]

    def told(self) -> dict[str, Any]:
        """As `GET /faults` lists it."""
        told: dict[str, Any] = {"handle": self.handle, "kind": self.kind, "count": self.left, "at": self.at or None}
        if self.kind == "slow":
            told["seconds"] = self.seconds
        return told


class FaultBook:
    """The faults that wait, in the order they were set. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Set a fault. Raises FaultError for an unknown kind or an event it cannot happen to."""
        if fault.kind not in KINDS:
            raise FaultError(f"unknown kind {fault.kind!r}; known: {', '.join(KINDS)}")
        if fault.at and fault.at not in KINDS[fault.kind]:
            raise FaultError(f"{fault.kind} cannot happen at {fault.at!r}; it can at: {', '.join(KINDS[fault.kind])}")
        if fault.left < 1 or fault.seconds < 0:
            raise FaultError("count must be 1 or more, and seconds not negative")
        with self._lock:
            self._faults.append(fault)
        return fault

    def meet(self, handle: str, event: str) -> list[Fault]:
        """The faults this request runs into, used up by one: every `slow`, and the first of the others."""
        with self._lock:
            met: list[Fault] = []
            for fault in self._faults:
                first = fault.kind == "slow" or all(other.kind == "slow" for other in met)
                if first and fault.kind not in ON_THE_PAGE and self._concerns(fault, handle, event):
                    fault.left -= 1
                    met.append(fault)
            return met

    def meet_popup(self, handle: str, events: tuple[str, ...]) -> bool:
        """Whether a dialog lies over the page now; uses the fault up by one."""
        with self._lock:
            for fault in self._faults:
                if fault.kind == "popup" and any(self._concerns(fault, handle, event) for event in events):
                    fault.left -= 1
                    return True
            return False

    def changes(self, handle: str, visit: str) -> list[str]:
        """What is renamed on the pages of this browser visit, as "post:text", "like", "follow".

        One hit is one visit: the change holds until the browser is closed, as a changed page would.
        """
        with self._lock:
            held: list[str] = []
            for fault in self._faults:
                if fault.kind != "page_changed" or fault.handle.lower() != handle.lower():
                    continue
                if fault.left > 0 and visit not in fault.visits:
                    fault.left -= 1
                    fault.visits.add(visit)
                if visit in fault.visits:
                    held += _renamed(fault)
            return held

    def told(self) -> list[dict[str, Any]]:
        """The faults that still wait."""
        with self._lock:
            return [fault.told() for fault in self._faults if fault.left > 0]

    def clear(self, handle: str = "") -> int:
        """Forget the faults (of one account, or all); returns how many waited."""
        with self._lock:
            gone = [fault for fault in self._faults if not handle or fault.handle.lower() == handle.lower()]
            self._faults = [fault for fault in self._faults if fault not in gone]
            return sum(fault.left > 0 for fault in gone)

    @staticmethod
    def _concerns(fault: Fault, handle: str, event: str) -> bool:
        return fault.left > 0 and fault.handle.lower() == handle.lower() and fault.can_meet(event)


def _renamed(fault: Fault) -> list[str]:
    events = (fault.at,) if fault.at else _ACTIONS
    return [f"post:{fault.part or 'text'}" if event == POST else event for event in events]
