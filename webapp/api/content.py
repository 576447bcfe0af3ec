"""The templates of an account: looked at, previewed, added, changed, deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Self

from pydantic import Field

from bot.content.desk import KindView, TemplateView
from bot.content.templates import ContentError, Template, changes_of, entry_of, key_of_kind, kind_of_key, read_entry
from bot.files_view import AccountFile, FileState
from bot.settings.account import AccountSettings
from bot.settings.template_editing import add_template, change_template, delete_template
from webapp.api.account_model import find_account
from webapp.api.contract import LARGEST_NUMBER, WHOLE, Body, Operation, Record, Reply
from webapp.api.files import asked_mark
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.services import services

TAG = "Content"
_TEMPLATES = AccountFile.TEMPLATES
_MOST = LARGEST_NUMBER
_SAFE = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"
Text = Annotated[str, Field(min_length=1, max_length=2000, pattern=_SAFE)]
Kind = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", description="promo, value, or one of your own.")]
MediaName = Annotated[str, Field(min_length=1, max_length=300, pattern=_SAFE, description="media/promo/a.jpg")]


class PollBody(Body):
    """What is asked below a post."""

    options: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=25, pattern=_SAFE)]], Field(min_length=2, max_length=4)
    ]
    minutes: Annotated[int, Field(ge=5, le=10080), WHOLE] = Field(default_factory=lambda: 1440)


class DraftBody(Body):
    """A text to look at; nothing is written."""

    text: Text
    media: Annotated[list[MediaName], Field(max_length=4)] = Field(default_factory=list)
    kind: Kind = Field(default_factory=lambda: "promo")


class TemplateBody(Body):
    """A template as it shall be. Fields that are left out are as their defaults."""

    text: Text
    more: Annotated[list[Text], Field(max_length=24)] = Field(
        default_factory=list, description="The further posts of a thread."
    )
    media: Annotated[list[MediaName], Field(max_length=4)] = Field(default_factory=list)
    poll: PollBody | None = Field(default_factory=lambda: None)
    name: Annotated[str, Field(max_length=80, pattern=_SAFE)] = Field(default_factory=str)
    enabled: bool = Field(default_factory=lambda: True)
    weight: Annotated[int, Field(ge=1, le=10), WHOLE] = Field(default_factory=lambda: 1)
    cool_down_days: Annotated[int, Field(ge=0, le=365), WHOLE] = Field(default_factory=int)

    def template(self, kind: str) -> Template:
        """Raises Problem for what is right by itself and does not go together."""
        entry: dict[str, Any] = self.model_dump(exclude={"text", "more"})
        entry |= {"thread": [self.text, *self.more]} if self.more else {"text": self.text}
        return _read(kind, entry)


class TemplateToAdd(TemplateBody):
    """A new template; it comes to the end of its kind."""

    kind: Kind


class PreviewRecord(Record):
    """What a template comes to."""

    text: str | None = Field(description="A post of it; null when it names a variable without a value.")
    weighted_length: int = Field(description="Of that post, as X counts.")
    greatest_length: int = Field(description="No post of it weighs more.")
    valid: bool = Field(description="Whether X takes that post, with its media.")
    distinct: int = Field(description="How many different posts it can make, at most 2^53 - 1.")
    distinct_is_exact: bool = Field(description="False: there are at least so many.")
    warnings: list[str]


class TemplateRecord(Record):
    """A template and what is known of it."""

    kind: str
    place: int = Field(description="In the list of its kind, from 0; it moves when templates before it come or go.")
    text: str
    more: list[str]
    media: list[str]
    poll: dict[str, Any] | None
    name: str
    enabled: bool
    weight: int
    cool_down_days: int
    last_use: datetime | None
    preview: PreviewRecord

    @classmethod
    def of(cls, view: TemplateView) -> Self:
        template = view.template
        poll = template.poll
        return cls(
            kind=template.kind,
            place=template.place,
            text=template.text,
            more=list(template.more),
            media=list(template.media),
            poll={"options": list(poll.options), "minutes": poll.minutes} if poll else None,
            name=template.name,
            enabled=template.enabled,
            weight=template.weight,
            cool_down_days=template.cool_down_days,
            last_use=view.last_use,
            preview=_preview(view),
        )


class RunwayRecord(Record):
    """How long a kind lasts that slots post."""

    kind: str
    per_week: int
    fresh: int = Field(description="Texts that could be posted now; of very many, at least so many.")
    days: int | None = Field(description="null: it never runs out, texts come back as fast as they are used.")


class TemplateList(Record):
    """The templates of an account, by kind and place."""

    items: list[TemplateRecord]
    runway: list[RunwayRecord]


@Operation("POST", "/accounts/<account_id>/preview", TAG, answer=PreviewRecord, body=DraftBody)
def preview_text(account_id: str, body: DraftBody) -> PreviewRecord:
    """Look what a text would come to as a template. Nothing is written.

    Variables have their values of this moment; lists and choices are drawn from.
    """
    settings, state = _usable(account_id)
    template = _read(body.kind, {"text": body.text, "media": body.media})
    view = services().fleet.desk.look_at(account_id, settings, state.content, _nowhere(template))
    return _preview(view)


@Operation(
    "GET",
    "/accounts/<account_id>/templates",
    TAG,
    answer=TemplateList,
    gives_mark=True,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def list_templates(account_id: str) -> Reply:
    """List the templates of an account, each with a post of it, and how long they last.

    The ETag is that of its templates.yaml.
    """
    return _told(account_id)


@Operation(
    "POST",
    "/accounts/<account_id>/templates",
    TAG,
    answer=TemplateList,
    body=TemplateToAdd,
    takes_mark="optional",
    gives_mark=True,
    problems=(ProblemKind.CLASH, ProblemKind.ENTRY_BROKEN),
)
def add_a_template(account_id: str, body: TemplateToAdd) -> Reply:
    """Add a template."""
    template = body.template(body.kind)
    return _change(account_id, partial(add_template, key=key_of_kind(body.kind), values=entry_of(template)))


@Operation(
    "PUT",
    "/accounts/<account_id>/templates/<kind>/<int:place>",
    TAG,
    answer=TemplateList,
    body=TemplateBody,
    takes_mark="required",
    gives_mark=True,
    problems=(ProblemKind.CLASH, ProblemKind.ENTRY_BROKEN),
)
def put_template(account_id: str, kind: str, place: int, body: TemplateBody) -> Reply:
    """Change a template: all its fields. Its comments and keys of your own stay."""
    before = _find(account_id, kind, place)
    values = changes_of(before, body.template(kind))
    return _change(account_id, partial(change_template, key=key_of_kind(kind), place=place, values=values))


@Operation(
    "DELETE",
    "/accounts/<account_id>/templates/<kind>/<int:place>",
    TAG,
    answer=TemplateList,
    takes_mark="required",
    gives_mark=True,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def delete_a_template(account_id: str, kind: str, place: int) -> Reply:
    """Delete a template. Those behind it move up."""
    _find(account_id, kind, place)
    return _change(account_id, partial(delete_template, key=key_of_kind(kind), place=place))


def _change(account_id: str, change: Callable[[Any], object]) -> Reply:
    _, state = _usable(account_id)
    mark = asked_mark(state)

    def act(data: Any) -> None:
        change(data)

    services().fleet.files.change(account_id, _TEMPLATES, act, mark)
    return _told(account_id)


def _find(account_id: str, kind: str, place: int) -> Template:
    """Raises Problem."""
    _, state = _usable(account_id)
    found = next((each for each in state.content.templates if (each.kind, each.place) == (kind, place)), None)
    if found is None:
        raise Problem(ProblemKind.NOT_FOUND, f"There is no {kind} template {place}.")
    return found


def _read(kind: str, entry: dict[str, Any]) -> Template:
    """Raises Problem."""
    if not kind_of_key(key_of_kind(kind)):
        raise Problem(ProblemKind.CLASH, "", [FieldError("is no kind of templates; it means something else", "/kind")])
    try:
        return read_entry(kind, entry)
    except ContentError as error:
        pointer = "/" + "/".join(str(part) for part in error.path[2:])
        raise Problem(ProblemKind.CLASH, "", [FieldError(error.what, pointer)]) from error


def _usable(account_id: str) -> tuple[AccountSettings, FileState]:
    """Settings and templates of an account; Problem while either cannot be read."""
    files = services().fleet.files
    settings = files.read(account_id, AccountFile.SETTINGS).settings
    state = files.read(account_id, _TEMPLATES)
    if settings is None or state.problems:
        raise Problem(ProblemKind.ENTRY_BROKEN, find_account(account_id).state.reason)
    return settings, state


def _told(account_id: str) -> Reply:
    settings, state = _usable(account_id)
    kinds: list[KindView] = services().fleet.desk.look(account_id, settings, state.content)
    runways = [kind.runway for kind in kinds if kind.runway is not None]
    record = TemplateList(
        items=[TemplateRecord.of(view) for kind in kinds for view in kind.templates],
        runway=[
            RunwayRecord(kind=each.kind, per_week=each.per_week, fresh=min(each.fresh, _MOST), days=each.days)
            for each in runways
        ],
    )
    return Reply(record, {"ETag": f'"{state.mark}"'})


def _preview(view: TemplateView) -> PreviewRecord:
    seen = view.preview
    return PreviewRecord(
        text=seen.posts[0].text if seen.posts else None,
        weighted_length=seen.weight,
        greatest_length=seen.greatest,
        valid=seen.valid,
        distinct=min(seen.count.number, _MOST),
        distinct_is_exact=seen.count.is_exact,
        warnings=list(seen.warnings),
    )


def _nowhere(template: Template) -> Template:
    """Not one of the file, so that it is compared with all of them."""
    return replace(template, place=-1)
