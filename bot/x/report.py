"""What a check of x.com's pages found: plain records that engine, command line and panel show."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.x.contract import Evidence


class Result(StrEnum):
    """How one selector fared on one page."""

    FOUND = "found"
    FALLBACK = "fallback"  # by a fall-back: `Finding.fallback` says which
    MISSING = "missing"
    NOT_EXPECTED = "not_expected"  # not there, and not needed there


@dataclass(frozen=True)
class Finding:
    """One selector on one page."""

    selector: str
    level: str  # how well it is attested: A, B, C or K (bot.x.selectors.Level)
    replaced: bool  # by config/selectors.yaml
    css: str  # what found it, or all that was tried
    result: Result
    fallback: int = 0  # the number of the fall-back, from 1
    count: int = 0  # how many elements it found; -1: the browser does not take the CSS

    @property
    def in_words(self) -> str:
        """ "found", "found by fall-back 1", "missing" or "not expected here"."""
        if self.count < 0:
            return "missing: no CSS that this browser takes"
        if self.result is Result.FALLBACK:
            return f"found by fall-back {self.fallback}"
        return "not expected here" if self.result is Result.NOT_EXPECTED else self.result.value


@dataclass(frozen=True)
class CheckedPage:
    """One page of the walk. `note` says what was out of the ordinary; without findings it was not visited."""

    name: str  # one of bot.x.expectations.PAGES
    url: str = ""
    findings: tuple[Finding, ...] = ()
    note: str = ""
    has_picture: bool = False  # NAME.png
    has_sample: bool = False  # NAME.html, redacted

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the selectors that should be here and are not."""
        return tuple(finding.selector for finding in self.findings if finding.result is Result.MISSING)


@dataclass(frozen=True)
class ReportRow:
    """Pages on which one selector fared the same."""

    finding: Finding  # on the first of them
    pages: tuple[str, ...]


@dataclass(frozen=True)
class PageReport:
    """A whole check of one account. `ended_by` is the trouble that cut it short."""

    handle: str
    at: datetime  # UTC, when it ended
    pages: tuple[CheckedPage, ...]
    ended_by: str = ""
    id: str = ""  # its folder under data/checks/

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the selectors that are missing on any page, each once."""
        return tuple(dict.fromkeys(name for page in self.pages for name in page.missing))

    @property
    def rows(self) -> tuple[ReportRow, ...]:
        """What was found and what is missing, the missing first; pages where nothing was expected are left out."""
        found: dict[tuple[str, str], ReportRow] = {}
        for page in self.pages:
            for finding in page.findings:
                if finding.result is not Result.NOT_EXPECTED:
                    known = found.get((finding.selector, finding.in_words))
                    pages = (*known.pages, page.name) if known else (page.name,)
                    found[finding.selector, finding.in_words] = ReportRow(known.finding if known else finding, pages)
        return tuple(sorted(found.values(), key=lambda row: row.finding.result is not Result.MISSING))

    @property
    def unseen(self) -> tuple[str, ...]:
        """Names of the selectors that no page needed and none showed: nothing can be said about them."""
        known = dict.fromkeys(finding.selector for page in self.pages for finding in page.findings)
        seen = {
            finding.selector
            for page in self.pages
            for finding in page.findings
            if finding.result is not Result.NOT_EXPECTED
        }
        return tuple(name for name in known if name not in seen)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the pictures and samples that were kept."""
        pictures = [f"{page.name}.png" for page in self.pages if page.has_picture]
        return (*pictures, *(f"{page.name}.html" for page in self.pages if page.has_sample))

    def as_data(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self) | {"at": self.at.isoformat(), "missing": list(self.missing)}

    def to_json(self) -> str:
        return json.dumps(self.as_data(), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str | bytes) -> PageReport:
        """Raises ValueError for what is no report."""
        try:
            data = json.loads(text)
            pages = tuple(_page(page) for page in data["pages"])
            at = datetime.fromisoformat(data["at"])
            return cls(data["handle"], at, pages, data["ended_by"], data["id"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"no report on pages: {error}") from error


@dataclass(frozen=True)
class PageLook:
    """A page as the walk saw it: what was found, and the picture and redacted HTML to send in."""

    page: CheckedPage
    evidence: Evidence | None = None  # None for a page that was not visited


def _page(data: dict[str, Any]) -> CheckedPage:
    findings = tuple(Finding(**{**finding, "result": Result(finding["result"])}) for finding in data["findings"])
    return CheckedPage(**{**data, "findings": findings})
