"""The journal: runs, the way of a post from intent to proof, and whom an account engaged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.storage.database import Database
from bot.storage.journal import USES_KEPT, Intent, IntentState, Journal, TemplateUse
from bot.storage.metrics import Metrics

NOW = datetime(2026, 3, 2, 8, 0, 0, 250_000, tzinfo=UTC)


class Book:
    """A journal that can be closed and opened again, as by a restart."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.open()

    def open(self) -> None:
        self.database = Database(self._file, "account")
        self.journal = Journal(self.database)

    def restart(self) -> Journal:
        self.database.close()
        self.open()
        return self.journal


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = Book(tmp_path / "data" / "metrics.db")
    yield book
    book.database.close()


def plan(journal: Journal, slot: str = "morning", date: str = "2026-03-02", trigger: str = "schedule") -> int | None:
    return journal.plan_run(slot, date, trigger, NOW)


def run_of(journal: Journal) -> int:
    run = plan(journal, trigger="manual")
    assert run is not None
    return run


def intend(
    journal: Journal, run: int, text: str = "Promo 🔥\nhari ini", template: str = "Promo", at: datetime = NOW
) -> int:
    return journal.intend(run, "promo", template, text, ["media/promo/a.png"], 7, at)


def intent_of(journal: Journal, intent: int) -> Intent:
    return journal.intent(intent)


def test_a_post_goes_from_intent_over_sending_to_sent_and_each_step_outlives_a_restart(book: Book) -> None:
    run = run_of(book.journal)
    intent = intend(book.journal, run)
    found = intent_of(book.restart(), intent)
    assert (found.state, found.text, found.media) == (IntentState.INTENT, "Promo 🔥\nhari ini", ("media/promo/a.png",))
    assert (found.run_id, found.kind, found.permit_id, found.created_at, found.sending_at) == (
        run,
        "promo",
        7,
        NOW,
        None,
    )
    assert not book.journal.has_undecided()

    book.journal.mark_sending(intent, NOW + timedelta(seconds=5))
    found = intent_of(book.restart(), intent)
    assert (found.state, found.sending_at) == (IntentState.SENDING, NOW + timedelta(seconds=5))
    assert book.journal.has_undecided()

    book.journal.settle(intent, IntentState.SENT, NOW, tweet_id="19", reason="found on the profile")
    found = intent_of(book.restart(), intent)
    assert (found.state, found.tweet_id, found.reason) == (IntentState.SENT, "19", "found on the profile")
    assert not book.journal.has_undecided()


def test_a_post_is_marked_as_sending_only_once(book: Book) -> None:
    """The click follows the mark: a second mark would be a second click."""
    intent = intend(book.journal, run_of(book.journal))
    book.journal.mark_sending(intent, NOW)
    with pytest.raises(StorageError, match="not sent again"):
        book.journal.mark_sending(intent, NOW + timedelta(minutes=1))
    assert intent_of(book.journal, intent).sending_at == NOW


@pytest.mark.parametrize("end", [IntentState.SENT, IntentState.FAILED, IntentState.NEEDS_REVIEW])
def test_a_post_that_has_ended_is_never_sent_again(book: Book, end: IntentState) -> None:
    intent = intend(book.journal, run_of(book.journal))
    book.journal.settle(intent, end, NOW)
    with pytest.raises(StorageError, match="not sent again"):
        book.journal.mark_sending(intent, NOW)
    with pytest.raises(StorageError, match="not sent again"):
        book.journal.mark_sending(999, NOW)
    assert intent_of(book.journal, intent).state is end


