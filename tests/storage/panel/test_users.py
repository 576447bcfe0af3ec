"""Users, by themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.panel import PanelStore
from bot.storage.panel.refusals import PanelRefusal
from bot.storage.panel.users import Role

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def _admin(store: PanelStore, name: str) -> int:
    user_id = store.users.add(name, Role.ADMIN, NOW).id
    store.users.save_password(user_id, "hash")
    return user_id


def test_two_users_never_have_one_name_in_whatever_capitals(store: PanelStore) -> None:
    store.users.add("Dewi", Role.VIEWER, NOW)
    with pytest.raises(PanelRefusal, match="already"):
        store.users.add("dewi", Role.ADMIN, NOW)
    found = store.users.find("DEWI")
    assert found
    assert found.name == "Dewi"


def test_the_last_admin_stays_one(store: PanelStore) -> None:
    user_id = _admin(store, "dewi")
    for change in (lambda: store.users.change_role(user_id, Role.OPERATOR), lambda: store.users.deactivate(user_id)):
        with pytest.raises(PanelRefusal, match="last admin"):
            change()
    assert store.users.get(user_id).role is Role.ADMIN
    assert store.users.get(user_id).is_active


def test_an_admin_who_has_not_come_in_yet_does_not_count(store: PanelStore) -> None:
    user_id = _admin(store, "dewi")
    store.users.add("budi", Role.ADMIN, NOW)
    with pytest.raises(PanelRefusal, match="last admin"):
        store.users.change_role(user_id, Role.VIEWER)


def test_two_admins_who_demote_each_other_at_once_leave_one(store: PanelStore) -> None:
    admins = [_admin(store, name) for name in ("dewi", "budi")]

    def demote(user_id: int) -> bool:
        try:
            store.users.change_role(user_id, Role.VIEWER)
        except PanelRefusal:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, admins)) == [False, True]


def test_whoever_is_deactivated_has_nothing_open_any_more(store: PanelStore) -> None:
    _admin(store, "dewi")
    user_id = store.users.add("budi", Role.OPERATOR, NOW).id
    store.sessions.open("session", user_id, NOW, timedelta(days=1))
    store.links.keep_only("invitation", "abc", user_id)
    store.users.deactivate(user_id)
    store.users.activate(user_id)
    assert store.sessions.find("session", NOW) is None
    assert store.links.find("invitation", "abc", NOW) is None


def test_there_is_always_an_admin_to_come_in_as(store: PanelStore) -> None:
    made = store.users.first_admin(NOW)
    assert (made.name, made.role, made.has_password) == ("admin", Role.ADMIN, False)
    assert store.users.first_admin(NOW) == made
