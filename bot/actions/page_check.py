"""Look whether x.com's pages are as the selectors know them, and keep the report. Changes nothing on x.com."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions.visit import ActionResult, Visit
from bot.errors import AviaryError
from bot.storage.checks import check_id, save_check
from bot.x.contract import Cookie
from bot.x.report import CheckedPage, PageLook, PageReport, Result


def perform(visit: Visit, cookies: Sequence[Cookie]) -> ActionResult:
    """Walk the pages, logging in first. Raises the trouble that ended the walk, after what was seen is kept."""
    looks: list[PageLook] = []
    try:
        for look in visit.client.check_pages(cookies):
            looks.append(look)
            _tell(visit, look.page)
    except AviaryError as error:
        _keep(visit, looks, ended_by=error.message)
        raise
    report = _keep(visit, looks)
    if report.missing:
        missing = f"missing on x.com's pages: {', '.join(report.missing)}"
        return ActionResult("check", len(looks), (missing,))
    visit.note("x.com's pages are as Aviary knows them", "good")
    return ActionResult("check", len(looks))


def _tell(visit: Visit, page: CheckedPage) -> None:
    found = sum(finding.result in {Result.FOUND, Result.FALLBACK} for finding in page.findings)
    words = f"page {page.name}: {found} selectors found" if page.findings else f"page {page.name}"
    missing = f"missing: {', '.join(page.missing)}" if page.missing else ""
    told = "; ".join(part for part in (words, missing, page.note) if part)
    visit.note(told, "warning" if page.missing or page.note else "info")


def _keep(visit: Visit, looks: Sequence[PageLook], ended_by: str = "") -> PageReport:
    """Save report, pictures and redacted pages in the account's folder."""
    at = visit.clock.now()
    report = PageReport(visit.handle, at, tuple(look.page for look in looks), ended_by, check_id(at))
    save_check(visit.folder.checks, report.id, report.to_json(), _files(looks))
    return report


def _files(looks: Sequence[PageLook]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for look in looks:
        if look.page.has_picture and look.evidence is not None:
            files[f"{look.page.name}.png"] = look.evidence.screenshot
        if look.page.has_sample and look.evidence is not None:
            files[f"{look.page.name}.html"] = look.evidence.html.encode("utf-8", "replace")
    return files
