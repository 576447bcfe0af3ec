"""Finding posts and people to engage: search the keywords, leave out whom we must not touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.actions.visit import Visit, read_again
from bot.settings.content import load_keywords
from bot.x.contract import PostSeen

POSTS_PER_SEARCH = 20


@dataclass(frozen=True)
class Candidate:
    """A post that may be engaged, and the keyword that found it."""

    post: PostSeen
    keyword: str


def candidates(visit: Visit, action: str, group: str) -> Iterator[Candidate]:
    """Posts of strangers for the keywords of `group`, none of them acted on before by this account.

    Each keyword is searched once a visit, when its turn comes. Raises Trouble.
    """
    keywords = list(load_keywords(visit.folder).get(group, ()))
    visit.random.shuffle(keywords)
    seen: set[str] = set()
    for keyword in keywords:
        for post in _search(visit, keyword):
            target = post.id if action == "like" else post.handle.lower()
            if target not in seen and _may_engage(visit, action, target, post):
                seen.add(target)
                yield Candidate(post, keyword)


def _search(visit: Visit, keyword: str) -> list[PostSeen]:
    if keyword not in visit.found:
        found = read_again(
            visit, f"searching “{keyword}”", lambda: visit.client.search_latest(keyword, POSTS_PER_SEARCH)
        )
        visit.found[keyword] = found
        visit.metrics.count_keyword(keyword, visit.today(), found=len(found))
        visit.note(f"searched “{keyword}”: {len(found)} posts")
    return visit.found[keyword]


def _may_engage(visit: Visit, action: str, target: str, post: PostSeen) -> bool:
    """Never ourselves, nobody twice, and nobody the guards hold back."""
    if post.handle.lower() == visit.handle.lower():
        return False
    if (action == "like" and post.liked) or visit.journal.was_engaged(action, target):
        return False
    return not visit.guards.engagement.holds_back(visit.account_id, action, post.handle, post.id)
