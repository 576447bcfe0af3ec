"""GET /api/openapi.json, and the same as a page to read: /api/docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app, json, render_template

from webapp.api.contract import blueprint
from webapp.api.document import make_document
from webapp.api.problems import ProblemKind

_KEY = "aviary_api_document"


@dataclass(frozen=True)
class Field:
    """One value that is sent or told."""

    name: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True)
class Entry:
    """One operation, as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: list[Field]
    body: list[Field]
    answer: str  # name of a schema, "" for a file
    status: str
    problems: list[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """The operations of one tag."""

    name: str
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Schema:
    """What an answer is made of."""

    name: str
    words: str
    fields: list[Field]


@blueprint.get("/openapi.json")
def document() -> Response:
    """The OpenAPI 3.1 document."""
    return current_app.response_class(json.dumps(_document(), sort_keys=False), mimetype="application/json")


@blueprint.get("/docs")
def reference() -> str:
    """The document as a page, which needs nothing from outside."""
    found = _document()
    return render_template(
        "api/reference.html",
        info=found["info"],
        sections=sections_of(found),
        schemas=schemas_of(found),
        problems=list(ProblemKind),
    )


def _document() -> dict[str, Any]:
    """Made once for each app: neither the operations nor what they need change while it runs."""
    known: dict[str, Any] | None = current_app.extensions.get(_KEY)
    if known is None:
        known = current_app.extensions[_KEY] = make_document()
    return known


def sections_of(found: Mapping[str, Any]) -> list[Section]:
    """The operations by their tags."""
    sections = {tag["name"]: Section(tag["name"]) for tag in found["tags"]}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            entry = _entry(method, path, operation, found)
            sections[operation["tags"][0]].entries.append(entry)
    return list(sections.values())


def schemas_of(found: Mapping[str, Any]) -> list[Schema]:
    """What answers are made of, by name; what is only sent stands with its operation."""
    sent = {_name_of(content["schema"]) for content in _contents(found)}
    schemas = found["components"]["schemas"]
    shown = {name: each for name, each in schemas.items() if "properties" in each and name not in sent}
    return [Schema(name, each.get("description", ""), _fields(each)) for name, each in sorted(shown.items())]


def _contents(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    operations = [each for methods in found["paths"].values() for each in methods.values()]
    bodies = [each["requestBody"]["content"] for each in operations if "requestBody" in each]
    return [content for body in bodies for content in body.values()]


def _entry(method: str, path: str, operation: Mapping[str, Any], found: Mapping[str, Any]) -> Entry:
    status = min(operation["responses"])
    content = next(iter(operation["responses"][status]["content"].values()))
    return Entry(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        scope=operation["security"][0]["token"][0],
        parameters=[_parameter(each) for each in operation.get("parameters", ())],
        body=_body(operation, found),
        answer=_name_of(content["schema"]),
        status=status,
        problems=[(code, each["description"]) for code, each in operation["responses"].items() if code >= "400"],
    )


def _parameter(each: Mapping[str, Any]) -> Field:
    place = {"path": "in the path", "query": "parameter", "header": "header"}[each["in"]]
    kind = f"{_kind(each['schema'])}, {place}"
    return Field(each["name"], kind, bool(each.get("required")), each.get("description", ""))


def _body(operation: Mapping[str, Any], found: Mapping[str, Any]) -> list[Field]:
    if "requestBody" not in operation:
        return []
    content = next(iter(operation["requestBody"]["content"].values()))
    schemas = found["components"]["schemas"]
    schema = schemas.get(_name_of(content["schema"]))
    if schema and "oneOf" in schema:
        return _fields_of_many([schemas[_name_of(each)] for each in schema["oneOf"]])
    return _fields(schema) if schema else [Field("the body", "the file itself", is_required=True, words="")]


def _fields_of_many(schemas: Sequence[Mapping[str, Any]]) -> list[Field]:
    """The fields of bodies that are told apart by one of them; those that only some have say which."""
    found: dict[str, list[Field]] = {}
    for schema in schemas:
        for each in _fields(schema):
            words = each.words or schema.get("description", "")
            found.setdefault(each.name, []).append(Field(each.name, each.kind, each.is_required, words))
    return [_joined(each, is_of_all=len(each) == len(schemas)) for each in found.values()]


def _joined(fields: Sequence[Field], *, is_of_all: bool) -> Field:
    first = fields[0]
    kind = " or ".join(dict.fromkeys(each.kind for each in fields))
    is_one = len({each.words for each in fields}) == 1
    return Field(first.name, kind, is_required=is_of_all and first.is_required, words=first.words if is_one else "")


def _fields(schema: Mapping[str, Any]) -> list[Field]:
    required = schema.get("required", ())
    return [
        Field(name, _kind(each), name in required, each.get("description", ""))
        for name, each in schema.get("properties", {}).items()
    ]


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema in words."""
    if "$ref" in schema:
        return _name_of(schema)
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    names = {"date-time": "date and time", "date": "date"}
    words = names.get(schema.get("format", ""), {"boolean": "true or false"}.get(schema.get("type", ""), ""))
    return words or str(schema.get("type", "any"))


def _name_of(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
