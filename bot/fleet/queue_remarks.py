"""What a person should know of the text of a post that waits, since it can be queued all the same. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.storage.planned_posts import PlannedPost, PostState
from bot.wa_links import without_code

_BRACES = re.compile(r"\{[^{}]+\}")


def remark_on_text(text: str) -> str:
    """That what means something in a template stands for itself here; "" when there is no such thing."""
    found = _BRACES.search(text)
    if found is None:
        return ""
    return f"it goes out as it is written: “{found[0]}” means something in templates alone"


def remark_on_posts(
    posts: Sequence[PlannedPost],
    expected: Mapping[int, datetime],
    used: Mapping[str, datetime],
    repeat_days: int,
    now: datetime,
) -> dict[int, str]:
    """Post -> remark, for those that wait or are drafts.

    `expected` is when a slot takes a post without a moment, `used` are the texts of the last days, without codes, with
    their time.
    """
    found = {post.id: remark for post in posts if post.is_open and (remark := remark_on_text(post.text))}
    last = {text: (at, "was posted") for text, at in used.items()}
    waiting = [(post.at or expected.get(post.id, now), post) for post in posts if post.state is PostState.QUEUED]
    for at, post in sorted(waiting, key=lambda each: each[0]):
        text = without_code(post.text)
        before, what = last.get(text, (None, ""))
        if before is not None and at - before < timedelta(days=repeat_days):
            found[post.id] = f"the same text {what} less than {repeat_days} days before: this one will not be sent"
        else:
            last[text] = (at, "goes out")
    return found
