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
    experiments,
    exports,
    files,
    fleet,
    group_queue,
    guards,
    media,
    numbers,
    outcomes,
    proxies,
    queue,
    records,
    reference,
    sessions,
    slots,
    suggestions,
    summaries,
    versions,
    week,
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
        suggestions,
        queue,
        group_queue,
        week,
        content,
        files,
        versions,
        sessions,
        proxies,
        media,
        writing,
    ),
    *(outcomes, records, numbers, experiments, summaries, fleet, guards, bulk, archives, backups, exports, reference),
)

__all__ = ["RESOURCES", "blueprint"]
