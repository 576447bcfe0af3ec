"""The desk at which orders, chats and revenue of all accounts are entered, found again and summed up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import merge
from itertools import islice
from pathlib import Path

from bot.clock import Clock
from bot.errors import OutcomeUnfit, StorageError
from bot.outcomes.amounts import LARGEST
from bot.outcomes.table import read_outcome_table, unread_row, write_outcome_table
from bot.outcomes.view import (
    PERIODS,
    AccountOutcome,
    AccountOutcomes,
    CodedPost,
    Entry,
    ImportRow,
    OutcomeImport,
    OutcomePlace,
    OutcomeQuery,
)
from bot.settings.home import is_there
from bot.storage.database import Database, database_stamp
from bot.storage.journal import Journal
from bot.storage.numbers import read_account_numbers
from bot.storage.outcomes import Counted, Outcome, OutcomeFilter, Outcomes, Sums
from bot.storage.wa_codes import CodeRecord, WaCodes
from bot.wa_links import read_code

LONGEST_NOTE, LONGEST_ID = 500, 200
EARLIEST = date(2006, 1, 1)
"""X was founded in this year: an earlier day is a slip of the pen."""
_MOST_EXPORTED = 200_000
_BUSY_SECONDS = 5.0
_RATE_DAYS = timedelta(days=30)


class OutcomeDesk:
    """Safe for threads. `places` are the accounts whose settings can be read, by id.

    Methods with an `account_id` raise KeyError for an unknown one, or one whose settings cannot be read; those with an
    `outcome_id` for an unknown entry, too. All raise StorageError when a database cannot be used.
    """

    def __init__(self, places: Callable[[], Mapping[str, OutcomePlace]], clock: Clock) -> None:
        self._places = places
        self._clock = clock
        self._codes: WaCodes | None = None
        self._known: dict[Path, _Known] = {}

    def open(self, codes: WaCodes) -> None:
        """Begin to know the codes of all accounts."""
        self._codes = codes

    def places(self) -> Mapping[str, OutcomePlace]:
        """The accounts that something can be entered for."""
        return self._places()

    def today(self, account_id: str) -> date:
        """The present day on the account's clock."""
        return self._today(self._places()[account_id])

    # entering

    def enter(self, entry: Entry, source: str, who: str) -> tuple[AccountOutcome, bool]:
        """Enter it, and say whether it is new: one with an external id that is known stays as it is.

        With a code it belongs to the post that carries it; without one, to the account alone. Raises OutcomeUnfit.
        """
        place, counted = self._checked(entry)
        with self._open(place) as outcomes:
            outcome, is_new = outcomes.add(counted, source, who, self._clock.now())
        return AccountOutcome(place.account_id, outcome), is_new

    def enter_all(self, entries: Sequence[Entry], source: str, who: str) -> int:
        """Enter them, all or (of each account) none; returns how many were new. Raises OutcomeUnfit before any is."""
        places = self._places()
        checked = [self._checked(entry, places) for entry in entries]
        fresh = 0
        for account_id in dict.fromkeys(place.account_id for place, _ in checked):
            own = [(place, counted) for place, counted in checked if place.account_id == account_id]
            with self._open(own[0][0]) as outcomes, outcomes.together():
                fresh += sum(outcomes.add(counted, source, who, self._clock.now())[1] for _, counted in own)
        return fresh

    def faults(self, entry: Entry) -> dict[str, str]:
        """Field -> what is wrong with it; {} when it can be entered."""
        try:
            self._checked(entry)
        except OutcomeUnfit as unfit:
            return dict(unfit.faults)
        return {}

    def find(self, account_id: str, outcome_id: int) -> Outcome:
        """One entry; KeyError for a deleted one."""
        found = self._get(account_id, outcome_id)
        if found.is_deleted:
            raise KeyError(outcome_id)
        return found

    def change(self, account_id: str, outcome_id: int, entry: Entry, version: int) -> Outcome:
        """Put `entry` in its place, in the same account. Raises OutcomeUnfit, ChangedMeanwhile."""
        place = self._places()[account_id]
        before = self.find(account_id, outcome_id)
        if entry.code == before.counted.code:
            checked = self._checked(replace(entry, account_id=account_id, code=""))[1]
            same = before.counted
            counted = replace(checked, code=same.code, tweet_id=same.tweet_id, template=same.template)
        else:
            counted = self._checked(replace(entry, account_id=account_id))[1]
        with self._open(place) as outcomes:
            return outcomes.change(outcome_id, counted, version)

    def delete(self, account_id: str, outcome_id: int, version: int) -> None:
        """Count it no more; `restore` brings it back. Raises ChangedMeanwhile."""
        with self._open(self._places()[account_id]) as outcomes:
            outcomes.delete(outcome_id, version, self._clock.now())

    def restore(self, account_id: str, outcome_id: int) -> Outcome:
        """Bring back what was deleted. Raises OutcomeUnfit when it was entered again meanwhile."""
        self._get(account_id, outcome_id)
        with self._open(self._places()[account_id]) as outcomes:
            return outcomes.restore(outcome_id)

    def _get(self, account_id: str, outcome_id: int) -> Outcome:
        place = self._places()[account_id]
        if not is_there(place.folder.metrics_db):
            raise KeyError(outcome_id)
        with self._open(place) as outcomes:
            return outcomes.get(outcome_id)

    def _checked(self, entry: Entry, places: Mapping[str, OutcomePlace] | None = None) -> tuple[OutcomePlace, Counted]:
        """Whose it is and what is stored. Raises OutcomeUnfit."""
        place, post, faults = self._whose(entry, self._places() if places is None else places)
        day = entry.day
        if place is not None:
            zone = place.zone
            day = day or (entry.at.astimezone(zone).date() if entry.at else self._today(place))
            if day > self._today(place):
                faults["day"] = f"{day} has not come yet on the clock of {place.name}"
        if day is not None and day < EARLIEST:
            faults["day"] = f"{day} is before there was X: write the year in full"
        faults |= _count_faults(entry)
        if faults or place is None or day is None:
            raise OutcomeUnfit(faults)
        counted = Counted(day, entry.chats, entry.orders, entry.revenue, entry.at, note=entry.note.strip())
        counted = replace(counted, external_id=entry.external_id.strip())
        if post is not None:
            counted = replace(counted, code=post.code, tweet_id=post.tweet_id, template=post.template)
        return place, counted

    def _whose(
        self, entry: Entry, places: Mapping[str, OutcomePlace]
    ) -> tuple[OutcomePlace | None, CodedPost | None, dict[str, str]]:
        """Account and post of an entry, and what is wrong with these."""
        if not entry.code.strip():
            place = places.get(entry.account_id)
            if place is not None:
                return place, None, {}
            why = (
                f"there is no account “{entry.account_id}”" if entry.account_id else "it names neither account nor code"
            )
            return None, None, {"account": why}
        try:
            post = self._find_post(entry.code, places)
        except (ValueError, KeyError) as error:
            return None, None, {"code": str(error.args[0])}
        place = places.get(post.account_id)
        if place is None:
            return None, None, {"code": f"its account {post.account_id} is not here any more, or cannot be read"}
        if entry.account_id and entry.account_id != post.account_id:
            return place, None, {"code": f"this code is on a post of {place.name}, not of {entry.account_id}"}
        return place, post, {}

    # finding

    def find_post(self, words: str) -> CodedPost:
        """The post that carries the code that somebody typed. ValueError for no code, KeyError for an unknown one."""
        return self._find_post(words, self._places())

    def _find_post(self, words: str, places: Mapping[str, OutcomePlace]) -> CodedPost:
        code = read_code(words)
        record = self._codes.find(code) if self._codes else None
        if record is None:
            raise KeyError(f"no post carries the code {code}; without a code it counts for the account alone")
        post = CodedPost(code, record.account_id, record.kind, record.template, record.made_at)
        place = places.get(record.account_id)
        return (
            post if place is None or not is_there(place.folder.metrics_db) else self._with_record(place, post, record)
        )

    def _with_record(self, place: OutcomePlace, post: CodedPost, record: CodeRecord) -> CodedPost:
        with _opened(place) as database:
            intent = Journal(database).intent_with_code(post.code, record.intent_id)
            sums = Outcomes(database).sums_of_code(post.code)
        if intent is None:
            return replace(post, sums=sums)
        url = f"https://x.com/{place.handle}/status/{intent.tweet_id}" if intent.tweet_id and place.handle else ""
        return replace(
            post,
            state=intent.state.value,
            text=intent.text,
            sent_at=intent.sending_at,
            tweet_id=intent.tweet_id,
            url=url,
            sums=sums,
        )

    def entries(self, query: OutcomeQuery) -> list[AccountOutcome]:
        """The newest days first; of accounts with the same day, in the order of the list."""
        wanted = OutcomeFilter(query.since, query.until, query.code)
        most = query.after + query.limit
        lists = [self._list_of(place, wanted, most) for place in self._asked(query.account_ids)]
        ordered = merge(*lists, key=lambda each: each.outcome.counted.day, reverse=True)
        return list(islice(ordered, query.after, most))

    def _list_of(self, place: OutcomePlace, wanted: OutcomeFilter, most: int) -> list[AccountOutcome]:
        if not self._look(place).has_any:
            return []
        with self._open(place) as outcomes:
            return [AccountOutcome(place.account_id, each) for each in outcomes.find(wanted, most)]

    def look(self, account_id: str) -> AccountOutcomes:
        """Sums and targets of one account."""
        return self._look(self._places()[account_id]).outcomes

    def look_at_all(self, account_ids: Collection[str] | None = None) -> list[AccountOutcomes]:
        """Sums and targets of these, None: of all, in the order of the list. One that cannot be read is left out."""
        found = []
        for place in self._asked(account_ids):
            try:
                found.append(self._look(place).outcomes)
            except StorageError:
                continue
        return found

    def _asked(self, account_ids: Collection[str] | None) -> list[OutcomePlace]:
        places = self._places()
        return [place for key, place in places.items() if account_ids is None or key in account_ids]

    def _look(self, place: OutcomePlace) -> _Known:
        """Read again when the account's database has changed, or its day."""
        today = self._today(place)
        stamp = (today, place.targets, database_stamp(place.folder.metrics_db))
        known = self._known.get(place.folder.root)
        if known is None or known.stamp != stamp:
            known = self._known[place.folder.root] = _Known(stamp, *self._read(place, today))
        return known

    def _read(self, place: OutcomePlace, today: date) -> tuple[AccountOutcomes, bool]:
        if not is_there(place.folder.metrics_db):
            nothing = {days: Sums() for days in PERIODS}
            return AccountOutcomes(place.account_id, today, nothing, place.targets), False
        with _opened(place) as database:
            outcomes = Outcomes(database)
            first = today - timedelta(days=max(PERIODS) - 1)
            sums = {days: outcomes.sums(today - timedelta(days=days - 1), today) for days in PERIODS}
            gained = read_account_numbers(database, today, place.zone, 0).periods[-1].gained
            rate = outcomes.engagement_rate(self._clock.now() - _RATE_DAYS)
            earlier = outcomes.count_earlier(first, today)
            has_any = bool(outcomes.find(OutcomeFilter(), 1))
        return AccountOutcomes(place.account_id, today, sums, place.targets, gained, rate, earlier), has_any

    def _today(self, place: OutcomePlace) -> date:
        return self._clock.now().astimezone(place.zone).date()

    # tables

    def plan_import(self, content: bytes, account_id: str = "") -> OutcomeImport:
        """What the lines of a CSV file would enter; `account_id` is whose lines are that name nobody.

        Raises TableUnreadable.
        """
        places = self._places()
        handles = {place.handle.casefold(): key for key, place in places.items() if place.handle}
        rows: list[ImportRow] = []
        named: set[tuple[str, str]] = set()
        for read in read_outcome_table(content):
            whose = _named(read.account, places, handles) or ("" if read.account else account_id)
            if read.account and not whose:
                rows.append(unread_row(read, (f"there is no account “{read.account}”", *read.faults)))
                continue
            entry = replace(read.entry, account_id="" if read.entry.code and not read.account else whose)
            rows.append(self._planned(replace(unread_row(read, read.faults), entry=entry), places, named))
        return OutcomeImport(tuple(rows))

    def _planned(self, row: ImportRow, places: Mapping[str, OutcomePlace], named: set[tuple[str, str]]) -> ImportRow:
        if row.faults:
            return row
        try:
            place, counted = self._checked(row.entry, places)
        except OutcomeUnfit as unfit:
            return replace(row, faults=tuple(unfit.faults.values()))
        key = (place.account_id, counted.external_id)
        is_known = key in named or (is_there(place.folder.metrics_db) and self._is_known(place, counted.external_id))
        named.add(key)
        return replace(row, entry=replace(row.entry, account_id=place.account_id), is_known=is_known)

    def _is_known(self, place: OutcomePlace, external_id: str) -> bool:
        if not self._look(place).has_any:
            return False
        with self._open(place) as outcomes:
            return outcomes.is_known(external_id)

    def table(self, query: OutcomeQuery, separator: str = ",") -> bytes:
        """All entries of the query as a CSV file that `plan_import` reads."""
        return write_outcome_table(self.entries(replace(query, after=0, limit=_MOST_EXPORTED)), separator)

    @contextmanager
    def _open(self, place: OutcomePlace) -> Iterator[Outcomes]:
        with _opened(place) as database:
            yield Outcomes(database)


