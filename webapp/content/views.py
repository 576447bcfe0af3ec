"""All routes of the area."""

from __future__ import annotations

from webapp.content import editing_views, lists_views, transfer_views

__all__ = ["blueprint", "lists_views", "transfer_views"]
blueprint = editing_views.blueprint
