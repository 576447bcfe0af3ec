"""Which selectors each page must show for the bot to do its work there, and what follows from what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.x import selectors as on
from bot.x.report import Finding, Result
from bot.x.selectors import ALL, Selector, SelectorSet

PAGES = ("home", "composer", "profile", "search", "post", "person")
"""The pages of the walk, in its order: "profile" is the own one, "person" that of somebody the search found."""

Counts = Mapping[str, Sequence[int]]
"""Selector name -> how many elements each of its ways finds; -1 where the browser does not take the CSS."""

_ACTION_BAR = ((on.REPLY,), (on.REPOST,), (on.LIKE, on.UNLIKE))
_HEAD = ((on.PROFILE_NAME,), (on.FOLLOWING_COUNT,), (on.FOLLOWERS_COUNT,), (on.PROFILE_HEADING,))
_LAYOUT = ((on.PRIMARY_COLUMN,), (on.OWN_AVATAR,), (on.OWN_PROFILE_LINK,), (on.HOME_LINK,))

EXPECTED: dict[str, tuple[tuple[Selector, ...], ...]] = {
    "home": (*_LAYOUT, (on.LAYERS,), (on.SCRIPT_FAILURE,)),
    "composer": ((on.COMPOSER_TEXT,), (on.COMPOSER_SUBMIT,), (on.FILE_INPUT,)),
    "profile": (*_HEAD, (on.PROFILE_ITEMS,), (on.EDIT_PROFILE,)),
    "search": (
        (on.LIST,),
        (on.CELL,),
        (on.POST,),
        (on.POST_AUTHOR,),
        (on.POST_LINK,),
        (on.POST_TEXT,),
        *_ACTION_BAR,
        (on.VIEWS,),
    ),
    "post": ((on.POST,), (on.POST_AUTHOR,), (on.POST_LINK,), *_ACTION_BAR),
    "person": (*_HEAD, (on.FOLLOW, on.UNFOLLOW, on.FOLLOW_PENDING, on.UNBLOCK)),
}
"""Page -> groups of selectors: of each group at least one must be there, the first where all are missing."""

_EMPTY_LIST = {"search"}
"""Pages whose list may be empty and says so (EMPTY_STATE): then nothing else can be expected of them."""


def missing_on(page: str, counts: Counts) -> list[Selector]:
    """The selectors that must be on the page and are not; of a group the first."""
    if page in _EMPTY_LIST and _is_there(counts, on.EMPTY_STATE):
        return []
    return [group[0] for group in EXPECTED[page] if not any(_is_there(counts, each) for each in group)]


def judge(page: str, counts: Counts, selectors: SelectorSet) -> tuple[Finding, ...]:
    """How every selector fared on the page."""
    missing = {selector.name for selector in missing_on(page, counts)}
    return tuple(_finding(selectors, known.name, counts[known.name], known.name in missing) for known in ALL)


def _is_there(counts: Counts, selector: Selector) -> bool:
    return any(count > 0 for count in counts[selector.name])


def _finding(selectors: SelectorSet, name: str, counts: Sequence[int], is_missing: bool) -> Finding:
    selector = selectors[name]
    way = next((index for index, count in enumerate(counts) if count > 0), None)
    replaced = name in selectors.replaced
    if way is not None:
        result = Result.FALLBACK if way else Result.FOUND
        return Finding(name, selector.level, replaced, selector.ways[way], result, way, counts[way])
    is_refused = any(count < 0 for count in counts)
    result = Result.MISSING if is_missing or is_refused else Result.NOT_EXPECTED
    return Finding(name, selector.level, replaced, selector.any_css, result, count=-1 if is_refused else 0)
