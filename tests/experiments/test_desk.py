from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ExperimentRefused
from bot.experiments.deciding import decide
from bot.refusal import Refusal
from bot.settings.home import AccountFolder
from bot.storage.database import Database, copy_database, to_text
from bot.storage.experiments import Assignment, Experiments, ExperimentState, OutcomeKind, Verdict
from bot.storage.restored_journal import merge_fleet
from tests.experiments.houses import House
from tests.experiments.trials import post_for, wanted, wanted_times, write_arms
from tests.worlds import World, pass_time


@pytest.fixture
def house(world: World) -> House:
    return House(world)


def go_on(house: House, days: float) -> None:
    house.world.clock.advance(days * 86400)
    house.desk.look()


def test_size_and_duration_are_told_before_the_start(house: House) -> None:
    prospect = house.desk.prospect(wanted(smallest_percent=50))
    assert prospect.past_posts == 0
    assert prospect.size == 55  # 2.5 * (2.05 + 0.84)^2 * (0.8 / 0.5)^2, and two in a hundred for three looks
    assert prospect.posts_per_week == 7
    assert prospect.weeks == 17  # 110 posts, and three days until the last is read


def test_the_accounts_own_numbers_say_how_many_posts_it_takes(house: House) -> None:
    experiment = house.begin()
    post_for(experiment, house.root, house.days(30), house.store, lift=1.0001)
    house.world.clock.advance(54 * 86400)
    prospect = house.desk.prospect(wanted(smallest_percent=20))
    assert prospect.past_posts == 30
    assert prospect.spread == pytest.approx(0.145, abs=0.02)  # likes of 16 to 24 in five steps
    assert prospect.size == 20


def test_not_enough_data_yet(house: House) -> None:
    experiment = house.begin()
    post_for(experiment, house.root, house.days(14), house.store, lift=3)
    go_on(house, 34)
    view = house.desk.show(experiment.id)
    assert view.experiment.state is ExperimentState.RUNNING
    assert view.tally.counted == (7, 7)
    assert (view.next_look, view.looks) == (10, (10, 15, 20))
    assert view.experiment.looks == ()


def test_it_ends_by_itself_with_the_winner(house: House) -> None:
    experiment = house.begin()
    post_for(experiment, house.root, house.days(28), house.store, lift=3)
    go_on(house, 54)
    ended = house.store.find(experiment.id)
    assert (ended.state, ended.verdict) == (ExperimentState.DONE, Verdict.SECOND)
    (look,) = ended.looks  # at ten each it was plain
    assert min(look.posts) == 10
    assert look.means == pytest.approx((0.02, 0.06), rel=0.1)
    assert look.low is not None
    assert look.low > 0


def test_it_ends_by_itself_where_no_difference_is_found(house: House) -> None:
    experiment = house.begin()
    post_for(experiment, house.root, house.days(56), house.store)
    go_on(house, 84)
    ended = house.store.find(experiment.id)
    assert (ended.state, ended.verdict, len(ended.looks)) == (ExperimentState.DONE, Verdict.NONE, 3)


def test_a_look_finds_the_same_whenever_it_is_made(house: House) -> None:
    experiment = house.begin()
    post_for(experiment, house.root, house.days(56), house.store, lift=1.05)
    house.world.clock.advance(84 * 86400)
    marks = house.desk._marks(experiment)
    at_once = decide(experiment, marks, NOW)
    assert len(at_once.looks) == 3
    step_by_step = experiment
    for number in range(1, len(marks) + 1):
        found = decide(step_by_step, marks[:number], NOW)
        step_by_step = replace(step_by_step, looks=found.looks)
    assert step_by_step.looks == at_once.looks


def test_after_its_longest_time_it_ends_without_a_verdict(house: House) -> None:
    experiment = house.begin(longest_weeks=6)
    post_for(experiment, house.root, house.days(14), house.store, lift=3)
    go_on(house, 43)
    ended = house.store.find(experiment.id)
    assert (ended.state, ended.verdict) == (ExperimentState.DONE, Verdict.TOO_LITTLE)
    assert "7 and 7 of 20" in ended.why


