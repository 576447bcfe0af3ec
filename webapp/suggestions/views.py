"""GET /suggestions for all accounts, GET /accounts/…/suggestions for one; accepting, dismissing, using."""

from __future__ import annotations

from datetime import time
from functools import partial

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.advice.suggesting import SlotSuggestion
from bot.advice.weighing import WeighedPost
from bot.errors import AviaryError, ChangedMeanwhile, PostUnfit
from bot.files_view import AccountFile
from bot.settings.account_editing import change_slot
from webapp import wording
from webapp.access.actors import actor
from webapp.accounts.finding import find_account
from webapp.audit.recording import note_details, note_refusal
from webapp.files.page import head_statuses, look_at_head
from webapp.queue.notice import tell as tell_in_queue
from webapp.services import services
from webapp.suggestions.accepting import NotSuggested, accept_time
from webapp.suggestions.notice import take_notice, tell, tell_refusal
from webapp.suggestions.page import (
    BestPost,
    SlotCard,
    acceptance_of,
    clock_words,
    hours_words,
    look_at_account,
    look_at_suggestions,
)

blueprint = Blueprint("suggestions", __name__)
blueprint.add_app_template_filter(clock_words, "clock_words")
Page = str | tuple[str, int] | Response
_OF_ACCOUNT = "/accounts/<account_id>/suggestions"
_OF_SLOT = f"{_OF_ACCOUNT}/slots/<slot>"
_OF_POST = f"{_OF_ACCOUNT}/use/<tweet_id>"


@blueprint.get("/suggestions")
def index() -> str:
    """What the numbers of all accounts advise."""
    return render_template("suggestions/index.html", view=look_at_suggestions(take_notice()))


@blueprint.get(_OF_ACCOUNT)
def show(account_id: str) -> str:
    """What the numbers of one account advise."""
    page = look_at_account(account_id, take_notice())
    if page is None:
        abort(409, "The settings of this account cannot be read. Put them right first.")
    return render_template("suggestions/show.html", page=page)


