"""The OpenAPI 3.1 document, made of the operations and of the models that check them.

spectree, which was looked at first, writes every answer as application/json and no header of an answer: problem
details, ETags and zips could not be told. So the document is made here, of what pydantic says of the models.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webapp.access.needs import LEVEL_OF_SCOPE, Need, need_of
from webapp.api import idempotency
from webapp.api.contract import OPERATIONS, Operation
from webapp.api.problems import MIMETYPE, ProblemDetails, ProblemKind

VERSION = "1"
_TAGS = (
    "Accounts",
    "Account templates",
    "Work",
    "Approvals",
    "Plan",
    "Suggestions",
    "Queue",
    "Content",
    "Files",
    "Session",
    "Proxy",
    "Media",
    "Writing",
    "Orders",
    "Records",
    "Summaries",
    "Fleet",
    "Guards",
    "Bulk",
    "Archives",
    "Export",
    "Backups",
    "Tests",
)
_REF = "#/components/schemas/{model}"
_SCOPES = {level: scope.value for scope, level in LEVEL_OF_SCOPE.items()}
_BEFORE = {
    400: "It cannot be read",
    401: "There is no good token",
    403: "The token's scope does not reach so far",
    413: "The body is too large",
}
"""What the panel refuses before an operation is reached, as problems of the type about:blank."""
_INTRODUCTION = """\
Everything the panel does with accounts, for programs.

Every request needs a token of the page API tokens: `Authorization: Bearer …`. Times are UTC (RFC 3339). What cannot be
done is told as problem details (RFC 9457). Lists come in parts: `limit`, and `cursor` with what `next` said.
A POST with an Idempotency-Key is done once, however often it is sent within 24 hours."""


def make_document() -> dict[str, Any]:
    """The whole document."""
    schemas = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for each in sorted(OPERATIONS, key=lambda each: _TAGS.index(each.tag)):
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Aviary", "version": VERSION, "description": _INTRODUCTION},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [{"name": tag} for tag in _TAGS],
        "paths": paths,
        "components": {
            "schemas": {name: each for name, each in schemas.items() if name not in _models_of_queries()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def scope_of(each: Operation) -> str:
    """The scope a token needs for it."""
    need = need_of(each.endpoint)
    return _SCOPES[max(need, Need.READ)]


def _schemas() -> dict[str, Any]:
    """Name -> schema. What is told always has all its fields; what is taken may leave some out."""
    told: set[type[BaseModel]] = {each.answer for each in OPERATIONS if each.answer}
    taken: set[type[BaseModel]] = {each.body for each in OPERATIONS if each.body} | {ProblemDetails}
    taken |= {each.query for each in OPERATIONS if each.query}
    _, told_schemas = models_json_schema([(model, "serialization") for model in _sorted(told)], ref_template=_REF)
    _, taken_schemas = models_json_schema([(model, "validation") for model in _sorted(taken)], ref_template=_REF)
    return {**taken_schemas.get("$defs", {}), **told_schemas["$defs"]}


def _models_of_queries() -> set[str]:
    """They are told as parameters of the operations alone."""
    return {each.query.__name__ for each in OPERATIONS if each.query}


def _sorted(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    return sorted(models, key=lambda model: model.__name__)


def _operation(each: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": each.view.__name__,
        "tags": [each.tag],
        "summary": each.summary,
        "description": each.description,
        "security": [{"token": [scope_of(each)]}],
        "parameters": [*_path_parameters(each), *_query_parameters(each, schemas), *_header_parameters(each)],
        "responses": {str(each.status): _answer(each), **_problems(each)},
    }
    if each.body is not None:
        content = {kind: {"schema": _ref(each.body)} for kind in each.body_types}
        found["requestBody"] = {"required": not each.body_is_optional, "content": content}
    if each.raw_body:
        content = {each.raw_body: {"schema": {"type": "string", "format": "binary"}}}
        found["requestBody"] = {"required": True, "content": content}
    return {key: value for key, value in found.items() if value}


def _path_parameters(each: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": schema} for name, schema in each.path_parts.items()
    ]


def _query_parameters(each: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if each.query is None:
        return []
    model = schemas[each.query.__name__]
    found = []
    for name, schema in model["properties"].items():
        shown = {key: value for key, value in schema.items() if key not in {"description", "title"}}
        parameter = {
            "name": name,
            "in": "query",
            "description": schema.get("description", ""),
            "schema": _without_null(shown),
        }
        is_required = name in model.get("required", ())
        found.append({key: value for key, value in {**parameter, "required": is_required}.items() if value})
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter of an address is left out, it is never null."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return {**{key: value for key, value in schema.items() if key not in {"anyOf", "default"}}, **choices[0]}


def _header_parameters(each: Operation) -> list[dict[str, Any]]:
    found = []
    if each.takes_mark:
        words = "The ETag of the state the change is made from, or *."
        found.append(_header("If-Match", words, {"type": "string"}, is_required=each.takes_mark == "required"))
    if each.keeps_answers:
        words = "Of one's own making: a request with the same key is done once within 24 hours."
        schema = {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST, "pattern": idempotency.PATTERN}
        found.append(_header(idempotency.HEADER, words, schema))
    return found


def _header(name: str, words: str, schema: dict[str, Any], *, is_required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": is_required, "description": words, "schema": schema}


def _answer(each: Operation) -> dict[str, Any]:
    schema = _ref(each.answer) if each.answer else {"type": "string", "contentMediaType": each.answer_type}
    found: dict[str, Any] = {"description": "Done.", "content": {each.answer_type: {"schema": schema}}}
    headers = {}
    if each.gives_mark:
        headers["ETag"] = {"description": "Stands for what can be changed.", "schema": {"type": "string"}}
    if each.status == 201 and each.answer:
        headers["Location"] = {"description": "Where it is.", "schema": {"type": "string"}}
    if headers:
        found["headers"] = headers
    return found


def _problems(each: Operation) -> dict[str, Any]:
    """Status -> what it means here, with the kinds of problem that have it."""
    words = {code: [title] for code, title in _BEFORE.items() if code != 413 or each.body or each.raw_body}
    kinds = _kinds(each)
    if ProblemKind.NOT_READ in kinds:
        del words[400]  # the same in other words
    for kind in kinds:
        words.setdefault(kind.status, []).append(f"{kind.title} ({kind.slug})")
    content = {MIMETYPE: {"schema": _ref(ProblemDetails)}}
    return {
        str(code): {"description": ". ".join(dict.fromkeys(words[code])) + ".", "content": content}
        for code in sorted(words)
    }


def _kinds(each: Operation) -> list[ProblemKind]:
    """All kinds of problem that the operation can answer with."""
    found = [ProblemKind.VALUES, ProblemKind.STORAGE, *each.problems]
    if each.path_parts:
        found.append(ProblemKind.NOT_FOUND)
    if each.body is not None:
        found += [ProblemKind.NOT_READ, ProblemKind.MEDIA_TYPE]
    if each.takes_mark:
        found.append(ProblemKind.CHANGED)
    if each.takes_mark == "required":
        found.append(ProblemKind.MARK_NEEDED)
    if each.keeps_answers:
        found += [ProblemKind.NOT_READ, ProblemKind.IN_PROGRESS, ProblemKind.KEY_REUSED]
    return list(dict.fromkeys(found))


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
