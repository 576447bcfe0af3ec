"""Answers to requests with an Idempotency-Key: one gets the key, its answer is kept for a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.storage.panel import PanelStore
from bot.storage.panel.answers import KeptAnswer, Outcome

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ANSWER = KeptAnswer(201, "application/json", '{"Location": "/api/accounts/one"}', '{"id": "one"}')


def test_a_key_is_claimed_once_and_then_answered(tmp_path: Path) -> None:
    answers = PanelStore(tmp_path).answers
    assert answers.claim("token:a", "k1", "asked", NOW).outcome is Outcome.NEW
    assert answers.claim("token:a", "k1", "asked", NOW).outcome is Outcome.UNANSWERED
    answers.keep("token:a", "k1", ANSWER)
    again = PanelStore(tmp_path).answers.claim("token:a", "k1", "asked", NOW)
    assert (again.outcome, again.answer) == (Outcome.ANSWERED, ANSWER)


def test_another_request_and_another_owner_are_told_apart(tmp_path: Path) -> None:
    answers = PanelStore(tmp_path).answers
    answers.claim("token:a", "k1", "asked", NOW)
    assert answers.claim("token:a", "k1", "something else", NOW).outcome is Outcome.OTHER_REQUEST
    assert answers.claim("token:b", "k1", "asked", NOW).outcome is Outcome.NEW


def test_after_a_day_it_is_forgotten(tmp_path: Path) -> None:
    answers = PanelStore(tmp_path).answers
    answers.claim("token:a", "k1", "asked", NOW)
    answers.keep("token:a", "k1", ANSWER)
    assert answers.claim("token:a", "k1", "asked", NOW + timedelta(hours=24)).outcome is Outcome.ANSWERED
    assert answers.claim("token:a", "k1", "asked", NOW + timedelta(hours=24, seconds=1)).outcome is Outcome.NEW


def test_keys_are_not_kept_as_they_came(tmp_path: Path) -> None:
    PanelStore(tmp_path).answers.claim("token:a", "a-key-somebody-chose", "asked", NOW)
    assert b"a-key-somebody-chose" not in (tmp_path / "panel.db").read_bytes()
