"""docs/api.md and the page /api/docs: all operations are in them, and the examples work as they stand."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.fleet_view import StateKind
from tests.webapp.api.conftest import Api
from webapp.api.contract import OPERATIONS
from webapp.api.problems import ProblemKind

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def curl_lines() -> list[str]:
    """Every curl command of the document, in its order."""
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("curl ")]


FILES = {"@orders.csv": "date,account,orders\n2026-03-01,one,2\n"}


def sent(line: str, token: str) -> dict[str, Any]:
    """What curl would send: the arguments of a test client's `open`."""
    words = shlex.split(line.replace("$API", "/api").replace("$TOKEN", token))[1:]
    options: dict[str, list[str]] = {"-X": [], "-H": [], "-d": [], "-o": [], "--data-binary": []}
    rest = []
    while words:
        word = words.pop(0)
        if word in options:
            options[word].append(words.pop(0))
        else:
            rest.append(word)
    (path,) = rest
    body = "".join(options["-d"]) or "".join(FILES[each] for each in options["--data-binary"])
    method = (options["-X"] or ["POST" if body else "GET"])[0]
    headers = dict(header.split(": ", 1) for header in options["-H"])
    return {"path": path, "method": method, "headers": headers, "data": body or None}


def test_the_examples_of_the_document_work_one_after_the_other(api: Api) -> None:
    assert len(curl_lines()) >= 12
    for line in curl_lines():
        answer = api.app.test_client().open(**sent(line, api.token))
        assert answer.status_code < 300, (line, answer.text)


@pytest.mark.parametrize("label", [f"{each.method} {each.path}" for each in OPERATIONS])
def test_every_operation_is_in_the_document(label: str) -> None:
    assert f"| `{label}` |" in DOCUMENT


def test_the_document_names_no_operation_that_there_is_not() -> None:
    known = {f"{each.method} {each.path}" for each in OPERATIONS}
    assert set(re.findall(r"^\| `([A-Z]+ /api[^`]*)` \|", DOCUMENT, re.MULTILINE)) <= known


@pytest.mark.parametrize("kind", list(ProblemKind), ids=lambda kind: kind.slug)
def test_every_kind_of_problem_is_in_the_document(kind: ProblemKind) -> None:
    assert f"| {kind.status} | `{kind.slug}` |" in DOCUMENT


@pytest.mark.parametrize("state", list(StateKind))
def test_every_state_is_in_the_document(state: StateKind) -> None:
    assert f"`{state.value}`" in DOCUMENT


def test_the_example_of_an_account_has_the_fields_it_has(api: Api) -> None:
    example = json.loads(DOCUMENT.partition("as `GET` tells it, too:")[2].partition("`last_active`")[0])
    told = api.json("/accounts/one")
    assert set(example) == set(told)
    assert (set(example["state"]), set(example["today"])) == (set(told["state"]), set(told["today"]))


def test_the_page_has_every_operation_and_every_kind_of_problem(operator: FlaskClient) -> None:
    page = operator.get("/api/docs")
    assert page.status_code == 200
    for each in OPERATIONS:
        assert f'id="operation-{each.view.__name__}"' in page.text
    for kind in ProblemKind:
        assert f'<dt id="{kind.slug}">' in page.text


def test_links_inside_the_page_lead_somewhere(operator: FlaskClient) -> None:
    page = operator.get("/api/docs").text
    wanted = set(re.findall(r'href="#([^"]+)"', page)) - {"main"}
    assert wanted - set(re.findall(r'id="([^"]+)"', page)) == set()


def test_the_page_needs_nothing_from_outside(operator: FlaskClient) -> None:
    page = operator.get("/api/docs").text
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
    assert "<script>" not in page


def test_who_is_not_logged_in_is_led_to_the_login_by_the_page_and_told_by_the_document(api: Api) -> None:
    visitor = api.app.test_client()
    assert visitor.get("/api/docs").headers["Location"].startswith("/login")
    assert visitor.get("/api/openapi.json").status_code == 401


def test_the_page_of_tokens_leads_to_it(operator: FlaskClient) -> None:
    assert 'href="/api/docs"' in operator.get("/tokens").text
