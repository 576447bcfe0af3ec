"""All resources of the API under /api, and its reference. Importing them enters their operations."""

from __future__ import annotations

from webapp.api import (
    account_templates,
    accounts,
    approvals,
    archives,
    backups,
    bulk,
    content,
    exports,
    files,
    fleet,
    guards,
    media,
    proxies,
    queue,
    records,
    reference,
    sessions,
    slots,
    summaries,
    versions,
    work,
    writing,
)
from webapp.api.contract import blueprint

RESOURCES = (
    *(
        accounts,
        account_templates,
        work,
        approvals,
        slots,
        queue,
        content,
        files,
        versions,
        sessions,
        proxies,
        media,
        writing,
    ),
    *(records, fleet, guards, bulk, archives, backups, exports, summaries, reference),
)

__all__ = ["RESOURCES", "blueprint"]
