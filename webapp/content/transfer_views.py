"""Templates out of an account as YAML or CSV, and into it, with a look at what would change first."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.content.transfer import TableError, from_table, merge, to_table
from bot.errors import AviaryError, ChangedMeanwhile, SettingsError
from bot.files_view import FileState
from bot.settings.yaml_editing import edit_yaml
from bot.settings.yaml_reading import MAX_BYTES
from webapp.content.editing_views import Page, blueprint
from webapp.content.page import TEMPLATES
from webapp.files.page import differences, files, look_at_head, read, read_as_of
from webapp.files.views import with_line_ends_of

_CHOOSE = "Choose a file, or paste its text"
_TOO_LARGE = f"The file is larger than {MAX_BYTES // 1024} KiB"
_NOT_UTF8 = "The file is not saved as UTF-8: save it again with that encoding (in Excel: “CSV UTF-8”)"
_OTHERS = "Somebody else changed templates.yaml meanwhile. This is what would change now."


@blueprint.get("/export/<any(yaml, csv):form>")
def export(account_id: str, form: str) -> Response:
    """The whole file, or its templates as a table that spreadsheets open."""
    state = read(account_id, TEMPLATES)
    text = state.text if form == "yaml" else "\ufeff" + to_table(state.content)
    kind = "application/yaml" if form == "yaml" else "text/csv; charset=utf-8"
    name = f"{account_id}-templates.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return current_app.response_class(text, headers=headers, content_type=kind)


@blueprint.get("/import")
def ask_import(account_id: str) -> str:
    """Where a file is chosen."""
    return _page(account_id, read(account_id, TEMPLATES))


@blueprint.post("/import")
def look_at_import(account_id: str) -> Page:
    """What the file would change. Changes nothing."""
    state = read(account_id, TEMPLATES)
    try:
        wanted = _wanted(state)
    except TableError as error:
        return _page(account_id, state, trouble=f"{str(error)[:1].upper()}{str(error)[1:]}."), 422
    except SettingsError as error:
        return _page(account_id, state, trouble=" ".join(f"{problem}." for problem in error.problems)), 422
    checked = files().check(account_id, TEMPLATES, wanted)
    if checked.problems:
        return _page(account_id, state, trouble=" ".join(f"{problem}." for problem in checked.problems)), 422
    return _page(account_id, state, wanted=checked.text)


@blueprint.post("/import/save")
def save_import(account_id: str) -> Page:
    """Put the text in place that was looked at."""
    mark, now = request.form.get("mark", ""), read(account_id, TEMPLATES)
    base = read_as_of(account_id, TEMPLATES, mark)
    text = with_line_ends_of((base or now).text, request.form.get("text", ""))
    try:
        files().save(account_id, TEMPLATES, text, mark)
    except ChangedMeanwhile:
        return _page(account_id, now, wanted=text, trouble=_OTHERS), 409
    except AviaryError as refused:
        return _page(account_id, now, trouble=refused.in_words), 422
    flash("The templates are taken in. A former state of templates.yaml brings the ones before back.", "good")
    return redirect(url_for(".show", account_id=account_id))


def _wanted(state: FileState) -> str:
    """The text of templates.yaml with the file taken in. Raises TableError and SettingsError."""
    name, text = _sent()
    if name.endswith((".yaml", ".yml")):
        return with_line_ends_of(state.text, text)
    table = from_table(text)
    return edit_yaml(state.text, lambda data: merge(data, table), Path(TEMPLATES.filename))


def _sent() -> tuple[str, str]:
    """The name of the file, in small letters, and its text; what was pasted is YAML unless it looks like a table."""
    file = request.files.get("file")
    if file is not None and file.filename:
        with closing(file):
            return file.filename.lower(), _decoded(file.stream.read(MAX_BYTES + 1))
    pasted = request.form.get("pasted", "")
    if not pasted.strip():
        raise TableError(_CHOOSE)
    is_table = pasted.lstrip("\ufeff").partition("\n")[0].lower().replace('"', "").startswith("kind")
    return ("pasted.csv" if is_table else "pasted.yaml"), pasted


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise TableError(_TOO_LARGE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(_NOT_UTF8) from error


def _page(account_id: str, state: FileState, *, wanted: str | None = None, trouble: str = "") -> str:
    """`wanted` is what the file would be; None before one was chosen."""
    return render_template(
        "content/import.html",
        page=look_at_head(account_id),
        tab="content.show",
        state=state,
        wanted=wanted,
        lines=differences(state.text, wanted) if wanted is not None else [],
        trouble=trouble,
    )
