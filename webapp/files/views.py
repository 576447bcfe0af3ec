"""GET and POST /accounts/…/files/…: the YAML files of an account as text, and their former states."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.errors import AviaryError, ChangedMeanwhile, SettingsError
from bot.files_view import AccountFile, FileState
from bot.storage.kept_files import FileVersion
from webapp.files.page import (
    Conflict,
    conflict,
    differences,
    files,
    look_at_head,
    mistakes,
    read,
    read_as_of,
)

blueprint = Blueprint("files", __name__, url_prefix="/accounts/<account_id>/files")
FORMS = {AccountFile.SETTINGS: "settings.show", AccountFile.KEYWORDS: "keywords.show"}
"""The page on which a file is changed by a form."""
_NAMES = f"<any({', '.join(AccountFile)}):name>"
Page = str | tuple[str, int] | Response


@blueprint.get(f"/{_NAMES}")
def show(account_id: str, name: str) -> str:
    """The file as it is, also when it is broken."""
    return _page(account_id, read(account_id, AccountFile(name)))


@blueprint.post(f"/{_NAMES}")
def save(account_id: str, name: str) -> Page:
    """Write the text, if it is right and the file is still the one that was shown."""
    file, mark = AccountFile(name), request.form.get("mark", "")
    now = read(account_id, file)
    text = with_line_ends_of(now.text, request.form.get("text", ""))
    try:
        files().save(account_id, file, text, mark)
    except ChangedMeanwhile:
        mine = FileState(file, text, now.mark, now.problems)
        return _page(account_id, mine, now=now, others=conflict(read_as_of(account_id, file, mark), now)), 409
    except SettingsError as refused:
        return _page(account_id, FileState(file, text, mark, tuple(refused.problems)), refused=True), 422
    except AviaryError as failed:
        return _page(account_id, FileState(file, text, mark), trouble=failed.in_words), 503
    flash(f"{file.filename} is saved." if text != now.text else "Nothing was changed.", "good")
    return redirect(url_for(".show", account_id=account_id, name=name))


@blueprint.get(f"/{_NAMES}/versions/<version_id>")
def version(account_id: str, name: str, version_id: str) -> str:
    """A former state beside the present one."""
    file = AccountFile(name)
    now, chosen = read(account_id, file), _version(account_id, file, version_id)
    former = files().version(account_id, file, version_id)
    return render_template(
        "files/version.html",
        page=look_at_head(account_id),
        tab=FORMS.get(file, ""),
        file=file,
        version=chosen,
        lines=differences(former.text, now.text),
        mistakes=mistakes(former.text, former.problems),
        mark=now.mark,
    )


@blueprint.post(f"/{_NAMES}/versions/<version_id>")
def restore(account_id: str, name: str, version_id: str) -> Response:
    """Put the former state in place of the one that was shown."""
    file = AccountFile(name)
    read(account_id, file)
    _version(account_id, file, version_id)
    try:
        files().restore(account_id, file, version_id, request.form.get("mark", ""))
    except AviaryError as refused:
        flash(refused.in_words, "bad")
        return redirect(url_for(".version", account_id=account_id, name=name, version_id=version_id))
    flash(f"{file.filename} is as it was then; the state before is kept, too.", "good")
    return redirect(url_for(".show", account_id=account_id, name=name))


def with_line_ends_of(present: str, text: str) -> str:
    """The text of a browser, whose lines always end as on Windows, with the ends that the file has."""
    plain = text.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n") if "\r\n" in present else plain


def _page(
    account_id: str,
    state: FileState,
    *,
    now: FileState | None = None,
    others: Conflict | None = None,
    refused: bool = False,
    trouble: str = "",
) -> str:
    """`state` is what the editor holds; `now`, when that is something else, what the file holds."""
    return render_template(
        "files/show.html",
        page=look_at_head(account_id),
        tab=FORMS.get(state.file, ""),
        form_page=FORMS.get(state.file, ""),
        state=state,
        mistakes=mistakes(state.text, state.problems) if now is None else [],
        hints=mistakes(state.text, state.hints),
        versions=files().versions(account_id, state.file),
        names=list(AccountFile),
        conflict=others,
        would_change=differences(now.text, state.text) if now else [],
        refused=refused,
        trouble=trouble,
    )


def _version(account_id: str, file: AccountFile, version_id: str) -> FileVersion:
    found = next((each for each in files().versions(account_id, file) if each.id == version_id), None)
    if found is None:
        abort(404, "This state of the file is not kept any more.")
    return found
