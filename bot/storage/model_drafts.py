"""What a language model made of an account's templates, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.storage.database import Database, Row, storable, to_moment, to_text


class DraftState(StrEnum):
    """Where a draft stands."""

    WAITING = "waiting"  # for a person
    APPROVED = "approved"  # stands in for its template
    REJECTED = "rejected"  # by a person: nothing is asked for this template again
    REFUSED = "refused"  # by Aviary's own check; asked for again after a while


@dataclass(frozen=True)
class ModelDraft:
    """One text of a model. A template has one that counts: the newest."""

    id: int
    template: str
    text: str
    model: str
    state: DraftState
    reason: str
    created_at: datetime
    decided_at: datetime | None
    used_at: datetime | None


class ModelDrafts:
    """The table model_drafts of an account's metrics.db. Methods raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, template: str, text: str, model: str, at: datetime, *, refused: str = "") -> None:
        """Enter what a model wrote: it waits for a person; with `refused`, only that it will not do, and why."""
        state = DraftState.REFUSED if refused else DraftState.WAITING
        values = (template, text, model, refused)
        with self._database.write() as connection:
            refused_before = "DELETE FROM model_drafts WHERE template = ? AND state = 'refused'"
            connection.execute(refused_before, (storable(template),))
            connection.execute(
                "INSERT INTO model_drafts (template, text, model, reason, state, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                (*map(storable, values), state, to_text(at)),
            )

    def of_template(self, template: str) -> ModelDraft | None:
        """The draft of the template that counts."""
        query = "SELECT * FROM model_drafts WHERE template = ? ORDER BY id DESC LIMIT 1"
        return next((_draft(row) for row in self._database.rows(query, (storable(template),))), None)

    def find(self, draft_id: int) -> ModelDraft | None:
        rows = self._database.rows("SELECT * FROM model_drafts WHERE id = ?", (draft_id,))
        return _draft(rows[0]) if rows else None

    def in_state(self, state: DraftState, limit: int = 100) -> list[ModelDraft]:
        """Newest first."""
        query = "SELECT * FROM model_drafts WHERE state = ? ORDER BY id DESC LIMIT ?"
        return [_draft(row) for row in self._database.rows(query, (state, limit))]

    def decide(self, draft_id: int, state: DraftState, text: str, at: datetime, *, was: DraftState) -> bool:
        """A person's word on a draft, which then says `text`. False when it does not stand at `was` any more."""
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE model_drafts SET state = ?, text = ?, decided_at = ? WHERE id = ? AND state = ?",
                (state, storable(text), to_text(at), draft_id, was),
            )
            return bool(cursor.rowcount)

    def mark_used(self, draft_id: int, at: datetime) -> None:
        """A run chose it."""
        with self._database.write() as connection:
            connection.execute("UPDATE model_drafts SET used_at = ? WHERE id = ?", (to_text(at), draft_id))


def _draft(row: Row) -> ModelDraft:
    return ModelDraft(
        id=row["id"],
        template=row["template"],
        text=row["text"],
        model=row["model"],
        state=DraftState(row["state"]),
        reason=row["reason"],
        created_at=datetime.fromisoformat(row["created_at"]),
        decided_at=to_moment(row["decided_at"]),
        used_at=to_moment(row["used_at"]),
    )
