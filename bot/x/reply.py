"""Answers a post from the reply box below it, at most once (x_dom_facts: Composer, reply box wrapper on a post page).

The box, its field and its button are captured (status_article_loggedin_zh_2026-06.html). How the page of a post looks
to whom its author lets not reply is not: that the box is missing and the reply button is disabled is general knowledge.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import ActionRefused, Trouble
from bot.x.arrival import missing_element, wait_for, wait_for_element
from bot.x.composer import send_from_here
from bot.x.contract import Draft, PostSeen, Progress, Step, StepKind
from bot.x.page import Page
from bot.x.post import button_of, open_post
from bot.x.selectors import COMPOSER_TEXT, REPLY, REPLY_BOX
from bot.x.timeline import collect

_ANSWERS_READ = 40
_IS_DISABLED = "const b = arguments[0]; return b.disabled || b.getAttribute('aria-disabled') === 'true';"


def reply(
    page: Page, handle: str, post: PostSeen, text: str, before_send: Callable[[], None], progress: Progress
) -> str:
    """Answer `post` as `handle` and return the id of the reply. See XClient.reply for what is raised."""
    progress(Step(StepKind.COMPOSING))
    open_post(page, post)
    wait_for(page, lambda: page.find(REPLY_BOX), lambda: _why_no_box(page, post))
    wait_for_element(page, COMPOSER_TEXT)
    draft = Draft(text)
    return send_from_here(page, handle, draft, before_send, progress, lambda: read_own_replies(page, handle, post))


def read_own_replies(page: Page, handle: str, post: PostSeen) -> list[PostSeen]:
    """The replies of `handle` among the first answers that the page of `post` shows."""
    open_post(page, post)
    shown = collect(page, lambda seen: len(seen) >= _ANSWERS_READ)[:_ANSWERS_READ]
    return [answer for answer in shown if answer.handle.casefold() == handle.casefold() and answer.id != post.id]


def _why_no_box(page: Page, post: PostSeen) -> Trouble:
    button = button_of(page, post.id, REPLY)
    if button is not None and page.evaluate(_IS_DISABLED, button):
        return ActionRefused(f"@{post.handle} does not let this account reply to the post {post.id}.")
    return missing_element(page, REPLY_BOX)
