"""GET /audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from bot.storage.panel.audit import AuditEntry, AuditQuery, Outcome, Way
from webapp.activity.record import number_of
from webapp.services import services
from webapp.wording import Face, sentence

ENTRIES_SHOWN = 50
LONGEST_WORDS = 100
OUTCOMES: dict[Outcome, Face] = {
    Outcome.DONE: Face("Done", "circle-check", "good"),
    Outcome.REFUSED: Face("Refused", "circle-off", "warn"),
    Outcome.FAILED: Face("Failed", "circle-x", "bad"),
}
_WAYS = {Way.BROWSER: "", Way.TOKEN: "API token", Way.CONSOLE: "console"}

blueprint = Blueprint("audit", __name__)


@dataclass(frozen=True)
class AuditPage:
    """One page of the log."""

    query: AuditQuery
    entries: Sequence[AuditEntry]
    has_older: bool
    names: Sequence[str]
    outcomes = OUTCOMES

    @property
    def is_narrow(self) -> bool:
        """Whether the query leaves entries out."""
        return bool(self.query.who or self.query.outcome or self.query.words)

    @property
    def older_address(self) -> str:
        return _address(replace(self.query, before=self.entries[-1].id))

    @property
    def newest_address(self) -> str:
        return _address(replace(self.query, before=0))

    @staticmethod
    def action_words(entry: AuditEntry) -> str:
        """ "accounts.run" as "Accounts: run"."""
        return sentence(entry.action.replace(".", ": ").replace("_", " "))

    @staticmethod
    def who_words(entry: AuditEntry) -> str:
        """The name, and how they came when that was not by browser."""
        way = _WAYS[entry.way]
        return f"{entry.who or 'Nobody known'}{f' ({way})' if way else ''}"


@blueprint.get("/audit")
def index() -> str:
    """The newest entries, or those that the filter asks for."""
    query = _query(request.args)
    found = services().access.audit.search(query, ENTRIES_SHOWN + 1)
    names = services().access.audit.names()
    page = AuditPage(query, found[:ENTRIES_SHOWN], len(found) > ENTRIES_SHOWN, names)
    return render_template("audit/index.html", page=page, longest_words=LONGEST_WORDS)


def _query(args: MultiDict[str, str]) -> AuditQuery:
    """Unknown values are dropped."""
    outcome = args.get("outcome", "")
    return AuditQuery(
        who=args.get("who", ""),
        outcome=outcome if outcome in set(Outcome) else "",
        words=args.get("words", "").strip()[:LONGEST_WORDS],
        before=number_of(args.get("before", "")) or 0,
    )


def _address(query: AuditQuery) -> str:
    args = {"who": query.who, "outcome": query.outcome, "words": query.words, "before": query.before}
    return url_for(".index", **{name: value for name, value in args.items() if value})  # type: ignore[arg-type]
