from __future__ import annotations

import pytest

from practice.faults import EVENTS, KINDS, Fault, FaultBook, FaultError


def kinds_met(book: FaultBook, event: str, handle: str = "toko") -> list[str]:
    return [fault.kind for fault in book.meet(handle, event)]


def test_a_fault_meets_the_account_it_is_for_and_is_used_up(book):
    book.add(Fault("toko", "duplicate", left=2))
    assert kinds_met(book, "post", "lain") == []
    assert kinds_met(book, "like") == []
    assert [kinds_met(book, "post", "TOKO") for _ in range(3)] == [["duplicate"], ["duplicate"], []]


def test_without_a_place_it_meets_the_next_event_it_can_happen_to(book):
    book.add(Fault("toko", "expired"))
    assert kinds_met(book, "load") == ["expired"]


def test_with_a_place_it_waits_for_that(book):
    book.add(Fault("toko", "expired", at="follow"))
    assert [kinds_met(book, event) for event in ("load", "post", "like", "follow")] == [[], [], [], ["expired"]]


def test_a_slow_answer_may_come_with_another_fault(book):
    book.add(Fault("toko", "server_error", at="post"))
    book.add(Fault("toko", "slow", at="post", seconds=0.1))
    book.add(Fault("toko", "duplicate"))
    assert kinds_met(book, "post") == ["server_error", "slow"]
    assert kinds_met(book, "post") == ["duplicate"]


def test_what_the_page_shows_never_meets_a_request(book):
    book.add(Fault("toko", "popup"))
    book.add(Fault("toko", "page_changed"))
    assert all(kinds_met(book, event) == [] for event in EVENTS)


def test_a_popup_is_shown_once_at_its_event(book):
    book.add(Fault("toko", "popup", at="like"))
    assert not book.meet_popup("toko", ("load",))
    assert book.meet_popup("toko", ("load", "like"))
    assert not book.meet_popup("toko", ("load", "like"))


def test_a_changed_page_holds_for_one_visit_of_a_browser(book):
    book.add(Fault("toko", "page_changed", at="like"))
    assert book.changes("toko", "first") == ["like"]
    assert book.changes("toko", "first") == ["like"]
    assert book.changes("toko", "second") == []


def test_a_changed_page_names_the_part_of_the_composer(book):
    book.add(Fault("toko", "page_changed", at="post", part="button"))
    assert book.changes("toko", "visit") == ["post:button"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("toko", "flood"), "unknown kind 'flood'"),
        (Fault("toko", "duplicate", at="like"), "duplicate cannot happen at 'like'"),
        (Fault("toko", "duplicate", left=0), "count must be 1 or more"),
    ],
)
def test_a_fault_that_cannot_be_set_says_why(book, fault, words):
    with pytest.raises(FaultError, match=words):
        book.add(fault)


def test_every_kind_happens_at_known_events():
    assert all(set(events) <= set(EVENTS) and events for events in KINDS.values())


def test_clearing_forgets_all_or_one_accounts_faults(book):
    book.add(Fault("satu", "expired"))
    book.add(Fault("dua", "expired"))
    assert book.clear("satu") == 1
    assert [told["handle"] for told in book.told()] == ["dua"]
    assert book.clear() == 1
    assert book.told() == []
