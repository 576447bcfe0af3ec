from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bot.clock import FakeClock
from bot.storage.database import Database
from bot.storage.wa_codes import WaCodes, rename_codes
from tests.engines import START


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database(Path(":memory:"), "fleet")
    yield database
    database.close()


@pytest.fixture
def codes(database: Database) -> WaCodes:
    return WaCodes(database, FakeClock(START))


def test_a_code_that_no_post_was_written_with_is_used_for_the_next(codes: WaCodes) -> None:
    code = codes.free_code("one", Random(1))
    assert codes.free_code("one", Random(2)) == code
    assert codes.find(code) is None


def test_no_two_posts_have_the_same_code_though_chance_wants_it(codes: WaCodes) -> None:
    given = set()
    for number, account_id in enumerate(["one", "two", "one", "three"]):
        code = codes.free_code(account_id, Random(5))
        assert codes.bind(code, account_id, "promo", "T", number)
        given.add(code)
    assert len(given) == 4


def test_a_code_leads_to_account_template_and_post(codes: WaCodes) -> None:
    code = codes.free_code("one", Random(1))
    assert codes.bind(code, "one", "promo", "T", 7)
    found = codes.find(code)
    assert found is not None
    assert (found.account_id, found.kind, found.template, found.intent_id) == ("one", "promo", "T", 7)


def test_a_code_is_bound_once_and_by_its_own_account(codes: WaCodes) -> None:
    code = codes.free_code("one", Random(1))
    assert not codes.bind(code, "two", "promo", "T", 1)
    assert codes.bind(code, "one", "promo", "T", 1)
    assert not codes.bind(code, "one", "promo", "U", 2)


def test_codes_follow_an_account_that_gets_another_id(codes: WaCodes, database: Database) -> None:
    code = codes.free_code("one", Random(1))
    codes.bind(code, "one", "promo", "T", 1)
    rename_codes(database, {"one": "two"})
    found = codes.find(code)
    assert found is not None
    assert found.account_id == "two"
