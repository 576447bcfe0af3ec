"""How the practice site says no. The reason picks the words; code and status are what x.com's API sends."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why an action is refused (x_dom_facts: Locks, suspension, limits, error texts)."""

    EXPIRED = "expired"
    ACCESS = "access"  # locked, or asked to prove who they are: the page goes to /account/access
    SUSPENDED = "suspended"
    DUPLICATE = "duplicate"
    DAILY_LIMIT = "daily_limit"
    AUTOMATED = "automated"
    RATE_LIMITED = "rate_limited"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    MEDIA_FAILED = "media_failed"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    GENERIC = "generic"


_CODES: dict[Reason, tuple[int, int]] = {  # HTTP status, code in the JSON answer
    Reason.EXPIRED: (401, 32),
    Reason.ACCESS: (403, 326),
    Reason.SUSPENDED: (403, 64),
    Reason.DUPLICATE: (403, 187),
    Reason.DAILY_LIMIT: (403, 344),
    Reason.AUTOMATED: (403, 226),
    Reason.RATE_LIMITED: (429, 88),
    Reason.TOO_LONG: (403, 186),
    Reason.EMPTY: (400, 170),
    Reason.MEDIA_FAILED: (400, 324),
    Reason.GONE: (404, 144),
    Reason.FORBIDDEN: (403, 353),
    Reason.GENERIC: (503, 131),
}


class Refusal(Exception):
    """The site does not do what was asked, for `reason`. `detail` is for a person reading the log."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail or reason.value)
        self.reason = reason
        self.status, self.code = _CODES[reason]
