"""Headers that tell the browser what a page of the panel may do."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Tabler draws the ticks and arrows of form fields from data: images
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ONE_YEAR = 31_536_000


def add_headers(response: Response) -> Response:
    """Set the safety and caching headers of every answer."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if request.endpoint == "static":
        _cache_static(response)
    else:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("HX-Request")
    return response


def _cache_static(response: Response) -> None:
    """A URL with a version never changes; without one the browser asks each time."""
    response.cache_control.no_cache = None if "v" in request.args else True
    if "v" in request.args:
        response.cache_control.max_age = _ONE_YEAR
        response.cache_control.immutable = True


def init_app(app: Flask) -> None:
    app.after_request(add_headers)
