"""What the page looked like when trouble came, without anything that opens the account to a reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import structlog

from bot.errors import PageChanged, PageTimeout, Trouble
from bot.x.contract import Evidence
from bot.x.page import CoveredError, Page, StaleError

_HIDDEN = "[removed]"
_SECRETS = (
    re.compile(r"\b[0-9a-fA-F]{32,}\b"),  # auth_token, ct0 and their like
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),  # mail addresses
    re.compile(r"(?i)(?:auth_token|ct0|kdt|twid|auth_multi|password)\s*[=:]\s*[^\s;\"'&<]+"),
)
_ADDRESS_VALUES = re.compile(r"(?i)([?&#](?:token|code|auth|session|redirect_after_login)[^=]*=)[^&#]*")
_SHORTEST_SECRET = 8
_PICTURE_TRIES = 3

_log = structlog.get_logger(__name__)
_Value = TypeVar("_Value")


def gather(page: Page) -> Evidence:
    """A picture and the redacted HTML of the present page. Never raises a Trouble: what fails stays empty."""
    no_cookies: list[dict[str, Any]] = []
    secrets = [str(cookie["value"]) for cookie in _try(page.cookies, no_cookies)]
    return Evidence(
        url=redact(_ADDRESS_VALUES.sub(rf"\1{_HIDDEN}", _try(lambda: page.url, "")), secrets),
        title=redact(_try(lambda: page.title, ""), secrets),
        screenshot=_take_picture(page),
        html=redact(str(_try(lambda: page.run("evidence"), "")), secrets),
    )


def _take_picture(page: Page) -> bytes:
    """A busy machine may not paint within the time that a driver gives it: then it is asked again."""
    for number in range(1, _PICTURE_TRIES + 1):
        try:
            return page.picture()
        except (PageTimeout, PageChanged, StaleError) as trouble:
            _log.warning("no picture of the page", number=number, reason=str(trouble))
        except (Trouble, CoveredError) as trouble:
            _log.warning("no picture of the page", reason=str(trouble))
            break
        if page.stop.is_set():
            break
    return b""


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the given secrets and without what looks like a token, a mail address or a session."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, _HIDDEN)
    for pattern in _SECRETS:
        text = pattern.sub(_HIDDEN, text)
    return text


def _try(read: Callable[[], _Value], otherwise: _Value) -> _Value:
    try:
        return read()
    except (Trouble, StaleError, CoveredError):
        return otherwise
