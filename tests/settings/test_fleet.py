"""accounts.yaml: one bad entry leaves the others, and no two accounts share anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings.fleet import FleetFile, FleetSettings, load_fleet_file
from bot.settings.home import Home
from tests import legacy


def load(root: Path, text: str) -> FleetFile:
    home = Home(root)
    home.accounts_yaml.parent.mkdir(parents=True, exist_ok=True)
    home.accounts_yaml.write_text(text, encoding="utf-8")
    return load_fleet_file(home)


def entries(*lines: str) -> str:
    return "accounts:\n" + "".join(f"- {line}\n" for line in lines)


GOOD = "{id: good, folder: accounts/good, username: '@good'}"


def test_the_master_list_of_an_existing_user_is_read(tmp_path: Path) -> None:
    fleet = load(tmp_path, legacy.ACCOUNTS)
    (entry,) = fleet.accounts
    assert (entry.id, entry.name, entry.handle, entry.enabled) == (
        "account1",
        "Toko Contoh - Utama",
        "TokoContoh",
        True,
    )
    assert entry.folder == "accounts/account1_TokoContoh"
    assert fleet.settings.max_concurrent_accounts == 3
    assert fleet.settings.global_rate_limit.likes_per_hour == 40
    assert (fleet.broken, fleet.problems) == ((), ())


def test_a_missing_list_is_an_empty_one(tmp_path: Path) -> None:
    fleet = load_fleet_file(Home(tmp_path))
    assert (fleet.accounts, fleet.is_missing) == ((), True)
    assert not load(tmp_path, "accounts: []").is_missing


@pytest.mark.parametrize("text", ["", "accounts:\n", "settings:\n", "version: '1.0'\n"])
def test_a_list_without_accounts_is_an_empty_one(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == FleetFile()


@pytest.mark.parametrize("text", ["- a\n", "accounts: [\n", "a: 1\na: 2\n"])
def test_a_file_that_is_no_list_of_accounts_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"accounts\.yaml, line \d"):
        load(tmp_path, text)


@pytest.mark.parametrize(
    ("entry", "key", "message"),
    [
        ("{folder: accounts/x}", "accounts.1.id", "is missing"),
        ("{id: x}", "accounts.1.folder", "is missing"),
        ("{id: 'a/b', folder: accounts/x}", "accounts.1.id", "letters, digits"),
        ("{id: [1], folder: accounts/x}", "accounts.1.id", "must be a text"),
        ("{id: x, folder: ../outside}", "accounts.1.folder", "must be a plain path"),
        ("{id: x, folder: /absolute}", "accounts.1.folder", "must be a plain path"),
        ("{id: x, folder: 'C:\\x'}", "accounts.1.folder", "must be a plain path"),
        ("{id: x, folder: accounts/nul}", "accounts.1.folder", "must be a plain path"),
        ("{id: x, folder: ''}", "accounts.1.folder", "at least 1"),
        ("{id: x, folder: accounts/x, username: 'Toko Saya'}", "accounts.1.username", "a handle has"),
        ("{id: x, folder: accounts/x, username: 'a_handle_too_long'}", "accounts.1.username", "a handle has"),
        ("{id: x, folder: accounts/x, enabled: kadang}", "accounts.1.enabled", "true or false"),
        ("{id: x, folder: accounts/x, driver: safari}", "accounts.1.driver", "'chrome'"),
        ("{id: x, folder: accounts/x, groups: toko}", "accounts.1.groups", "must be a list"),
        ("{id: good, folder: accounts/x}", "accounts.1.id", "'good' already"),
        ("{id: GOOD, folder: accounts/x}", "accounts.1.id", "'good' already"),
        ("{id: x, folder: accounts/good}", "accounts.1.folder", "'good' already"),
        ("{id: x, folder: ./accounts//Good/}", "accounts.1.folder", "'good' already"),
        ("{id: x, folder: accounts}", "accounts.1.folder", "around it"),
        ("{id: x, folder: accounts/good/data}", "accounts.1.folder", "inside the folder"),
        ("{id: x, folder: accounts/x, username: '@GOOD'}", "accounts.1.username", "'good' already"),
        ("just a text", "accounts.1", "keys of its own"),
        ("", "accounts.1.id", "is missing"),
    ],
)
def test_a_bad_entry_is_told_and_leaves_the_others(tmp_path: Path, entry: str, key: str, message: str) -> None:
    fleet = load(tmp_path, entries(GOOD, entry, "{id: other, folder: accounts/other, username: other}"))
    assert [each.id for each in fleet.accounts] == ["good", "other"]
    (broken,) = fleet.broken
    problem = broken.problems[0]
    assert (problem.file.name, problem.line, problem.key) == ("accounts.yaml", 3, key)
    assert message in problem.message


def test_two_names_of_one_folder_are_one_folder(tmp_path: Path) -> None:
    (tmp_path / "accounts" / "good").mkdir(parents=True)
    try:
        (tmp_path / "accounts" / "link").symlink_to(tmp_path / "accounts" / "good", target_is_directory=True)
    except OSError:
        pytest.skip("this user may make no symbolic links")
    fleet = load(tmp_path, entries(GOOD, "{id: x, folder: accounts/link}"))
    assert [entry.id for entry in fleet.accounts] == ["good"]
    assert "'good' already" in fleet.broken[0].problems[0].message


def test_a_folder_that_a_link_leads_out_of_the_home_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    try:
        (home / "out").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("this user may make no symbolic links")
    fleet = load(home, entries("{id: x, folder: out/accounts}"))
    assert "leads out" in fleet.broken[0].problems[0].message


def test_a_folder_name_that_no_disk_takes_breaks_that_entry_alone(tmp_path: Path) -> None:
    (tmp_path / "accounts").mkdir()
    fleet = load(tmp_path, entries(GOOD, f"{{id: x, folder: accounts/{'a' * 300}}}"))
    assert [entry.id for entry in fleet.accounts] == ["good"]
    problem = fleet.broken[0].problems[0]
    assert (problem.line, problem.key) == (3, "accounts.1.folder")
    assert "choose a shorter one" in problem.message


def test_a_broken_entry_names_its_folder_where_that_lies_in_the_home(tmp_path: Path) -> None:
    fleet = load(tmp_path, entries("{id: a!, folder: accounts/x}", "{id: y, folder: ../x}", "{id: z, folder: [1]}"))
    assert [entry.folder for entry in fleet.broken] == ["accounts/x", "", ""]


def test_the_home_itself_may_be_the_folder_of_an_account(tmp_path: Path) -> None:
    fleet = load(tmp_path, entries("{id: single, folder: .}", GOOD))
    assert [entry.id for entry in fleet.accounts] == ["single", "good"]


def test_an_id_may_be_a_number(tmp_path: Path) -> None:
    assert load(tmp_path, entries("{id: 7, folder: accounts/7}")).accounts[0].id == "7"


def test_a_broken_entry_never_takes_the_name_of_a_good_one(tmp_path: Path) -> None:
    bad = "{id: good, name: Bad one, folder: ../x}"
    fleet = load(tmp_path, entries(bad, GOOD, bad, "{id: 'line-2', folder: accounts/l}", "{id: 'x\"><b>', folder: y}"))
    assert [entry.id for entry in fleet.accounts] == ["good", "line-2"]
    names = [entry.id for entry in fleet.broken]
    assert names == ["line-2-2", "line-4", "line-6"]
    assert fleet.broken[0].name == "Bad one"


def test_a_broken_entry_keeps_its_id_when_nobody_else_has_it(tmp_path: Path) -> None:
    assert load(tmp_path, entries("{id: mine, folder: ../x}")).broken[0].id == "mine"


def test_accounts_that_are_no_list_are_told(tmp_path: Path) -> None:
    fleet = load(tmp_path, "accounts: {id: x}\n")
    assert "each account begins with a dash" in fleet.broken[0].problems[0].message


def test_a_wrong_setting_falls_back_alone_and_the_accounts_stay(tmp_path: Path) -> None:
    text = (
        f"accounts:\n- {GOOD}\nsettings:\n  max_concurrent_accounts: many\n"
        "  global_rate_limit:\n    tweets_per_hour: 2\n    likes_per_hour: -1\n"
        "  browser: {driver: undetected, binary: [1]}\n"
    )
    fleet = load(tmp_path, text)
    assert [entry.id for entry in fleet.accounts] == ["good"]
    assert [(problem.line, problem.key) for problem in fleet.problems] == [
        (4, "settings.max_concurrent_accounts"),
        (7, "settings.global_rate_limit.likes_per_hour"),
        (8, "settings.browser.binary"),
    ]
    defaults = FleetSettings()
    assert fleet.settings.max_concurrent_accounts == defaults.max_concurrent_accounts
    assert fleet.settings.global_rate_limit.tweets_per_hour == 2, "a limit that is right is never loosened by another"
    assert fleet.settings.global_rate_limit.likes_per_hour == defaults.global_rate_limit.likes_per_hour
    assert fleet.settings.browser.driver == "undetected"


@pytest.mark.parametrize("written", ["3", "[a]", "text", "{browser: 5}"])
def test_settings_of_a_wrong_shape_are_told_and_the_accounts_stay(tmp_path: Path, written: str) -> None:
    fleet = load(tmp_path, f"accounts:\n- {GOOD}\nsettings: {written}\n")
    assert len(fleet.accounts) == 1
    assert fleet.problems[0].line == 3
    assert fleet.settings == FleetSettings()


@pytest.mark.parametrize("seats", ["0", "65", "1.5"])
def test_seats_have_bounds(tmp_path: Path, seats: str) -> None:
    fleet = load(tmp_path, f"settings:\n  max_concurrent_accounts: {seats}\n")
    assert fleet.problems[0].line == 2


@pytest.mark.parametrize("days", ["6", "3651", "0", "7.5", "lama"])
def test_days_that_records_are_kept_have_bounds(tmp_path: Path, days: str) -> None:
    fleet = load(tmp_path, f"settings:\n  keep_record_days: {days}\n")
    assert [(problem.line, problem.key) for problem in fleet.problems] == [(2, "settings.keep_record_days")]
    assert fleet.settings.keep_record_days == 90


@pytest.mark.parametrize("days", [7, 3650])
def test_days_that_records_are_kept_can_be_chosen(tmp_path: Path, days: int) -> None:
    assert load(tmp_path, f"settings: {{keep_record_days: {days}}}\n").settings.keep_record_days == days


def test_an_account_may_have_a_proxy(tmp_path: Path) -> None:
    fleet = load(tmp_path, entries("{id: a, folder: accounts/a, proxy: 'socks5://ayu:kopi@h:1080'}", GOOD))
    behind, direct = fleet.accounts
    assert behind.proxy is not None
    assert (behind.proxy.address, behind.proxy.password) == ("socks5://h:1080", "kopi")
    assert direct.proxy is None
    assert "kopi" not in repr(fleet)


@pytest.mark.parametrize("value", ["canary.example:80:canary:canary", "ftp://canary@h:1", "{canary: canary}", "8080"])
def test_a_proxy_that_is_none_keeps_its_account_from_running_and_is_told_by_its_place(
    tmp_path: Path, value: str
) -> None:
    fleet = load(tmp_path, entries(f"id: a\n  folder: accounts/a\n  proxy: {value}", GOOD))
    assert [entry.id for entry in fleet.accounts] == ["good"]
    [broken] = fleet.broken
    [problem] = broken.problems
    assert (problem.place, problem.line, problem.key) == ("config/accounts.yaml", 4, "accounts.0.proxy")
    assert "http://user:password@host:port" in problem.message
    assert "canary" not in str(broken)
