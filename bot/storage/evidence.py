"""Pictures and pages of trouble, kept in the account's own folder."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from bot.storage.files import write_atomically

KEPT = 200
"""So many pages, each with its picture, an account keeps; the oldest go first."""

_NAME = re.compile(r"[A-Za-z0-9-]{1,100}")


def save_evidence(folder: Path, name: str, screenshot: bytes, html: str, url: str) -> str:
    """Save a picture (PNG) with its page and address; returns the id for `find_evidence`, "" without a picture.

    Raises ValueError for a name that `find_evidence` would not find.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for evidence")
    # A page may hold half an emoji (a text that a script cut), which UTF-8 cannot write.
    page = f"<!-- {url.replace('--', '%2D%2D')} -->\n{html}".encode("utf-8", "replace")
    write_atomically(folder / f"{name}.html", page, private=True)
    if screenshot:
        write_atomically(folder / f"{name}.png", screenshot, private=True)
    _drop_oldest(folder)
    return name if screenshot else ""


def find_evidence(folder: Path, evidence_id: str) -> Path | None:
    """The picture's file; None for an unknown or unsafe id."""
    if not _NAME.fullmatch(evidence_id):
        return None
    file = folder / f"{evidence_id}.png"
    return file if file.is_file() else None


def _drop_oldest(folder: Path) -> None:
    pages = sorted(folder.glob("*.html"), key=lambda page: page.stat().st_mtime)
    for page in pages[:-KEPT]:
        # Windows does not delete a picture that the panel is just sending: it goes at the next turn, with its page.
        with contextlib.suppress(PermissionError):
            page.with_suffix(".png").unlink(missing_ok=True)
            page.unlink(missing_ok=True)
