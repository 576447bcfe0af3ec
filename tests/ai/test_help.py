"""A better text within the budget, from memory, checked; and the keys of services."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.ai.fake import FakeModel
from bot.ai.help import WritingHelp, make_help
from bot.clock import FakeClock, StopSignal
from bot.errors import (
    ModelBudgetSpent,
    ModelKeyRefused,
    ModelOff,
    ModelTextRefused,
    ModelTooSlow,
    ModelUnreachable,
    Stopped,
)
from bot.settings.account import AiSection
from bot.storage.database import Database
from bot.storage.model_book import ANSWERS_KEPT
from bot.storage.sealing import KEY_FILE, SessionKeys

AI = AiSection(enabled=True, api_url="http://127.0.0.1:9/v1", model="tiny", budget_per_day=3)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "sk-canary-5ec2e7"


class Bench:
    """A help over a fleet.db, and what it stands on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = FakeClock(NOON)
        self.model = FakeModel()
        self.fleet_budget = 100
        self.open()

    def open(self) -> None:
        """As a process that begins does."""
        self.database = Database(self.root / "fleet.db", "fleet")
        sealing = SessionKeys(self.root, "")
        self.help: WritingHelp = make_help(self.database, sealing, self.clock, lambda: self.fleet_budget, self.model)

    def restart(self) -> None:
        self.database.close()
        self.open()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.database.close()


def test_the_prompt_of_the_file_is_filled_with_the_text(bench: Bench) -> None:
    ai = AI.model_copy(update={"improve_prompt": "Perbaiki tweet ini.\n\nTweet asli: {tweet}\n"})
    bench.help.improve("one", ai, "halo dunia")
    assert bench.model.asked[0].request == "Perbaiki tweet ini.\n\nTweet asli: halo dunia\n"
    assert (bench.model.asked[0].model, bench.model.asked[0].seconds) == ("tiny", 10)


def test_a_prompt_that_names_no_tweet_has_the_text_below(bench: Bench) -> None:
    bench.help.improve("one", AI.model_copy(update={"improve_prompt": "Perbaiki."}), "halo {x}")
    assert bench.model.asked[0].request == "Perbaiki.\n\nhalo {x}"


def test_a_better_text_is_marked_as_the_models(bench: Bench) -> None:
    improved = bench.help.improve("one", AI, "halo dunia")
    assert (improved.text, improved.is_by_model, improved.model) == ("Better: halo dunia", True, "tiny")


def test_a_text_that_lost_something_is_not_taken(bench: Bench) -> None:
    bench.model.answer = lambda _text: "Call us now!"
    improved = bench.help.improve("one", AI, "Call 081234567890")
    assert (improved.text, improved.is_by_model) == ("Call 081234567890", False)
    assert isinstance(improved.trouble, ModelTextRefused)
    assert "left out the number 081234567890" in bench.help.troubles("one")[0].words
    assert bench.help.troubles("two") == []


def test_the_same_is_asked_once_over_a_restart_until_it_is_asked_anew(bench: Bench) -> None:
    for _ in range(2):
        bench.help.improve("one", AI, "halo")
    bench.restart()
    assert bench.help.improve("two", AI, "halo").text == "Better: halo"
    assert len(bench.model.asked) == 1
    bench.model.answer = lambda text: f"Even better: {text}"
    assert bench.help.improve("one", AI, "halo", anew=True).text == "Even better: halo"
    assert bench.help.improve("one", AI, "halo").text == "Even better: halo"


@pytest.mark.parametrize(
    "change", [{"model": "big"}, {"api_url": "http://127.0.0.1:10/v1"}, {"improve_prompt": "Other: {tweet}"}]
)
def test_another_question_is_asked(bench: Bench, change: dict[str, str]) -> None:
    bench.help.improve("one", AI, "halo")
    bench.help.improve("one", AI.model_copy(update=change), "halo")
    assert len(bench.model.asked) == 2


def test_what_is_remembered_is_bounded(bench: Bench) -> None:
    for number in range(ANSWERS_KEPT + 20):
        bench.help.book.keep_answer((str(number),), "answer")
    assert bench.database.value("SELECT count(*) FROM model_answers") == ANSWERS_KEPT
    assert bench.help.book.answer(("19",)) is None
    assert bench.help.book.answer(("20",)) == "answer"


