"""What a search finds: every word of the query stands in the post, `from:` narrows to an author."""

from __future__ import annotations

import re
from dataclasses import dataclass

from practice.model import Post

_WORD = re.compile(r"[@#]?\w+")


def words_of(text: str) -> set[str]:
    """The words of a text, lower case; @name and #tag count with and without their sign."""
    found = {word.lower() for word in _WORD.findall(text)}
    return found | {word[1:] for word in found if word[0] in "@#"}


@dataclass(frozen=True)
class Query:
    """A search as typed. Quotation marks keep words together."""

    words: frozenset[str]
    phrases: tuple[str, ...]
    author: str = ""

    @classmethod
    def read(cls, text: str) -> Query:
        """Understand what stands in the search box."""
        phrases = tuple(phrase.lower() for phrase in re.findall(r'"([^"]+)"', text))
        rest = re.sub(r'"[^"]*"', " ", text)
        authors = re.findall(r"(?:^|\s)from:@?(\w+)", rest)
        rest = re.sub(r"(?:^|\s)\w+:\S+", " ", rest)
        words = frozenset(word.lower() for word in _WORD.findall(rest))
        return cls(words, phrases, authors[-1].lower() if authors else "")

    def matches(self, post: Post) -> bool:
        """Whether the post is found."""
        if self.author and post.author.lower() != self.author:
            return False
        text = post.text.lower()
        return self.words <= words_of(post.text) and all(phrase in text for phrase in self.phrases)
