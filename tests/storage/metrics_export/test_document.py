"""docs/one-database.md: every query works, and every table is named with what is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.metrics_export.fitness import FIT, LEFT_OUT
from tests.storage.metrics_export.conftest import Shelf

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "one-database.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", DOCUMENT, re.DOTALL)
MORE = """
INSERT INTO follower_growth (date, followers_count, following_count) VALUES ('2025-12-25', 150, 70);
INSERT INTO runs (slot, slot_date, trigger, state, planned_at, reason)
  VALUES ('morning', '2025-12-25', 'schedule', 'failed', '2025-12-25T01:00', 'x.com did not answer');
INSERT INTO follow_backs VALUES ('kopi', 1, '2025-12-25'), ('teh', 0, '2025-12-25');
INSERT INTO intents (kind, template, text, media, state, created_at)
  VALUES ('promo', 't', 'gone', '[]', 'failed', '2025-12-25');
"""


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """An account of old that Aviary took over, with a row that is gone; one that was removed; one that is damaged."""
    for name in ("a", "b", "c"):
        Database(shelf.add(name, old=True).database, "account").close()
    shelf.change("a", MORE)
    shelf.export()
    shelf.change("a", "DELETE FROM intents")
    del shelf.accounts["b"]
    shelf.accounts["c"].database.write_bytes(b"no database" * 999)
    shelf.export()
    return shelf


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_each_query_answers(filled: Shelf, number: int) -> None:
    assert filled.ask(QUERIES[number])


def test_the_answers_are_right(filled: Shelf) -> None:
    assert len(QUERIES) >= 9
    assert filled.ask(QUERIES[0]) == [("a", 5, 21, 15), ("b", 5, 21, 15), ("c", 5, 21, 15)]
    assert filled.ask(QUERIES[1])[0] == ("a", 32, 150)
    assert filled.ask(QUERIES[5]) == [("a", 1, 1, "x.com did not answer")]
    assert {row[0] for row in filled.ask(QUERIES[7])} == {"b", "c"}


@pytest.mark.parametrize("table", [*FIT, "accounts"])
def test_each_table_is_in_the_document(table: str) -> None:
    assert f"`{table}`" in DOCUMENT.partition("## What is in it")[2].partition("## What is not in it")[0]


@pytest.mark.parametrize("table", LEFT_OUT)
def test_each_table_that_is_left_out_is_named_with_the_reason(table: str) -> None:
    assert f"| `{table}` |" in DOCUMENT.partition("## What is not in it")[2]
