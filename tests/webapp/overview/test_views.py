"""The overview and its poll."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, every_state, make_account, make_run
from bot.fleet_view import AccountState, RunState, StateKind
from bot.x.contract import Step, StepKind
from tests.webapp.panel import HTMX, NOW, make_panel, mark, shown


def _poll(client: FlaskClient, page: str, **more: str) -> tuple[int, str]:
    args = {"since": mark(page), "shown": shown(page), **more}
    answer = client.get("/statuses", query_string=args, headers=HTMX)
    return answer.status_code, answer.text


def test_it_shows_a_card_for_each_account_in_the_order_of_the_file(operator: FlaskClient) -> None:
    html = operator.get("/").text
    assert html.count("<article") == 2
    assert html.index("Warung Paket") < html.index("Kopi Senja")


@pytest.mark.parametrize("kind", list(StateKind))
def test_a_card_says_its_state_why_and_what_to_do(operator: FlaskClient, fleet: FakeFleet, kind: StateKind) -> None:
    state = every_state(NOW)[kind]
    fleet.set_state("warung", state)
    html = operator.get("/?q=warung").text
    assert f'id="account-warung-badge" data-key="{kind}"' in " ".join(html.split())
    assert state.remedy in html
    assert state.reason[1:] in html


def test_a_card_says_the_step_of_a_working_account(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_state("warung", AccountState(StateKind.WORKING, step=Step(StepKind.LIKING, 3, 5)))
    assert "Liking 3 of 5" in operator.get("/").text


def test_a_card_shows_numbers_next_run_and_last_result(
    operator: FlaskClient, fleet: FakeFleet, clock: FakeClock
) -> None:
    failed = make_run(NOW, state=RunState.FAILED, reason="x.com did not answer", posts=0, likes=0, follows=0)
    fleet.add_run("warung", failed)
    fleet.change("warung", posts_today=3, followers=12345, next_run=NOW, next_slot="evening")
    clock.advance(-240)
    html = operator.get("/?q=warung").text
    assert '<progress value="3" max="10"' in html
    assert "12,345" in html
    assert "in 4 min" in html
    assert "Mon 23 Nov 2026, 14:30 (Asia/Jakarta)" in html
    assert "x.com did not answer" in html


def test_more_posts_than_the_limit_do_not_break_the_bar(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.change("warung", posts_today=12, posts_limit=0)
    assert '<progress value="0" max="1"' in operator.get("/?q=warung").text


def test_an_account_whose_settings_cannot_be_read_shows_no_made_up_numbers(
    operator: FlaskClient, fleet: FakeFleet
) -> None:
    fleet.change("warung", posts_limit=None, followers=None, state=every_state(NOW)[StateKind.BROKEN])
    html = operator.get("/?q=warung").text
    tiles = html[html.index('class="tiles"') : html.index("</dl>", html.index('class="tiles"'))]
    assert tiles.count("<strong>–</strong>") == 4
    assert "<progress" not in tiles
    assert "/0" not in tiles


def test_a_card_shows_the_first_things_to_put_right_and_where_the_rest_is(
    operator: FlaskClient, fleet: FakeFleet
) -> None:
    fleet.change("warung", warnings=tuple(f"cookies{number}.json is missing: export it." for number in range(4)))
    html = operator.get("/?q=warung").text
    assert 'aria-label="To put right"' in html
    assert "cookies1.json is missing: export it." in html
    assert "cookies2.json" not in html
    assert "2 more</a>" in html
    assert 'aria-label="To put right"' not in operator.get("/?q=kopi").text


def test_what_is_to_be_put_right_arrives_by_the_poll_and_goes_by_it(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/").text
    fleet.change("warung", warnings=("cookies.json is missing: export it.",))
    _, fragments = _poll(operator, page)
    assert "cookies.json is missing: export it." in fragments
    fleet.change("warung", warnings=())
    _, fragments = _poll(operator, page)
    assert 'id="account-warung-warnings"' in fragments
    assert "cookies.json" not in fragments


def test_keys_of_the_master_list_that_are_not_applied_stand_on_top(clock: FakeClock, tmp_path: Path) -> None:
    told = "config/accounts.yaml, line 1: acounts: is not known; did you mean accounts? It is not applied."
    html = make_panel(FakeFleet(clock, warnings=(told,)), clock, tmp_path).operator().get("/").text
    assert "To put right in the settings of all accounts" in html
    assert told in html


@pytest.mark.parametrize(("file", "leads"), [("accounts.yaml", True), ("selectors.yaml", False)])
def test_a_broken_list_leads_to_its_former_states(clock: FakeClock, tmp_path: Path, file: str, leads: bool) -> None:
    told = f"config/{file}, line 3: opens a list with [: close it with ]"
    html = make_panel(FakeFleet(clock, problems=(told,)), clock, tmp_path).operator().get("/").text
    assert told in html
    assert ('<a href="/roster#versions-title">former state of accounts.yaml</a>' in html) is leads


def test_a_disabled_account_says_how_to_enable_it(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.change("warung", enabled=False, state=AccountState(StateKind.DISABLED))
    html = operator.get("/?q=warung").text
    assert 'enable it on its page <a href="/accounts/warung/entry">Account</a>' in html
    assert html.count('aria-disabled="true"') == 3


def test_followers_that_no_account_knows_are_not_told_as_none(operator: FlaskClient, fleet: FakeFleet) -> None:
    def followers() -> str:
        html = operator.get("/").text
        return html[html.index("Followers</dt>") :].split("</dd>")[0]

    for account in fleet.overview().accounts:
        fleet.change(account.id, followers=None)
    assert followers().endswith("<dd>–")
    fleet.change("warung", followers=0)
    assert followers().endswith("<dd>0")


def test_totals_count_all_accounts_whatever_is_shown(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.change("warung", likes_today=4, state=every_state(NOW)[StateKind.WORKING])
    fleet.change("kopi", likes_today=3, state=every_state(NOW)[StateKind.BROKEN])
    html = operator.get("/?q=kopi").text
    totals = html[html.index('id="totals"') : html.index("</dl>", html.index('id="totals"'))]
    assert ">7<" in totals
    assert "of 3 seats" in totals
    assert "total-bad" in totals


def test_search_and_state_narrow_the_cards(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_state("kopi", AccountState(StateKind.STOPPED))
    assert operator.get("/?q=SENJA+kop").text.count("<article") == 1
    assert operator.get("/?state=stopped").text.count("<article") == 1
    assert operator.get("/?state=stopped&q=warung").text.count("<article") == 0
    assert operator.get("/?state=nonsense&sort=nonsense").text.count("<article") == 2


def test_groups_can_be_chosen_beside_states(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert "Filter by group" not in operator.get("/").text
    fleet.change("warung", groups=("jakarta", "food & drink"))
    fleet.add_account(make_account("roti", groups=("jakarta",), state=AccountState(StateKind.STOPPED)))
    html = operator.get("/").text
    assert 'href="/?group=food+%26+drink"' in html
    html = operator.get("/?group=jakarta&sort=name").text
    assert html.count("<article") == 2
    assert 'href="/?state=stopped&amp;group=jakarta&amp;sort=name"' in html
    assert '<input type="hidden" name="group" value="jakarta" form="finder">' in html
    assert operator.get("/?group=jakarta&state=stopped").text.count("<article") == 1


def test_a_group_nobody_is_in_shows_none_and_a_way_out(operator: FlaskClient) -> None:
    html = operator.get("/?group=gone").text
    assert html.count("<article") == 0
    assert 'id="group-all"' in html


def test_the_poll_keeps_to_the_chosen_group(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.change("warung", groups=("jakarta",))
    page = operator.get("/?group=jakarta").text
    assert '<input type="hidden" name="group" value="jakarta">' in page
    fleet.change("kopi", likes_today=2)
    assert "account-kopi" not in _poll(operator, page, group="jakarta")[1]


@pytest.mark.parametrize(
    ("sort", "order"),
    [("", ["c", "a", "b"]), ("name", ["a", "b", "c"]), ("urgent", ["b", "c", "a"]), ("next", ["a", "c", "b"])],
)
def test_cards_can_be_put_in_another_order(clock: FakeClock, tmp_path: Path, sort: str, order: list[str]) -> None:
    accounts = (
        make_account("c"),
        make_account("a", next_run=NOW),
        make_account("b", state=AccountState(StateKind.FAILING)),
    )
    client = make_panel(FakeFleet(clock, accounts), clock, tmp_path).operator()
    html = client.get(f"/?sort={sort}").text
    assert sorted(order, key=lambda name: html.index(f'id="account-{name}"')) == order


def test_no_account_matching_says_so(operator: FlaskClient) -> None:
    assert "No account matches" in operator.get("/?q=nobody").text


def test_without_accounts_it_says_the_next_step(clock: FakeClock, tmp_path: Path) -> None:
    html = make_panel(FakeFleet(clock), clock, tmp_path).operator().get("/").text
    assert "config/accounts.yaml" in html
    assert "python3 start.py demo" in html


def test_problems_of_the_file_stand_on_top(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.set_problems("accounts.yaml, line 4: accounts.0.id: is missing. Give it one.")
    html = operator.get("/").text
    assert "accounts.yaml, line 4: accounts.0.id: is missing. Give it one." in html
    assert html.index("is missing") < html.index("<article")


def test_a_search_by_htmx_answers_fragments_and_the_address_to_show(operator: FlaskClient) -> None:
    answer = operator.get("/?q=kopi&sort=", headers=HTMX)
    assert answer.headers["HX-Replace-Url"] == "/?q=kopi"
    assert "<html" not in answer.text
    assert answer.text.count("<article") == 1


def test_going_back_in_history_gets_the_whole_page(operator: FlaskClient) -> None:
    headers = {**HTMX, "HX-History-Restore-Request": "true"}
    assert "<html" in operator.get("/", headers=headers).text


# The poll


def test_an_unchanged_fleet_answers_204(operator: FlaskClient) -> None:
    assert _poll(operator, operator.get("/").text) == (204, "")


def test_a_change_sends_the_changed_card_and_the_totals_alone(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/").text
    fleet.change("kopi", likes_today=9)
    code, html = _poll(operator, page)
    assert code == 200
    assert "account-kopi-numbers" in html
    assert "account-warung" not in html
    assert 'id="totals"' in html
    assert "<article" not in html
    assert _poll(operator, page + html, since=mark(html))[0] == 204


def test_each_fragment_of_a_poll_goes_out_of_band(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/").text
    fleet.set_state("kopi", AccountState(StateKind.QUEUED))
    html = " ".join(_poll(operator, page)[1].split())
    for name in ("badge", "situation", "numbers", "actions"):
        start = html.index(f'id="account-kopi-{name}"')
        assert 'hx-swap-oob="true"' in html[start : html.index(">", start)]


def test_a_new_account_sends_all_cards(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/").text
    fleet.add_account(make_account("roti"))
    assert _poll(operator, page)[1].count("<article") == 3


def test_a_card_that_leaves_the_chosen_state_sends_the_cards_that_stay(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/?state=waiting").text
    fleet.set_state("kopi", AccountState(StateKind.QUEUED))
    html = _poll(operator, page, state="waiting")[1]
    assert html.count("<article") == 1
    assert "account-kopi" not in html


def test_a_change_outside_the_search_sends_no_card(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/?q=warung").text
    fleet.change("kopi", likes_today=1)
    html = _poll(operator, page, q="warung")[1]
    assert "account-kopi" not in html
    assert 'id="totals"' in html


@pytest.mark.parametrize("since", ["", "nonsense", "00000000-1", "-1", "x" * 500, "²"])
def test_a_page_of_another_time_gets_everything(operator: FlaskClient, since: str) -> None:
    code, html = _poll(operator, operator.get("/").text, since=since)
    assert code == 200
    assert "account-kopi-badge" in html
    assert "account-warung-badge" in html


def test_a_pause_of_the_fleet_and_its_end_arrive_by_the_poll(operator: FlaskClient, fleet: FakeFleet) -> None:
    page = operator.get("/").text
    fleet.set_fleet_pause("3 accounts fell into trouble")
    code, html = _poll(operator, page)
    assert code == 200
    assert "3 accounts fell into trouble" in html
    assert html.count('data-key="paused"') == 2
    assert 'formaction="/fleet/resume"' in html
    fleet.set_fleet_pause("")
    html = _poll(operator, page, since=mark(html))[1]
    assert 'id="fleet-pause"' in html
    assert "fell into trouble" not in html


def test_a_page_that_has_seen_more_than_there_is_gets_everything(operator: FlaskClient) -> None:
    page = operator.get("/").text
    ahead = mark(page).partition("-")[0] + "-99"
    assert "account-kopi-badge" in _poll(operator, page, since=ahead)[1]
