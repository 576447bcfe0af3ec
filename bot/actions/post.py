"""Post one template: choose, check, take a permit, and send at most once.

The order of writes is the promise: intent, then `sending`, then the one click, then the proof. The permit is dated anew
right before `sending`: what counts is when x.com gets the post. See docs/architecture.md, "Never twice, never lost".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.actions.reconcile import reconcile, record_sent
from bot.actions.visit import ActionResult, Visit
from bot.content.choosing import Choice, choose
from bot.content.media import check_media
from bot.content.templates import Content, Rendered, Template, read_content, render
from bot.errors import (
    AccountLocked,
    AccountSuspended,
    ActionRefused,
    ChallengeShown,
    Consequence,
    DuplicateRefused,
    LimitReached,
    MediaRefused,
    NothingToPost,
    PostLimitReached,
    SessionExpired,
    SettingsError,
    SettingsProblem,
    SlowDown,
    Stopped,
    Trouble,
    sentences,
)
from bot.settings.account import Policy
from bot.settings.content import load_templates
from bot.storage.journal import IntentState
from bot.x.contract import Draft

NEVER_AGAIN_WITHIN = timedelta(days=30)
# x.com's own no after the click: the post surely does not stand. Anything else after the click proves nothing.
_REFUSALS = (ActionRefused, DuplicateRefused, MediaRefused, PostLimitReached, SlowDown)
# Told by the page that came after the click, not by the answer to it: x.com may have taken the post before.
_TOLD_BY_THE_PAGE = (AccountLocked, AccountSuspended, ChallengeShown, SessionExpired)

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
    hold = _Hold(visit)
    try:
        post = _choose(visit, kind, hold)
        media = _media(visit, post.template)
        visit.check_turn()
        permit = visit.take_permit("post")
    except NothingToPost as reason:
        return _not_posted(visit, reason.message, reason.remedy)
    except LimitReached as limit:
        hold.release()
        return _limited(visit, limit)
    intent = visit.journal.intend(
        visit.run_id, kind, post.template.text, post.text, post.template.media, permit, visit.clock.now()
    )
    return _send(visit, _Going(intent, permit, hold), Draft(post.text, media))


class _Hold:
    """The text that is kept for this post, so that no other account posts one like it; one at most."""

    def __init__(self, visit: Visit) -> None:
        self._texts = visit.guards.texts
        self._account_id = visit.account_id
        self._own = visit.settings.safety.guards.own_near_duplicates
        self._number = 0

    def take(self, text: str) -> str:
        """Keep the text; why it may not be posted, "" when it is kept."""
        reserved = self._texts.reserve(self._account_id, text, own=self._own)
        self._number = reserved.number
        return reserved.why_not

    def release(self) -> None:
        """It was surely not sent."""
        self._texts.release(self._number)

    def confirm(self) -> None:
        """It was sent."""
        self._texts.confirm(self._number)


@dataclass(frozen=True)
class _Going:
    """A post on its way: its intent, its permit, and its text."""

    intent: int
    permit: int
    hold: _Hold


def _posted_before(visit: Visit) -> ActionResult | None:
    """What this run posted before its browser died; a run posts once, also when the answer was lost."""
    standing = (IntentState.SENDING, IntentState.SENT, IntentState.NEEDS_REVIEW)
    for intent in visit.journal.intents(states=standing):
        if intent.run_id == visit.run_id:
            sent = intent.state is IntentState.SENT
            return ActionResult("post", int(sent), () if sent else ("a post waits for proof",))
    return None


def _choose(visit: Visit, kind: str, hold: _Hold) -> Rendered:
    """The post to send, with its text kept; what was passed over is recorded. Raises NothingToPost."""
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
        lambda post: hold.take(post.text),
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


def _send(visit: Visit, going: _Going, draft: Draft) -> ActionResult:
    """Hand the draft to x.com and settle the intent by what came of it."""
    clicked = False

    def before_send() -> None:
        nonlocal clicked
        visit.renew_permit("post", going.permit)
        visit.journal.mark_sending(going.intent, visit.clock.now())
        clicked = True

    try:
        tweet_id = visit.client.post(draft, before_send=before_send)
    except Trouble as trouble:
        if clicked and isinstance(trouble, _TOLD_BY_THE_PAGE):
            visit.note("the post may have gone out; it is looked for when the account works again", "warning")
            raise
        if clicked and not isinstance(trouble, _REFUSALS):
            return _undecided(visit, going, trouble)
        _withdraw(visit, going, trouble.message)
        if trouble.consequence is not Consequence.ACTION_FAILED:
            raise
        visit.note(f"not posted: {trouble.message}", "error", trouble)
        return ActionResult("post", shortfalls=(f"not posted: {trouble.message}",))
    except LimitReached as limit:
        _withdraw(visit, going, limit.message)
        return _limited(visit, limit)
    except Stopped as stopped:
        if not clicked:
            _withdraw(visit, going, f"stopped before sending: {stopped.message}")
            visit.note("stopped before the post was sent")
        raise
    _record_sent(visit, going, tweet_id, draft)
    return ActionResult("post", done=1)


def _record_sent(visit: Visit, going: _Going, tweet_id: str, draft: Draft) -> None:
    record_sent(visit, visit.journal.intent(going.intent), tweet_id, visit.clock.now())
    going.hold.confirm()
    media = f" with {', '.join(path.name for path in draft.media)}" if draft.media else ""
    visit.note(f"posted{media}: {_short(draft.text)}", "good")


def _undecided(visit: Visit, going: _Going, trouble: Trouble) -> ActionResult:
    """The click was made and nobody knows what came of it: look on the own profile, never click again."""
    visit.note(
        f"the answer to the post was lost ({trouble.message}); looking for it on the profile", "warning", trouble
    )
    reconcile(visit)
    visit.guards.texts.settle(visit.account_id, visit.journal.state_of_text)
    state = visit.journal.intent(going.intent).state  # a person may have decided it meanwhile
    if state is IntentState.SENT:
        return ActionResult("post", done=1)
    return ActionResult("post", shortfalls=(_WHY_NOT[state],))


def _withdraw(visit: Visit, going: _Going, why: str) -> None:
    """It was surely not sent: permit and text are free again, unless a person called it sent meanwhile."""
    if visit.journal.settle(going.intent, IntentState.FAILED, visit.clock.now(), reason=why):
        visit.permits.give_back(going.permit)
        going.hold.release()


def _limited(visit: Visit, limit: LimitReached) -> ActionResult:
    why = f"{limit.message}; next permit at {visit.in_words(limit.free_at)}"
    return _not_posted(visit, why, free_at=limit.free_at)


def _not_posted(visit: Visit, why: str, remedy: str = "", free_at: datetime | None = None) -> ActionResult:
    visit.note(sentences(f"not posted: {why}", remedy), "warning", next_at=free_at)
    return ActionResult("post", shortfalls=(f"not posted: {why}",), free_at=free_at)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
