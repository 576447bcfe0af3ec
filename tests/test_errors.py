"""Words of errors, joined to sentences."""

from __future__ import annotations

import pytest

from bot.errors import StorageError, clause, ended, sentences


@pytest.mark.parametrize(
    ("words", "whole", "inside"),
    [
        ("the disk is full", "the disk is full.", "the disk is full"),
        ("Log in again.", "Log in again.", "Log in again"),
        ("Is it there?", "Is it there?", "Is it there?"),
        ("the text “Buka sampai…", "the text “Buka sampai…", "the text “Buka sampai…"),
        ("", "", ""),
    ],
)
def test_a_sentence_has_one_full_stop_and_a_clause_none(words: str, whole: str, inside: str) -> None:
    assert (ended(words), clause(words)) == (whole, inside)


def test_parts_that_end_with_a_full_stop_and_others_make_sentences_alike() -> None:
    assert sentences("its session ended.", "", "Log in again") == "its session ended. Log in again"
    assert sentences("its session ended", "Log in again.") == "its session ended. Log in again."


def test_an_error_tells_what_is_wrong_and_what_can_be_done() -> None:
    assert StorageError("the disk is full", remedy="Free some space.").in_words == "the disk is full. Free some space."