def test_what_was_found_sent_or_failed_stays_so(book: Book) -> None:
    sent, failed, review = (intend(book.journal, run_of(book.journal)) for _ in range(3))
    book.journal.settle(sent, IntentState.SENT, NOW, tweet_id="19")
    book.journal.settle(sent, IntentState.FAILED, NOW)
    book.journal.settle(failed, IntentState.FAILED, NOW, reason="refused")
    book.journal.settle(failed, IntentState.SENT, NOW, tweet_id="20")
    book.journal.settle(review, IntentState.NEEDS_REVIEW, NOW)
    book.journal.settle(review, IntentState.SENT, NOW, tweet_id="21", reason="a person found it")
    assert [(each.state, each.tweet_id) for each in book.journal.intents()] == [
        (IntentState.SENT, "21"),
        (IntentState.FAILED, ""),
        (IntentState.SENT, "19"),
    ]


def test_intents_come_newest_first_by_state_and_limit(book: Book) -> None:
    run = run_of(book.journal)
    first, second, third = (intend(book.journal, run, text=f"text {n}") for n in range(3))
    book.journal.mark_sending(second, NOW)
    assert [each.id for each in book.journal.intents()] == [third, second, first]
    assert [each.id for each in book.journal.intents(states=[IntentState.SENDING])] == [second]
    assert [each.id for each in book.journal.intents(limit=1)] == [third]


def test_a_text_counts_as_used_while_it_may_have_been_sent(book: Book) -> None:
    run = run_of(book.journal)
    for name, end in (("sent", IntentState.SENT), ("failed", IntentState.FAILED), ("review", IntentState.NEEDS_REVIEW)):
        book.journal.settle(intend(book.journal, run, text=name), end, NOW)
    intend(book.journal, run, text="intent")
    book.journal.mark_sending(intend(book.journal, run, text="sending"), NOW)
    intend(book.journal, run, text="old", at=NOW - timedelta(days=31))
    assert book.journal.texts_since(NOW - timedelta(days=30)) == {"sent", "review", "intent", "sending"}
    assert book.journal.times_of_texts(NOW - timedelta(days=30)).keys() == {"sent", "review", "intent", "sending"}


def test_of_a_text_that_was_used_twice_the_newest_time_is_told(book: Book) -> None:
    run = run_of(book.journal)
    for days in (3, 1, 2):
        intend(book.journal, run, text="again", at=NOW - timedelta(days=days))
    assert book.journal.times_of_texts(NOW - timedelta(days=9)) == {"again": NOW - timedelta(days=1)}


def test_the_last_use_of_a_template_counts_failed_tries_too(book: Book) -> None:
    run = run_of(book.journal)
    intend(book.journal, run, template="a", at=NOW - timedelta(days=2))
    intend(book.journal, run, template="a", at=NOW - timedelta(days=1))
    book.journal.settle(intend(book.journal, run, template="b", at=NOW), IntentState.FAILED, NOW)
    yesterday, before = NOW - timedelta(days=1), NOW - timedelta(days=2)
    assert book.journal.uses_of_templates() == {
        "a": TemplateUse((yesterday, before), yesterday),
        "b": TemplateUse((NOW,), None),
    }


def test_of_a_template_its_newest_uses_are_told_and_its_last_post_behind_any_number_of_failures(book: Book) -> None:
    run = run_of(book.journal)
    intend(book.journal, run, template="a", at=NOW - timedelta(days=9))
    for minute in range(USES_KEPT + 5):
        at = NOW - timedelta(minutes=minute)
        book.journal.settle(intend(book.journal, run, template="a", at=at), IntentState.FAILED, NOW)
    use = book.journal.uses_of_templates()["a"]
    assert len(use.times) == USES_KEPT
    assert use.times == tuple(sorted(use.times, reverse=True))
    assert use.posted_at == NOW - timedelta(days=9)


@pytest.mark.parametrize("second", ["schedule", "catch_up"])
@pytest.mark.parametrize("first", ["schedule", "catch_up"])
def test_a_slot_has_one_run_a_day_whatever_is_restarted(book: Book, first: str, second: str) -> None:
    run = plan(book.journal, trigger=first)
    assert run is not None
    book.journal.end_run(run, "done", NOW)
    assert plan(book.restart(), trigger=second) is None
    assert plan(book.journal, date="2026-03-03", trigger=second) is not None
    assert plan(book.journal, slot="evening", trigger=second) is not None


