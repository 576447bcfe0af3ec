"""Whoever comes with a cookie must come from a form of our own (CSRF, by flask-wtf)."""

from __future__ import annotations

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect

from bot.storage.panel.audit import Way
from webapp.access.actors import actor


def _check_form() -> None:
    """Raises CSRFError. A bearer token needs no form: no browser sends it by itself."""
    who = actor()
    is_by_token = who is not None and who.way is Way.TOKEN
    if request.endpoint is not None and not is_by_token and current_app.config["WTF_CSRF_ENABLED"]:
        current_app.extensions["csrf"].protect()


def init_app(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # checked here, once the guard knows who asks
    CSRFProtect(app)
    app.before_request(_check_form)