@dataclass(frozen=True)
class _Known:
    """What an account's database held when it had this stamp."""

    stamp: tuple[object, ...]
    outcomes: AccountOutcomes
    has_any: bool


@contextmanager
def _opened(place: OutcomePlace) -> Iterator[Database]:
    database = Database(place.folder.metrics_db, "account", _BUSY_SECONDS)
    try:
        yield database
    finally:
        database.close()


def _named(words: str, places: Collection[str], handles: Mapping[str, str]) -> str:
    """The id that an id or a handle means; "" for none."""
    return words if words in places else handles.get(words.removeprefix("@").casefold(), "")


def _count_faults(entry: Entry) -> dict[str, str]:
    counts = {name: getattr(entry, name) for name in ("chats", "orders", "revenue")}
    if all(value is None for value in counts.values()):
        return {"orders": "it says neither chats nor orders nor revenue: fill in one of them"}
    found = {
        name: f"{value} is not from 0 to {LARGEST}"
        for name, value in counts.items()
        if value is not None and not 0 <= value <= LARGEST
    }
    for name, text, most in (("note", entry.note, LONGEST_NOTE), ("external_id", entry.external_id, LONGEST_ID)):
        if len(text) > most:
            found[name] = f"it has {len(text)} characters; up to {most} are kept"
    return found
