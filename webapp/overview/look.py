"""How a person likes to see the overview, and what was chosen there last.

It is kept in a signed cookie: the browser of a phone may show cards while that of a desk shows a table, and opening
an address changes nothing on the server. The cookie's name carries the person, so that two who share a browser do
not share their looks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from webapp.overview.selection import Selection

CARDS = "cards"
TABLE = "table"
VIEWS = (CARDS, TABLE)
SIZES = (25, 50, 100, 200)
_USUAL_SIZE = 50
_ONE_YEAR = 365 * 86_400


@dataclass(frozen=True)
class Look:
    """Cards or table, and how many to a page. Unknown values are dropped."""

    view: str = CARDS
    size: int = _USUAL_SIZE

    @classmethod
    def of(cls, args: Mapping[str, str], kept: Kept | None = None) -> Look:
        """Read it from the parameters view and size, else from what is remembered."""
        view = args.get("view") or (kept.view if kept else "")
        size = args.get("size") or (kept.size if kept else "")
        return cls(
            view if view in VIEWS else CARDS, int(size) if size in {str(each) for each in SIZES} else _USUAL_SIZE
        )


@dataclass(frozen=True)
class Kept:
    """What the browser remembers of the overview. All are values of its address; they are read like one."""

    view: str = ""
    size: str = ""
    sort: str = ""
    state: str = ""
    group: str = ""
    trouble: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """The remembered filter, empty without one."""
        return Selection.of(asdict(self)).address_args(sort="")

    def after(self, selection: Selection, look: Look) -> Kept:
        """What to remember once this was shown. A search is momentary: it leaves the remembered filter as it was."""
        chosen = self.filters if selection.query else selection.filters()
        return Kept(look.view, str(look.size), selection.sort, **chosen)


def recall() -> Kept:
    """What this person's browser remembers; nothing when it is not of this panel."""
    try:
        found = _serializer().loads(request.cookies.get(_cookie_name(), ""))
    except BadSignature:
        return Kept()
    known = {field.name for field in fields(Kept)}
    return Kept(**{name: str(value) for name, value in dict(found).items() if name in known})


def remember(response: Response, kept: Kept) -> None:
    """Let this person's browser keep it."""
    response.set_cookie(
        _cookie_name(),
        str(_serializer().dumps({name: value for name, value in asdict(kept).items() if value})),
        max_age=_ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def _cookie_name() -> str:
    person = hashlib.sha256(str(getattr(g.get("actor"), "name", "")).encode()).hexdigest()[:8]
    return f"{current_app.config['SESSION_COOKIE_NAME']}_overview_{person}"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="aviary.overview")