@pytest.mark.parametrize("trigger", ["manual", "check"])
def test_a_person_may_run_a_slot_as_often_as_they_like(book: Book, trigger: str) -> None:
    assert plan(book.journal) is not None
    runs = [plan(book.journal, trigger=trigger) for _ in range(3)]
    assert None not in runs
    assert len(set(runs)) == 3
    assert plan(book.journal, slot="noon", trigger="schedule") is not None


def test_runs_that_a_crash_left_open_are_found_oldest_first(book: Book) -> None:
    late = book.journal.plan_run("evening", "2026-03-02", "schedule", NOW + timedelta(hours=12))
    early = book.journal.plan_run("morning", "2026-03-02", "schedule", NOW)
    ended = {book.journal.plan_run(f"slot{n}", "2026-03-02", "manual", NOW): end for n, end in enumerate(ENDS)}
    for run, end in ended.items():
        assert run is not None
        book.journal.end_run(run, end, NOW)
    assert early is not None
    book.journal.start_run(early, NOW)
    open_runs = book.restart().unfinished_runs()
    assert [run.id for run in open_runs] == [early, late]
    assert [run.state for run in open_runs] == ["running", "queued"]
    assert [run.started_at for run in open_runs] == [NOW, None]


ENDS = ("done", "partly", "failed", "stopped", "skipped")


def test_a_run_counts_what_it_did(book: Book) -> None:
    run, other = run_of(book.journal), run_of(book.journal)
    book.journal.settle(intend(book.journal, run), IntentState.SENT, NOW)
    book.journal.settle(intend(book.journal, run), IntentState.FAILED, NOW)
    for action, target, done in (("like", "1", True), ("like", "2", False), ("follow", "shop", True)):
        book.journal.begin_engagement(run, action, target, "kuota", NOW)
        book.journal.end_engagement(action, target, done=done)
    book.journal.end_run(run, "partly", NOW, "why", "what to do")
    found = book.journal.run(run)
    assert found is not None
    assert (found.posts, found.likes, found.follows) == (1, 1, 1)
    assert (found.state, found.ended_at, found.reason, found.remedy) == ("partly", NOW, "why", "what to do")
    assert [each.id for each in book.journal.runs(10)] == [other, run]
    assert [each.id for each in book.journal.runs(1)] == [other]
    assert book.journal.run(999) is None


def test_the_last_work_is_the_newest_run_of_a_slot_that_has_ended(book: Book) -> None:
    assert book.journal.last_work() is None
    work, looking, pages, open_run = (
        plan(book.journal, trigger=trigger) for trigger in ("manual", "check", "pages", "manual")
    )
    for run in (work, looking, pages):
        assert run is not None
        book.journal.end_run(run, "partly", NOW)
    last = book.journal.last_work()
    assert last is not None
    assert last.id == work
    assert open_run is not None
    book.journal.end_run(open_run, "skipped", NOW)
    last = book.journal.last_work()
    assert last is not None
    assert last.id == open_run


def test_steps_are_kept_in_words_newest_first(book: Book) -> None:
    run, other = run_of(book.journal), run_of(book.journal)
    book.journal.note(run, NOW, "began")
    book.journal.note(run, NOW, "half an emoji \ud83d", "error", "run1-picture")
    book.journal.note(other, NOW, "another run's")
    book.journal.note(None, NOW, "no run's")
    steps = book.restart().steps(run)
    assert [(step.text, step.level, step.evidence) for step in steps] == [
        ("half an emoji ?", "error", "run1-picture"),
        ("began", "info", ""),
    ]


def test_a_step_of_a_run_that_does_not_exist_is_refused(book: Book) -> None:
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        book.journal.note(999, NOW, "nobody's")


