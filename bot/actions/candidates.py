"""Finding posts and people to engage: search the keywords, leave out whom we must not or need not touch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.actions.visit import Visit, read_again
from bot.engagement.filters import ENGAGED, OWN, PROPOSED, why_left_out
from bot.settings.content import load_keywords
from bot.x.contract import PostSeen

POSTS_PER_SEARCH = 20
WhyNot = Callable[[PostSeen], str]
"""Why a post is left out, the same words for the same reason; "" when it is not."""


@dataclass(frozen=True)
class Candidate:
    """A post that may be engaged, and the keyword that found it."""

    post: PostSeen
    keyword: str
    reply: str = ""  # what a person has approved as its answer

    def target(self, action: str) -> str:
        """What the action is done to: a person is followed, a post is liked or answered."""
        return self.post.handle.lower() if action == "follow" else self.post.id


def candidates(visit: Visit, action: str, group: str, guarded: WhyNot, left_out: Counter[str]) -> Iterator[Candidate]:
    """Posts of strangers for the keywords of `group`, none of them acted on before by this account.

    Each keyword is searched once a visit, when its turn comes. `left_out` takes the reasons of those left out;
    `guarded` is asked last. Raises Trouble.
    """
    keywords = list(load_keywords(visit.folder).get(group, ()))
    visit.random.shuffle(keywords)
    seen: set[str] = set()
    for keyword in keywords:
        for post in _search(visit, keyword):
            candidate = Candidate(post, keyword)
            target = candidate.target(action)
            if target in seen:
                continue
            seen.add(target)
            why = _why_not(visit, action, target, post) or guarded(post)
            if why:
                left_out[why] += 1
                continue
            yield candidate


def _search(visit: Visit, keyword: str) -> list[PostSeen]:
    if keyword not in visit.found:
        found = read_again(
            visit, f"searching “{keyword}”", lambda: visit.client.search_latest(keyword, POSTS_PER_SEARCH)
        )
        visit.found[keyword] = found
        visit.metrics.count_keyword(keyword, visit.today(), found=len(found))
        visit.note(f"searched “{keyword}”: {len(found)} posts")
    return visit.found[keyword]


def _why_not(visit: Visit, action: str, target: str, post: PostSeen) -> str:
    """Never ourselves, nobody twice, nothing that the account's filters leave out."""
    if post.handle.lower() == visit.handle.lower():
        return OWN
    if (action == "like" and post.liked) or visit.journal.was_engaged(action, target):
        return ENGAGED
    if visit.approvals.was_proposed(action, target):
        return PROPOSED
    return why_left_out(post, visit.settings.engagement.filters, visit.clock.now())
