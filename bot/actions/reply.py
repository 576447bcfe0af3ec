"""Answer posts that the keywords find. A reply is a post: an intent before the click, and never sent twice."""

from __future__ import annotations

from bot.actions.by_policy import engage
from bot.actions.candidates import Candidate
from bot.actions.engaging import End, Engaged, Engagement
from bot.actions.holding import Going, TextHold
from bot.actions.post import repeats
from bot.actions.sending import deliver, short
from bot.actions.visit import ActionResult, Visit
from bot.content.choosing import Choice, choose
from bot.content.rendering import draw
from bot.content.replies import REPLY, read_reply_templates, replies_of
from bot.content.templates import Content, ContentError, Rendered, Template, read_content
from bot.content.variables import vocabulary_of
from bot.errors import LimitReached, SettingsError, SettingsProblem
from bot.settings.content import load_templates
from bot.storage.database import storable
from bot.storage.journal import IntentState, Origin
from bot.x.contract import StepKind

_ENDS = {IntentState.SENT: End.DONE, IntentState.FAILED: End.FAILED}
_NO_TEXT = "no reply template gives a text that may be posted now"


def perform(visit: Visit, group: str, count: int, texts: str = "") -> ActionResult:
    """Answer up to `count` posts found by the keywords of `group`, with reply templates of the group `texts`.

    Raises Trouble, Stopped, SettingsError.
    """
    return engage(visit, engagement(visit, texts), group, count)


def engagement(visit: Visit, texts: str = "") -> Engagement:
    """How a post is answered. `texts` is a group of reply templates, "" for all of them."""
    return Engagement(
        action="reply",
        past="replied to",
        step=StepKind.REPLYING,
        policy=visit.settings.policy.reply,
        do=lambda candidate, permit: _reply(visit, candidate, permit, texts),
        rest=lambda: visit.pause(*visit.settings.safety.delays.after_tweet),
        suggest=lambda _candidate: _suggest(visit, texts),
    )


def _suggest(visit: Visit, texts: str) -> str:
    """A text for a person to look at; "" when no template gives one: then the person writes it."""
    found = _choose(visit, texts)
    return found.text if found else ""


def _reply(visit: Visit, candidate: Candidate, permit: int, texts: str) -> Engaged:
    """Send one reply and settle its intent. Raises LimitReached before the click, Trouble of the account, Stopped."""
    hold = TextHold(visit)
    found, why = _held(visit, candidate, hold, texts)
    if found is None:
        visit.permits.give_back(permit)
        visit.note(f"@{candidate.post.handle} not replied to: {why}", "warning")
        return Engaged(End.FAILED, why)
    answered = candidate.post
    origin = Origin(reply_to=answered.id, reply_to_handle=answered.handle, reply_to_text=storable(answered.text))
    intent = visit.journal.intend(
        visit.run_id, REPLY, found.template.key, found.text, (), permit, visit.clock.now(), origin
    )
    sent = deliver(
        visit,
        "reply",
        Going(intent, permit, hold),
        lambda before_send: visit.client.reply(candidate.post, found.text, before_send=before_send),
    )
    if sent.limit is not None:
        raise LimitReached(sent.limit.message, free_at=sent.limit.free_at, is_gap=sent.limit.is_gap)
    if sent.state is IntentState.SENT:
        visit.note(f"replied: {short(found.text)}", "good")
    return Engaged(_ENDS.get(sent.state, End.UNDECIDED), sent.why)


def _held(visit: Visit, candidate: Candidate, hold: TextHold, texts: str) -> tuple[Rendered | None, str]:
    """The reply with its text held: what a person approved, else one of the templates. None, and why, for none."""
    if not candidate.reply:
        found = _choose(visit, texts, hold)
        return found, "" if found else _NO_TEXT
    why = hold.take(candidate.reply)
    if why:
        return None, f"its text {why}"
    return Rendered(Template(REPLY, candidate.reply), candidate.reply), ""


def _choose(visit: Visit, texts: str, hold: TextHold | None = None) -> Rendered | None:
    data = load_templates(visit.folder)
    try:
        content, templates = read_content(data), replies_of(read_reply_templates(data), texts)
    except ContentError as error:
        raise SettingsError([SettingsProblem(visit.folder.templates_yaml, 0, "", str(error))]) from error
    return _choice(visit, templates, content, hold).post


def _choice(visit: Visit, templates: tuple[Template, ...], content: Content, hold: TextHold | None) -> Choice:
    """The least recently used that was not said lately: the same words again and again are what X calls spam."""
    now, is_repeat = visit.clock.now(), repeats(visit)
    vocabulary = vocabulary_of(content, visit.settings, now, visit.journal.posts_sent() + 1)
    return choose(
        templates,
        visit.journal.uses_of_templates(),
        now,
        lambda template: draw(template, vocabulary, visit.random),
        lambda post: is_repeat(post.text) or (hold.take(post.text) if hold else ""),
    )
