"""One request's visitor: who the cookies say it is, in which language, and the faults that wait for them."""

from __future__ import annotations

import threading

from flask import g, request

from practice import faults
from practice.faults import FaultBook
from practice.model import User
from practice.refusals import Reason, Refusal
from practice.world import World

LANGUAGES = ("en", "id", "zh")


class Door:
    """Lets visitors in, and has them meet their faults."""

    def __init__(self, world: World, book: FaultBook) -> None:
        self.world = world
        self.book = book
        self.closing = threading.Event()

    def visitor(self) -> User | None:
        """Who is logged in on this request, None when nobody."""
        if "visitor" not in g:
            g.visitor = self.world.visitor(request.cookies.get("auth_token", ""))
        found: User | None = g.visitor
        return found

    def account(self) -> User:
        """Who is logged in, for API calls. Raises Refusal(EXPIRED) or Refusal(ACCESS)."""
        user = self.visitor()
        if user is None:
            raise Refusal(Reason.EXPIRED)
        if user.locked:
            user.access_check = "locked"
            raise Refusal(Reason.ACCESS)
        return user

    def meet(self, user: User | None, event: str) -> bool:
        """Suffer the faults that wait at `event`. True: the work is to be done, but its answer lost.

        Raises the Refusal the fault stands for. `slow` only takes its seconds (site.stop() ends the wait).
        """
        lost = False
        for fault in self.book.meet(user.handle, event) if user else []:
            if fault.kind == "slow":
                self.closing.wait(fault.seconds)
            elif fault.kind == "lost_answer":
                lost = True
            else:
                _strike(user, fault, event)
        return lost

    @staticmethod
    def language() -> str:
        """The language of the page: the cookie `lang`, English for those not known here."""
        language = request.cookies.get("lang", "en").lower().split("-")[0]
        return language if language in LANGUAGES else "en"


def _strike(user: User | None, fault: faults.Fault, event: str) -> None:
    if fault.kind in ("challenge", "locked") and user is not None:
        user.access_check = "code" if fault.part == "code" else fault.kind
        raise Refusal(Reason.ACCESS, fault.kind)
    if fault.kind == "slow_down":
        raise Refusal(Reason.AUTOMATED if event == faults.POST else Reason.RATE_LIMITED)
    raise Refusal(_REASONS[fault.kind])


_REASONS = {
    "expired": Reason.EXPIRED,
    "suspended": Reason.SUSPENDED,
    "duplicate": Reason.DUPLICATE,
    "post_limit": Reason.DAILY_LIMIT,
    "media_refused": Reason.MEDIA_FAILED,
    "server_error": Reason.GENERIC,
}