def test_a_target_is_engaged_once_also_when_it_failed(book: Book) -> None:
    run = run_of(book.journal)
    assert not book.journal.was_engaged("follow", "Toko")
    assert book.journal.begin_engagement(run, "follow", "Toko", "kuota", NOW)
    assert not book.journal.begin_engagement(run, "follow", "tOKO", "paket", NOW)
    assert book.journal.begin_engagement(run, "like", "Toko", "kuota", NOW)
    book.journal.end_engagement("follow", "TOKO", done=False)
    assert book.restart().was_engaged("follow", "toko")
    assert book.journal.engaged_in_run(run, "follow") == 0
    book.journal.end_engagement("like", "toko", done=True)
    assert book.journal.engaged_in_run(run, "like") == 1


def test_every_transition_is_on_disk_when_it_returns(book: Book) -> None:
    """Another connection, as after a kill, sees it without the first one being closed."""
    intent = intend(book.journal, run_of(book.journal))
    book.journal.mark_sending(intent, NOW)
    other = Database(book.database.path, "account")
    assert Journal(other).has_undecided()
    other.close()


def test_what_is_written_together_stands_as_a_whole_or_not_at_all(book: Book) -> None:
    intent = intend(book.journal, run_of(book.journal))
    book.journal.mark_sending(intent, NOW)
    with pytest.raises(ZeroDivisionError):
        _count_and_break(book, intent)
    journal = book.restart()
    assert intent_of(journal, intent).state is IntentState.SENDING
    assert Metrics(book.database).day(NOW.date()).posts == 0


def _count_and_break(book: Book, intent: int) -> None:
    with book.journal.together():
        book.journal.settle(intent, IntentState.SENT, NOW, tweet_id="1")
        Metrics(book.database).count("post", NOW.date())
        _ = 1 // 0


def test_a_post_that_was_settled_says_so_when_it_is_settled_again(book: Book) -> None:
    intent = intend(book.journal, run_of(book.journal))
    assert book.journal.settle(intent, IntentState.SENT, NOW, tweet_id="1")
    assert not book.journal.settle(intent, IntentState.FAILED, NOW)


def test_the_first_look_is_kept(book: Book) -> None:
    intent = intend(book.journal, run_of(book.journal))
    book.journal.mark_looked(intent, NOW)
    book.journal.mark_looked(intent, NOW + timedelta(hours=1))
    assert intent_of(book.restart(), intent).looked_at == NOW


def test_every_look_is_counted_for_what_waits_for_proof_and_the_first_is_kept(book: Book) -> None:
    run = run_of(book.journal)
    waiting, settled = intend(book.journal, run), intend(book.journal, run)
    for intent in (waiting, settled):
        book.journal.mark_sending(intent, NOW)
    book.journal.mark_sought(NOW)
    book.journal.settle(settled, IntentState.SENT, NOW)
    book.journal.mark_sought(NOW + timedelta(hours=1))
    journal = book.restart()
    assert [(journal.intent(each).sought_at, journal.intent(each).looks) for each in (waiting, settled)] == [
        (NOW, 2),
        (NOW, 1),
    ]


def test_a_first_look_of_a_clock_that_was_ahead_is_set_right(book: Book) -> None:
    intent = intend(book.journal, run_of(book.journal))
    book.journal.mark_sending(intent, NOW)
    for at in (NOW + timedelta(days=900), NOW):
        book.journal.mark_sought(at)
        book.journal.mark_looked(intent, at)
    assert (book.journal.intent(intent).sought_at, book.journal.intent(intent).looked_at) == (NOW, NOW)


def test_a_post_is_found_by_its_number_however_many_came_after_it(book: Book) -> None:
    run = run_of(book.journal)
    first = intend(book.journal, run)
    with book.journal.together():
        for _ in range(1000):
            intend(book.journal, run)
    assert book.journal.intent(first).id == first
    with pytest.raises(KeyError):
        book.journal.intent(9999)