def test_it_ends_when_an_arm_is_gone(house: House) -> None:
    experiment = house.begin()
    (house.root / "config" / "templates.yaml").write_text("promo_templates:\n- name: question\n  text: Alone?\n")
    go_on(house, 1)
    ended = house.store.find(experiment.id)
    assert (ended.state, ended.verdict) == (ExperimentState.DONE, Verdict.TOO_LITTLE)
    assert "template of A or of B" in ended.why


def test_a_file_that_cannot_be_read_for_a_moment_ends_nothing(house: House) -> None:
    experiment = house.begin()
    (house.root / "config" / "templates.yaml").write_text("promo_templates: [")
    (house.root / "config" / "settings.yaml").write_text("schedule: [")
    house.manager.reload()
    go_on(house, 1)
    assert house.store.find(experiment.id).state is ExperimentState.RUNNING


def test_posts_that_did_not_go_out_as_drawn_are_left_out_and_told(house: House) -> None:
    experiment = house.begin()
    post_for(experiment, house.root, house.days(4), house.store)
    for number, why in enumerate(("limit reached", "limit reached", "another text went out in its place")):
        day = date(2026, 5, 1) + timedelta(days=number)
        house.store.enter(
            Assignment(experiment.id, experiment.plan.folders[0], "morning", day, 0, 900 + number, why), NOW
        )
    house.world.clock.advance(24 * 86400)
    tally = house.desk.show(experiment.id).tally
    assert sum(tally.counted) == 4
    assert tally.left_out == {"limit reached": (2, 0), "another text went out in its place": (1, 0)}


def test_nothing_is_claimed_when_one_arm_lost_its_posts(house: House) -> None:
    experiment = house.begin()
    post_for(experiment, house.root, house.days(28), house.store, lift=3)
    for number in range(30):
        day = date(2026, 6, 1) + timedelta(days=number)
        held = Assignment(experiment.id, experiment.plan.folders[0], "morning", day, 1, 900 + number, "rests")
        house.store.enter(held, NOW)
    go_on(house, 54)
    ended = house.store.find(experiment.id)
    assert (ended.state, ended.verdict) == (ExperimentState.DONE, Verdict.UNEVEN)


def test_two_tests_are_not_about_one_slot(house: House) -> None:
    house.begin()
    second = house.desk.create(wanted_times(), "eko")
    line = house.desk.start(second.id)
    assert isinstance(line, Refusal)
    assert "Stop that one first" in line
    house.desk.stop(1, "eko")
    assert not isinstance(house.desk.start(second.id), Refusal)


def test_orders_count_for_the_post_they_are_attributed_to(house: House) -> None:
    experiment = house.begin(outcome=OutcomeKind.ORDERS)
    post_for(experiment, house.root, house.days(14), house.store)
    house.world.clock.advance(44 * 86400)
    assert house.desk.show(experiment.id).tally.counted == (0, 0)  # nobody knows of any order: unknown, not 0
    add_order(house.root, "9000001", date(2026, 3, 17))
    assert house.desk.show(experiment.id).tally.counted == (7, 7)


def test_a_draft_is_started_once_and_what_has_begun_is_kept(house: House) -> None:
    experiment = house.begin()
    assert isinstance(house.desk.start(experiment.id), Refusal)
    assert isinstance(house.desk.delete(experiment.id), Refusal)
    draft = house.desk.create(wanted(), "eko")
    assert not isinstance(house.desk.delete(draft.id), Refusal)
    with pytest.raises(KeyError):
        house.desk.show(draft.id)
    assert not isinstance(house.desk.stop(experiment.id, "eko"), Refusal)
    assert isinstance(house.desk.stop(experiment.id, "eko"), Refusal)
    assert house.store.find(experiment.id).why == "eko stopped it"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"second": ("question",)}, "second"),
        ({"first": ()}, "first"),
        ({"smallest_percent": 1}, "smallest"),
        ({"account_id": ""}, "where"),
        ({"account_id": "nobody"}, "where"),
        ({"first": ("no such",)}, "subject"),
        ({"subject": "value"}, "subject"),
        ({"longest_weeks": 0}, "longest"),
    ],
)
def test_what_cannot_be_tested_is_refused_at_its_field(house: House, changes: dict[str, object], field: str) -> None:
    with pytest.raises(ExperimentRefused) as refused:
        house.desk.prospect(wanted(**changes))
    assert list(refused.value.faults) == [field]


