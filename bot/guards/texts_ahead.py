"""The texts that a simulation compares with: what the book held, and what the simulation itself would post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.guards.hashtags import hashtags_of
from bot.guards.likeness import weight_of, words_of
from bot.storage.database import storable
from bot.storage.text_book import BookedText, Form, TextBook, TextState, Whose

_COUNTED_TO = 5000


@dataclass
class FormIndex:
    """The forms of the book with an index of their words; it only grows, so it is read once and then followed."""

    forms: dict[int, Form] = field(default_factory=dict)
    by_word: dict[str, list[int]] = field(default_factory=dict)
    by_words: dict[frozenset[str], int] = field(default_factory=dict)
    newest: int = 0

    def follow(self, book: TextBook) -> None:
        """Take in the forms that are new. Raises StorageError."""
        for form in book.all_forms(self.newest):
            self.add(form)

    def add(self, form: Form) -> None:
        """Enter one."""
        self.forms[form.id] = form
        self.by_words[form.words] = form.id
        self.newest = max(self.newest, form.id)
        for word in form.words:
            self.by_word.setdefault(word, []).append(form.id)


@dataclass(frozen=True)
class BookSnapshot:
    """The book at one moment. `texts` are by the number of their form, `allowed` are hashes that a person let pass."""

    index: FormIndex
    texts: Mapping[int, Sequence[BookedText]]
    allowed: frozenset[str] = frozenset()


def read_book(book: TextBook, index: FormIndex, since: datetime) -> BookSnapshot:
    """What counts since then. Raises StorageError."""
    index.follow(book)
    texts: defaultdict[int, list[BookedText]] = defaultdict(list)
    for form_id, text in book.all_texts(since):
        texts[form_id].append(text)
    unused = frozenset(each.text_hash for each in book.allowances(1000) if not each.is_used)
    return BookSnapshot(index, texts, unused)


class TextsAhead:
    """`KnownTexts` of a simulation: the snapshot is shared and stays as it is. Not safe for threads."""

    def __init__(self, snapshot: BookSnapshot) -> None:
        self._base = snapshot
        self._own = FormIndex(newest=-1)
        self._texts: dict[int, list[BookedText]] = {}
        self._tagged: defaultdict[str, list[BookedText]] = defaultdict(list)
        self._used: set[str] = set()
        self._accounts = {text.account_id for texts in snapshot.texts.values() for text in texts}
        for text in (text for texts in snapshot.texts.values() for text in texts if "#" in text.text):
            self._tag(text)

    # asking

    def has_others(self, account_id: str) -> bool:
        return len(self._accounts) > (account_id in self._accounts)

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        base, own = self._base.index.by_word, self._own.by_word
        return {word: min(_COUNTED_TO, len(base.get(word, ())) + len(own.get(word, ()))) for word in words}

    def forms_with(self, words: Sequence[str], lightest: float, heaviest: float) -> list[Form]:
        found: list[Form] = []
        for index in (self._base.index, self._own):
            numbers = {number for word in words for number in index.by_word.get(word, ())}
            found += (index.forms[number] for number in sorted(numbers))
        return [form for form in found if lightest <= form.weight <= heaviest]

    def newest_of_form(self, form_id: int, whose: Whose) -> BookedText | None:
        texts = (*self._base.texts.get(form_id, ()), *self._texts.get(form_id, ()))
        return _newest(text for text in texts if _counts(text, whose))

    def with_hashtag(self, tags: Sequence[str], whose: Whose) -> tuple[str, BookedText] | None:
        for tag in tags:
            posted = (text for text in self._tagged[tag] if text.state is not TextState.PLANNED)
            found = _newest(text for text in posted if _counts(text, whose))
            if found is not None:
                return tag, found
        return None

    def allowed_by(self, text_hash: str) -> str:
        return "somebody" if text_hash in self._base.allowed - self._used else ""

    # what the simulation does

    def post(self, account_id: str, text: str, at: datetime, text_hash: str = "") -> None:
        """The account posts it. A person's word for it is used up."""
        booked = BookedText(0, account_id, text, TextState.SENT, at)
        self._used.add(text_hash)
        self._accounts.add(account_id)
        self._texts.setdefault(self._form_of(words_of(storable(text))), []).append(booked)
        self._tag(booked)

    def _form_of(self, words: frozenset[str]) -> int:
        number = self._base.index.by_words.get(words) or self._own.by_words.get(words)
        if number is None:
            number = -len(self._own.forms) - 2
            self._own.add(Form(number, words, weight_of(words)))
        return number

    def _tag(self, text: BookedText) -> None:
        for tag in hashtags_of(text.text):
            self._tagged[tag].append(text)


def _counts(text: BookedText, whose: Whose) -> bool:
    """As bot/storage/text_book.py asks its table."""
    is_planned = text.state is TextState.PLANNED
    in_time = text.at >= whose.since and (not is_planned or text.at <= whose.until)
    return in_time and (text.account_id != whose.account_id or (whose.with_own and not is_planned))


def _newest(texts: Iterable[BookedText]) -> BookedText | None:
    return max(texts, key=lambda text: text.at, default=None)
