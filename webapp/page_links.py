"""What the engine says names the page that puts it right: in the panel that name leads there."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import url_for
from markupsafe import Markup, escape

from webapp.wording import ACCOUNT_PAGES

_OF_ALL = {"Approvals": "approvals.show", "Guards": "guards.index"}
_OF_ACCOUNT = {words: endpoint for endpoint, words in ACCOUNT_PAGES.items()}
_NAMES = "|".join(re.escape(name) for name in sorted({**_OF_ALL, **_OF_ACCOUNT}, key=len, reverse=True))
_NAMED = re.compile(rf"\b(?P<before>(?:tab|page) “?)(?P<name>{_NAMES})\b")


def with_links(words: str, account_id: str, may: Callable[[str], bool]) -> Markup:
    """The words, safe as HTML, where “page Queue” and “tab Session” lead to those pages of the account.

    `may` says whether who reads it may open an endpoint; what they may not stays mere words.
    """
    parts, end = [], 0
    for found in _NAMED.finditer(words):
        address = _address(found["name"], account_id, may)
        if address:
            parts += [
                escape(words[end : found.start("name")]),
                Markup('<a href="%s">%s</a>') % (address, found["name"]),
            ]
            end = found.end()
    return Markup("").join([*parts, escape(words[end:])])


def _address(name: str, account_id: str, may: Callable[[str], bool]) -> str:
    if name in _OF_ACCOUNT:
        endpoint = _OF_ACCOUNT[name]
        return url_for(endpoint, account_id=account_id) if may(endpoint) else ""
    return url_for(_OF_ALL[name]) if may(_OF_ALL[name]) else ""