def test_times_of_a_test_are_times_of_day(house: House) -> None:
    with pytest.raises(ExperimentRefused) as refused:
        house.desk.prospect(wanted_times(first=("25:00",), second=()))
    assert sorted(refused.value.faults) == ["first", "second"]


def test_the_slot_fires_at_the_drawn_times_and_the_winner_becomes_its_time(house: House) -> None:
    experiment = house.desk.create(wanted_times(), "eko")
    house.desk.start(experiment.id)
    pass_time(house.world, house.manager, datetime(2026, 3, 5, 0, 0, tzinfo=UTC))
    entered = house.store.assignments(experiment.id)
    assert [each.local_date for each in entered] == [date(2026, 3, 3), date(2026, 3, 4)]
    posts = {post.at.date(): post.at.hour for post in house.manager.posts("one") if post.at}
    assert posts[date(2026, 3, 2)] == 8  # today is as it was planned
    assert [posts[each.local_date] for each in entered] == [(7, 19)[each.arm] for each in entered]
    assert [each.left_out for each in entered] == ["", ""]


def test_using_the_winner_is_shown_first_and_changes_the_losers_switch(house: House) -> None:
    experiment = house.begin()
    post_for(experiment, house.root, house.days(28), house.store, lift=3)
    assert house.desk.winner_changes(experiment.id) == []
    go_on(house, 54)
    (change,) = house.desk.winner_changes(experiment.id)
    assert (change.account_id, change.lines) == ("one", ("template “question” of A is switched off",))
    assert house.desk.use_winner(experiment.id) == ["one"]
    assert "enabled: false" in (house.root / "config" / "templates.yaml").read_text(encoding="utf-8")
    (again,) = house.desk.winner_changes(experiment.id)
    assert again.lines == ()


def test_using_the_better_time_sets_the_slots_time_and_nothing_else(house: House) -> None:
    experiment = house.desk.create(wanted_times(), "eko")
    house.desk.start(experiment.id)
    post_for(house.store.find(experiment.id), house.root, house.days(28), house.store, lift=3)
    go_on(house, 54)
    files = sorted(path for path in (house.root / "config").iterdir() if path.is_file())
    before = {path: path.read_text(encoding="utf-8") for path in files}
    (change,) = house.desk.winner_changes(experiment.id)
    assert change.lines == ("slot “morning”: 08:00 becomes 19:00",)
    assert house.desk.use_winner(experiment.id) == ["one"]
    after = {path: path.read_text(encoding="utf-8") for path in files}
    assert [path.name for path in files if before[path] != after[path]] == ["settings.yaml"]
    was, now = (texts[house.root / "config" / "settings.yaml"].splitlines() for texts in (before, after))
    changed = [(old.strip(), new.strip()) for old, new in zip(was, now, strict=True) if old != new]
    assert changed == [("time: 08:00", "time: '19:00'")]
    (again,) = house.desk.winner_changes(experiment.id)
    assert again.lines == ()


def test_a_test_that_stands_in_the_way_is_told_at_the_draft(house: House) -> None:
    running = house.begin()
    draft = house.desk.create(wanted_times(), "eko")
    assert any("Stop that one first" in line for line in house.desk.prospect(wanted_times()).remarks)
    assert house.desk.show(draft.id).in_the_way == running
    house.desk.stop(running.id, "eko")
    assert house.desk.show(draft.id).in_the_way is None


def test_how_long_it_still_takes_is_told_while_it_runs(house: House) -> None:
    experiment = house.begin()
    begun = house.desk.show(experiment.id)
    assert (begun.missing, begun.posts_per_week) == (20, 7)
    assert begun.full_about == house.world.clock.now() + timedelta(weeks=40 / 7, days=3)
    post_for(experiment, house.root, house.days(14), house.store)
    house.world.clock.advance(34 * 86400)
    later = house.desk.show(experiment.id)
    assert later.missing == 13
    assert later.full_about == house.world.clock.now() + timedelta(weeks=26 / 7, days=3)
    assert experiment.started_at is not None
    assert later.latest == experiment.started_at + timedelta(weeks=26)
    house.desk.stop(experiment.id, "eko")
    assert house.desk.show(experiment.id).full_about is None


