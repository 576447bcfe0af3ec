"""GET /approvals and its poll; POST for each decision, and for many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.approvals import ApprovalDesk
from bot.fleet_view import Refusal
from webapp import wording
from webapp.access import actor
from webapp.approvals.page import ApprovalsPage, Filters, look_at_approvals
from webapp.audit.recording import note_refusal
from webapp.messages import answer_in_words
from webapp.services import services

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")
_ID = "<int(max=9007199254740991):approval_id>"
_MOST = 200


@blueprint.get("")
def show() -> str:
    """The whole page."""
    return render_template("approvals/show.html", page=_page())


@blueprint.get("/statuses")
def statuses() -> str | tuple[str, int]:
    """204 when nothing was found or decided since the page's mark, else its fragments, out of band."""
    desk = _desk()
    if services().marker.seen_version(request.args.get("since", ""), desk.version) == desk.version:
        return "", 204
    return render_template("approvals/_changes.html", page=_page())


@blueprint.post(f"/{_ID}/approve")
def approve(approval_id: int) -> Response:
    """Have it done; for a reply, with the text that stands in the form."""
    text = request.form.get("text")
    words = text.replace("\r\n", "\n") if text is not None else None
    return _decided(lambda: _desk().approve(approval_id, _who(), words))


@blueprint.post(f"/{_ID}/reject")
def reject(approval_id: int) -> Response:
    """Leave it."""
    return _decided(lambda: _desk().reject(approval_id, _who()))


@blueprint.post(f"/{_ID}/never")
def never(approval_id: int) -> Response:
    """Have no account ever engage this person."""
    return _decided(lambda: _desk().never(approval_id, _who()))


@blueprint.post(f"/{_ID}/edit")
def edit(approval_id: int) -> Response:
    """Keep another text for a reply, without deciding."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    return _decided(lambda: _desk().edit(approval_id, text))


@blueprint.post(f"/{_ID}/undo")
def undo(approval_id: int) -> Response:
    """Have it wait again."""
    return _decided(lambda: _desk().undo(approval_id))


@blueprint.post("/bulk")
def bulk() -> Response:
    """One decision for all that are ticked; likes alone are approved so."""
    deed = request.form.get("deed", "")
    if deed not in {"approve", "reject"}:
        abort(400, "Choose what shall become of them.")
    chosen = [int(each) for each in request.form.getlist("id") if each.isascii() and each.isdigit()][:_MOST]
    return _decided(lambda: decide_many(_desk(), chosen, deed, _who()))


def decide_many(desk: ApprovalDesk, chosen: list[int], deed: str, by: str) -> str:
    """Decide all of them; one line for the person."""
    if not chosen:
        return Refusal("Tick what it shall be done with first.")
    if deed == "approve" and not all(_is_like(desk, each) for each in chosen):
        return Refusal("Likes alone are approved together; look at each follow and each reply.")
    lines = desk.decide_many(chosen, deed, by)
    counts = Counter(isinstance(line, Refusal) for line in lines)
    return wording.decided_words(deed, counts[False], counts[True])


def _is_like(desk: ApprovalDesk, approval_id: int) -> bool:
    try:
        return desk.get(approval_id).proposal.action == "like"
    except KeyError:
        return True  # gone meanwhile: its line says so


def _decided(act: Callable[[], str]) -> Response:
    try:
        words = act()
    except KeyError:
        abort(404, "This is not there any more.")
    refused = isinstance(words, Refusal)
    if refused:
        note_refusal()
    return answer_in_words(words, "bad" if refused else "good", url_for(".show", **Filters.of(request.form).args))  # type: ignore[arg-type]


def _desk() -> ApprovalDesk:
    return services().fleet.approvals


def _who() -> str:
    who = actor()
    return who.name if who else ""


def _page() -> ApprovalsPage:
    mark = services().marker.mark(_desk().version)
    return look_at_approvals(services().fleet, Filters.of(request.args), mark, services().clock.now())
