"""Account templates: what accounts can begin with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from flask import url_for
from pydantic import Field

from bot.account_templates_view import AccountTemplate
from bot.files_view import AccountFile
from bot.fleet.account_templates import LONGEST_NAME
from webapp.api.account_model import Description
from webapp.api.contract import Body, Operation, Record, Reply
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.services import services

TAG = "Account templates"
_NAME = rf"^[A-Za-z0-9]([A-Za-z0-9 _-]{{0,{LONGEST_NAME - 2}}}[A-Za-z0-9_-])?$"
TemplateName = Annotated[str, Field(pattern=_NAME)]


class AccountTemplateRecord(Record):
    """A template that accounts can begin with."""

    name: str
    description: str
    saved_at: datetime | None
    slots: list[str]
    keywords: dict[str, int] = Field(description="Group of keywords -> how many.")
    has_content: bool = Field(description="Whether it holds texts to post, and their media.")
    media: list[str]
    problems: list[str] = Field(description="Why it cannot be used; empty when it can.")


class AccountTemplateFiles(AccountTemplateRecord):
    """A template with the YAML of its files."""

    settings_text: str
    keywords_text: str
    templates_text: str | None = Field(description="The texts to post; null where it holds none.")


class AccountTemplateList(Record):
    """All templates, by name."""

    items: list[AccountTemplateRecord]


class TemplateToSave(Body):
    """An account that shall be kept as a template."""

    name: TemplateName
    account: Annotated[str, Field(max_length=64, description="The id of the account it is made of.")]
    description: Description = ""
    with_content: bool = Field(
        False, description="Keep texts and media, too. The same texts on two accounts break X's rules."
    )


class TemplateDeleted(Record):
    """A template that is gone."""

    name: str


@Operation("GET", "/account-templates", TAG, answer=AccountTemplateList)
def list_account_templates() -> AccountTemplateList:
    """List the account templates."""
    return AccountTemplateList(items=[_record(each) for each in services().fleet.account_templates.all()])


@Operation(
    "POST",
    "/account-templates",
    TAG,
    answer=AccountTemplateFiles,
    body=TemplateToSave,
    status=201,
    problems=(ProblemKind.CLASH, ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def save_account_template(body: TemplateToSave) -> Reply:
    """Save an account as a template.

    Its settings, slots and keywords, and what it posts when asked. Session, handle, proxy, numbers and browser profile
    stay with the account.
    """
    fleet = services().fleet
    if all(each.id != body.account for each in fleet.overview().accounts):
        raise Problem(ProblemKind.REFUSED, "", [FieldError("there is no such account", "/account")])
    if any(each.name.casefold() == body.name.casefold() for each in fleet.account_templates.all()):
        raise Problem(ProblemKind.CLASH, "", [FieldError(f"there is a template “{body.name}” already", "/name")])
    saved = fleet.account_templates.save(
        body.account, body.name, description=body.description, with_content=body.with_content
    )
    return Reply(_with_files(saved), {"Location": url_for("api.get_account_template", template=saved.name)})


@Operation("GET", "/account-templates/<template>", TAG, answer=AccountTemplateFiles)
def get_account_template(template: str) -> AccountTemplateFiles:
    """Look at an account template, with the YAML of its files."""
    return _with_files(find_template(template))


@Operation("DELETE", "/account-templates/<template>", TAG, answer=TemplateDeleted)
def delete_account_template(template: str) -> TemplateDeleted:
    """Delete an account template.

    Accounts that were made from it stay as they are.
    """
    find_template(template)
    try:
        services().fleet.account_templates.delete(template)
    except KeyError:
        raise _no_such(template) from None
    return TemplateDeleted(name=template)


def find_template(name: str) -> AccountTemplate:
    """The template of that name. Raises Problem."""
    try:
        return services().fleet.account_templates.find(name)
    except KeyError:
        raise _no_such(name) from None


def _no_such(name: str) -> Problem:
    return Problem(ProblemKind.NOT_FOUND, f"There is no account template “{name}”.")


def _values(template: AccountTemplate) -> dict[str, object]:
    settings = template.settings
    return {
        "name": template.name,
        "description": template.description,
        "saved_at": template.saved_at,
        "slots": [slot.name for slot in settings.schedule.all_slots] if settings else [],
        "keywords": {group: len(words) for group, words in template.keywords.items()},
        "has_content": template.has_content,
        "media": list(template.media),
        "problems": [str(problem) for problem in template.problems],
    }


def _record(template: AccountTemplate) -> AccountTemplateRecord:
    return AccountTemplateRecord.model_validate(_values(template))


def _with_files(template: AccountTemplate) -> AccountTemplateFiles:
    texts = template.texts
    return AccountTemplateFiles.model_validate(
        _values(template)
        | {
            "settings_text": texts.get(AccountFile.SETTINGS, ""),
            "keywords_text": texts.get(AccountFile.KEYWORDS, ""),
            "templates_text": texts.get(AccountFile.TEMPLATES),
        }
    )
