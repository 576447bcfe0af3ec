"""Post one template: choose, check, take a permit, and send at most once.

The order of writes is the promise: intent, then `sending`, then the one click, then the proof. The permit is dated anew
right before `sending`: what counts is when x.com gets the post. See docs/architecture.md, "Never twice, never lost".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.actions.experimenting import Drawn, find_drawn
from bot.actions.holding import Going, TextHold
from bot.actions.sending import deliver, short
from bot.actions.visit import ActionResult, Visit
from bot.actions.wording import reword
from bot.content.choosing import Choice, choose, shortened
from bot.content.media import check_media
from bot.content.rendering import draw
from bot.content.templates import Content, Rendered, Template, read_content
from bot.content.variables import vocabulary_of
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
from bot.settings.home import AccountFolder
from bot.storage.journal import IntentState, Origin
from bot.wa_links import can_carry_code, code_in, without_code
from bot.x.contract import Draft

_WHY_NOT = {
    IntentState.SENDING: "a post waits for proof",
    IntentState.FAILED: "not posted: x.com did not take the post",
    IntentState.NEEDS_REVIEW: "a post needs your decision",
}


def perform(visit: Visit, kind: str) -> ActionResult:
    """Post one template of `kind` (promo, value, or what the operator named).

    Raises Trouble that concerns the account or the run, Stopped, SettingsError for a wrong templates.yaml.
    """
    before = posted_before(visit)
    if before is not None:
        return before
    if visit.settings.policy.post is not Policy.AUTOMATIC:
        return tell_not_posted(visit, f"posting is set to “{visit.settings.policy.post}” for this account")
    hold, drawn = TextHold(visit), find_drawn(visit)
    try:
        post = _choose(visit, kind, hold, drawn)
        media = find_media(visit.folder, post.template.media)
        visit.check_turn()
        permit = visit.take_permit("post")
    except NothingToPost as reason:
        _leave_out(drawn, reason.message)
        return tell_not_posted(visit, reason.message, reason.remedy)
    except LimitReached as limit:
        hold.release()
        _leave_out(drawn, limit.message)
        return tell_limited(visit, limit)
    if drawn is not None:
        drawn.enter(post.template.key)
    intent = visit.journal.intend(
        visit.run_id,
        kind,
        post.template.key,
        post.text,
        post.template.media,
        permit,
        visit.clock.now(),
        Origin(worded_by=post.worded_by),
    )
    _bind_code(visit, post, intent)
    return send(visit, Going(intent, permit, hold), Draft(post.text, media))


def _code(visit: Visit) -> str:
    """The code that this post's WhatsApp link carries; "" for none."""
    business = visit.settings.business
    wants_one = visit.codes is not None and business.wa_codes and can_carry_code(business.wa_link)
    return visit.codes.free_code(visit.account_id, visit.random) if visit.codes and wants_one else ""


def _bind_code(visit: Visit, post: Rendered, intent: int) -> None:
    """Before the click: by its code an order finds this post, whatever becomes of the answer to the click."""
    code = code_in(post.text)
    if visit.codes is not None and code:
        visit.codes.bind(code, visit.account_id, post.template.kind, post.template.key, intent)


def _leave_out(drawn: Drawn | None, why: str) -> None:
    if drawn is not None:
        drawn.leave_out(why)


def posted_before(visit: Visit) -> ActionResult | None:
    """What this run posted before its browser died; a run posts once, also when the answer was lost."""
    standing = (IntentState.SENDING, IntentState.SENT, IntentState.NEEDS_REVIEW)
    for intent in visit.journal.intents(states=standing):
        if intent.run_id == visit.run_id and not intent.reply_to:
            sent = intent.state is IntentState.SENT
            return ActionResult("post", int(sent), () if sent else ("a post waits for proof",))
    return None


def _choose(visit: Visit, kind: str, hold: TextHold, drawn: Drawn | None = None) -> Rendered:
    """The post to send, its text held; why it, and what was passed over, is recorded. Raises NothingToPost.

    Where a test drew a text, its templates go first, and those of the other arm do not stand in for them.
    """
    content = _load_content(visit)
    now, is_repeat = visit.clock.now(), repeats(visit)
    vocabulary = vocabulary_of(content, visit.settings, now, visit.journal.posts_sent() + 1, _code(visit))
    uses = visit.journal.uses_of_templates()

    def fill_in(template: Template) -> Rendered | None:
        return draw(template, vocabulary, visit.random)

    def pick(templates: Sequence[Template], fill: Callable[[Template], Rendered | None] = fill_in) -> Choice:
        return choose(
            templates,
            uses,
            now,
            fill,
            lambda post: is_repeat(post.text) or hold.take(post.text),
            lambda template: cannot_send(template) or media_problem(visit.folder, template),
        )

    own, other = (drawn.own_texts, drawn.other_texts) if drawn is not None else (frozenset(), frozenset())
    choice = first_that_goes(in_groups(content.of_kind(kind), own, other), pick)
    for why in choice.passed_over:
        visit.note(f"template {why}")
    if choice.post is None:
        raise NothingToPost(f"no {kind} template gives a text that may be posted now")
    visit.note(f"chose template “{shortened(choice.post.template.key)}”: {choice.why}")
    post = reword(visit, choice.post, pick)
    why = hold.take(post.text)  # what was held last may be a model's text that does not go out
    if why:
        raise NothingToPost(f"“{shortened(post.text)}” {why}")
    return post


