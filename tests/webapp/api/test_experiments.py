"""Tests of texts and times over the API: listed, planned, started, stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.experiments.trials import write_arms
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind

BODY = {
    "name": "Question or statement",
    "compares": "texts",
    "account": "one",
    "subject": "promo",
    "first": ["question"],
    "second": ["statement"],
    "smallest_percent": 100,
}


@pytest.fixture
def tested(api: Api) -> Api:
    write_arms(Path(api.manager.files.read("one", _TEMPLATES).text and _root(api)), "OneShop")
    return api
