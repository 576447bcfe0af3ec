"""Follows a person on their profile page (x_dom_facts: Profile and user cells)."""

from __future__ import annotations

from selenium.webdriver.remote.webelement import WebElement

from bot.errors import ActionRefused, Trouble
from bot.x.arrival import missing_element, wait_for
from bot.x.effect import wait_for_effect
from bot.x.overlays import click_once
from bot.x.page import Page
from bot.x.profile import look_at, open_profile
from bot.x.reactions import watch
from bot.x.selectors import FOLLOW

_DONE = {"unfollow", "follow_pending"}


def follow(page: Page, handle: str) -> bool:
    """Follow `handle`; True when done or requested, False when followed or requested before."""
    state = _open(page, handle)
    if state in _DONE:
        return False
    if state != "follow":
        why = "this is the own profile" if state == "own" else "this account has blocked the person"
        raise ActionRefused(f"@{handle} cannot be followed: {why}.")
    watch(page)
    page.stop.check()
    click_once(page, lambda: _button(page, handle), FOLLOW.name)
    wait_for_effect(
        page,
        lambda: _state(page, handle) in _DONE,
        lambda: _refused(handle),
        lambda: _open(page, handle) in _DONE,
    )
    return True


def _open(page: Page, handle: str) -> str:
    """Open the profile; the state of its follow button."""
    open_profile(page, handle)
    return wait_for(page, lambda: _state(page, handle), lambda: missing_element(page, FOLLOW))


def _state(page: Page, handle: str) -> str:
    head = look_at(page, handle)
    return str(head["state"]) if head else ""


def _button(page: Page, handle: str) -> WebElement | None:
    head = look_at(page, handle)
    button: WebElement | None = head["button"] if head and head["state"] == "follow" else None
    return button


def _refused(handle: str) -> Trouble:
    return ActionRefused(f"x.com did not let @{handle} be followed.")
