"""The newest report on x.com's pages that an account keeps, and its files."""

from __future__ import annotations

from pathlib import Path

import structlog

from bot.settings.home import AccountFolder
from bot.storage.checks import find_check_file, newest_check
from bot.x.report import PageReport

_log = structlog.get_logger(__name__)


def read_report(folder: AccountFolder) -> PageReport | None:
    """The newest report; None without one that can be read."""
    file = newest_check(folder.checks)
    if file is None:
        return None
    try:
        return PageReport.from_json(file.read_bytes())
    except (OSError, ValueError) as error:
        _log.warning("report on pages cannot be read", file=str(file), error=str(error))
        return None


def find_report_file(folder: AccountFolder, report_id: str, name: str) -> Path | None:
    """A picture, a redacted page, or report.json itself; None for what is unknown or unsafe."""
    return find_check_file(folder.checks, report_id, name)
