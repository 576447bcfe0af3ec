"""One order for many accounts: a preview, then a result for each."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.errors import AviaryError
from bot.fleet.fake import FakeFleet, every_state, make_account
from bot.fleet_view import PAUSED_BY_A_PERSON, AccountState, StateKind
from tests.webapp.panel import NOW, Panel, csrf_token
from webapp.bulk.deeds import DEEDS, reason_against
from webapp.bulk.outcomes import KEPT

STATES = every_state(NOW)
ORDER = "order-0001"


class RefusingFleet(FakeFleet):
    """The account shop2 cannot be stopped, and shop3 answers but goes on."""

    def stop_account(self, account_id: str) -> str:
        if account_id == "shop2":
            raise AviaryError("The disk is full.", remedy="Free some space.")
        if account_id == "shop3":
            return "Shop 3 goes on."
        return super().stop_account(account_id)


@pytest.fixture
def fleet(clock: FakeClock) -> FakeFleet:
    """Six in a group, one outside of it."""
    shops = (make_account(f"shop{n}", f"Shop {n}", groups=("jakarta",)) for n in range(6))
    return RefusingFleet(clock, (*shops, make_account("kopi", "Kopi Senja")))


def _chosen(html: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)"', html)


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())


def _give(client: FlaskClient, action: str, *accounts: str, order: str = ORDER, **more: object) -> str:
    form = {"action": action, "order": order, "account": list(accounts), **more}
    return client.post("/bulk", data=form, follow_redirects=True).text


# The preview


def test_it_says_how_many_change_and_why_the_others_do_not(operator: FlaskClient, fleet: FakeFleet) -> None:
    for name in ("shop4", "shop5"):
        fleet.change(name, enabled=False, state=STATES[StateKind.DISABLED])
    html = operator.get("/bulk?action=stop&scope=group:jakarta").text
    assert "Stop 4 accounts?" in html
    assert "4 of 6 will be stopped; 2 are disabled." in html
    assert _chosen(html, "account") == ["shop0", "shop1", "shop2", "shop3"]
    assert _chosen(html, "left") == ["shop4", "shop5"]
    assert "Enable it first" in html


def test_looking_changes_nothing(operator: FlaskClient, fleet: FakeFleet) -> None:
    before = fleet.overview()
    for name in DEEDS:
        assert operator.get(f"/bulk?action={name}&scope=all").status_code == 200
    assert fleet.asked == []
    assert fleet.overview() == before


@pytest.mark.parametrize(
    ("query", "accounts"),
    [
        ("scope=selected&account=kopi&account=shop1&account=nobody", ["shop1", "kopi"]),
        ("account=kopi", ["kopi"]),
        ("scope=all", ["shop0", "shop1", "shop2", "shop3", "shop4", "shop5", "kopi"]),
        ("scope=group:jakarta&account=kopi", ["shop0", "shop1", "shop2", "shop3", "shop4", "shop5"]),
        ("scope=shown&q=senja", ["kopi"]),
        ("scope=shown&state=waiting&group=jakarta&q=shop+3", ["shop3"]),
    ],
)
def test_it_is_for_the_ticked_a_group_what_is_shown_or_all(
    operator: FlaskClient, query: str, accounts: list[str]
) -> None:
    assert _chosen(operator.get(f"/bulk?action=pause&{query}").text, "account") == accounts


def test_what_is_shown_is_meant_on_all_pages(operator: FlaskClient, fleet: FakeFleet) -> None:
    for number in range(80):
        fleet.add_account(make_account(f"more{number}"))
    html = operator.get("/bulk?action=pause&scope=shown&q=more&page=2&size=25").text
    assert len(_chosen(html, "account")) == 80


@pytest.mark.parametrize("action", ["stop", "enable", "set_limit", "add_slot"])
@pytest.mark.parametrize("query", ["", "scope=selected", "scope=group:nowhere", "account=nobody"])
def test_with_nothing_chosen_it_says_how_to_choose(operator: FlaskClient, action: str, query: str) -> None:
    answer = operator.get(f"/bulk?action={action}&{query}")
    assert answer.status_code == 200
    assert "No account is chosen" in answer.text
    assert "order-give" not in answer.text


def test_when_nothing_would_change_there_is_no_button_to_press(operator: FlaskClient, fleet: FakeFleet) -> None:
    html = operator.get("/bulk?action=resume&scope=all").text
    assert "Nothing would change" in html
    assert "0 of 7 will go on; 7 are not paused." in html
    assert "order-give" not in html


@pytest.mark.parametrize("action", ["", "delete", "archive"])
def test_an_unknown_action_is_refused(operator: FlaskClient, fleet: FakeFleet, action: str) -> None:
    assert operator.get(f"/bulk?action={action}&scope=all").status_code == 400
    assert operator.post("/bulk", data={"action": action, "order": ORDER, "account": "kopi"}).status_code == 400
    assert fleet.asked == []


# Which states an order changes

CHANGED = {
    "start": {StateKind.STOPPED, StateKind.PAUSED, StateKind.FAILING},
    "stop": set(StateKind) - {StateKind.STOPPED, StateKind.NEEDS_ATTENTION, StateKind.BROKEN, StateKind.DISABLED},
    "pause": {StateKind.WORKING, StateKind.QUEUED, StateKind.LIMITED, StateKind.FAILING, StateKind.WAITING},
    "resume": {StateKind.PAUSED},
    "run": {StateKind.WAITING, StateKind.FAILING},
}
"""Written out here on purpose: nothing for many ends what only a person may end for one."""


@pytest.mark.parametrize("kind", list(StateKind))
@pytest.mark.parametrize("name", list(DEEDS))
def test_only_these_states_are_changed_and_the_others_have_a_reason(name: str, kind: StateKind) -> None:
    reason = reason_against(DEEDS[name], make_account("a", state=STATES[kind]))
    assert (reason is None) == (kind in CHANGED[name])
    assert reason is None or (reason.one and reason.many and reason.why)


@pytest.mark.parametrize(("name", "changes"), [("start", False), ("resume", False), ("run", False), ("stop", True)])
def test_in_a_pause_of_all_only_stop_and_pause_change_anything(name: str, changes: bool) -> None:
    paused = AccountState(StateKind.PAUSED, "the fleet is paused", with_fleet=True)
    reason = reason_against(DEEDS[name], make_account("a", state=paused))
    assert (reason is None) == changes
    assert reason is None or "Resume all" in reason.why


def test_an_account_without_a_slot_cannot_run() -> None:
    reason = reason_against(DEEDS["run"], make_account("a", slots=()))
    assert reason is not None
    assert reason.many == "have no slot"


# The order


@pytest.mark.parametrize(
    ("action", "before", "after", "asked"),
    [
        ("start", StateKind.STOPPED, StateKind.WAITING, ("start", "kopi")),
        ("stop", StateKind.WAITING, StateKind.STOPPED, ("stop", "kopi")),
        ("pause", StateKind.WAITING, StateKind.PAUSED, ("pause", "kopi")),
        ("resume", StateKind.PAUSED, StateKind.WAITING, ("resume", "kopi")),
        ("run", StateKind.WAITING, StateKind.QUEUED, ("run", "kopi", "")),
    ],
)
def test_each_order_is_given_and_told(
    operator: FlaskClient,
    fleet: FakeFleet,
    action: str,
    before: StateKind,
    after: StateKind,
    asked: tuple[str, ...],
) -> None:
    fleet.set_state("kopi", AccountState(before, PAUSED_BY_A_PERSON))
    text = _text(_give(operator, action, "kopi"))
    assert fleet.asked == [asked]
    assert fleet.account_view("kopi").state.kind is after
    assert f"1 {DEEDS[action].done[0]}." in text
    assert "Done" in text


def test_the_preview_leads_to_the_order(panel: Panel) -> None:
    client = panel.operator()
    html = client.get("/bulk?action=pause&scope=group:jakarta&group=jakarta&state=waiting").text
    form = {name: _chosen(html, name)[0] for name in ("action", "order", "group", "state")}
    form |= {"csrf_token": csrf_token(html[html.index("<main") :])}
    answer = client.post("/bulk", data={**form, "account": _chosen(html, "account")})
    assert answer.status_code == 303
    assert len(panel.fleet.asked) == 6
    result = client.get(answer.headers["Location"]).text
    assert "6 accounts are paused." in result
    assert 'href="/?state=waiting&amp;group=jakarta"' in result


def test_each_account_has_its_own_result_and_those_that_failed_come_first(
    operator: FlaskClient, fleet: FakeFleet
) -> None:
    fleet.set_state("shop1", STATES[StateKind.NEEDS_ATTENTION])
    html = _give(operator, "stop", "shop0", "shop1", "shop2", "shop3", "gone", left=["shop4"])
    text = _text(html)
    assert "1 account is stopped; 2 did not work; 3 were left as they were." in text
    assert "The disk is full. Free some space." in text
    assert "Shop 3 goes on." in text
    assert "Shop 0 is stopped." in text
    assert "There is no such account any more." in text
    assert "It was left out when you looked." in text
    order = [text.index(name) for name in ("Shop 2 Not done", "Shop 0 Done", "Shop 1 Left as it was")]
    assert order == sorted(order)
    assert fleet.account_view("shop1").state.kind is StateKind.NEEDS_ATTENTION


def test_an_order_is_given_once_however_often_the_button_is_pressed(operator: FlaskClient, fleet: FakeFleet) -> None:
    for _ in range(2):
        assert "1 account is stopped." in _give(operator, "stop", "kopi")
    fleet.set_state("kopi", STATES[StateKind.WAITING])
    _give(operator, "stop", "kopi")
    assert fleet.asked == [("stop", "kopi")]
    assert fleet.account_view("kopi").state.kind is StateKind.WAITING
    _give(operator, "stop", "kopi", order="order-0002")
    assert len(fleet.asked) == 2


@pytest.mark.parametrize("order", ["", "short", "x" * 41, "has space", "../../etc"])
def test_an_order_without_a_number_is_refused(operator: FlaskClient, fleet: FakeFleet, order: str) -> None:
    assert operator.post("/bulk", data={"action": "stop", "order": order, "account": "kopi"}).status_code == 400
    assert fleet.asked == []


def test_what_was_done_can_be_undone_for_the_same_accounts(operator: FlaskClient) -> None:
    html = _give(operator, "stop", "shop0", "shop1", "shop2")
    form = html[html.rindex("<form", 0, html.index("order-undo")) :]
    assert _chosen(form, "account") == ["shop0", "shop1"]
    assert _chosen(form, "action") == ["start"]
    assert "Start these 2 again" in html


def test_old_results_are_forgotten_and_say_so(operator: FlaskClient) -> None:
    for number in range(KEPT + 1):
        _give(operator, "pause", "kopi", order=f"number-{number:04}")
    assert operator.get("/bulk/number-0000").status_code == 404
    assert operator.get(f"/bulk/number-{KEPT:04}").status_code == 200


def test_a_selection_of_a_thousand_accounts_fits_into_the_form(operator: FlaskClient, fleet: FakeFleet) -> None:
    for number in range(1000):
        fleet.add_account(make_account(f"account{number}_of_a_long_name"))
    html = operator.get("/bulk?action=pause&scope=all").text
    accounts = _chosen(html, "account")
    assert f"{len(accounts):,} accounts are paused." in _give(operator, "pause", *accounts)
