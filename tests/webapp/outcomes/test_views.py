"""Orders in the panel: entered for many accounts at once or by a code, found again, changed, in and out as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from bot.fleet.records import open_records
from bot.outcomes.view import Entry, OutcomeQuery
from bot.settings.home import AccountFolder
from bot.storage.journal import IntentState
from bot.storage.panel.users import Role
from tests.engines import START
from tests.webapp.access.people import invite
from tests.webapp.desk import Desk, hidden, sit_down

TODAY = "2026-03-02"
SETTINGS = """\
business: {wa_link: 'https://wa.me/6281234567?text=Halo', wa_codes: true}
schedule: {timezone: Asia/Jakarta}
targets: {daily_orders_target: 2, daily_wa_messages_target: 5, engagement_rate_target: 0.02, followers_30days: 500}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.write("settings.yaml", SETTINGS)
    desk.world.add("two", "TwoShop")
    desk.manager.reload()
    yield desk
    desk.world.close()


def send(desk: Desk, path: str, **data: object) -> tuple[int, str]:
    sent = {name.replace("__", "."): value for name, value in data.items()}
    answer = desk.client.post(path, data=sent)
    if answer.status_code == 302:
        return 302, desk.client.get(answer.headers["Location"]).text
    return answer.status_code, answer.text


def orders(desk: Desk, account_id: str = "one", days: int = 1) -> int | None:
    return desk.manager.outcomes.look(account_id).sums[days].orders


def post_with_code(desk: Desk) -> str:
    code = desk.manager._number_rooms.codes.free_code("one", Random(3))
    with open_records(AccountFolder(desk.world.home.root / "accounts" / "one_OneShop")) as records:
        text = f"Stok ready https://wa.me/6281234567?text=%28{code}%29"
        run = records.journal.plan_run("morning", TODAY, "schedule", START)
        intent = records.journal.intend(run or 0, "promo", "Stok ready {wa_link}", text, (), 1, START)
        records.journal.mark_sending(intent, START)
        records.journal.settle(intent, IntentState.SENT, START, tweet_id="77")
    desk.manager._number_rooms.codes.bind(code, "one", "promo", "Stok ready {wa_link}", intent)
    return code


def enter(desk: Desk, **what: object) -> int:
    entry = Entry(**{"account_id": "one", "orders": 3, **what})  # type: ignore[arg-type]
    return desk.manager.outcomes.enter(entry, "hand", "budi")[0].outcome.id


def test_a_day_of_many_accounts_is_entered_at_once_and_blank_rows_are_left_alone(desk: Desk) -> None:
    answer = desk.client.post(
        "/orders/day",
        data={"day": TODAY, "account": ["one", "two"], "one.orders": "3", "one.revenue": "Rp 1.250.000"},
    )
    assert answer.status_code == 302
    page = desk.client.get(answer.headers["Location"]).text
    assert "Entered for 1 account." in page
    assert "1,250,000" in page
    assert (orders(desk), orders(desk, "two")) == (3, None)


def test_when_one_row_is_wrong_nothing_is_entered_and_what_was_typed_stays(desk: Desk) -> None:
    answer = desk.client.post(
        "/orders/day", data={"day": TODAY, "account": ["one", "two"], "one.orders": "3", "two.orders": "tiga"}
    )
    assert answer.status_code == 422
    assert "“tiga” is no number: write a whole number" in answer.text
    assert 'value="tiga"' in answer.text
    assert (orders(desk), orders(desk, "two")) == (None, None)


def test_a_form_without_a_number_says_what_to_do(desk: Desk) -> None:
    status, page = send(desk, "/orders/day", day=TODAY, account="one")
    assert status == 422
    assert "Nothing was typed" in page


def test_what_nobody_entered_is_told_as_such_beside_the_target(desk: Desk) -> None:
    page = desk.get("orders")
    assert page.count("not entered") == 9
    assert "of 2</span>" in page
    assert "of 500</span>" in page
    assert "of 2.00%</span>" in page
    enter(desk, orders=0)
    assert desk.get("orders").count("not entered") == 6


