"""From the single account to several, and back: nothing is lost, nothing reads differently."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.errors import HomeError, StorageError
from bot.fleet_view import StateKind
from bot.migration.plan import Wanted
from bot.migration.tool import Choice, Request
from bot.settings.fleet import load_fleet_file
from bot.settings.home import AccountFolder, Home
from bot.settings.single import SINGLE_FOLDER
from bot.storage.database import Database
from bot.storage.permits import Permits
from tests.migration.worlds import (
    BACKUP_FOLDER,
    FOLDER,
    MOVE,
    NOW,
    SCRATCH,
    SHOP,
    UNDO,
    build_single,
    files_of,
    fleet_rows,
    make_tool,
    present_folder,
    rows_of,
    tell_of,
    tree_of,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return build_single(tmp_path / "toko saya – é")


def state_of(home: Home, account_id: str) -> StateKind:
    """As the panel shows it."""
    manager = AccountManager(home.root, clock=FakeClock(NOW))
    manager.open()
    try:
        return manager.account_view(account_id).state.kind
    finally:
        manager.close()


def counted_posts(home: Home, account_id: str) -> int:
    with closing(Database(home.fleet_db, "fleet")) as database:
        return Permits(database, FakeClock(NOW)).used(account_id, "post", 86_400)


def own(home: Home) -> AccountFolder:
    return AccountFolder(home.root)


def test_keeping_the_single_account_writes_nothing(home: Home) -> None:
    before = tree_of(home.root)
    answer = make_tool(home).carry_out(Request(Choice.KEEP))
    assert "Nothing is changed" in answer.text
    assert tree_of(home.root) == before
    assert not home.lock_file.exists()


def test_keeping_says_that_a_list_of_accounts_holds_and_how_to_have_the_single_one_back(home: Home) -> None:
    make_tool(home).carry_out(SCRATCH)
    for request in (Request(Choice.KEEP), MOVE):
        told = make_tool(home).carry_out(request).text
        assert "goes on as it is" not in told
        assert "config/accounts.yaml is there with 2 accounts (a, b)" in told
        assert "nobody works for them" in told
        assert "--undo first, then choose 1 or 2" in told


def test_keeping_after_the_migration_names_the_accounts_and_the_way_back(home: Home) -> None:
    make_tool(home).carry_out(MOVE)
    told = make_tool(home).carry_out(Request(Choice.KEEP)).text
    assert "missing" not in told
    assert "with 1 account (account1)" in told
    assert "--undo" in told


def test_keeping_says_so_too_where_the_list_names_nobody_any_more(home: Home) -> None:
    home.accounts_yaml.write_text("accounts: []\n", encoding="utf-8")
    told = make_tool(home).carry_out(Request(Choice.KEEP)).text
    assert "config/accounts.yaml is there with no account" in told
    assert "nobody works for them" in told


def test_a_list_that_others_wrote_beside_a_single_account_says_that_nobody_works_for_it(home: Home) -> None:
    home.accounts_yaml.write_text("accounts:\n- {id: shop, folder: accounts/shop}\n", encoding="utf-8")
    for request in (Request(Choice.KEEP), MOVE):
        assert "give config/accounts.yaml another name" in make_tool(home).carry_out(request).text


@pytest.mark.parametrize("links", [True, False], ids=["one disk", "two disks"])
def test_rows_files_posts_and_slot_times_are_the_same_after_the_migration(home: Home, *, links: bool) -> None:
    before = tell_of(own(home))
    answer = make_tool(home, links=links).carry_out(MOVE)
    assert tell_of(home.account(FOLDER)) == before
    assert before.pictures
    assert len(before.posts) > 5
    assert answer.data["rows"]["tweet_performance"] == before.rows["tweet_performance"]
    assert files_of(own(home)) == {}, "nothing of the account lies in the home any more"
    assert not (home.root / "media").exists()
    (entry,) = load_fleet_file(home).accounts
    assert (entry.id, entry.name, entry.handle, entry.folder) == ("account1", "Toko – Utama ✨", SHOP, FOLDER)
    assert (home.root / BACKUP_FOLDER / "config" / "settings.yaml").is_file()


@pytest.mark.parametrize("links", [True, False], ids=["one disk", "two disks"])
def test_undo_puts_every_byte_back_where_it_was(home: Home, *, links: bool) -> None:
    before = tree_of(home.root)
    told = tell_of(own(home))
    make_tool(home, links=links).carry_out(MOVE)
    make_tool(home, links=links).carry_out(UNDO)
    assert tree_of(home.root) == before
    assert tell_of(own(home)) == told


def test_rows_that_were_added_since_go_back_with_the_rest(home: Home) -> None:
    make_tool(home).carry_out(MOVE)
    folder = home.account(FOLDER)
    with closing(Database(folder.metrics_db, "account")) as database, database.write() as connection:
        connection.execute("INSERT INTO activity_log (activity_type) VALUES ('since')")
    (folder.root / "media" / "promo" / "new.png").write_bytes(b"new")
    rows = rows_of(folder.metrics_db)
    make_tool(home).carry_out(UNDO)
    assert rows_of(own(home).metrics_db) == rows
    assert (home.root / "media" / "promo" / "new.png").read_bytes() == b"new"
    assert not (home.root / FOLDER).exists()


def test_limits_and_standing_follow_the_account_to_its_folder_and_back(home: Home) -> None:
    make_tool(home).carry_out(Request(Choice.MOVE, [Wanted("toko", "Toko", f"@{SHOP}")]))
    assert state_of(home, "toko") is StateKind.NEEDS_ATTENTION
    assert counted_posts(home, "toko") == 3
    assert dict(fleet_rows(home)) == {f"accounts/toko_{SHOP}": "toko"}
    make_tool(home).carry_out(UNDO)
    assert fleet_rows(home) == [(SINGLE_FOLDER, "toko")], "the next start gives it the id of a single account"
    assert state_of(home, "account1") is StateKind.NEEDS_ATTENTION
    assert counted_posts(home, "account1") == 3


def test_a_second_run_says_that_it_is_done(home: Home) -> None:
    make_tool(home).carry_out(MOVE)
    before = tree_of(home.root)
    answer = make_tool(home).carry_out(MOVE)
    assert answer.text.startswith("Done already, on 2026-03-02")
    assert tree_of(home.root) == before


def test_it_can_be_moved_undone_and_moved_again(home: Home) -> None:
    before = tell_of(own(home))
    for request in (MOVE, UNDO, MOVE):
        make_tool(home).carry_out(request)
    assert tell_of(home.account(FOLDER)) == before


def test_a_dry_run_tells_the_plan_and_writes_nothing(home: Home) -> None:
    before = tree_of(home.root)
    answer = make_tool(home).carry_out(Request(Choice.MOVE, MOVE.wanted, is_dry_run=True))
    assert answer.data["moves"][:3] == [
        "config/settings.yaml",
        "config/versions/settings.yaml",
        "config/templates.yaml",
    ]
    assert {"data/metrics.db", "data/logs/bot.log", "media", "cookies.json"} <= set(answer.data["moves"])
    assert tree_of(home.root) == before
    assert not home.lock_file.exists()


def test_who_does_not_agree_finds_all_as_it_was(home: Home) -> None:
    before = tree_of(home.root)
    assert make_tool(home, agrees=False).carry_out(MOVE).text == "Nothing was changed."
    assert tree_of(home.root) == before


def test_a_session_of_another_name_and_pictures_outside_of_media_move_too(home: Home) -> None:
    settings = own(home).settings_yaml
    text = settings.read_text(encoding="utf-8").replace("cookies_file: cookies.json", "cookies_file: sesi toko.json")
    settings.write_text(text, encoding="utf-8")
    (home.root / "cookies.json").rename(home.root / "sesi toko.json")
    (home.root / "sesi toko.json.candidate").write_bytes(b"{}")
    (home.root / "gambar").mkdir()
    (home.root / "gambar" / "a.png").write_bytes(b"a")
    (home.root / "gambar" / "of nobody.png").write_bytes(b"b")
    with own(home).templates_yaml.open("a", encoding="utf-8") as file:
        file.write("story_templates:\n- {text: Halo, media: gambar/a.png}\n")
    before = tell_of(own(home))
    make_tool(home).carry_out(MOVE)
    after = tell_of(home.account(FOLDER))
    assert after.pictures == before.pictures
    assert "gambar/a.png" in after.pictures
    assert {"sesi toko.json", "sesi toko.json.candidate"} <= after.files.keys()
    assert (home.root / "gambar" / "of nobody.png").is_file()
    make_tool(home).carry_out(UNDO)
    assert tell_of(own(home)) == before


def test_flat_files_beside_the_session_move_as_they_are(home: Home) -> None:
    for name in ("settings.yaml", "templates.yaml", "keywords.yaml", "versions"):
        (home.root / "config" / name).rename(home.root / name)
    before = tell_of(own(home))
    make_tool(home).carry_out(MOVE)
    assert (home.root / FOLDER / "settings.yaml").is_file()
    assert tell_of(home.account(FOLDER)) == before


@pytest.mark.parametrize(
    "missing", ["data/metrics.db", "cookies.json", "config/templates.yaml", "config/keywords.yaml", "data/fleet.db"]
)
def test_files_that_are_missing_are_not_missed(home: Home, missing: str) -> None:
    for end in ("", "-wal", "-shm"):
        (home.root / f"{missing}{end}").unlink(missing_ok=True)
    before = files_of(own(home))
    make_tool(home).carry_out(MOVE)
    assert files_of(home.account(FOLDER)) == before


def test_what_was_not_written_into_the_database_yet_comes_along(home: Home) -> None:
    """A crash of the old program left rows in the file beside it."""
    file = own(home).metrics_db
    with closing(sqlite3.connect(file)) as writer, closing(sqlite3.connect(file)) as reader:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO activity_log (activity_type) VALUES ('last')")
        writer.commit()
        reader.execute("SELECT count(*) FROM activity_log").fetchone()
        kept = {end: Path(f"{file}{end}").read_bytes() for end in ("", "-wal")}
    for end, content in kept.items():
        Path(f"{file}{end}").write_bytes(content)
    make_tool(home).carry_out(MOVE)
    moved = home.account(FOLDER).metrics_db
    assert not moved.with_name("metrics.db-wal").exists()
    with closing(sqlite3.connect(moved)) as connection:
        assert connection.execute("SELECT count(*) FROM activity_log WHERE activity_type = 'last'").fetchone() == (1,)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE daily_activity ADD COLUMN mood TEXT DEFAULT 'fine'; CREATE TABLE \"odd name\" (a)",
        "ALTER TABLE daily_activity DROP COLUMN retweets_made; DROP TABLE conversions",
    ],
    ids=["more", "fewer"],
)
def test_databases_with_more_or_fewer_columns_move_as_they_are(home: Home, change: str) -> None:
    with closing(sqlite3.connect(own(home).metrics_db)) as connection:
        connection.executescript(change)
    before = tell_of(own(home))
    make_tool(home).carry_out(MOVE)
    assert tell_of(home.account(FOLDER)) == before


def test_a_locked_database_is_told_and_nothing_moves(home: Home) -> None:
    before = tree_of(home.root)
    with closing(sqlite3.connect(own(home).metrics_db)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked") as raised:
            make_tool(home).carry_out(MOVE)
    assert "End the program that uses it" in raised.value.remedy
    assert tree_of(home.root) == before


def test_a_file_that_is_no_database_is_told_and_nothing_moves(home: Home) -> None:
    own(home).metrics_db.write_bytes(b"no database at all" * 100)
    before = tree_of(home.root)
    with pytest.raises(StorageError, match="not a database"):
        make_tool(home).carry_out(MOVE)
    assert tree_of(home.root) == before


def test_a_folder_that_is_there_already_is_not_touched(home: Home) -> None:
    (home.root / FOLDER).mkdir(parents=True)
    (home.root / FOLDER / "of mine.txt").write_text("mine")
    before = tree_of(home.root)
    with pytest.raises(HomeError, match="is there already"):
        make_tool(home).carry_out(MOVE)
    assert tree_of(home.root) == before


def test_a_mistake_in_the_settings_is_told_with_its_line(home: Home) -> None:
    own(home).settings_yaml.write_text("schedule: {morning: {time: noon}}\n", encoding="utf-8")
    with pytest.raises(HomeError, match=r"settings.yaml, line 1: schedule.morning.time: must be a time of day"):
        make_tool(home).carry_out(MOVE)


def test_where_there_is_no_single_account_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="there is no single account") as raised:
        make_tool(Home(tmp_path)).carry_out(MOVE)
    assert "--choice 3" in raised.value.remedy


def test_a_list_of_accounts_that_is_there_is_taken_as_it_is(home: Home) -> None:
    home.accounts_yaml.write_text("accounts:\n- {id: shop, folder: accounts/shop}\n", encoding="utf-8")
    before = tree_of(home.root)
    assert "taken as it is" in make_tool(home).carry_out(MOVE).text
    with pytest.raises(HomeError, match=r"1 account \(shop\); none is made"):
        make_tool(home).carry_out(SCRATCH)
    assert tree_of(home.root) == before


def test_a_list_without_accounts_keeps_its_comments_and_comes_back_as_it_was(home: Home) -> None:
    text = "# mine\nsettings:\n  max_concurrent_accounts: 2   # few\n"
    home.accounts_yaml.write_text(text, encoding="utf-8")
    before = tree_of(home.root)
    make_tool(home).carry_out(MOVE)
    assert "# few" in home.accounts_yaml.read_text(encoding="utf-8")
    assert load_fleet_file(home).settings.max_concurrent_accounts == 2
    make_tool(home).carry_out(UNDO)
    assert tree_of(home.root) == before


def test_a_link_that_would_lead_elsewhere_is_told(home: Home) -> None:
    (home.root / "cookies.json").rename(home.root / "elsewhere.json")
    (home.root / "cookies.json").symlink_to("elsewhere.json")
    with pytest.raises(HomeError, match=r"cookies\.json is a link to elsewhere\.json") as raised:
        make_tool(home).carry_out(MOVE)
    assert "full path" in raised.value.remedy


def test_undo_with_more_accounts_says_which_and_what_to_do(home: Home) -> None:
    make_tool(home).carry_out(MOVE)
    with home.accounts_yaml.open("a", encoding="utf-8") as file:
        file.write("- {id: second, folder: accounts/second}\n")
    before = tree_of(home.root)
    with pytest.raises(HomeError, match="accounts were added since: second") as raised:
        make_tool(home).carry_out(UNDO)
    assert "Archive" in raised.value.remedy
    assert tree_of(home.root) == before


def test_undo_does_not_leave_an_account_without_its_proxy(home: Home) -> None:
    make_tool(home).carry_out(MOVE)
    with home.accounts_yaml.open("a", encoding="utf-8") as file:
        file.write("  proxy: http://127.0.0.1:9\n")
    with pytest.raises(HomeError, match="goes by a proxy"):
        make_tool(home).carry_out(UNDO)


def test_undo_never_writes_over_a_file_that_came_into_the_old_place(home: Home) -> None:
    make_tool(home).carry_out(MOVE)
    (home.root / "cookies.json").write_text("[]")
    with pytest.raises(HomeError, match=r"cookies\.json is in the place"):
        make_tool(home).carry_out(UNDO)
    assert (home.root / "cookies.json").read_text() == "[]"
    assert present_folder(home).root == home.root / FOLDER


def test_undo_keeps_what_was_changed_in_the_list_of_accounts(home: Home) -> None:
    make_tool(home).carry_out(MOVE)
    with home.accounts_yaml.open("a", encoding="utf-8") as file:
        file.write("settings: {max_concurrent_accounts: 7}\n")
    make_tool(home).carry_out(UNDO)
    (kept,) = (home.root / "config" / "versions" / "accounts.yaml").iterdir()
    assert "max_concurrent_accounts: 7" in kept.read_text(encoding="utf-8")


def test_without_a_migration_there_is_nothing_to_undo(home: Home) -> None:
    assert make_tool(home).carry_out(UNDO).text == "Nothing to undo: no migration was made here."


def test_new_accounts_are_made_and_the_single_one_stays_as_it_is(home: Home) -> None:
    before, files = tell_of(own(home)), tree_of(home.root)
    make_tool(home).carry_out(SCRATCH)
    assert tell_of(own(home)) == before
    fleet = load_fleet_file(home)
    assert [(entry.id, entry.handle, entry.folder) for entry in fleet.accounts] == [
        ("a", "toko_a", "accounts/a_toko_a"),
        ("b", "", "accounts/b"),
    ]
    manager = AccountManager(home.root, clock=FakeClock(NOW))
    manager.open()
    try:
        assert manager.overview().problems == ()
        assert {view.id: view.state.kind for view in manager.overview().accounts} == {
            "a": StateKind.WAITING,
            "b": StateKind.WAITING,
        }
    finally:
        manager.close()
    for left in ("data/metrics.db", "data"):
        for account in ("accounts/a_toko_a", "accounts/b"):
            path = home.root / account / left
            if path.is_file():
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
    make_tool(home).carry_out(UNDO)
    assert tree_of(home.root) == files


def test_new_accounts_that_were_worked_with_are_not_taken_away(home: Home) -> None:
    make_tool(home).carry_out(SCRATCH)
    (home.root / "accounts" / "b" / "cookies.json").write_text("[]")
    with pytest.raises(HomeError, match=r"accounts/b/cookies\.json was written since"):
        make_tool(home).carry_out(UNDO)


def test_accounts_are_made_in_an_empty_folder_too(tmp_path: Path) -> None:
    make_tool(Home(tmp_path)).carry_out(Request(Choice.SCRATCH, [Wanted()] * 3))
    assert [entry.id for entry in load_fleet_file(Home(tmp_path)).accounts] == ["account1", "account2", "account3"]


JOINED = """\
# mine
accounts:
- {id: account1, name: Toko, folder: ., groups: [a]}   # the first
- {id: second, folder: accounts/second}
settings: {max_concurrent_accounts: 2}
"""


def test_an_account_that_others_have_joined_moves_out_of_the_home_and_back(home: Home) -> None:
    """The panel lists a single account with the folder "." when another one is added beside it."""
    home.accounts_yaml.write_text(JOINED, encoding="utf-8")
    before, told = tree_of(home.root), tell_of(own(home))
    make_tool(home).carry_out(Request(Choice.MOVE, [Wanted(username=f"@{SHOP}")]))
    text = home.accounts_yaml.read_text(encoding="utf-8")
    assert text.startswith("# mine")
    assert "groups: [a]" in text
    assert [(entry.id, entry.name, entry.folder) for entry in load_fleet_file(home).accounts] == [
        ("account1", "Toko", FOLDER),
        ("second", "", "accounts/second"),
    ]
    assert tell_of(home.account(FOLDER)) == told
    make_tool(home).carry_out(UNDO)
    assert tree_of(home.root) == before


def test_the_way_back_into_a_list_keeps_what_was_changed_in_it(home: Home) -> None:
    home.accounts_yaml.write_text(JOINED, encoding="utf-8")
    make_tool(home).carry_out(Request(Choice.MOVE, [Wanted(username=f"@{SHOP}")]))
    text = home.accounts_yaml.read_text(encoding="utf-8")
    home.accounts_yaml.write_text(text.replace("accounts: 2", "accounts: 5"), encoding="utf-8")
    make_tool(home).carry_out(UNDO)
    fleet = load_fleet_file(home)
    assert [entry.folder for entry in fleet.accounts] == [".", "accounts/second"]
    assert fleet.settings.max_concurrent_accounts == 5
