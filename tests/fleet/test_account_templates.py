"""Account templates: saved of an account, found as plain files, made into accounts, renamed and deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.account_manager import AccountManager
from bot.errors import RosterRefusal, SettingsError, TemplateRefused
from bot.files_view import AccountFile
from bot.roster_view import NewAccount
from tests.worlds import World


@pytest.fixture
def manager(world: World) -> AccountManager:
    folder = world.add("one", "OneShop")
    (folder / "media" / "promo").mkdir(parents=True)
    (folder / "media" / "promo" / "a.png").write_bytes(b"picture")
    entries = world.home.entries
    entries[0]["proxy"] = "http://shop:canary-proxy@proxy.example:8080"
    world.home.write()
    return world.open()


def root(world: World) -> Path:
    return world.home.root / "config" / "account_templates"


def all_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_a_template_is_a_folder_of_files_that_a_person_can_read(world: World, manager: AccountManager) -> None:
    template = manager.account_templates.save("one", "Pulsa shop", description="careful")
    folder = root(world) / "Pulsa shop"
    assert sorted(file.name for file in folder.iterdir()) == ["about.yaml", "keywords.yaml", "settings.yaml"]
    assert yaml.safe_load((folder / "settings.yaml").read_text(encoding="utf-8"))["schedule"]["timezone"] == "UTC"
    assert (template.description, template.saved_at) == ("careful", world.clock.now())
    assert template.keywords == {"high_intent": ("paket data", "kuota")}
    assert not template.has_content


def test_handle_session_proxy_and_numbers_are_in_no_template(world: World, manager: AccountManager) -> None:
    manager.account_templates.save("one", "shop", with_content=True)
    assert sorted(file.name for file in (root(world) / "shop").iterdir()) == [
        "about.yaml",
        "keywords.yaml",
        "media",
        "settings.yaml",
        "templates.yaml",
    ]
    settings = (root(world) / "shop" / "settings.yaml").read_bytes()
    for secret in (b"OneShop", b"token-", b"canary", b"cookies"):
        assert secret not in settings
    assert b"token-" not in all_bytes(root(world))
    assert b"canary" not in all_bytes(root(world))


def test_content_comes_only_when_asked(manager: AccountManager) -> None:
    manager.account_templates.save("one", "bare")
    full = manager.account_templates.save("one", "full", with_content=True)
    assert full.media == ("media/promo/a.png",)
    assert "OneShop offer" in full.texts[AccountFile.TEMPLATES]
    assert [each.name for each in manager.account_templates.all()] == ["bare", "full"]


def test_an_account_begins_as_its_template_says_with_a_handle_of_its_own(world: World, manager: AccountManager) -> None:
    manager.account_templates.save("one", "shop", with_content=True)
    manager.roster.add(NewAccount("Two", "TwoShop", template="shop"))
    folder = world.home.root / "accounts" / "twoshop_TwoShop"
    settings = yaml.safe_load((folder / "config" / "settings.yaml").read_text(encoding="utf-8"))
    assert settings["account"]["username"] == "@TwoShop"
    assert manager.account_view("twoshop").slots == ("morning",)
    assert "kuota" in (folder / "config" / "keywords.yaml").read_text(encoding="utf-8")
    assert "offer" not in (folder / "config" / "templates.yaml").read_text(encoding="utf-8")
    assert list((folder / "media").iterdir()) == []
    manager.roster.add(NewAccount("Three", "ThreeShop", template="shop", with_content=True, timezone="Asia/Tokyo"))
    folder = world.home.root / "accounts" / "threeshop_ThreeShop"
    assert "OneShop offer" in (folder / "config" / "templates.yaml").read_text(encoding="utf-8")
    assert (folder / "media" / "promo" / "a.png").read_bytes() == b"picture"
    assert manager.account_view("threeshop").timezone == "Asia/Tokyo"


def test_what_cannot_be_begun_with_leaves_nothing(world: World, manager: AccountManager) -> None:
    manager.account_templates.save("one", "shop")
    with pytest.raises(RosterRefusal, match="not both"):
        manager.roster.add(NewAccount("Two", "TwoShop", template="shop", clone_of="one"))
    with pytest.raises(KeyError):
        manager.roster.add(NewAccount("Two", "TwoShop", template="nothing"))
    (root(world) / "shop" / "settings.yaml").write_text("schedule: {timezone: Mars}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="Mars"):
        manager.roster.add(NewAccount("Two", "TwoShop", template="shop"))
    assert not (world.home.root / "accounts" / "twoshop_TwoShop").exists()


@pytest.mark.parametrize("text", [None, "a: [\n", "schedule: {timezone: Mars}\n"])
def test_a_template_that_somebody_broke_is_listed_with_what_is_wrong(
    world: World, manager: AccountManager, text: str | None
) -> None:
    manager.account_templates.save("one", "shop")
    file = root(world) / "shop" / "settings.yaml"
    file.unlink()
    if text is not None:
        file.write_text(text, encoding="utf-8")
    [template] = manager.account_templates.all()
    assert template.problems
    assert template.settings is None


def test_a_change_by_hand_holds_for_the_next_account(world: World, manager: AccountManager) -> None:
    manager.account_templates.save("one", "shop")
    file = root(world) / "shop" / "settings.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("08:00", "09:30"), encoding="utf-8")
    manager.roster.add(NewAccount("Two", "TwoShop", template="shop"))
    state = manager.files.read("twoshop", AccountFile.SETTINGS)
    assert state.settings is not None
    assert f"{state.settings.slot('morning').time:%H:%M}" == "09:30"


@pytest.mark.parametrize("name", ["", "new", "../x", "a/b", ".hidden", "con", "x ", "a" * 41, "tokó", "a\nb", "-x"])
def test_a_name_that_is_none_is_refused(world: World, manager: AccountManager, name: str) -> None:
    with pytest.raises(TemplateRefused):
        manager.account_templates.save("one", name)
    assert not root(world).exists() or list(root(world).iterdir()) == []


def test_of_two_of_one_name_the_second_is_refused(manager: AccountManager) -> None:
    manager.account_templates.save("one", "shop")
    manager.account_templates.save("one", "other")
    with pytest.raises(TemplateRefused, match="already"):
        manager.account_templates.save("one", "Shop")
    with pytest.raises(TemplateRefused, match="already"):
        manager.account_templates.rename("other", "SHOP")
    manager.account_templates.rename("shop", "Shop")
    assert [each.name for each in manager.account_templates.all()] == ["other", "Shop"]


def test_a_deleted_template_is_gone_and_its_accounts_stay(world: World, manager: AccountManager) -> None:
    manager.account_templates.save("one", "shop")
    manager.roster.add(NewAccount("Two", "TwoShop", template="shop"))
    manager.account_templates.delete("shop")
    assert list(root(world).iterdir()) == []
    assert manager.account_view("twoshop").slots == ("morning",)
    with pytest.raises(KeyError):
        manager.account_templates.find("shop")


def test_an_account_with_broken_settings_makes_no_template(world: World, manager: AccountManager) -> None:
    file = world.home.root / "accounts" / "one_OneShop" / "config" / "settings.yaml"
    file.write_text("account: [\n", encoding="utf-8")
    with pytest.raises(SettingsError):
        manager.account_templates.save("one", "shop")
    with pytest.raises(KeyError):
        manager.account_templates.save("nobody", "shop")


def test_media_are_copied_where_there_is_none_of_that_name(world: World, manager: AccountManager) -> None:
    manager.account_templates.save("one", "shop", with_content=True)
    manager.roster.add(NewAccount("Two", "TwoShop"))
    media = world.home.root / "accounts" / "twoshop_TwoShop" / "media" / "promo"
    assert manager.account_templates.missing_media("shop", "twoshop") == ["media/promo/a.png"]
    media.mkdir()
    (media / "a.png").write_bytes(b"its own")
    assert manager.account_templates.copy_media("shop", "twoshop") == 0
    assert (media / "a.png").read_bytes() == b"its own"


def test_links_lead_nothing_into_a_template(world: World, manager: AccountManager) -> None:
    account = world.home.root / "accounts" / "one_OneShop"
    (account / "media" / "link.json").symlink_to(account / "cookies.json")
    (account / "media" / "all").symlink_to(account)
    assert manager.account_templates.save("one", "shop", with_content=True).media == ("media/promo/a.png",)


# one write for many


def test_many_entries_are_changed_in_one_write(world: World, manager: AccountManager) -> None:
    manager.roster.add(NewAccount("Two", "TwoShop"))
    before = len(manager.roster.versions())
    done = manager.roster.change_many(
        ["one", "twoshop", "nobody"], lambda entry: {"groups": [*entry.get("groups", ()), "bali"]}
    )
    assert done == ["one", "twoshop"]
    assert manager.account_view("one").groups == manager.account_view("twoshop").groups == ("bali",)
    assert len(manager.roster.versions()) == before + 1
    assert manager.roster.change_many(["one"], lambda _: {"groups": ["bali"]}) == []
    with pytest.raises(RosterRefusal, match="folder"):
        manager.roster.change_many(["one"], lambda _: {"folder": "x"})