def test_a_target_that_is_reached_is_told_in_words_too(desk: Desk) -> None:
    enter(desk, orders=2)
    assert "reached, " in desk.get("orders")


def totals(desk: Desk, name: str) -> list[str]:
    """The words of a row of the table of periods, over all accounts."""
    row = desk.client.get("/orders").text.partition(f'<th scope="row">{name}</th>')[2].partition("</tr>")[0]
    cells = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells]


def test_a_target_stands_beside_what_the_accounts_that_have_it_reached(desk: Desk) -> None:
    enter(desk, orders=1)
    enter(desk, account_id="two", orders=11)
    assert totals(desk, "Orders")[:2] == [
        "12 1 of 2 in 1 account with a target",
        "12 1 of 14 in 1 account with a target",
    ]
    enter(desk, orders=1)
    assert totals(desk, "Orders")[0] == "13 reached, 2 of 2 in 1 account with a target"


def test_orders_of_accounts_without_a_target_reach_no_target_of_others(desk: Desk) -> None:
    enter(desk, account_id="two", orders=11)
    assert totals(desk, "Orders")[0] == "11 not entered of 2 in 1 account with a target"


def test_a_target_that_all_accounts_have_stands_beside_their_sum(desk: Desk) -> None:
    folder = desk.world.home.root / "accounts" / "two_TwoShop" / "config"
    (folder / "settings.yaml").write_text(SETTINGS, encoding="utf-8")
    desk.manager.reload()
    enter(desk, orders=1)
    enter(desk, account_id="two", orders=4)
    assert totals(desk, "Orders")[0] == "5 reached, of 4"


def test_the_customers_message_leads_to_the_post_and_its_orders(desk: Desk) -> None:
    code = post_with_code(desk)
    page = desk.client.get("/orders", query_string={"code": f"halo ({code})"}).text
    assert 'id="coded-post"' in page
    assert "https://x.com/OneShop/status/77" in page
    status, page = send(desk, "/orders/code", code=code, day=TODAY, orders="1", revenue="25rb")
    assert status == 302
    assert f"Entered for the post with the code {code}." in page
    (entry,) = desk.manager.outcomes.entries(OutcomeQuery())
    assert (entry.outcome.counted.tweet_id, entry.outcome.counted.revenue) == ("77", 25_000)


@pytest.mark.parametrize(("code", "why"), [("K7M42", "is no code"), ("222222", "no post carries the code 222222")])
def test_a_code_that_leads_nowhere_is_told(desk: Desk, code: str, why: str) -> None:
    assert why in desk.client.get(f"/orders?code={code}").text.replace("No post", "no post")
    status, page = send(desk, "/accounts/one/orders", code=code, day=TODAY, orders="1")
    assert status == 422
    assert 'aria-invalid="true"' in page


def test_an_entry_is_changed(desk: Desk) -> None:
    number = enter(desk)
    form = desk.client.get(f"/accounts/one/orders/{number}").text
    version = hidden(form, "version")
    status, page = send(desk, f"/accounts/one/orders/{number}", version=version, day=TODAY, orders="5", note="pasti")
    assert (status, orders(desk)) == (302, 5)
    assert "pasti" in page
    status, page = send(desk, f"/accounts/one/orders/{number}", version=version, day=TODAY, orders="6")
    assert (status, orders(desk)) == (409, 5)
    assert "Somebody else changed this entry" in page


def test_a_deleted_entry_comes_back_by_its_undo(desk: Desk) -> None:
    number = enter(desk)
    status, page = send(desk, f"/accounts/one/orders/{number}/delete", version="1")
    assert (status, orders(desk)) == (302, None)
    assert 'id="queue-undo"' in page
    _, page = send(desk, f"/accounts/one/orders/{number}/restore")
    assert orders(desk) == 3
    assert "The entry is back." in page


