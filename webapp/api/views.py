"""All resources of the API under /api, and its reference. Importing them enters their operations."""

from __future__ import annotations

from webapp.api import accounts, archives, bulk, files, fleet, guards, media, records, reference, sessions, slots, work
from webapp.api.contract import blueprint

RESOURCES = (accounts, work, slots, files, sessions, media, records, fleet, guards, bulk, archives, reference)

__all__ = ["RESOURCES", "blueprint"]
