"""Structured logs, one JSON object a line, with secrets struck out before anything is written."""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog

_SECRET_KEYS = re.compile(
    r"cookie|token|passw|secret|credential|api_?key|\bauth\b|auth_multi|authorization|session_?id|\b(ct0|kdt|twid)\b|proxy",
    re.IGNORECASE,
)
# An auth_token has 40 hex digits, a ct0 32 or 160 (x_dom_facts, Session cookies).
_SECRET_VALUES = re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)
# What follows the name of a secret inside a text: a cookie header, an address with a token, a line of settings.
_NAMED_VALUES = re.compile(
    r"""((?:auth_token|auth_multi|ct0|kdt|twid|token|password|passwd|secret(?:_key)?|api_?key|bearer)
        \\?["']?\s*(?:[=:]|\s(?=\S{16}))\s*\\?["']?)[^\s"'&;,\\]+""",
    re.IGNORECASE | re.VERBOSE,
)
# The login inside an address, as that of a proxy has it.
_URL_LOGINS = re.compile(r"""(\b[a-z][a-z0-9+.-]{1,20}://)[^\s"'<>]*@""", re.IGNORECASE)
_STRUCK = "[struck out]"


def redact(text: str) -> str:
    """`text` without the logins of addresses, session tokens and what follows the name of a secret."""
    text = _URL_LOGINS.sub(rf"\1{_STRUCK}@", text)
    return _SECRET_VALUES.sub(_STRUCK, _NAMED_VALUES.sub(rf"\1{_STRUCK}", text))


def names_secret(key: str) -> bool:
    """Whether what stands under a key of this name may be a secret: a password, a session, the login of a proxy."""
    return _SECRET_KEYS.search(key) is not None


def _redact_event(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: the event with its secrets struck out, however deep they lie."""
    return {key: _redact_value(key, value) for key, value in event.items() if not key.startswith("_")}


def _redact_value(key: object, value: Any) -> Any:
    if names_secret(str(key)):
        return _STRUCK
    if isinstance(value, Mapping):
        return {redact(str(inner)): _redact_value(inner, each) for inner, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redact_value("", each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(value if isinstance(value, str) else repr(value))


def configure(file: Path) -> None:
    """Write the log to `file` (up to 5 MB, three older ones kept), that of third-party packages too.

    May be called again, for another file. Raises OSError when the file cannot be opened.
    """
    handler = logging.handlers.RotatingFileHandler(
        file, maxBytes=5_000_000, backupCount=3, encoding="utf-8", errors="backslashreplace"
    )
    handler.setFormatter(_formatter())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def configure_console() -> None:
    """Say only warnings and worse, on stderr, redacted: for commands whose answer goes to stdout."""
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, _redact_event, structlog.dev.ConsoleRenderer(colors=False)],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )


def _formatter() -> logging.Formatter:
    """What structlog and plain logging say goes the same way, so that nothing is written past the redaction."""
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            _redact_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
