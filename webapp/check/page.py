"""What the page about x.com's pages shows, and the zip to send in."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from bot.fleet_view import AccountView, Fleet
from bot.storage.checks import REPORT
from bot.x.report import PageReport, ReportRow, Result
from webapp.accounts.card import Card, key
from webapp.live import Mark
from webapp.wording import Face

PAGES: dict[str, str] = {
    "home": "Home",
    "composer": "Composer",
    "profile": "Own profile",
    "search": "Search",
    "post": "A post",
    "person": "Somebody's profile",
}
LEVELS: dict[str, str] = {
    "A": "in saved real pages",
    "B": "relied on by several projects",
    "C": "relied on by one or two projects",
    "K": "general knowledge",
}
REPLACED = "yours, in config/selectors.yaml"
_FACES = {
    Result.FOUND: Face("Found", "circle-check", "good"),
    Result.FALLBACK: Face("Found by a fall-back", "circle-half-2", "warn"),
    Result.MISSING: Face("Missing", "circle-x", "bad"),
}


@dataclass(frozen=True)
class CheckPage:
    """The page of one account. `report` is None while there is none."""

    card: Card
    why_today: str
    report: PageReport | None
    mark: Mark

    @property
    def account(self) -> AccountView:
        return self.card.account

    @property
    def report_key(self) -> str:
        """The same while the same report is shown."""
        return key(self.report.id if self.report else "")

    @staticmethod
    def page_words(name: str) -> str:
        return PAGES.get(name, name)

    @staticmethod
    def level_words(row: ReportRow) -> str:
        return REPLACED if row.finding.replaced else LEVELS.get(row.finding.level, row.finding.level)

    @staticmethod
    def face(row: ReportRow) -> Face:
        return _FACES[row.finding.result]


def look_at_check(fleet: Fleet, account_id: str, mark: Mark) -> CheckPage:
    """Gather the page. Raises KeyError for an unknown account."""
    card = Card(fleet.account_view(account_id))
    return CheckPage(card, fleet.why_no_post_today(account_id), fleet.page_report(account_id), mark)


def zip_report(fleet: Fleet, account_id: str, report: PageReport) -> bytes:
    """The report with its pictures and redacted pages, as the engine kept them; nothing else goes in."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (REPORT, *report.files):
            file = fleet.page_report_file(account_id, report.id, name)
            if file is not None and file.is_file():
                archive.write(file, name)
    return packed.getvalue()
