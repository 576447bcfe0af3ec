"""The numbers page in Chromium: sound in each look, with charts that need no script and no style of their own."""

from __future__ import annotations

import pytest

from bot.fleet.fake import FakeFleet
from tests.e2e.webapp.browsing import SIZES, Visit
from tests.webapp.numbers.test_views import make_numbers

pytestmark = pytest.mark.e2e

PAGE = "/accounts/kopi/numbers"


@SIZES
def test_the_page_is_sound_in_each_look(operator: Visit, fleet: FakeFleet, size: tuple[int, int]) -> None:
    operator.look(size)
    for _ in range(2):  # with nothing known, then with everything
        operator.open(PAGE)
        assert operator.find_faults() == []
        fleet.set_numbers("kopi", make_numbers())
    operator.click(".numbers-days summary")
    assert operator.count(".numbers-days tbody tr") == 30
    assert operator.accessibility_problems() == []


def test_new_numbers_come_by_themselves(operator: Visit, fleet: FakeFleet) -> None:
    operator.open(PAGE)
    assert "Nothing is known yet." in operator.text("#account-numbers")
    fleet.set_numbers("kopi", make_numbers())
    operator.wait(lambda: "1,204" in operator.text("#account-numbers"))