def test_a_table_is_seen_line_by_line_before_it_is_entered_once(desk: Desk) -> None:
    table = "tanggal;akun;pesanan\n02/03/2026;@OneShop;2\n2026-03-02;nobody;1\n"
    status, page = send(desk, "/orders/import", table=table)
    assert status == 200
    assert "Enter 1 line?" in page
    assert "There is no account “nobody”" in page
    assert orders(desk) is None
    status, page = send(desk, "/orders/import/apply", table=table, fresh="1")
    assert (status, orders(desk)) == (302, 2)
    assert "1 line is entered. 1 line left out." in page
    _, page = send(desk, "/orders/import", table=table)
    assert "Nothing would be entered" in page
    assert send(desk, "/orders/import/apply", table=table, fresh="1")[0] == 409
    assert orders(desk) == 2


def test_a_file_that_is_no_table_is_told(desk: Desk) -> None:
    assert "no column date" in send(desk, "/orders/import", table="a,b\n1,2\n")[1]
    assert send(desk, "/orders/import")[0] == 422


def test_entries_are_taken_away_as_a_table(desk: Desk) -> None:
    enter(desk, note="malam")
    table = desk.client.get("/orders/export.csv?separator=semicolon").text
    assert table.splitlines()[1].startswith(f"{TODAY};one;;;3;;malam;aviary:")
    assert len(desk.client.get("/orders/export.csv?account=two").text.splitlines()) == 1
    assert desk.client.get("/orders/export.csv?from=yesterday").status_code == 400
    plan = desk.manager.outcomes.plan_import(desk.client.get("/orders/import/example.csv").data)
    assert plan.faulty == ()


def test_the_list_of_entries_is_narrowed_and_paged(desk: Desk) -> None:
    for number in range(28):
        enter(desk, day=date(2026, 2, 1 + number), orders=number)
    page = desk.client.get("/orders").text
    assert page.count('class="plain-row orders-entry"') == 25
    assert "after=25" in page
    assert desk.client.get("/orders?after=25").text.count('class="plain-row orders-entry"') == 3
    assert desk.client.get("/orders?from=2026-02-27").text.count('class="plain-row orders-entry"') == 2
    assert "No entry is like what you look for." in desk.client.get("/orders?to=2026-01-01").text


def test_the_account_says_how_its_posts_stand_with_codes(desk: Desk) -> None:
    assert "carries a code of its own" in desk.get("orders")
    desk.write("settings.yaml", SETTINGS.replace("wa_codes: true", "wa_codes: false"))
    assert "Its posts carry no codes" in desk.get("orders")
    desk.write("settings.yaml", SETTINGS.replace("6281234567?text=Halo", "message/ABC"))
    assert "can carry no code" in desk.get("orders")


def test_an_account_whose_settings_cannot_be_read_says_so(desk: Desk) -> None:
    desk.write("settings.yaml", "schedule: [")
    assert desk.client.get("/accounts/one/orders").status_code == 409
    assert desk.client.get("/orders").status_code == 200
    assert desk.client.get("/accounts/nobody/orders").status_code == 404


def test_a_viewer_looks_and_is_shown_no_form(desk: Desk) -> None:
    enter(desk)
    desk.client = invite(desk.panel, Role.VIEWER, "sari")
    page = desk.client.get("/orders").text
    assert 'id="day-enter"' not in page
    assert "Delete" not in page
    assert send(desk, "/orders/day", day=TODAY, account="one", one__orders="1")[0] == 403


def test_targets_are_set_on_the_page_settings(desk: Desk) -> None:
    page = desk.get("settings")
    assert 'name="targets.daily_orders_target"' in page
    mark = hidden(page, "mark")
    status, _ = desk.post("settings", mark=mark, targets__daily_orders_target="7")
    assert status == 302
    assert desk.data("settings.yaml")["targets"]["daily_orders_target"] == 7
