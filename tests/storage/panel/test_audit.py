"""The audit log, by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.panel import PanelStore
from bot.storage.panel.audit import KEPT, AuditEntry, AuditQuery, Outcome, Way

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def _entry(
    who: str = "dewi", action: str = "accounts.stop", outcome: Outcome = Outcome.DONE, days: int = 0
) -> AuditEntry:
    at = NOW + timedelta(days=days)
    return AuditEntry(who, Way.BROWSER, action, "/accounts/warung/stop", outcome, "10.0.0.9", at)


def test_entries_come_newest_first_page_by_page(store: PanelStore) -> None:
    for number in range(5):
        store.audit.add(_entry(f"user {number}"))
    first = store.audit.search(AuditQuery(), 3)
    second = store.audit.search(AuditQuery(before=first[-1].id), 3)
    assert [entry.who for entry in first + second] == [f"user {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (AuditQuery(who="budi"), ["budi"]),
        (AuditQuery(outcome="refused"), ["budi"]),
        (AuditQuery(words="TOKENS"), ["sari"]),
        (AuditQuery(words="warung"), ["sari", "budi", "dewi"]),
        (AuditQuery(words="%"), []),
        (AuditQuery(who="dewi", outcome="refused"), []),
    ],
)
def test_entries_are_found_by_who_outcome_and_words(store: PanelStore, query: AuditQuery, found: list[str]) -> None:
    store.audit.add(_entry("dewi"))
    store.audit.add(_entry("budi", outcome=Outcome.REFUSED))
    store.audit.add(_entry("sari", action="tokens.make"))
    assert [entry.who for entry in store.audit.search(query, 10)] == found


def test_entries_are_kept_for_a_year(store: PanelStore) -> None:
    store.audit.add(_entry("dewi"))
    store.audit.add(_entry("budi", days=KEPT.days))
    assert store.audit.names() == ("budi", "dewi")
    store.audit.add(_entry("budi", days=KEPT.days + 1))
    assert store.audit.names() == ("budi",)


def test_what_no_database_takes_is_kept_as_far_as_it_goes(store: PanelStore) -> None:
    store.audit.add(_entry("half an emoji \ud83d"))
    assert store.audit.search(AuditQuery(who="half an emoji \ud83d"), 1)[0].who == "half an emoji ?"
