"""The OpenAPI document, and the API held against it by Schemathesis: random requests, good and bad ones."""

from __future__ import annotations

import io
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from bot.files_view import AccountFile
from bot.storage.approvals import Proposal
from bot.storage.panel.tokens import Scope
from tests.experiments.trials import write_arms
from tests.homes import own_name
from tests.media import picture
from tests.webapp.api.conftest import Api, open_api
from tests.webapp.api.test_experiments import BODY as A_TEST
from tests.worlds import World
from webapp.api.bulk import BulkOrder
from webapp.api.contract import OPERATIONS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXAMPLES = 2000
EACH = max(EXAMPLES // len(OPERATIONS) + 1, 36)  # fewer do not come to what an operation is for
LABELS = [f"{each.method} {each.path}" for each in OPERATIONS]


@pytest.fixture(scope="module")
def busy_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One home for all requests: what some add, others change and remove."""
    world = World(tmp_path_factory.mktemp("home"))
    for account_id, handle in (("one", "OneShop"), ("two", "TwoShop"), ("three", "ThreeShop")):
        world.add(account_id, handle)
    write_arms(world.home.root / "accounts" / "one_OneShop", "OneShop")
    api = open_api(world, world.open()).with_scope(Scope.ADMIN)
    for account_id in ("one", "two"):
        api.post(f"/accounts/{account_id}/run")
    assert api.manager.wait_until_idle(30)
    api.post("/accounts/one/archive")
    api.post("/account-templates", {"name": "shop", "account": "one"})
    api.post("/bulk", {"deed": "add_to_group", "accounts": "all", "group": "bali"})
    for account_id in ("one", "two"):
        for file, line in (("settings", "# seen"), ("keywords", "new: [word]"), ("templates", "# seen")):
            path = f"/accounts/{account_id}/files/{file}"
            api.ask("PUT", path, {"text": f"{api.json(path)['text']}{line}\n"}, If_Match="*")
    for account_id in ("one", "two"):
        api.manager.media.add(account_id, "sale.png", io.BytesIO(picture("PNG")))
        api.post(f"/accounts/{account_id}/queue", {"text": "Open until ten"})
    code = api.manager._number_rooms.codes.free_code("one", Random(3))
    assert api.manager._number_rooms.codes.bind(code, "one", "promo", "Order {wa_link}", 1)
    KNOWN["code"] = [code]
    like = Proposal("one", "like", "11", "11", "siti", "butuh paket data", None, "paket data")
    assert api.manager._approvals.propose(like)
    api.manager.guards.engagement.add_never("galak", "sari")
    yield api
    world.close()


def whole_answers(app: WSGIApplication) -> WSGIApplication:
    """The same app, whose answers leave no file open: Schemathesis closes none."""

    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        answer: Any = app(environ, start)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    return serve


@pytest.fixture(scope="module")
def schema(busy_api: Api) -> Any:
    headers = {"Authorization": f"Bearer {busy_api.token}"}
    return schemathesis.openapi.from_wsgi(
        "/api/openapi.json", whole_answers(busy_api.app), headers=headers, config=CONFIG
    )


def _files(api: Api) -> dict[Path, bytes]:
    """All YAML and media of the home."""
    root = api.world.home.root
    files = [
        *(root / "config").glob("*.yaml"),
        *root.glob("accounts/*/config/*.yaml"),
        *root.glob("accounts/*/media/*.*"),
    ]
    return {file: file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def at_first(busy_api: Api) -> dict[Path, bytes]:
    """Every one of them, before any request."""
    return _files(busy_api)


@pytest.fixture
def settled(busy_api: Api, at_first: dict[Path, bytes]) -> Api:
    """With the files of the beginning: what one operation deletes, the next may be for."""
    present = _files(busy_api)
    for file, content in at_first.items():
        if present.get(file) != content:
            file.parent.mkdir(parents=True, exist_ok=True)  # of an account that was removed
            file.write_bytes(content)
    busy_api.manager.reload()
    return busy_api


NUMBERS = itertools.count()
ALSO_RIGHT = ["2xx", 401, 403, 404, 409, 412]
"""What a request may be answered that keeps to the schema: 412 is for a mark that is not the present one."""
ALSO_REFUSED = [400, 401, 403, 404, 412, 413, 415, 422, 428]
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ALSO_RIGHT},
            "negative_data_rejection": {"expected-statuses": ALSO_REFUSED},
        }
    }
)
KNOWN = {"account_id": ["one", "two"], "run_id": [1], "post_id": [1], "name": ["one_20260302-075900.zip"]}
KNOWN |= {"slot": ["morning"], "template": ["shop"], "kind": ["promo"], "place": [0], "approval_id": [1]}
KNOWN |= {"handle": ["galak"], "group": ["bali"], "key": ["0123456789abcdef"]}
BACKUP = "by-hand_20260302-075900.zip"
KNOWN["version"] = ["20260302T080000000000"]
KNOWN |= {"outcome_id": [1], "experiment_id": [1]}
NARROW = {"run_id", "post_id", "approval_id", "outcome_id", "experiment_id", "code"}
"""What is wrong with a bad request may be one of these."""
CONTENT = {"POST /api/accounts/{account_id}/media", "PUT /api/accounts/{account_id}/cookies"}
CONTENT |= {"PUT /api/accounts/{account_id}/files/{name}", "PUT /api/accounts/{account_id}/proxy"}
"""What these hold no schema tells: random bytes are no picture, no YAML of an account, no cookies and no proxy."""
SETTINGS = settings(
    max_examples=EACH, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def _is_header_mended(case: Any) -> bool:
    """Whether a bad header was part of the case: the login stands in its place, and nothing may be wrong any more."""
    return any(
        place is ParameterLocation.HEADER and each.mode is GenerationMode.NEGATIVE
        for place, each in case.meta.components.items()
    )


def _reads_as_another(case: Any) -> bool:
    """Whether the address has a null, a true or a 1.0: there they are words and numbers, which may be right ones."""
    values = (each for value in (case.query or {}).values() for each in (value if isinstance(value, list) else [value]))
    return any(isinstance(value, float) or str(value).lower() in {"none", "null", "true", "false"} for value in values)


def _is_right_after_all(case: Any, label: str) -> bool:
    """Whether a body that was to be wrong fits another of the deeds, of which Schemathesis changed but the one."""
    if label != "POST /api/bulk":
        return False
    try:
        BulkOrder.model_validate(case.body)
    except ValidationError:
        return False
    return True


def _lead_to_what_is_there(case: Any, data: st.DataObject, label: str, api: Api) -> None:
    """Random values hardly ever name what belongs together."""
    headers, path = case.headers or {}, case.path_parameters or {}
    if "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = f"key-{next(NUMBERS)}"  # a good one belongs to one request
    if "If-Match" in headers and (label.endswith("/restore") or data.draw(st.integers(0, 3))):
        headers["If-Match"] = "*"  # no other one is that of the present state
    if "media/file" in label and data.draw(st.integers(0, 3)):
        case.query["name"] = "media/sale.png"
    if label.endswith("/calendar") and data.draw(st.integers(0, 3)):
        case.query.pop("to", None)  # by chance it is hardly ever behind the beginning, and near
    if label == "POST /api/bulk" and data.draw(st.integers(0, 3)):
        # A deed with a schema of its own: where several deeds share one, Schemathesis takes only one of them for right.
        case.body = {"deed": "set_limit", "accounts": "all", "limit": {"key": "likes_per_day", "value": 20}}
    if label.startswith("PUT") and "/queue/" in label and data.draw(st.integers(0, 3)):
        case.body = {"text": f"Open until {next(NUMBERS)}"}
        path["account_id"], path["post_id"] = "one", api.post("/accounts/one/queue", case.body).json["id"]
    if "version" in path and data.draw(st.integers(0, 3)):
        if "accounts-file" in label:
            versions = "/accounts-file/versions"
        else:
            path["account_id"], path["name"] = data.draw(st.sampled_from(["one", "two"])), "settings"
            versions = f"/accounts/{path['account_id']}/files/settings/versions"
        found = api.get(versions)
        if found.status_code == 200 and found.json["items"]:
            path["version"] = found.json["items"][0]["id"]


def _lead_to_a_template(case: Any, label: str) -> None:
    """To one that every account has at the beginning; what is put in its place is a template, too."""
    case.path_parameters |= {"account_id": "one", "kind": "promo", "place": 0}
    if label.startswith("PUT"):
        case.body = {"text": f"Open until {next(NUMBERS)}"}


def _lead_to_an_outcome(case: Any, api: Api) -> None:
    """To one that is there: some requests delete it."""
    entered = api.post("/outcomes", {"account_id": "one", "orders": 1})
    case.path_parameters |= {"account_id": "one", "outcome_id": entered.json["id"]}


def _lead_to_a_test(case: Any, label: str, api: Api) -> None:
    """To a new one: some requests start it and stop it, and only one may run on the same texts."""
    if label == "POST /api/experiments":
        case.body = A_TEST
        return
    planned = api.post("/experiments", A_TEST)
    assert planned.status_code == 201, planned.text
    number = planned.json["experiment"]["id"]
    case.path_parameters["experiment_id"] = number
    for earlier in range(1, number):
        api.post(f"/experiments/{earlier}/stop")
    if label.endswith("/stop"):
        assert api.post(f"/experiments/{number}/start").status_code == 200


def _lead_to_a_post_of_a_group(case: Any, api: Api) -> None:
    """To a new one: some requests delete it. A text like another one would be refused."""
    answer = api.post("/groups/bali/queue", {"posts": [{"text": own_name(f"Buka {next(NUMBERS)}")}]})
    if answer.status_code == 201:
        case.path_parameters["group"], case.path_parameters["key"] = "bali", answer.json["items"][0]["key"]
        if case.method == "PATCH":
            case.body = {"text": own_name(f"Tutup {next(NUMBERS)}")}


def _lead_to_a_backup(case: Any, api: Api) -> None:
    """To one that is there: some requests delete it."""
    case.path_parameters["name"] = BACKUP
    if not (api.manager.backups.folder / BACKUP).exists():
        api.manager.backups.write(api.manager.backups.folder / BACKUP)


def _lead(case: Any, data: st.DataObject, label: str, api: Api) -> None:
    """Have a good request come to what its operation is for, more often than not."""
    _lead_to_what_is_there(case, data, label, api)
    if "/templates/{kind}/{place}" in label and data.draw(st.integers(0, 3)):
        _lead_to_a_template(case, label)
    if "{outcome_id}" in label and data.draw(st.integers(0, 3)):
        _lead_to_an_outcome(case, api)
    if "/experiments" in label and data.draw(st.integers(0, 3)):
        _lead_to_a_test(case, label, api)
    if "{key}" in label and data.draw(st.integers(0, 3)):
        _lead_to_a_post_of_a_group(case, api)
    if "/backups/{name}" in label:
        _lead_to_a_backup(case, api)


@pytest.mark.parametrize("label", LABELS)
def test_whatever_is_sent_is_answered_as_the_document_says(label: str, settled: Api, schema: Any) -> None:
    operation = schema.find_operation_by_label(label)
    cases = st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    login = {"Authorization": f"Bearer {settled.token}"}
    statuses: Counter[int] = Counter()

    def hold(case: Any, data: st.DataObject) -> None:
        is_good = case.meta.generation.mode is GenerationMode.POSITIVE
        for name in case.path_parameters or {}:
            known = list(AccountFile) if name == "name" and "/files/" in label else KNOWN[name]
            narrow = name in NARROW or known == list(AccountFile)
            if (is_good or not narrow) and data.draw(st.integers(0, 3)):
                case.path_parameters[name] = data.draw(st.sampled_from(known))
        if label == "DELETE /api/accounts/{account_id}" and case.path_parameters["account_id"] == "one":
            case.path_parameters["account_id"] = "two"  # what the others come to is of one
        if is_good:
            _lead(case, data, label, settled)
        response = case.call(headers=login)
        statuses[response.status_code] += 1
        excluded = [positive_data_acceptance] if label in CONTENT else []
        if _is_header_mended(case) or _reads_as_another(case) or _is_right_after_all(case, label):
            excluded.append(negative_data_rejection)
        case.validate_response(response, headers=login, excluded_checks=excluded)

    def has_come() -> bool:
        return label in CONTENT or any(code < 300 or code == 409 for code in statuses)

    for examples in (EACH, 6 * EACH):  # more where chance has led none to what the operation is for
        settings(SETTINGS, max_examples=examples)(given(case=cases, data=st.data())(hold))()
        if has_come():
            break
    print(label, dict(statuses))  # noqa: T201  pytest -rP shows it
    assert statuses.total() >= EACH
    assert has_come(), "no request came to what it was for"