def in_groups(templates: Iterable[Template], own: frozenset[str], other: frozenset[str]) -> list[Sequence[Template]]:
    """The templates in groups, of which one comes up only when none of those before gives a post.

    `own` are the keys of those that a test drew, `other` of those that do not stand in for them.
    """
    every = list(templates)
    if not own:
        return [every]
    return [
        [each for each in every if each.key in own],
        [each for each in every if each.key not in own | other],
    ]


def first_that_goes(groups: Sequence[Sequence[Template]], pick: Callable[[Sequence[Template]], Choice]) -> Choice:
    """What `pick` chose of the first group that gives a post; what was passed over in all of them."""
    passed_over: tuple[str, ...] = ()
    for templates in groups:
        choice = pick(templates)
        passed_over += choice.passed_over
        if choice.post is not None:
            return Choice(choice.post, passed_over, choice.why)
    return Choice(None, passed_over)


def repeats(visit: Visit) -> Callable[[str], str]:
    """Says of a text that the account posted it too short a while ago; "" when it did not."""
    days = visit.settings.content.repeat_after_days
    used = visit.journal.texts_since(visit.clock.now() - timedelta(days=days))
    return lambda text: f"was posted in the last {days} days" if without_code(text) in used else ""


def _load_content(visit: Visit) -> Content:
    data = load_templates(visit.folder)
    try:
        return read_content(data)
    except ValueError as error:
        raise SettingsError([SettingsProblem(visit.folder.templates_yaml, 0, "", str(error))]) from error


def cannot_send(template: Template) -> str:
    """Why no run sends a template like this; "" when it does. x_dom_facts attest no composer for these."""
    if template.poll is not None:
        return "has a poll, and Aviary does not know X's form for polls: post it by hand"
    return "is a thread, and Aviary posts single posts only: post it by hand" if template.more else ""


def media_problem(folder: AccountFolder, template: Template) -> str:
    """Why its files cannot go with the template; "" when they can."""
    try:
        find_media(folder, template.media)
    except MediaRefused as refusal:
        return sentences(f"cannot go out: {refusal.message}", refusal.remedy)
    return ""


def find_media(folder: AccountFolder, names: Sequence[str]) -> tuple[Path, ...]:
    """The files that go with a post. Raises MediaRefused."""
    try:
        paths = [folder.media_file(name) for name in names]
    except ValueError as error:
        raise MediaRefused(str(error), remedy="Name a file below this account's own folder.") from error
    return tuple(file.path for file in check_media(paths))


def send(
    visit: Visit,
    going: Going,
    draft: Draft,
    *,
    name: str = "",
    check: Callable[[], None] = lambda: None,
    refused: Callable[[str], None] = lambda _why: None,
) -> ActionResult:
    """Hand the draft to x.com and settle the intent by what came of it.

    `name` is how the record calls the post; `check` has the last word before the click, by raising Stopped; `refused`
    hears that x.com does not take a post like this one.
    """
    sent = deliver(visit, "post", going, lambda before: visit.client.post(draft, before_send=before), check=check)
    if sent.limit is not None:
        return tell_limited(visit, sent.limit)
    if sent.refusal:
        refused(sent.refusal)
    if sent.state is IntentState.SENT:
        if not sent.was_looked_for:
            media = f" with {', '.join(path.name for path in draft.media)}" if draft.media else ""
            visit.note(f"{name} posted{media}: {short(draft.text)}".strip(), "good")
        return ActionResult("post", done=1)
    return ActionResult("post", shortfalls=(sent.why or _WHY_NOT[sent.state],))


def tell_limited(visit: Visit, limit: LimitReached) -> ActionResult:
    """Record which limit holds the post back."""
    why = f"{limit.message}; next permit at {visit.in_words(limit.free_at)}"
    return tell_not_posted(visit, why, free_at=limit.free_at)


def tell_not_posted(visit: Visit, why: str, remedy: str = "", free_at: datetime | None = None) -> ActionResult:
    """Record why nothing was posted; `free_at` is when it may be."""
    visit.note(sentences(f"not posted: {why}", remedy), "warning", next_at=free_at)
    return ActionResult("post", shortfalls=(f"not posted: {why}",), free_at=free_at)