def test_a_group_posts_texts_of_each_accounts_own(world: World) -> None:
    for account_id, handle in (("one", "OneShop"), ("two", "TwoShop"), ("three", "ThreeShop")):
        root = world.add(account_id, handle)
        if account_id != "three":
            write_arms(root, handle)
        world.home.entries[-1]["groups"] = ["shops"]
    world.home.write()
    manager = world.open()
    prospect = manager.experiments.prospect(wanted(account_id="", group="shops"))
    assert [place.account_id for place in prospect.accounts] == ["one", "two"]
    assert prospect.posts_per_week == 14
    assert any("Without Shop ThreeShop" in remark for remark in prospect.remarks)


def test_texts_that_the_guards_would_stop_are_told(world: World) -> None:
    for account_id, handle in (("one", "OneShop"), ("two", "TwoShop")):
        write_arms(world.add(account_id, handle), "Everybody")
        world.home.entries[-1]["groups"] = ["shops"]
    world.home.write()
    prospect = world.open().experiments.prospect(wanted(account_id="", group="shops"))
    assert any("texts that are alike" in remark for remark in prospect.remarks)


def test_an_account_that_left_the_list_ends_its_test(house: House) -> None:
    experiment = house.begin()
    house.world.add("two", "TwoShop")
    house.world.home.entries = house.world.home.entries[1:]
    house.world.home.write()
    house.manager.reload()
    go_on(house, 1)
    assert "no account that took part" in house.store.find(experiment.id).why


def test_another_id_in_the_list_is_the_same_account(house: House, tmp_path: Path) -> None:
    experiment = house.begin()
    house.world.home.entries[0]["id"] = "uno"
    house.world.home.write()
    house.manager.reload()
    assert house.desk.show(experiment.id).accounts == (("uno", "Shop OneShop"),)


def test_a_post_far_from_its_day_is_of_another_run(house: House) -> None:
    """After a restore, another run may have the number of the one that was drawn for."""
    experiment = house.begin()
    post_for(experiment, house.root, house.days(2), house.store)
    folder = experiment.plan.folders[0]
    run_id = house.store.assignments(experiment.id)[0].run_id
    far = Assignment(experiment.id, folder, "morning", date(2026, 4, 20), 0, run_id)
    house.store.enter(far, NOW)
    house.world.clock.advance(54 * 86400)
    tally = house.desk.show(experiment.id).tally
    assert sum(tally.counted) == 2
    assert tally.left_out_in_all == (1, 0)


def test_tests_come_back_with_a_backup_and_none_goes_on_by_itself(house: House, tmp_path: Path) -> None:
    experiment = house.begin()
    post_for(experiment, house.root, house.days(4), house.store)
    draft = house.desk.create(wanted(name="Later"), "eko")
    backup = tmp_path / "backup.db"
    copy_database(house.manager.home.fleet_db, backup)
    with closing(Database(backup, "fleet")) as old, old.write() as connection:
        connection.execute("INSERT INTO dismissed_suggestions VALUES ('accounts/one', 'morning', 9, 40, 'eko', 'then')")
    with closing(Database(tmp_path / "other.db", "fleet")) as merged:
        store = Experiments(merged)
        own = store.add(experiment.plan, 7, NOW, "eko")
        for _ in range(2):  # what is known already does not come again
            merge_fleet(merged, backup, ["one"], is_whole=True)
        later, back, first = store.all()
        assert (first, later.plan, later.state) == (own, draft.plan, ExperimentState.DRAFT)
        assert (back.plan, back.state) == (experiment.plan, ExperimentState.STOPPED)
        assert back.ended_at is not None
        drawn = [replace(each, experiment_id=back.id) for each in house.store.assignments(experiment.id)]
        assert store.assignments(back.id) == drawn
        assert [row["hour"] for row in merged.rows("SELECT hour FROM dismissed_suggestions")] == [9]


NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def add_order(root: Path, tweet_id: str, day: date) -> None:
    with closing(Database(AccountFolder(root).metrics_db, "account")) as database, database.write() as connection:
        connection.execute(
            "INSERT INTO outcomes (uid, day, orders, tweet_id, created_at) VALUES (?, ?, 1, ?, ?)",
            (f"order of {tweet_id}", day.isoformat(), tweet_id, to_text(NOW)),
        )
