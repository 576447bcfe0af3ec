"""`--export-metrics`: every account's numbers and records in one database, or in CSV. Also while a panel works."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bot.commands.answer import Answer, ExitCode
from bot.commands.onlooker import Onlooker
from bot.errors import ExportFailed
from bot.fleet.exported import exported_accounts
from bot.metrics_exports import MetricsExports
from bot.storage.metrics_export.exporting import ExportReport
from bot.storage.metrics_export.table_files import Separator

TELL_SECONDS = 1.0


def export_all(
    onlooker: Onlooker,
    place: str,
    separator: Separator | None,
    tell: Callable[[str], None],
    now: Callable[[], float] = time.monotonic,
) -> Answer:
    """Bring the file or folder up to date, with a line of progress each second. Raises ExportFailed."""
    if not onlooker.registry.members and not onlooker.registry.broken:
        raise ExportFailed(f"there is no account to export: {(onlooker.problems() or [onlooker.why_none()])[0]}")
    exports = MetricsExports(lambda: exported_accounts(onlooker.registry), onlooker.clock)
    report = exports.write(place, separator, _Teller(tell, now).tell)
    return _answer(place, report)


class _Teller:
    """Tells how far it is, but not for each account: there may be a thousand."""

    def __init__(self, say: Callable[[str], None], now: Callable[[], float]) -> None:
        self._say, self._now = say, now
        self._told_at = now()

    def tell(self, done: int, count: int, account_id: str) -> None:
        if self._now() - self._told_at >= TELL_SECONDS:
            self._told_at = self._now()
            self._say(f"{done:,} of {count:,} accounts, the last: {account_id}")


def _answer(place: str, report: ExportReport) -> Answer:
    troubles = report.troubles
    whole = len(report.accounts) - len(troubles)
    lines = [f"{place}: {whole:,} of {len(report.accounts):,} accounts, {report.written:,} rows new or changed."]
    if report.gone:
        lines.append(f"{report.gone:,} rows are gone from their accounts; they stay, with the time in gone_at.")
    lines += [f"note: {each.id}: {each.note}" for each in report.accounts if each.note]
    lines += [f"left out: {name}" for name in report.left_out]
    lines += [f"trouble: {each.id}: {each.trouble}" for each in troubles]
    return Answer("\n".join(lines), _data(place, report), ExitCode.INCOMPLETE if troubles else ExitCode.DONE)


def _data(place: str, report: ExportReport) -> dict[str, Any]:
    return {
        "place": place,
        "rows_written": report.written,
        "rows_gone": report.gone,
        "left_out": list(report.left_out),
        "accounts": [
            {
                "id": each.id,
                "rows_written": each.written,
                "rows_gone": each.gone,
                "trouble": each.trouble,
                "note": each.note,
            }
            for each in report.accounts
        ],
    }
