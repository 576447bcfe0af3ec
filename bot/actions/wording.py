"""Whether a chosen post goes out in the words of its template or of a language model.

Off unless ai.enabled. By default a person approves what a model makes of a template, before it stands in for it;
with `ai.approval: false` the text that was chosen is improved right before it is posted. Whatever goes wrong, the own
text goes out, and the record says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from bot.actions.visit import Visit, Writing
from bot.content.choosing import Choice
from bot.content.templates import Rendered, Template
from bot.errors import ModelTextRefused
from bot.storage.journal import BY_A_MODEL
from bot.storage.model_drafts import DraftState, ModelDraft

_ASK_AGAIN_AFTER = timedelta(days=1)
"""A template whose text a model spoilt is not worth a request at each run."""


class Fill(Protocol):
    """Makes a post of a template; None when it lacks something."""

    def __call__(self, template: Template, /) -> Rendered | None: ...


class Pick(Protocol):
    """Chooses among templates as the run does: with every check that a post must pass. `fill` may be another one."""

    def __call__(self, templates: Sequence[Template], fill: Fill = ..., /) -> Choice: ...


def reword(visit: Visit, post: Rendered, pick: Pick) -> Rendered:
    """The post to send in place of `post`, or `post` itself. Raises StorageError and Stopped."""
    if visit.writing is None or not visit.settings.ai.enabled:
        return post
    if visit.settings.ai.approval:
        return _in_approved_words(visit, visit.writing, post, pick)
    return _improved_now(visit, visit.writing, post, pick)


def _improved_now(visit: Visit, writing: Writing, post: Rendered, pick: Pick) -> Rendered:
    improved = writing.help.improve(visit.account_id, visit.settings.ai, post.text, stop=visit.stop)
    if improved.trouble is not None:
        visit.note(f"the text goes out as it is: {improved.trouble.in_words}", "warning")
        return post
    better = replace(post, text=improved.text, worded_by=BY_A_MODEL)
    checked = pick([post.template], lambda _template: better)
    if checked.post is None:
        visit.note(f"the text goes out as it is: what the model wrote for {checked.passed_over[0]}", "warning")
        return post
    visit.note(f"text improved by a model ({improved.model}); it was: {post.text}")
    return better


def _in_approved_words(visit: Visit, writing: Writing, post: Rendered, pick: Pick) -> Rendered:
    """What a person approved for this template; without such, a model is asked for the coming runs."""
    draft = writing.drafts.of_template(post.template.text)
    if draft is not None and draft.state is DraftState.APPROVED:
        return _approved(visit, writing, draft, post, pick)
    if draft is None or _is_worth_asking(visit, draft):
        _ask(visit, writing, post.template)
    return post


def _approved(visit: Visit, writing: Writing, draft: ModelDraft, post: Rendered, pick: Pick) -> Rendered:
    checked = pick([replace(post.template, text=draft.text)])
    if checked.post is None:
        visit.note(f"the template's own text goes out: the approved one {checked.passed_over[0]}", "warning")
        return post
    writing.drafts.mark_used(draft.id, visit.clock.now())
    visit.note(f"text improved by a model ({draft.model}), approved by a person")
    return replace(post, text=checked.post.text, worded_by=BY_A_MODEL)


def _is_worth_asking(visit: Visit, draft: ModelDraft) -> bool:
    return draft.state is DraftState.REFUSED and visit.clock.now() - draft.created_at > _ASK_AGAIN_AFTER


def _ask(visit: Visit, writing: Writing, template: Template) -> None:
    """Ask for another text of the template as a whole, its {variables} kept, for a person to look at."""
    improved = writing.help.improve(visit.account_id, visit.settings.ai, template.text, stop=visit.stop)
    now = visit.clock.now()
    if improved.trouble is None:
        writing.drafts.add(template.text, improved.text, improved.model, now)
        visit.note("a model suggests another text for this template; it waits on Writing help for your approval")
        return
    if isinstance(improved.trouble, ModelTextRefused):
        writing.drafts.add(template.text, "", improved.model, now, refused=improved.trouble.message)
    visit.note(f"no suggestion for this template: {improved.trouble.in_words}", "warning")