@blueprint.get(f"{_OF_ACCOUNT}/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """204 when this account has not changed since the page's mark, else the fragments of its head."""
    return head_statuses(account_id)


@blueprint.get(_OF_SLOT)
def preview(account_id: str, slot: str) -> Page:
    """What accepting the suggestion for a slot would write; changes nothing."""
    return _preview_page(account_id, slot)


@blueprint.post(_OF_SLOT)
def accept(account_id: str, slot: str) -> Page:
    """Write the time that was shown, if it is still suggested and the file is still the one that was shown."""
    found, to = _suggestion(account_id, slot), _time(request.form.get("to", ""))
    try:
        accept_time(account_id, found, to, request.form.get("mark", ""))
    except NotSuggested as refused:
        note_refusal()
        return _preview_page(account_id, slot, str(refused)), 409
    except ChangedMeanwhile:
        note_refusal()
        return _preview_page(
            account_id, slot, "settings.yaml was changed meanwhile. This is what it would be now."
        ), 409
    except AviaryError as refused:
        tell_refusal(refused.in_words)
        return redirect(_back(account_id))
    note_details(f"{slot} from {clock_words(found.time)} to {clock_words(to)}")
    tell(
        f"{slot} of {find_account(account_id).name} goes at {clock_words(to)} instead of {clock_words(found.time)}.",
        undo=url_for(".undo", account_id=account_id, slot=slot),
        fields={"was": clock_words(found.time), "is": clock_words(to)},
    )
    return redirect(_back(account_id))


@blueprint.post(f"{_OF_SLOT}/undo")
def undo(account_id: str, slot: str) -> Response:
    """Give the slot the time back that it had, unless somebody gave it another one since."""
    find_account(account_id)
    files, was, now = services().fleet.files, _time(request.form.get("was", "")), _time(request.form.get("is", ""))
    state = files.read(account_id, AccountFile.SETTINGS)
    slots = state.settings.schedule.all_slots if state.settings else ()
    if not any(each.name == slot and each.time == now for each in slots):
        tell_refusal(f"{slot} does not go at {clock_words(now)} any more, so it stays as it is.")
        return redirect(_back(account_id))
    try:
        change = partial(change_slot, name=slot, values={("time",): clock_words(was)})
        files.change(account_id, AccountFile.SETTINGS, change, state.mark)
    except AviaryError as refused:
        tell_refusal(refused.in_words)
    else:
        tell(f"{slot} goes at {clock_words(was)} again.")
    return redirect(_back(account_id))


@blueprint.post(f"{_OF_SLOT}/dismiss")
def dismiss(account_id: str, slot: str) -> Response:
    """Do not suggest it again before much more is known."""
    find_account(account_id)
    try:
        dismissal = services().fleet.suggestions.dismiss(account_id, slot, _who())
    except KeyError:
        tell_refusal(f"Nothing is suggested for {slot} any more.")
        return redirect(_back(account_id))
    tell(
        f"{hours_words(dismissal.hour)} is not suggested for {slot} again before half as many posts more speak for it.",
        undo=url_for(".show_again", account_id=account_id, slot=slot),
        fields={"hour": str(dismissal.hour)},
    )
    return redirect(_back(account_id))


@blueprint.post(f"{_OF_SLOT}/show-again")
def show_again(account_id: str, slot: str) -> Response:
    """Take a dismissal back."""
    find_account(account_id)
    hour = request.form.get("hour", -1, type=int)
    try:
        done = services().fleet.suggestions.show_again(account_id, slot, hour)
    except KeyError:
        done = False
    if done:
        tell(f"{hours_words(hour)} may be suggested for {slot} again.")
    else:
        tell_refusal("This was not dismissed.")
    return redirect(_back(account_id))


@blueprint.get(_OF_POST)
def ask_use(account_id: str, tweet_id: str) -> str:
    """Which other account shall have a draft after this post."""
    return _use_page(account_id, _best(account_id, tweet_id))


@blueprint.post(_OF_POST)
def use(account_id: str, tweet_id: str) -> Page:
    """Put the draft into that account's queue."""
    source, other = _best(account_id, tweet_id), request.form.get("account", "")
    try:
        post = services().fleet.suggestions.draft_from(other, source, _who())
    except KeyError:
        return _refused_use(account_id, source, "Choose an account whose settings can be read.")
    except PostUnfit as unfit:
        return _refused_use(account_id, source, " ".join(unfit.faults.values()).capitalize() + ".")
    note_details(f"draft {post.id} of {other}")
    media = wording.MEDIA_OF_SOURCE.get(source.post.media, "")
    tell_in_queue(f"The draft is in this queue. {wording.REWRITE_DRAFT} {media}".strip())
    return redirect(url_for("queue.show", account_id=other))


def _refused_use(account_id: str, source: WeighedPost, words: str) -> tuple[str, int]:
    note_refusal()
    return _use_page(account_id, source, words), 422


def _use_page(account_id: str, source: WeighedPost, trouble: str = "") -> str:
    others = [each for each in services().fleet.overview().accounts if each.id != account_id]
    best = BestPost(find_account(account_id), source)
    return render_template(
        "suggestions/use.html", page=look_at_head(account_id), best=best, others=others, trouble=trouble
    )


def _preview_page(account_id: str, slot: str, trouble: str = "") -> str:
    suggestion = _suggestion(account_id, slot)
    try:
        acceptance = acceptance_of(account_id, slot, suggestion.to)
    except AviaryError as broken:
        abort(409, broken.in_words)
    card = SlotCard(find_account(account_id), suggestion)
    return render_template(
        "suggestions/accept.html",
        page=look_at_head(account_id),
        card=card,
        acceptance=acceptance,
        trouble=trouble,
        back=_back(account_id),
        returns_to=request.values.get("back", ""),
    )


def _suggestion(account_id: str, slot: str) -> SlotSuggestion:
    find_account(account_id)
    try:
        return services().fleet.suggestions.find(account_id, slot)
    except KeyError:
        abort(404, f"Nothing is suggested for the slot “{slot}” of this account any more.")


def _best(account_id: str, tweet_id: str) -> WeighedPost:
    find_account(account_id)
    try:
        return services().fleet.suggestions.find_best(account_id, tweet_id)
    except KeyError:
        abort(404, "This is none of the account’s best posts any more.")


def _time(words: str) -> time:
    """A time as the forms send it; answers 400 for anything else."""
    try:
        return time.fromisoformat(words)
    except ValueError:
        abort(400, "This is no time of day.")


def _back(account_id: str) -> str:
    """Where the person came from: the page of all accounts, or that of this one."""
    return url_for(".index") if request.values.get("back") == "all" else url_for(".show", account_id=account_id)


def _who() -> str:
    who = actor()
    return who.name if who else "somebody"
