"""GET and POST /accounts/…/content/lists: what variables are drawn from."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for

from bot.errors import AviaryError, ChangedMeanwhile, SettingsError, SettingsProblem
from bot.files_view import FileState
from webapp.content.editing_views import Page, blueprint
from webapp.content.lists import KEYED, VARIABLES, ListsForm, as_lines
from webapp.content.page import TEMPLATES
from webapp.files.page import Conflict, conflict, files, look_at_head, mistakes, read, read_as_of

blueprint.add_app_template_filter(as_lines, "as_lines")


@blueprint.get("/lists")
def lists(account_id: str) -> str:
    """All lists of templates.yaml."""
    state = read(account_id, TEMPLATES)
    return _page(account_id, state, ListsForm.showing(state.content))


@blueprint.post("/lists")
def save_lists(account_id: str) -> Page:
    """Write the lists that were changed."""
    mark, form, now = request.form.get("mark", ""), ListsForm.of(request.form), read(account_id, TEMPLATES)
    base = read_as_of(account_id, TEMPLATES, mark)
    before = ListsForm.showing((base or now).content)
    if form.new in before.own and form.new not in form.deleted:
        trouble = f"There is a list “{form.new}” already; write into that one."
        return _page(account_id, now, form, trouble=trouble), 422
    try:
        state = files().change(account_id, TEMPLATES, lambda data: form.write(data, before), mark)
    except ChangedMeanwhile:
        merged = form.merged(before, ListsForm.showing(now.content))
        return _page(account_id, now, merged, others=conflict(base, now)), 409
    except SettingsError as refused:
        return _page(account_id, now, form, problems=refused.problems), 422
    except AviaryError as failed:
        return _page(account_id, now, form, trouble=failed.in_words), 503
    flash("Saved." if state.mark != mark else "Nothing was changed.", "good")
    return redirect(url_for(".lists", account_id=account_id))


def _page(
    account_id: str,
    state: FileState,
    form: ListsForm,
    *,
    problems: Sequence[SettingsProblem] = (),
    others: Conflict | None = None,
    trouble: str = "",
) -> str:
    return render_template(
        "content/lists.html",
        page=look_at_head(account_id),
        tab="content.show",
        state=state,
        form=form,
        keys=KEYED,
        variables=VARIABLES,
        refusals=problems,
        mistakes=mistakes(state.text, state.problems),
        conflict=others,
        trouble=trouble,
    )
