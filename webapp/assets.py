"""Addresses of the panel's own css, js and icons, with a version, so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from markupsafe import Markup

STATIC_FOLDER = Path(__file__).resolve().parent.parent / "static"
_SPRITE = "vendor/icons.svg"


def asset(name: str) -> str:
    """The URL of a file under static/."""
    return url_for("static", filename=name, v=_version(Path(str(current_app.static_folder)) / name))


def icon(name: str, css: str = "") -> Markup:
    """An icon of the sprite (its name stands in static/icons.txt); decoration, never the sole meaning."""
    return _icon(request.script_root, name, css)


@lru_cache(maxsize=512)  # a page with 200 cards has 1,600 icons of a few kinds
def _icon(_root: str, name: str, css: str) -> Markup:
    shape = '<svg class="icon %s" aria-hidden="true" focusable="false"><use href="%s#tabler-%s"></use></svg>'
    return Markup(shape) % (css, asset(_SPRITE), name)


@lru_cache(maxsize=64)
def _version(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "missing"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, icon=icon)
