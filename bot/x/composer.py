"""Sends a post from the composer of the open page, at most once (x_dom_facts: Composer)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import MediaRefused, PageChanged, SendUndecided, Trouble, Unavailable
from bot.x.arrival import check, find_lasting_trouble, find_trouble_ahead, wait_for_element
from bot.x.comparing import comparable
from bot.x.contract import Draft, PostSeen, Progress, Step, StepKind
from bot.x.editor import read_field, type_text
from bot.x.overlays import uncover
from bot.x.page import CoveredError, Page, StaleError
from bot.x.profile import read_posts_of
from bot.x.reactions import Toast, seen_toasts, trouble_of_toasts, watch
from bot.x.selectors import ATTACHMENTS, COMPOSER_SUBMIT, COMPOSER_TEXT, FILE_INPUT
from bot.x.trouble import trouble_of_words

_VIDEO_SUFFIXES = {".mp4", ".mov", ".gif"}
_CLOCK_SKEW = timedelta(minutes=5)

_IS_USABLE = "const b = arguments[0]; return !b.disabled && b.getAttribute('aria-disabled') !== 'true';"
_COUNT_MEDIA = "return arguments[0].querySelectorAll('img, video').length;"


def send(page: Page, handle: str, draft: Draft, before_send: Callable[[], None], progress: Progress) -> str:
    """Send `draft` as `handle` and return the id of the new post. See XClient.post for what is raised."""
    progress(Step(StepKind.COMPOSING))
    page.come_to("home")
    wait_for_element(page, COMPOSER_TEXT)
    return send_from_here(page, handle, draft, before_send, progress, lambda: read_posts_of(page, handle, limit=5))


def send_from_here(
    page: Page,
    handle: str,
    draft: Draft,
    before_send: Callable[[], None],
    progress: Progress,
    read_sent: Callable[[], list[PostSeen]],
) -> str:
    """Send `draft` from the one composer of the open page; `read_sent` reads where the post then stands."""
    watch(page)
    _attach(page, draft.media, progress)
    progress(Step(StepKind.TYPING))
    type_text(page, draft.text)
    _wait_until_sendable(page, page.timeouts.typing)
    _check_media(page, draft.media)
    uncover(page, lambda: page.find(COMPOSER_SUBMIT), COMPOSER_SUBMIT.name)
    page.stop.check()
    progress(Step(StepKind.SENDING))
    return _click_and_confirm(page, handle, draft, before_send, progress, read_sent)


def _attach(page: Page, media: tuple[Path, ...], progress: Progress) -> None:
    """Attach the files one by one, before the text: an upload can make the editor start anew."""
    if not media:
        return
    if _count_media(page):
        raise PageChanged("The composer holds media of an earlier draft.", selector=ATTACHMENTS.name)
    for number, file in enumerate(media, start=1):
        progress(Step(StepKind.UPLOADING, number, len(media), file.name))
        page.type_into(wait_for_element(page, FILE_INPUT), str(file.resolve()))
        _wait_for_upload(page, file, number)


def _wait_for_upload(page: Page, file: Path, number: int) -> None:
    is_video = file.suffix.lower() in _VIDEO_SUFFIXES
    seconds = page.timeouts.video_upload if is_video else page.timeouts.image_upload

    def look() -> bool:
        check(page)
        trouble = trouble_of_toasts(page)
        if trouble:
            raise trouble
        return _count_media(page) >= number and _is_sendable(page)

    if page.poll(look, seconds):
        return
    if page.find(ATTACHMENTS) is None:
        raise PageChanged(f"No preview of {file.name} appears.", selector=ATTACHMENTS.name)
    raise MediaRefused(f"x.com did not finish taking {file.name} within {seconds:.0f} seconds.")


def _count_media(page: Page) -> int:
    attachments = page.find(ATTACHMENTS)
    return int(page.evaluate(_COUNT_MEDIA, attachments)) if attachments else 0


def _check_media(page: Page, media: tuple[Path, ...]) -> None:
    if _count_media(page) < len(media):
        raise PageChanged("The media went away while the text was typed.", selector=ATTACHMENTS.name)


def _is_sendable(page: Page) -> bool:
    button = page.find(COMPOSER_SUBMIT)
    return bool(button and page.evaluate(_IS_USABLE, button))


def _wait_until_sendable(page: Page, seconds: float) -> None:
    wait_for_element(page, COMPOSER_SUBMIT)
    if not page.poll(lambda: _is_sendable(page), seconds):
        trouble = trouble_of_toasts(page)
        raise trouble or PageChanged(
            "The button that sends stays disabled; the text may be too long for this account.",
            selector=COMPOSER_SUBMIT.name,
        )


def _click_and_confirm(
    page: Page,
    handle: str,
    draft: Draft,
    before_send: Callable[[], None],
    progress: Progress,
    read_sent: Callable[[], list[PostSeen]],
) -> str:
    before_send()  # may wait for its turn, while toasts come that answer nothing
    seen_before = len(seen_toasts(page))
    clicked_at = page.clock.now()
    _click_send(page)
    progress(Step(StepKind.CONFIRMING))
    try:
        return _confirm(page, handle, seen_before) or _find_sent(page, draft, clicked_at, read_sent)
    except (Unavailable, PageChanged, StaleError, CoveredError) as error:
        raise SendUndecided("The answer to the post was lost.") from error


def _click_send(page: Page) -> None:
    """The one click. Tried again only when surely nothing was clicked; an unclear end is SendUndecided."""
    for _attempt in range(3):
        try:
            page.click(uncover(page, lambda: page.find(COMPOSER_SUBMIT), COMPOSER_SUBMIT.name))
        except (CoveredError, StaleError):
            continue
        except PageChanged:
            raise  # looked for the button and never clicked
        except Trouble as error:
            raise SendUndecided("The browser failed at the moment of sending.") from error
        return
    raise PageChanged("The button that sends is covered.", selector=COMPOSER_SUBMIT.name)


def _confirm(page: Page, handle: str, seen_before: int) -> str:
    """The id of the post, "" when it went out without saying so. Raises what x.com says against it."""
    toast = _wait_for_answer(page, seen_before)
    post_id = _id_in(toast, handle) if toast else None
    if post_id:
        return post_id
    if toast:
        trouble = trouble_of_words(toast.text) or find_trouble_ahead(page)
        if trouble:
            raise trouble
    if not _is_cleared(page):
        said = f": {toast.text}" if toast and toast.text else "."
        raise SendUndecided(f"x.com did not confirm the post{said}")
    return ""


def _wait_for_answer(page: Page, seen_before: int) -> Toast | None:
    """The toast that answers the click. Not stoppable: half done; a wish to stop only shortens it."""
    started = page.clock.monotonic()

    def look() -> Toast | str | None:
        answers = seen_toasts(page)[seen_before:]
        if answers:
            return answers[-1]
        trouble = find_lasting_trouble(page)
        if trouble:
            raise trouble
        waited = page.clock.monotonic() - started
        return "hurried" if page.stop.is_set() and waited > page.timeouts.confirm_hurried else None

    found = page.poll(look, page.timeouts.confirm_post, stoppable=False)
    return found if isinstance(found, Toast) else None


def _id_in(toast: Toast, handle: str) -> str | None:
    pattern = re.compile(rf"/{re.escape(handle)}/status/(\d+)", re.IGNORECASE)
    matches = (pattern.match(link) for link in toast.links)
    return next((match.group(1) for match in matches if match), None)


def _is_cleared(page: Page) -> bool:
    """Whether the composer is there and empty; when another page came, that says nothing."""
    return page.find(COMPOSER_TEXT) is not None and not read_field(page) and not _count_media(page)


def _find_sent(page: Page, draft: Draft, clicked_at: datetime, read_sent: Callable[[], list[PostSeen]]) -> str:
    """The composer is empty again, so the post went out; its id stands where `read_sent` looks."""
    if page.stop.is_set():
        raise SendUndecided("The work was stopped before the post was confirmed.")
    try:
        posts = read_sent()
    except Trouble as error:
        raise SendUndecided("The post was sent, but the page that shows it could not be read.") from error
    found = next((post.id for post in posts if _is_it(post, draft, clicked_at)), None)
    if found is None:
        raise SendUndecided("The composer was emptied, but the post is not where it should stand.")
    return found


def _is_it(post: PostSeen, draft: Draft, clicked_at: datetime) -> bool:
    is_recent = post.posted_at is not None and post.posted_at > clicked_at - _CLOCK_SKEW
    return is_recent and comparable(post.text) == comparable(draft.text)
