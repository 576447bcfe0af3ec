"""Which of the posts that a search finds are not worth engaging, and why. Pure: what is known is handed in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.engagement.promotional import is_promotional
from bot.settings.account import Filters
from bot.x.contract import PostSeen

_OLD_CODES = {"in": "id", "iw": "he", "ji": "yi"}
"""x.com writes some languages by the codes they had before 1989."""
_UNKNOWN_LANGUAGES = frozenset({"", "und", "qme", "qam", "qct", "qht", "qst", "zxx"})
"""What x.com writes where a text shows no language: media, mentions, hashtags alone, a few words."""
OWN, MANAGED, ENGAGED = "by the account itself", "by a managed account", "engaged before"
TOO_OLD, OTHER_LANGUAGE, AVOIDED = "too old", "in another language", "with a word to avoid"
PROMOTIONAL, MANY_REPLIES, PROPOSED = "promotional", "answered by many already", "asked about before"


def why_left_out(post: PostSeen, filters: Filters, now: datetime) -> str:
    """Why the filters leave the post out; "" when they don't. What the page did not show leaves nothing out."""
    if _is_old(post, filters.max_age_hours, now):
        return TOO_OLD
    if _is_in_another_language(post, filters.languages):
        return OTHER_LANGUAGE
    if has_word(post.text, filters.avoid_words):
        return AVOIDED
    if filters.skip_promotional and is_promotional(post.text):
        return PROMOTIONAL
    if filters.max_replies and post.replies is not None and post.replies > filters.max_replies:
        return MANY_REPLIES
    return ""


def has_word(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words or phrases stands in the text, as a whole word, in any case."""
    wanted = [re.escape(word.strip()) for word in words if word.strip()]
    return bool(wanted) and re.search(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)", text, re.IGNORECASE) is not None


def left_out_in_words(reasons: Counter[str]) -> str:
    """ "left out 7: 4 too old, 3 promotional"; "" when nothing was."""
    if not reasons:
        return ""
    told = ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
    return f"left out {reasons.total()}: {told}"


def _is_old(post: PostSeen, max_age_hours: float, now: datetime) -> bool:
    if not max_age_hours or post.posted_at is None:
        return False
    return now - post.posted_at > timedelta(hours=max_age_hours)


def _is_in_another_language(post: PostSeen, languages: Iterable[str]) -> bool:
    wanted = {_code(language) for language in languages if language.strip()}
    return bool(wanted) and post.language not in _UNKNOWN_LANGUAGES and _code(post.language) not in wanted


def _code(language: str) -> str:
    """zh-Hans and ZH are zh; in is id."""
    plain = language.strip().lower().partition("-")[0]
    return _OLD_CODES.get(plain, plain)
