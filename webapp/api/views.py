"""All resources of the API under /api, and its reference. Importing them enters their operations, in this order."""

from __future__ import annotations

from webapp.api import accounts, archives, fleet, records, reference, work
from webapp.api.contract import blueprint

RESOURCES = (accounts, work, records, fleet, archives, reference)

__all__ = ["RESOURCES", "blueprint"]
