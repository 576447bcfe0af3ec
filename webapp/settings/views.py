"""GET and POST /accounts/…/settings, and its poll."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError, ChangedMeanwhile, SettingsError, SettingsProblem
from bot.files_view import AccountFile, FileState
from bot.settings.account import AccountSettings
from bot.settings.account_editing import set_values
from webapp.files import fields
from webapp.files.page import (
    Conflict,
    conflict,
    files,
    head_statuses,
    look_at_head,
    mistakes,
    read,
    read_as_of,
)
from webapp.roster.forms import COMMON_ZONES
from webapp.settings.fields import FIELDS, PARTS
from webapp.settings.policies import chosen, switches

blueprint = Blueprint("settings", __name__, url_prefix="/accounts/<account_id>/settings")
SETTINGS = AccountFile.SETTINGS
Page = str | tuple[str, int] | Response


@blueprint.get("")
def show(account_id: str) -> str:
    """The form; while the file is broken, the text of it to be mended."""
    state = read(account_id, SETTINGS)
    return _page(account_id, state, fields.shown(FIELDS, state.settings) if state.settings else {})


@blueprint.get("/statuses")
def statuses(account_id: str) -> str | tuple[str, int]:
    """The head's changes."""
    return head_statuses(account_id)


@blueprint.post("")
def save(account_id: str) -> Page:
    """Write the keys that were changed, and no others."""
    mark = request.form.get("mark", "")
    now, base = read(account_id, SETTINGS), read_as_of(account_id, SETTINGS, mark)
    if now.settings is None:
        return _page(account_id, now, {}), 409
    before = fields.shown(FIELDS, _settings_of(base) or now.settings)
    values = fields.sent(FIELDS, request.form, before)
    wanted = fields.changes(FIELDS, values, before)
    try:
        files().change(account_id, SETTINGS, partial(set_values, values=wanted), mark)
    except ChangedMeanwhile:
        both = fields.merged(FIELDS, values, before, fields.shown(FIELDS, now.settings))
        return _page(account_id, now, both, others=conflict(base, now)), 409
    except SettingsError as refused:
        return _page(account_id, now, values, problems=refused.problems), 422
    except AviaryError as failed:
        return _page(account_id, now, values, trouble=failed.in_words), 503
    flash("Saved." if wanted else "Nothing was changed.", "good")
    return redirect(url_for(".show", account_id=account_id))


@blueprint.post("/policy")
def choose(account_id: str) -> Page:
    """Write what each kind of action may do, also where that is in force already: from now on it is chosen."""
    now = read(account_id, SETTINGS)
    if now.settings is None:
        return _page(account_id, now, {}), 409
    values = fields.shown(FIELDS, now.settings)
    try:
        write = partial(set_values, values=chosen(request.form))
        files().change(account_id, SETTINGS, write, request.form.get("mark", ""))
    except ChangedMeanwhile:
        others = conflict(read_as_of(account_id, SETTINGS, request.form.get("mark", "")), now)
        return _page(account_id, now, values, others=others), 409
    except SettingsError as refused:
        return _page(account_id, now, values, problems=refused.problems), 422
    except AviaryError as failed:
        return _page(account_id, now, values, trouble=failed.in_words), 503
    flash("Saved.", "good")
    return redirect(url_for(".show", account_id=account_id))


def _settings_of(state: FileState | None) -> AccountSettings | None:
    return state.settings if state else None


def _page(
    account_id: str,
    state: FileState,
    values: Mapping[str, str],
    *,
    problems: Sequence[SettingsProblem] = (),
    others: Conflict | None = None,
    trouble: str = "",
) -> str:
    return render_template(
        "settings/show.html",
        page=look_at_head(account_id),
        state=state,
        values=values,
        form_parts=PARTS,
        switches=switches(state.settings) if state.settings else [],
        zones=COMMON_ZONES,
        errors=fields.errors(FIELDS, problems),
        refusals=problems,
        mistakes=mistakes(state.text, state.problems),
        conflict=others,
        trouble=trouble,
        versions=files().versions(account_id, SETTINGS),
    )
