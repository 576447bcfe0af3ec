"""Post one template: choose, check, take a permit, and send at most once.

The order of writes is the promise: intent, then `sending`, then the one click, then the proof. The permit is dated anew
right before `sending`: what counts is when x.com gets the post. See docs/architecture.md, "Never twice, never lost".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.actions.sending import send, short
from bot.actions.visit import ActionResult, Visit
from bot.content.choosing import Choice, choose
from bot.content.media import check_media
from bot.content.templates import Content, Rendered, Template, read_content, render
from bot.errors import (
    LimitReached,
    MediaRefused,
    NothingToPost,
    SettingsError,
    SettingsProblem,
    sentences,
)
from bot.settings.account import Policy
from bot.settings.content import load_templates
from bot.storage.journal import IntentState
from bot.x.contract import Draft

NEVER_AGAIN_WITHIN = timedelta(days=30)

_WHY_NOT = {
    IntentState.SENDING: "a post waits for proof",
    IntentState.FAILED: "not posted: x.com did not take the post",
    IntentState.NEEDS_REVIEW: "a post needs your decision",
}


def perform(visit: Visit, kind: str) -> ActionResult:
    """Post one template of `kind` (promo, value).

    Raises Trouble that concerns the account or the run, Stopped, SettingsError for a wrong templates.yaml.
    """
    before = _posted_before(visit)
    if before is not None:
        return before
    if visit.settings.policy.post is not Policy.AUTOMATIC:
        return _not_posted(visit, f"posting is set to “{visit.settings.policy.post}” for this account")
    try:
        post = _choose(visit, kind)
        media = _media(visit, post.template)
        visit.check_turn()
        permit = visit.take_permit("post")
    except NothingToPost as reason:
        return _not_posted(visit, reason.message, reason.remedy)
    except LimitReached as limit:
        return _limited(visit, limit)
    intent = visit.journal.intend(
        visit.run_id, kind, post.template.text, post.text, post.template.media, permit, visit.clock.now()
    )
    return _send(visit, intent, permit, Draft(post.text, media))


def _posted_before(visit: Visit) -> ActionResult | None:
    """What this run posted before its browser died; a run posts once, also when the answer was lost."""
    standing = (IntentState.SENDING, IntentState.SENT, IntentState.NEEDS_REVIEW)
    for intent in visit.journal.intents(states=standing):
        if intent.run_id == visit.run_id and not intent.reply_to:
            sent = intent.state is IntentState.SENT
            return ActionResult("post", int(sent), () if sent else ("a post waits for proof",))
    return None


def _choose(visit: Visit, kind: str) -> Rendered:
    """The post to send; what was passed over is recorded. Raises NothingToPost."""
    content = _load_content(visit)
    number = visit.journal.posts_sent() + 1
    business = visit.settings.business
    fixed = {"wa_number": business.wa_number, "wa_link": business.wa_link, "number": str(number)}
    choice: Choice = choose(
        content.of_kind(kind),
        visit.journal.last_use_of_templates(),
        visit.journal.texts_since(visit.clock.now() - NEVER_AGAIN_WITHIN),
        lambda template: render(template, content, fixed, visit.random),
        lambda template: _media_problem(visit, template),
    )
    for why in choice.passed_over:
        visit.note(f"template {why}")
    if choice.post is None:
        raise NothingToPost(f"no {kind} template gives a text that may be posted now")
    return choice.post


def _load_content(visit: Visit) -> Content:
    data = load_templates(visit.folder)
    try:
        return read_content(data)
    except ValueError as error:
        raise SettingsError([SettingsProblem(visit.folder.templates_yaml, 0, "", str(error))]) from error


def _media_problem(visit: Visit, template: Template) -> str:
    try:
        _media(visit, template)
    except MediaRefused as refusal:
        return sentences(f"cannot go out: {refusal.message}", refusal.remedy)
    return ""


def _media(visit: Visit, template: Template) -> tuple[Path, ...]:
    """The files that go with the template. Raises MediaRefused."""
    try:
        paths = [visit.folder.media_file(name) for name in template.media]
    except ValueError as error:
        raise MediaRefused(str(error), remedy="Name a file below this account's own folder.") from error
    return tuple(file.path for file in check_media(paths))


def _send(visit: Visit, intent: int, permit: int, draft: Draft) -> ActionResult:
    """Hand the draft to x.com and settle the intent by what came of it."""
    sent = send(visit, "post", intent, permit, lambda before_send: visit.client.post(draft, before_send=before_send))
    if sent.limit is not None:
        return _limited(visit, sent.limit)
    if sent.state is IntentState.SENT:
        if not sent.was_looked_for:
            media = f" with {', '.join(path.name for path in draft.media)}" if draft.media else ""
            visit.note(f"posted{media}: {short(draft.text)}", "good")
        return ActionResult("post", done=1)
    return ActionResult("post", shortfalls=(sent.why or _WHY_NOT[sent.state],))


def _limited(visit: Visit, limit: LimitReached) -> ActionResult:
    why = f"{limit.message}; next permit at {visit.in_words(limit.free_at)}"
    return _not_posted(visit, why, free_at=limit.free_at)


def _not_posted(visit: Visit, why: str, remedy: str = "", free_at: datetime | None = None) -> ActionResult:
    visit.note(sentences(f"not posted: {why}", remedy), "warning", next_at=free_at)
    return ActionResult("post", shortfalls=(f"not posted: {why}",), free_at=free_at)
