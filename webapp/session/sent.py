"""The cookies of a form, from its file or its text: a secret, handed on as it came."""

from __future__ import annotations

from flask import request

from bot.errors import AviaryError
from bot.storage.cookies import MOST_BYTES

_TWO_SENT = "You chose a file and pasted cookies: send one of them."


def were_cookies_sent() -> bool:
    """Whether the form held any, which a page that asks again has to say: it does not hold them any more."""
    file = request.files.get("file")
    return bool(request.form.get("cookies", "").strip() or (file is not None and file.filename))


def sent_cookies() -> bytes:
    """The export in the fields `file` and `cookies`; nothing when both are empty. Raises AviaryError for both."""
    file, pasted = request.files.get("file"), request.form.get("cookies", "").strip()
    chosen = file if file is not None and file.filename else None
    if chosen is not None and pasted:
        raise AviaryError(_TWO_SENT)
    return pasted.encode("utf-8", "replace") if chosen is None else chosen.stream.read(MOST_BYTES + 1)
