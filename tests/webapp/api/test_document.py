"""The OpenAPI document, and the API held against it by Schemathesis: random requests, good and bad ones."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.webapp.api.conftest import Api, open_api
from tests.worlds import World
from webapp.api.contract import OPERATIONS

EXAMPLES = 2000
EACH = EXAMPLES // len(OPERATIONS) + 1
LABELS = [f"{each.method} {each.path}" for each in OPERATIONS]


@pytest.fixture(scope="module")
def busy_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One home for all requests: what some add, others change and remove."""
    world = World(tmp_path_factory.mktemp("home"))
    for account_id, handle in (("one", "OneShop"), ("two", "TwoShop"), ("three", "ThreeShop")):
        world.add(account_id, handle)
    api = open_api(world, world.open())
    api.post("/accounts/one/run")
    assert api.manager.wait_until_idle(30)
    api.post("/accounts/one/archive")
    yield api
    world.close()


@pytest.fixture(scope="module")
def schema(busy_api: Api) -> Any:
    headers = {"Authorization": f"Bearer {busy_api.token}"}
    return schemathesis.openapi.from_wsgi("/api/openapi.json", busy_api.app, headers=headers, config=CONFIG)


NUMBERS = itertools.count()
ALSO_RIGHT = ["2xx", 401, 403, 404, 409, 412]
"""What a request may be answered that keeps to the schema: 412 is for a mark that is not the present one."""
CONFIG = SchemathesisConfig.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": ALSO_RIGHT}}})
KNOWN = {"account_id": ["one", "two", "three"], "run_id": [1], "post_id": [1], "name": ["one_20260302-075900.zip"]}
SETTINGS = settings(
    max_examples=EACH, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("label", LABELS)
def test_whatever_is_sent_is_answered_as_the_document_says(label: str, busy_api: Api, schema: Any) -> None:
    operation = schema.find_operation_by_label(label)
    cases = st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    login = {"Authorization": f"Bearer {busy_api.token}"}
    statuses: Counter[int] = Counter()

    @SETTINGS
    @given(case=cases, data=st.data())
    def hold(case: Any, data: st.DataObject) -> None:
        for name in case.path_parameters or {}:
            if data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(st.sampled_from(KNOWN[name]))
        if "Idempotency-Key" in (case.headers or {}) and case.meta.generation.mode is GenerationMode.POSITIVE:
            case.headers["Idempotency-Key"] = f"key-{next(NUMBERS)}"  # a good one belongs to one request
        response = case.call(headers=login)
        statuses[response.status_code] += 1
        case.validate_response(response, headers=login)

    hold()
    print(label, dict(statuses))  # noqa: T201  pytest -rP shows it
    assert statuses.total() >= EACH
    assert any(code < 300 or code == 409 for code in statuses), "no request came to what it was for"
