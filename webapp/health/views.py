"""GET /healthz."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from webapp.services import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 while the panel answers and the engine can be asked."""
    services().fleet.overview()
    return jsonify(status="ok")
