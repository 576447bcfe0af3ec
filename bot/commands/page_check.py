"""`--check-x ACCOUNT`: look whether x.com's pages are as the selectors know them. Needs the home for itself."""

from __future__ import annotations

from collections.abc import Callable

from bot.account_manager import AccountManager
from bot.commands.answer import Answer, ExitCode
from bot.commands.engine import engine_of
from bot.commands.onlooker import Onlooker
from bot.commands.table import table
from bot.errors import AviaryError
from bot.fleet_view import RunState, RunView
from bot.slot_work import PAGES_SLOT
from bot.x.report import PageReport, ReportRow

_USE_THE_BUTTON = "Press “Check x.com's pages” on the account's page in the panel that is running, or stop it first."
_GOOD = {RunState.DONE, RunState.PARTLY}


def check_pages(
    onlooker: Onlooker, name: str, make_manager: Callable[[], AccountManager], tell: Callable[[str], None]
) -> Answer:
    """Walk the pages as the account, and say what was found. Raises AviaryError when it could not be done."""
    account_id = onlooker.find(name).entry.id
    with engine_of(make_manager, _USE_THE_BUTTON) as manager:
        return _answer(manager, account_id, _carry_out(manager, account_id, tell))


def _carry_out(manager: AccountManager, account_id: str, tell: Callable[[str], None]) -> RunView:
    """The run from its beginning to its end. Raises AviaryError when it was refused."""
    before = _newest_run(manager, account_id)
    line = manager.check_pages(account_id)
    if _newest_run(manager, account_id) == before:
        raise AviaryError(line)
    tell(f"{line} It takes a minute or two; nothing is posted, liked or followed.")
    while not manager.wait_until_idle(1):
        pass
    return manager.runs(account_id, 1)[0]


def _newest_run(manager: AccountManager, account_id: str) -> int:
    return next((run.id for run in manager.runs(account_id, 5) if run.slot == PAGES_SLOT), 0)


def _answer(manager: AccountManager, account_id: str, run: RunView) -> Answer:
    """Raises AviaryError for a run that came to no end of its own."""
    if run.state not in _GOOD:
        raise AviaryError(run.reason or f"the run ended as {run.state}", remedy=run.remedy)
    report = manager.page_report(account_id)
    if report is None:
        raise AviaryError("the report cannot be read", remedy="data/logs/aviary.log has the details.")
    folder = f"{manager.account_view(account_id).folder}/data/checks/{report.id}"
    code = ExitCode.SELECTORS_MISSING if report.missing else ExitCode.DONE
    return Answer(_text(report, folder), report.as_data() | {"folder": folder}, code)


def _text(report: PageReport, folder: str) -> str:
    rows = [_row(row) for row in report.rows]
    notes = [f"{page.name}: {page.note}" for page in report.pages if page.note]
    seldom = [f"Not expected on these pages, so nothing is known of: {', '.join(report.unseen)}"]
    verdict = f"MISSING: {', '.join(report.missing)}" if report.missing else "All expected selectors were found."
    kept = f"Report, pictures and redacted pages to send in: {folder}"
    return "\n".join([table(("selector", "level", "pages", "result"), rows), "", *notes, *seldom, verdict, kept])


def _row(row: ReportRow) -> tuple[str, ...]:
    finding = row.finding
    return finding.selector, "yours" if finding.replaced else finding.level, ", ".join(row.pages), finding.in_words
