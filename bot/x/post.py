"""A post on its own page: opening it, liking it (x_dom_facts: Action bar, like)."""

from __future__ import annotations

from selenium.webdriver.remote.webelement import WebElement

from bot.errors import ActionRefused, TargetGone, Trouble
from bot.x.arrival import check, missing_element, wait_for
from bot.x.contract import PostSeen
from bot.x.effect import wait_for_effect
from bot.x.overlays import click_once
from bot.x.page import Page
from bot.x.reactions import watch
from bot.x.selectors import LIKE, POST, UNLIKE, Selector

_LAST_IN = "return [...arguments[0].querySelectorAll(arguments[1])].at(-1) || null;"


def like(page: Page, post: PostSeen) -> bool:
    """Like `post`; True when it was done, False when it had been liked before."""
    if _open(page, post):
        return False
    watch(page)
    page.stop.check()
    click_once(page, lambda: button_of(page, post.id, LIKE), LIKE.name)
    wait_for_effect(page, lambda: _is_liked(page, post.id), lambda: _refused(post.id), lambda: _open(page, post))
    return True


def _open(page: Page, post: PostSeen) -> bool:
    """Open the post's page; whether it is liked."""
    open_post(page, post)
    wait_for(
        page,
        lambda: button_of(page, post.id, LIKE) or button_of(page, post.id, UNLIKE),
        lambda: missing_element(page, LIKE),
    )
    return _is_liked(page, post.id)


def open_post(page: Page, post: PostSeen) -> None:
    """Open the post's page and wait until it shows the post. Raises TargetGone."""
    page.open(f"{post.handle}/status/{post.id}")
    wait_for(page, lambda: _is_there(page, post.id), lambda: missing_element(page, POST))


def _is_liked(page: Page, post_id: str) -> bool:
    return button_of(page, post_id, UNLIKE) is not None


def _is_there(page: Page, post_id: str) -> bool:
    if page.run("article", post_id) is not None:
        return True
    state = check(page)
    if state.not_found or state.nothing_here:
        raise TargetGone(f"The post {post_id} is deleted or cannot be seen.")
    return False


def button_of(page: Page, post_id: str, selector: Selector) -> WebElement | None:
    """A button of that very post. Lists use their nodes again, so the post is looked up each time."""
    article = page.run("article", post_id)
    if article is None:
        return None
    button: WebElement | None = page.evaluate(_LAST_IN, article, page.css_of(selector))
    return button


def _refused(post_id: str) -> Trouble:
    return ActionRefused(f"x.com took the like of post {post_id} back.")
