"""A run of the coming week in a line, beside the same run of another week."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.excerpts import excerpt
from bot.forecast_view import ForecastRun, Outcome

_SHOWN = 40
"""Letters of a text."""


def tell(run: ForecastRun | None, other: ForecastRun | None, zone: ZoneInfo) -> tuple[str, str]:
    """What it does, with what is another thing in `other`; and why it does not do all."""
    if run is None:
        return "–", ""
    parts = [f"{run.at.astimezone(zone):%H:%M}", *_post(run, other), *_counts(run, other)]
    if run.outcome is not Outcome.DONE:
        parts.append(run.outcome.replace("_", " "))
    return ", ".join(parts), run.reason


def _post(run: ForecastRun, other: ForecastRun | None) -> list[str]:
    if not run.is_posted:
        return []
    words = f"posts for {run.group}" if run.group else "posts"
    is_another = is_written(run) and other is not None and other.is_posted and other.text != run.text
    return [f"{words} “{excerpt(run.text, _SHOWN)}”" if is_another else words]


def is_written(run: ForecastRun) -> bool:
    """Whether a person wrote the post: which text of a template is drawn nobody foresees."""
    return run.kind == "queued"


def _counts(run: ForecastRun, other: ForecastRun | None) -> list[str]:
    """What it likes, follows and replies to, where that is another number."""
    return [
        f"{getattr(run, name)} {name}"
        for name in ("likes", "follows", "replies")
        if other is not None and getattr(run, name) != getattr(other, name)
    ]
