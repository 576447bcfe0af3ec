"""What was done last with a post, kept for the next page of the same person, with the button that undoes it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import session, url_for

from bot.excerpts import excerpt
from bot.storage.planned_posts import PlannedPost
from webapp.audit.recording import note_refusal

_KEY = "queue_notice"


@dataclass(frozen=True)
class Notice:
    """One line. `undo` is the address of the button that undoes it, "" without one; the rest is what it sends."""

    words: str
    tone: str = "good"
    undo: str = ""
    moment: str = ""
    version: int = 0
    back: str = ""


def tell(words: str, tone: str = "good") -> None:
    """Show this line on the next page."""
    _keep(Notice(words, tone))
    if tone == "bad":
        note_refusal()


def tell_moved(account_id: str, before: PlannedPost, after: PlannedPost, words: str, back: str) -> None:
    """Show that a post was moved, with the way back."""
    address = url_for("queue.move", account_id=account_id, post_id=after.id)
    moment = before.at.isoformat() if before.at else ""
    _keep(Notice(words, "good", address, moment, after.version, back))


def tell_deleted(account_id: str, post: PlannedPost, back: str) -> None:
    """Show that a post was deleted, with the way back."""
    address = url_for("queue.restore", account_id=account_id, post_id=post.id)
    _keep(Notice(f"“{excerpt(post.text)}” is deleted.", "good", address, back=back))


def tell_undoable(words: str, undo: str, back: str = "") -> None:
    """Show that something was done, with the address that undoes it."""
    _keep(Notice(words, "good", undo, back=back))


def take_notice() -> Notice | None:
    """The line for this page; it is shown once."""
    kept = session.pop(_KEY, None)
    return Notice(**kept) if isinstance(kept, dict) else None


def _keep(notice: Notice) -> None:
    session[_KEY] = asdict(notice)
