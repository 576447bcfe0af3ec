"""WritingHelp: a better text for a post, within the budget, from memory where the same was asked before, checked."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.ai.answers import post_of, why_refused
from bot.ai.client import ModelClient, completions_address, urlsplit_checked
from bot.ai.contract import Model, Question
from bot.ai.keys import ModelKeys
from bot.ai.waiting import wait_for
from bot.clock import Clock, StopSignal
from bot.errors import ModelOff, ModelTextRefused, ModelTrouble, ModelUnreachable
from bot.settings.account import AiSection
from bot.storage.database import Database
from bot.storage.model_book import ModelBook
from bot.storage.sealing import SessionKeys

LONGEST_TEXT = 4_000  # characters; a post of X has 280, a template with its choices some more
_RULES = (
    "You rewrite one post for X. Answer with the rewritten post alone: no quotes, no introduction, no explanation. "
    "Keep every link, number, phone number, #hashtag, @mention and everything in {braces} exactly as it is; leave none "
    "out and add none. At most 280 characters."
)
_TROUBLES_KEPT = 5
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Improved:
    """A text and what a model made of it. With a `trouble`, `text` is the original."""

    original: str
    text: str
    model: str = ""  # its name, or its host where it has none
    trouble: ModelTrouble | None = None

    @property
    def is_by_model(self) -> bool:
        return self.trouble is None


@dataclass(frozen=True)
class PastTrouble:
    """Something that went wrong since this process began."""

    at: datetime
    words: str


class WritingHelp:
    """One for all accounts. Safe for threads. `fleet_budget` is the requests that all accounts have in a day."""

    def __init__(
        self, book: ModelBook, keys: ModelKeys, model: Model, clock: Clock, fleet_budget: Callable[[], int]
    ) -> None:
        self.book = book
        self.keys = keys
        self.fleet_budget = fleet_budget
        self._model = model
        self._clock = clock
        self._lock = threading.Lock()
        self._troubles: dict[str, deque[PastTrouble]] = {}

    def improve(
        self, account_id: str, ai: AiSection, text: str, *, anew: bool = False, stop: StopSignal | None = None
    ) -> Improved:
        """A better text; whatever goes wrong, the original with the trouble. `anew` asks although it is remembered.

        Raises StorageError, and Stopped as soon as `stop` is set.
        """
        try:
            better = self._better(account_id, ai, text, anew=anew, stop=stop or StopSignal())
            return Improved(text, better, model_name(ai))
        except ModelTrouble as trouble:
            self._remember(account_id, trouble)
            return Improved(text, text, model_name(ai), trouble)

    def troubles(self, account_id: str) -> list[PastTrouble]:
        """The last ones of an account, newest first."""
        with self._lock:
            return list(self._troubles.get(account_id, ()))

    def close(self) -> None:
        self._model.close()

    def _better(self, account_id: str, ai: AiSection, text: str, *, anew: bool, stop: StopSignal) -> str:
        """Raises ModelTrouble."""
        question = self._question(ai, text)
        known = (completions_address(question.address), question.model, question.rules, question.request)
        if not anew and (remembered := self.book.answer(known)) is not None and not why_refused(text, remembered):
            return remembered
        found = post_of(self._ask(account_id, ai, question, stop), text)
        why = why_refused(text, found)
        if why:
            raise ModelTextRefused(why)
        self.book.keep_answer(known, found)
        return found

    def _question(self, ai: AiSection, text: str) -> Question:
        if not ai.enabled:
            raise ModelOff("help by a language model is switched off for this account")
        urlsplit_checked(ai.api_url)
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise ModelOff("there is no text to improve, or far too much of it", remedy="Write a text of a post first.")
        key = self.keys.key(ai.api_url)
        return Question(ai.api_url, _RULES, _filled(ai.improve_prompt, text), ai.model.strip(), key, ai.timeout)

    def _ask(self, account_id: str, ai: AiSection, question: Question, stop: StopSignal) -> str:
        day = self.book.take(account_id, ai.budget_per_day, self.fleet_budget())
        try:
            return wait_for(lambda: self._model.ask(question), stop)
        except ModelUnreachable:
            self.book.give_back(account_id, day)
            raise

    def _remember(self, account_id: str, trouble: ModelTrouble) -> None:
        _log.warning("language model was no help", account=account_id, kind=type(trouble).__name__)
        past = PastTrouble(self._clock.now(), trouble.in_words)
        with self._lock:
            self._troubles.setdefault(account_id, deque(maxlen=_TROUBLES_KEPT)).appendleft(past)


def make_help(
    database: Database,
    sealing: SessionKeys,
    clock: Clock,
    fleet_budget: Callable[[], int],
    model: Model | None = None,
) -> WritingHelp:
    """All of it over an open fleet.db; `model` is a fake one for tests."""
    book = ModelBook(database, clock)
    return WritingHelp(book, ModelKeys(book, sealing), model or ModelClient(clock), clock, fleet_budget)


def model_name(ai: AiSection) -> str:
    """What a person knows the model by."""
    try:
        return ai.model.strip() or str(urlsplit_checked(ai.api_url).netloc)
    except ModelOff:
        return ai.model.strip()


def _filled(prompt: str, text: str) -> str:
    """The prompt with the text where {tweet} stands; below it where it stands nowhere."""
    return prompt.replace("{tweet}", text) if "{tweet}" in prompt else f"{prompt.rstrip()}\n\n{text}"
