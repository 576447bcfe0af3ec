"""Structured logs, one JSON object a line, with secrets struck out before anything is written."""

from __future__ import annotations

import logging
import logging.handlers
import re
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

_SECRET_KEYS = re.compile(r"cookie|token|password|secret|ct0|authorization|proxy", re.IGNORECASE)
# An auth_token has 40 hex digits, a ct0 32 or 160 (x_dom_facts, Session cookies).
_SECRET_VALUES = re.compile(r"\b[0-9a-f]{32,}\b", re.IGNORECASE)
_STRUCK = "[struck out]"


def redact(text: str) -> str:
    """`text` without anything that looks like a session token."""
    return _SECRET_VALUES.sub(_STRUCK, text)


def _redact_event(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if _SECRET_KEYS.search(key):
            event[key] = _STRUCK
        elif isinstance(value, str):
            event[key] = redact(value)
    return event


def configure(file: Path) -> None:
    """Write the log to `file` (up to 5 MB, three older ones kept)."""
    handler = logging.handlers.RotatingFileHandler(file, maxBytes=5_000_000, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
