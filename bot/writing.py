"""Help by a language model as a person meets it: a better text on request, its drafts decided, its key kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.ai.help import Improved, PastTrouble, WritingHelp, model_name
from bot.clock import Clock
from bot.content.length import why_unfit
from bot.content.templates import ContentError, read_content
from bot.errors import ModelOff, ModelTextRefused, ModelTrouble, SettingsError, StorageError
from bot.settings.account import AiSection, load_account_settings
from bot.settings.content import load_templates
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.journal import Journal
from bot.storage.model_drafts import DraftState, ModelDraft, ModelDrafts

_BUSY_SECONDS = 1.0
_SAMPLE = "Promo hari ini: kopi susu 2 gelas, 25.000. Pesan sekarang!"
"""What a test sends; like any text it has a number to keep."""


@dataclass(frozen=True)
class Budget:
    """Requests of this day of UTC."""

    own: int
    own_limit: int
    fleet: int
    fleet_limit: int
    renews_at: datetime

    @property
    def left(self) -> int:
        """How many the account may still make."""
        return max(0, min(self.own_limit - self.own, self.fleet_limit - self.fleet))


@dataclass(frozen=True)
class WritingView:
    """How the help stands for one account. `problem` says why nothing can be asked; "" when it can."""

    ai: AiSection
    problem: str
    remedy: str
    model: str
    has_key: bool
    has_key_in_file: bool  # where everybody who may read the file sees it; it is not used
    is_from_before: bool  # the file knows no key but those of before there was a choice who approves
    budget: Budget
    troubles: tuple[PastTrouble, ...]
    waiting: tuple[ModelDraft, ...] = ()
    approved: tuple[ModelDraft, ...] = ()

    @property
    def can_ask(self) -> bool:
        return not self.problem


class WritingDesk:
    """Safe for threads. `folder_of` gives the folder of an account; methods raise KeyError for an unknown one.

    They raise SettingsError while its settings.yaml cannot be read, and StorageError.
    """

    def __init__(self, folder_of: Callable[[str], AccountFolder], help_: WritingHelp, clock: Clock) -> None:
        self._folder_of = folder_of
        self._help = help_
        self._clock = clock

    def look(self, account_id: str) -> WritingView:
        folder = self._folder_of(account_id)
        ai = load_account_settings(folder).ai
        with _drafts(folder) as (drafts, _journal):
            is_current = _current_templates(folder)
            waiting, approved = (
                tuple(draft for draft in drafts.in_state(state) if is_current(draft.template))
                for state in (DraftState.WAITING, DraftState.APPROVED)
            )
        has_key, why_not = self._key_state(ai)
        return WritingView(
            ai=ai,
            problem=why_not.message if why_not else "",
            remedy=why_not.remedy if why_not else "",
            model=model_name(ai),
            has_key=has_key,
            has_key_in_file=bool((ai.model_extra or {}).get("api_key")),
            is_from_before=ai.model_fields_set.isdisjoint({"approval", "model", "budget_per_day"}),
            budget=self._budget(account_id, ai),
            troubles=tuple(self._help.troubles(account_id)),
            waiting=waiting,
            approved=approved,
        )

    def requests_left(self, account_id: str) -> int:
        """How many the account may still make this day of UTC."""
        return self._budget(account_id, load_account_settings(self._folder_of(account_id)).ai).left

    def _budget(self, account_id: str, ai: AiSection) -> Budget:
        book, now = self._help.book, self._clock.now()
        midnight = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
        return Budget(book.used(account_id), ai.budget_per_day, book.used(), self._help.fleet_budget(), midnight)

    def improve(self, account_id: str, text: str, *, anew: bool = False) -> Improved:
        """A better text, or the original with what was in the way. `anew` asks although it is remembered."""
        ai = load_account_settings(self._folder_of(account_id)).ai
        return self._help.improve(account_id, ai, text, anew=anew)

    def test(self, account_id: str) -> str:
        """Ask for a sample text; returns a line for the person. Raises ModelTrouble."""
        improved = self.improve(account_id, _SAMPLE, anew=True)
        if isinstance(improved.trouble, ModelTextRefused):
            return f"It answers, but spoilt the sample: {improved.trouble.message}. Another model may do better."
        if improved.trouble is not None:
            raise improved.trouble
        return f"It works. Of the sample it made: {improved.text}"

    def keep_key(self, account_id: str, key: str) -> str:
        """Seal the key of the account's service, or take it away when it is empty; returns a line for the person.

        Raises ModelTrouble, and SessionFileError when the key that seals is damaged.
        """
        ai = load_account_settings(self._folder_of(account_id)).ai
        try:
            self._help.keys.keep(ai.api_url, key)
        except OSError as error:
            raise StorageError(f"the key cannot be sealed: {error.strerror or error}") from error
        return "The key is kept, encrypted." if key.strip() else "The key is forgotten."

    # drafts

    def approve(self, account_id: str, draft_id: int, text: str) -> str:
        """Let a waiting draft, as the person edited it, stand in for its template; returns a line for the person.

        What the person writes there is theirs: it may have other numbers. Raises ModelTextRefused for a text that X
        would not take, KeyError for an unknown draft.
        """
        with self._deciding(account_id, draft_id) as (drafts, journal, draft):
            wanted = text.replace("\r\n", "\n").strip() or draft.text
            if why := why_unfit(wanted):
                raise ModelTextRefused(f"the text {why}", remedy="Put it right and approve it again, or reject it.")
            if not drafts.decide(draft_id, DraftState.APPROVED, wanted, self._clock.now(), was=DraftState.WAITING):
                return "This suggestion is decided already."
            journal.note(None, self._clock.now(), f"a person approved a model's text for a template: {wanted}")
        return "Approved: from the next run on it goes out in place of its template."

    def reject(self, account_id: str, draft_id: int) -> str:
        """Keep the template as it is, and ask for no other text for it; also for one that was approved before."""
        with self._deciding(account_id, draft_id) as (drafts, journal, draft):
            was = draft.state
            if was not in {DraftState.WAITING, DraftState.APPROVED}:
                return "This suggestion is decided already."
            if not drafts.decide(draft_id, DraftState.REJECTED, draft.text, self._clock.now(), was=was):
                return "This suggestion is decided already."
            journal.note(None, self._clock.now(), "a person rejected a model's text; the template goes out as it is")
        return "Rejected: the template goes out as you wrote it."

    @contextmanager
    def _deciding(self, account_id: str, draft_id: int) -> Iterator[tuple[ModelDrafts, Journal, ModelDraft]]:
        with _drafts(self._folder_of(account_id)) as (drafts, journal):
            draft = drafts.find(draft_id)
            if draft is None:
                raise KeyError(draft_id)
            yield drafts, journal, draft

    def _key_state(self, ai: AiSection) -> tuple[bool, ModelTrouble | None]:
        """Whether there is a key, and why nothing can be asked."""
        if not ai.enabled:
            return False, ModelOff("Help by a language model is switched off for this account.")
        try:
            return self._help.keys.has(ai.api_url), None
        except ModelTrouble as trouble:
            return False, trouble


def _current_templates(folder: AccountFolder) -> Callable[[str], bool]:
    """Whether a template is in templates.yaml still; any is while that cannot be read. Drafts of others have no use."""
    try:
        texts = {template.text for template in read_content(load_templates(folder)).templates}
    except (SettingsError, ContentError):
        return lambda _text: True
    return lambda text: text in texts


@contextmanager
def _drafts(folder: AccountFolder) -> Iterator[tuple[ModelDrafts, Journal]]:
    database = Database(folder.metrics_db, "account", _BUSY_SECONDS)
    try:
        yield ModelDrafts(database), Journal(database)
    finally:
        database.close()