def test_the_budget_of_an_account_holds_over_a_restart_until_the_next_day(bench: Bench) -> None:
    for number in range(3):
        bench.help.improve("one", AI, f"halo {'x' * number}")
    bench.restart()
    improved = bench.help.improve("one", AI, "one more")
    assert isinstance(improved.trouble, ModelBudgetSpent)
    assert improved.text == "one more"
    assert bench.help.improve("two", AI, "one more").is_by_model, "another account has its own"
    bench.clock.advance(timedelta(hours=12).total_seconds())
    assert bench.help.improve("one", AI, "one more still").is_by_model
    assert (bench.help.book.used("one"), bench.help.book.used()) == (1, 1)


def test_the_budget_of_all_accounts_holds(bench: Bench) -> None:
    bench.fleet_budget = 1
    bench.help.improve("one", AI, "halo")
    trouble = bench.help.improve("two", AI, "halo juga").trouble
    assert isinstance(trouble, ModelBudgetSpent)
    assert "all accounts' 1 requests" in trouble.message


def test_threads_do_not_overdraw_the_budget(bench: Bench) -> None:
    ai = AI.model_copy(update={"budget_per_day": 20})
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: bench.help.improve("one", ai, "a" * (number + 1)), range(60)))
    assert sum(each.is_by_model for each in found) == 20
    assert len(bench.model.asked) == 20


def test_a_request_that_reached_nobody_is_given_back_and_one_that_was_slow_is_not(bench: Bench) -> None:
    bench.model.trouble = ModelUnreachable("nothing answers")
    bench.help.improve("one", AI, "halo")
    assert bench.help.book.used("one") == 0
    bench.model.trouble = ModelTooSlow("slow")
    bench.help.improve("one", AI, "halo")
    assert bench.help.book.used("one") == 1


def test_a_stop_does_not_wait_for_the_answer(bench: Bench) -> None:
    stop, over = StopSignal(), threading.Event()

    def think(text: str) -> str:
        stop.set("enough")
        over.wait(20)
        return text

    bench.model.answer = think
    with pytest.raises(Stopped, match="enough"):
        bench.help.improve("one", AI, "halo", stop=stop)
    over.set()
    assert bench.help.book.used("one") == 1, "in doubt it counts"


def test_a_fault_of_ours_is_not_hidden_by_the_wait(bench: Bench) -> None:
    bench.model.answer = lambda _text: 1 / 0  # type: ignore[return-value]
    with pytest.raises(ZeroDivisionError):
        bench.help.improve("one", AI, "halo")


@pytest.mark.parametrize(
    ("change", "text"), [({"enabled": False}, "halo"), ({"api_url": ""}, "halo"), ({}, "  "), ({}, "x" * 5000)]
)
def test_what_cannot_be_asked_costs_nothing(bench: Bench, change: dict[str, object], text: str) -> None:
    improved = bench.help.improve("one", AI.model_copy(update=change), text)
    assert isinstance(improved.trouble, ModelOff)
    assert (bench.model.asked, bench.help.book.used()) == ([], 0)


def test_a_key_goes_to_its_own_service_alone(bench: Bench) -> None:
    bench.help.keys.keep(AI.api_url, KEY)
    bench.help.improve("one", AI, "halo")
    bench.help.improve("one", AI.model_copy(update={"api_url": "http://127.0.0.1:9/other"}), "halo")
    bench.help.improve("one", AI.model_copy(update={"api_url": "https://elsewhere.example/v1"}), "halo")
    assert [question.key for question in bench.model.asked] == [KEY, KEY, ""]


def test_a_key_lies_sealed_and_is_taken_away_again(bench: Bench) -> None:
    bench.help.keys.keep(AI.api_url, f" {KEY}\n")
    bench.restart()
    assert bench.help.keys.key(AI.api_url) == KEY
    assert all(KEY.encode() not in file.read_bytes() for file in bench.root.iterdir())
    bench.help.keys.keep(AI.api_url, "")
    assert not bench.help.keys.has(AI.api_url)


@pytest.mark.parametrize("wrong", ["kunci é", "two\nlines", "x" * 501])
def test_what_can_be_no_key_is_refused_unsaid(bench: Bench, wrong: str) -> None:
    with pytest.raises(ModelOff) as caught:
        bench.help.keys.keep(AI.api_url, wrong)
    assert wrong not in caught.value.in_words


def test_a_key_whose_seal_is_lost_says_what_to_do(bench: Bench) -> None:
    bench.help.keys.keep(AI.api_url, KEY)
    (bench.root / KEY_FILE).unlink()
    trouble = bench.help.improve("one", AI, "halo").trouble
    assert isinstance(trouble, ModelKeyRefused)
    assert "enters the key once more" in trouble.in_words
