"""What of a model's answer is the post, and whether it may stand in for the text it was made of. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import twitter_text

from bot.content.length import why_unfit

_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"\A```[\w-]*\n(.*?)\n?```\Z", re.DOTALL)
_LABEL = re.compile(
    r"\A(?:sure|certainly|of course|okay|ok|tentu|baik|here|berikut|ini|tweet|post|improved|rewritten|hasil|versi)\b"
    r"[^\n]{0,120}:\s*\n+(?=\S)",
    re.IGNORECASE,
)
_AFTERWORD = re.compile(
    r"\n\s*\n(?:let me know|i hope|feel free|would you like|note:|catatan:|semoga (?:membantu|bermanfaat)|kalau perlu)"
    r"[^\n]*\Z",
    re.IGNORECASE,
)
_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“", "'": "'", "‘": "’", "`": "`"}
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_HASHTAG = re.compile(r"[#＃]\w+")
_MENTION = re.compile(r"[@＠]\w+")
_WEB = re.compile(r"https?://[^\s{}<>]+", re.IGNORECASE)
_BRACES = re.compile(r"\{[^{}]*\}")


def post_of(answer: str, original: str) -> str:
    """The answer without thoughts, a label above it, a word after it, and quotes around it.

    Only what is surely not the post goes: what `original` has itself stays.
    """
    text = _THOUGHT.sub("", answer).strip()
    fenced = _FENCE.match(text)
    text = fenced[1].strip() if fenced else text
    if not _LABEL.match(original):
        text = _LABEL.sub("", text, count=1)
    if not _AFTERWORD.search(original):
        text = _AFTERWORD.sub("", text)
    return _unquoted(text.strip(), original.strip())


def _unquoted(text: str, original: str) -> str:
    closing = _QUOTES.get(text[:1], "\n")
    is_wrapped = len(text) > 2 and text.endswith(closing)
    if not is_wrapped or original[:1] == text[0] or closing in text[1:-1]:
        return text
    return text[1:-1].strip()


def why_refused(original: str, text: str) -> str:
    """Why `text` may not stand in for `original`, in words; "" when it may.

    It must be a post that X takes, and have exactly the links, numbers, hashtags, mentions and {variables} of the
    original: a model that loses or invents one does harm. Numbers in words cannot be seen.
    """
    unfit = why_unfit(text)
    if unfit:
        return f"the model's text {unfit}"
    for what, find in _KINDS:
        before, after = find(original), find(text)
        if lost := sorted(before - after):
            return f"the model left out {what} {lost[0]}"
        if made_up := sorted(after - before):
            return f"the model made up {what} {made_up[0]}"
    return "the model changed nothing" if text == original.strip() else ""


def _found(pattern: re.Pattern[str]) -> Callable[[str], set[str]]:
    return lambda text: {each.casefold() for each in pattern.findall(text)}


def _links(text: str) -> set[str]:
    """Those that X makes links of, and whatever else begins like one."""
    written = {found.rstrip(".,;:!?)\"'”’") for found in _WEB.findall(text)}
    return written | {str(link) for link in twitter_text.extract_urls(_WEB.sub(" ", _whole(text)))}


def _numbers(text: str) -> set[str]:
    """Also those of telephones. A digit on a key is an emoji; what is in links and variables is seen to there."""
    bare = _without(text, [*_links(text), *_BRACES.findall(text)])
    return set(_NUMBER.findall(_HASHTAG.sub(" ", _KEYCAP.sub(" ", bare))))


def _variables(text: str) -> set[str]:
    """Each brace as often as it is there, and how many there are that belong to none."""
    found = _BRACES.findall(text)
    rest = _BRACES.sub("", text)
    return {f"{each} ({found.count(each)}×)" if found.count(each) > 1 else each for each in found} | (
        {f"{number} single “{brace}”" for brace in "{}" if (number := rest.count(brace))}
    )


def _without(text: str, parts: Iterable[str]) -> str:
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, " ")
    return text


def _whole(text: str) -> str:
    """`text` with half an emoji made a question mark: the library cannot read it."""
    return text.encode("utf-8", "replace").decode("utf-8")


_KINDS: tuple[tuple[str, Callable[[str], set[str]]], ...] = (
    ("the link", _links),
    ("the variable", _variables),
    ("the number", _numbers),
    ("the hashtag", _found(_HASHTAG)),
    ("the mention", _found(_MENTION)),
)
