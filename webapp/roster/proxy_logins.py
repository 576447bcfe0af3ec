"""accounts.yaml as it may be shown: the login of a proxy is a secret that people write into it."""

from __future__ import annotations

import re

_LOGIN = re.compile(r"(?<=://)[^\s/'\"]+(?=@)")  # up to the last @: a password may hold one
_SECRET = re.compile(r"(?m)^(\s*(?:-\s+)?[\"']?[\w-]*(?:passw|secret)[\w-]*[\"']?\s*:\s*)\S.*$", re.IGNORECASE)
_STRUCK = "[struck out]"


def without_logins(text: str) -> str:
    """The text with the logins inside addresses struck out, and with what follows a key such as password."""
    return _SECRET.sub(rf"\1{_STRUCK}", _LOGIN.sub(_STRUCK, text))
