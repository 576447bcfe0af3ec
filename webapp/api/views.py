"""All resources of the API under /api, and its reference. Importing them enters their operations."""

from __future__ import annotations

from webapp.api import (
    accounts,
    approvals,
    archives,
    bulk,
    files,
    fleet,
    media,
    records,
    reference,
    sessions,
    slots,
    work,
)
from webapp.api.contract import blueprint

RESOURCES = (accounts, work, approvals, slots, files, sessions, media, records, fleet, bulk, archives, reference)

__all__ = ["RESOURCES", "blueprint"]
