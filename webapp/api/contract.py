"""What an operation of the API takes and gives, said once: the check of a request and the document are made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Annotated, Any, TypeVar

from flask import Blueprint, Response, current_app, request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, ValidationError

from bot.errors import AviaryError
from webapp.api.idempotency import answer_once
from webapp.api.problems import FieldError, Problem, ProblemKind, field_errors, problem_of_missing, problem_of_refusal

LARGEST_NUMBER = 2**53 - 1
"""What JSON carries exactly everywhere; SQLite takes it, too."""
JSON = "application/json"
_PLACEHOLDER = re.compile(r"<(?:(?P<kind>[a-z]+)(?:\((?P<choices>[^)]*)\))?:)?(?P<name>[a-z_]+)>")
View = Callable[..., Any]
Function = TypeVar("Function", bound=View)

blueprint = Blueprint("api", __name__, url_prefix="/api")


class Record(BaseModel):
    """Something the API tells. Every field is always there."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Body(BaseModel):
    """Something the API is told, as JSON: a number is no text, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Query(BaseModel):
    """The parameters of an address; unknown ones are refused, since they would be slips of the pen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _whole_number(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,16}", value):
        raise ValueError("must be a whole number")
    return value


def _whole_float(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole_float)
"""In JSON 5.0 is a whole number, too."""


def _truth(value: object) -> object:
    if isinstance(value, str) and value not in {"true", "false"}:
        raise ValueError("must be true or false")
    return value


DIGITS = BeforeValidator(_whole_number)
"""Stands after the bounds of a number in an address, so that the document tells them."""
Words = Annotated[str, Field(min_length=1, max_length=100)]
"""A parameter of an address that is left out rather than empty."""
Truth = Annotated[bool, BeforeValidator(_truth)]


@dataclass(frozen=True)
class Reply:
    """An answer with more to it than its body."""

    body: Record
    headers: Mapping[str, str] = field(default_factory=dict)


def _no_view(**_parts: Any) -> None:
    raise NotImplementedError


@dataclass(frozen=True)
class Operation:
    """One method of one address. As a decorator it makes a view serve it.

    The view is called with the parts of its path, and with `query` and `body` where the operation has such.
    """

    method: str
    rule: str  # as Flask has it, without /api
    tag: str
    answer: type[Record] | None = None  # None: a file of `answer_type`
    answer_type: str = JSON
    status: int = 200
    query: type[Query] | None = None
    body: type[BaseModel] | None = None
    body_types: tuple[str, ...] = (JSON,)
    body_is_optional: bool = False
    raw_body: str = ""  # the type of a body that the view reads itself, a file; any other is taken, too
    problems: tuple[ProblemKind, ...] = ()  # beside those that every such operation has
    takes_mark: str = ""  # If-Match: "", "optional" or "required"
    gives_mark: bool = False  # an ETag
    view: View = _no_view

    def __call__(self, view: Function) -> Function:
        made = replace(self, view=view)
        OPERATIONS.append(made)
        blueprint.add_url_rule(made.rule, view.__name__, _serve(made), methods=[made.method])
        return view

    @property
    def keeps_answers(self) -> bool:
        """Whether it takes an Idempotency-Key."""
        return self.method == "POST" and not self.raw_body

    @property
    def endpoint(self) -> str:
        return f"{blueprint.name}.{self.view.__name__}"

    @property
    def path(self) -> str:
        """As OpenAPI writes it."""
        return "/api" + _PLACEHOLDER.sub(lambda found: "{" + found["name"] + "}", self.rule)

    @property
    def path_parts(self) -> dict[str, dict[str, Any]]:
        """Name -> schema."""
        return {found["name"]: _schema_of_part(found) for found in _PLACEHOLDER.finditer(self.rule)}

    @property
    def summary(self) -> str:
        return (self.view.__doc__ or "").strip().split("\n\n")[0].strip().removesuffix(".")

    @property
    def description(self) -> str:
        _, _, rest = (self.view.__doc__ or "").strip().partition("\n\n")
        return re.sub(r"\s*\n\s*", " ", rest.strip())


def _schema_of_part(found: re.Match[str]) -> dict[str, Any]:
    if found["kind"] == "int":
        return {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}
    if found["kind"] == "any":
        return {"type": "string", "enum": found["choices"].split(", ")}
    return {"type": "string"}


OPERATIONS: list[Operation] = []
"""All there are, once webapp.api.views is imported."""


def _serve(made: Operation) -> View:
    @wraps(made.view)
    def serve(**parts: Any) -> Response:
        arguments = dict(parts)
        if made.query is not None:
            arguments["query"] = read_query(made.query)
        elif request.args:
            raise Problem(ProblemKind.VALUES, "This address takes no parameters.", [_unknown(next(iter(request.args)))])
        if made.body is not None:
            arguments["body"] = read_body(made.body, made.body_types, is_optional=made.body_is_optional)
        if made.takes_mark == "required" and "If-Match" not in request.headers:
            raise Problem(ProblemKind.MARK_NEEDED)

        def act() -> Response:
            return _answer(made, arguments, parts)

        return answer_once(act) if made.keeps_answers else act()

    return serve


def _answer(made: Operation, arguments: Mapping[str, Any], parts: Mapping[str, Any]) -> Response:
    """The view's answer as a response. What it refuses is one, too, so that it can be kept."""
    try:
        found = made.view(**arguments)
    except Problem as problem:
        return problem.get_response()
    except KeyError:
        missing = problem_of_missing(parts)
        if missing is None:
            raise
        return missing.get_response()
    except AviaryError as refused:
        return problem_of_refusal(refused, made.body).get_response()
    if isinstance(found, Response):
        return found
    reply = found if isinstance(found, Reply) else Reply(found)
    return current_app.response_class(
        reply.body.model_dump_json(), made.status, headers=dict(reply.headers), mimetype=JSON
    )


def read_query(model: type[Query]) -> Any:
    """The address's parameters. Raises Problem."""
    values: dict[str, Any] = {}
    for name, found in request.args.lists():
        is_list = name in model.model_fields and "list" in str(model.model_fields[name].annotation)
        if len(found) > 1 and not is_list:
            raise Problem(ProblemKind.VALUES, "", [FieldError("may be given once", parameter=name)])
        values[name] = found if is_list else found[0]
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Problem(ProblemKind.VALUES, "", field_errors(error, in_query=True)) from error


def read_body(model: type[BaseModel], types: tuple[str, ...], *, is_optional: bool = False) -> Any:
    """The request's JSON. Raises Problem."""
    content = request.get_data()
    if not content and is_optional:
        return model()
    if request.mimetype not in types:
        raise Problem(ProblemKind.MEDIA_TYPE, f"Send it as {' or '.join(types)}.")
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise Problem(ProblemKind.NOT_READ, f"The body is no JSON: {error.errors()[0]['msg']}.") from error
        raise Problem(ProblemKind.VALUES, "", field_errors(error, is_tagged=_is_tagged(model))) from error


def _is_tagged(model: type[BaseModel]) -> bool:
    """Whether it is one of several, told apart by a field."""
    return issubclass(model, RootModel) and model.model_fields["root"].discriminator is not None


def _unknown(name: str) -> FieldError:
    return FieldError("is not known here", parameter=name)


def _answer_problem(problem: Problem) -> Response:
    return problem.get_response()


blueprint.register_error_handler(Problem, _answer_problem)
