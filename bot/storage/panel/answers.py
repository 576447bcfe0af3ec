"""What requests with an Idempotency-Key were answered, for a day: a second such request is not done again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.storage.panel.database import PanelDatabase, digest

KEPT_FOR = timedelta(hours=24)


class Outcome(Enum):
    """What a key stands for at the moment."""

    NEW = auto()  # it is claimed now: act, then keep the answer
    ANSWERED = auto()
    UNANSWERED = auto()  # the first request still works, or was cut off
    OTHER_REQUEST = auto()


@dataclass(frozen=True)
class KeptAnswer:
    """An answer as it was sent. `headers` is JSON."""

    status: int
    mimetype: str
    headers: str
    body: str


@dataclass(frozen=True)
class Claim:
    """What came of asking for a key; `answer` only with Outcome.ANSWERED."""

    outcome: Outcome
    answer: KeptAnswer | None = None


class KeptAnswers:
    """The answers of one panel. Keys are kept as digests, those of one `owner` apart from all others'."""

    def __init__(self, database: PanelDatabase) -> None:
        self._database = database

    def claim(self, owner: str, key: str, fingerprint: str, now: datetime) -> Claim:
        """Take the key for the request that `fingerprint` stands for, in one step: of two at once one gets it."""
        name = _name(owner, key)
        with self._database.changing() as db:
            db.execute("DELETE FROM answer WHERE asked_at < ?", ((now - KEPT_FOR).timestamp(),))
            row = db.execute("SELECT * FROM answer WHERE key = ?", (name,)).fetchone()
            if row is None:
                query = "INSERT INTO answer (key, fingerprint, asked_at) VALUES (?, ?, ?)"
                db.execute(query, (name, fingerprint, now.timestamp()))
                return Claim(Outcome.NEW)
        if row["fingerprint"] != fingerprint:
            return Claim(Outcome.OTHER_REQUEST)
        if row["status"] is None:
            return Claim(Outcome.UNANSWERED)
        return Claim(Outcome.ANSWERED, KeptAnswer(row["status"], row["mimetype"], row["headers"], row["body"]))

    def keep(self, owner: str, key: str, answer: KeptAnswer) -> None:
        """Keep what the request of this key was answered."""
        query = "UPDATE answer SET status = ?, mimetype = ?, headers = ?, body = ? WHERE key = ?"
        with self._database.changing() as db:
            db.execute(query, (answer.status, answer.mimetype, answer.headers, answer.body, _name(owner, key)))


def _name(owner: str, key: str) -> str:
    return digest(f"{owner}\n{key}")
