"""A template as a person sees it while writing: a post of it, its greatest length, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import twitter_text

from bot.content.counting import Count, count_posts
from bot.content.language import parse, variables_in
from bot.content.length import MAX_WEIGHT, weighted_length, why_unfit
from bot.content.longest import greatest_length
from bot.content.rendering import draw
from bot.content.templates import DRAWN, Poll, Template
from bot.content.vocabulary import Vocabulary
from bot.settings.hints import nearest

MOST_OF_OPTION = 25
"""Characters of a poll's option. From X's help page on polls; x_dom_facts do not tell."""
_LINK_SHOWN = 27  # characters of a link that X shows before it cuts it off
_LIST_OF = {variable: source for variable, (source, _) in DRAWN.items()}


@dataclass(frozen=True)
class Piece:
    """A part of a post: words, or a link as X shows it."""

    text: str
    is_link: bool = False


@dataclass(frozen=True)
class PostPreview:
    """One post: an example, and the lengths that X counts for it and for the longest of its kind."""

    text: str
    pieces: tuple[Piece, ...]
    weight: int
    greatest: int


@dataclass(frozen=True)
class Preview:
    """What a template comes to. No posts when it cannot be filled; `valid` says whether the example may go out."""

    posts: tuple[PostPreview, ...]
    poll: Poll | None
    count: Count
    warnings: tuple[str, ...]
    valid: bool

    @property
    def greatest(self) -> int:
        return max((post.greatest for post in self.posts), default=0)

    @property
    def weight(self) -> int:
        return max((post.weight for post in self.posts), default=0)


def preview(template: Template, vocabulary: Vocabulary, at_longest: Vocabulary, random: Random) -> Preview:
    """`at_longest` has the values by which posts get longest: bot.content.variables."""
    example = draw(template, vocabulary, random)
    posts: tuple[PostPreview, ...] = ()
    if example is not None:
        longest = [greatest_length(text, at_longest) for text in template.posts]
        posts = tuple(_post(text, most) for text, most in zip(example.posts, longest, strict=True))
    unfit = [why for post in posts if (why := why_unfit(post.text))]
    warnings = (*_of_variables(template, vocabulary), *_of_length(posts), *_of_form(template, example is not None))
    valid = example is not None and not unfit and not _options_too_long(example.poll)
    return Preview(posts, example.poll if example else None, count_posts(template, vocabulary), warnings, valid)


def _post(text: str, greatest: int) -> PostPreview:
    return PostPreview(text, pieces_of(text), weighted_length(text), greatest)


def pieces_of(text: str) -> tuple[Piece, ...]:
    """The text with its links cut as X shows them: without https://, and no longer than a little."""
    pieces: list[Piece] = []
    done = 0
    for found in twitter_text.extract_urls_with_indices(text):
        start, end = found["indices"]
        pieces += [Piece(text[done:start]), Piece(_shown(text[start:end]), is_link=True)]
        done = end
    return tuple(piece for piece in (*pieces, Piece(text[done:])) if piece.text)


def _shown(link: str) -> str:
    _, _, rest = link.rpartition("://")
    rest = rest.removeprefix("www.")
    return rest if len(rest) <= _LINK_SHOWN else f"{rest[:_LINK_SHOWN]}…"


def _of_variables(template: Template, vocabulary: Vocabulary) -> Iterator[str]:
    trees = [parse(text) for text in template.parts]
    for name in dict.fromkeys(name for tree in trees for name in vocabulary.unknown(tree)):
        meant = nearest(name, frozenset(vocabulary.list_of)) if name else ""
        hint = f"; did you mean {{{meant}}}?" if meant else ""
        yield f"{{{name}}} is no variable and is posted as it stands{hint or '.'}"
    for name in dict.fromkeys(name for tree in trees for name in vocabulary.without_value(tree)):
        yield f"{{{name}}} has no value: {_where_to_write(name, vocabulary)}"
    if all(map(vocabulary.can_be_filled, trees)) and any(name in vocabulary.going_round for name in _named(template)):
        yield "A variable leads back to itself; such texts are left out."


def _named(template: Template) -> Iterator[str]:
    for text in template.parts:
        yield from variables_in(parse(text))


def _where_to_write(name: str, vocabulary: Vocabulary) -> str:
    source = vocabulary.list_of[name]
    if name in _LIST_OF:
        return f"write some {_LIST_OF[name]}."
    return f"write some entries of the list {name}." if source == name else f"write business.{name} in its settings."


def _of_length(posts: tuple[PostPreview, ...]) -> Iterator[str]:
    for number, post in enumerate(posts, start=1):
        which = f"Post {number} of the thread" if len(posts) > 1 else "It"
        why = why_unfit(post.text)
        if why:
            yield f"{which} {why}."
        elif post.greatest > MAX_WEIGHT:
            yield (
                f"{which} can get too long: up to {post.greatest} of {MAX_WEIGHT} with the longest values. "
                "Those that are too long are not posted."
            )


def _of_form(template: Template, is_filled: bool) -> Iterator[str]:
    if not is_filled:
        yield "No post can be made of it: it is passed over."
    if template.more:
        yield "Threads are shown and checked here, but not posted: Aviary posts single posts only."
    if template.poll:
        yield "Polls are shown and checked here, but not posted: Aviary does not know X's form for them."
        for option in _options_too_long(template.poll):
            yield f"The option “{option}” has {len(option)} characters; X takes up to {MOST_OF_OPTION}."


def _options_too_long(poll: Poll | None) -> list[str]:
    return [option for option in poll.options if len(option) > MOST_OF_OPTION] if poll else []
