"""Bearer tokens, by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage.panel import PanelStore
from bot.storage.panel.refusals import PanelRefusal
from bot.storage.panel.tokens import Scope
from bot.storage.panel.users import Role

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def test_a_token_is_known_by_its_secret_and_kept_nowhere(store: PanelStore, tmp_path: Path) -> None:
    secret = store.tokens.make("nightly report", Scope.READ, NOW, None)
    found = store.tokens.find(secret, NOW)
    assert found
    assert (found.name, found.scope, found.made_by) == ("nightly report", Scope.READ, "")
    assert store.tokens.find(secret + "x", NOW) is None
    assert secret.encode() not in (tmp_path / "panel.db").read_bytes()


def test_a_token_is_good_until_its_end(store: PanelStore) -> None:
    secret = store.tokens.make("report", Scope.READ, NOW, NOW + timedelta(days=7))
    assert store.tokens.find(secret, NOW + timedelta(days=6.9))
    assert store.tokens.find(secret, NOW + timedelta(days=7)) is None


def test_a_revoked_token_is_good_for_nothing_and_revoked_once(store: PanelStore) -> None:
    secret = store.tokens.make("report", Scope.READ, NOW, None)
    [token] = store.tokens.all()
    assert store.tokens.revoke(token.id, NOW)
    assert not store.tokens.revoke(token.id, NOW)
    assert store.tokens.find(secret, NOW) is None


def test_the_last_use_is_told_to_the_minute(store: PanelStore) -> None:
    secret = store.tokens.make("report", Scope.READ, NOW, None)
    assert store.tokens.all()[0].used_at is None
    for seconds in (0, 30, 90):
        store.tokens.find(secret, NOW + timedelta(seconds=seconds))
    assert store.tokens.all()[0].used_at == NOW + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("role", "effective"), [(Role.VIEWER, Scope.READ), (Role.OPERATOR, Scope.OPERATE), (Role.ADMIN, Scope.OPERATE)]
)
def test_a_token_may_never_more_than_its_maker_may_now(store: PanelStore, role: Role, effective: Scope) -> None:
    user_id = store.users.add("dewi", role, NOW).id
    secret = store.tokens.make("report", Scope.OPERATE, NOW, None, user_id)
    found = store.tokens.find(secret, NOW)
    assert found
    assert found.effective_scope is effective


def test_a_token_of_somebody_deactivated_opens_nothing(store: PanelStore) -> None:
    store.users.save_password(store.users.first_admin(NOW).id, "hash")
    user_id = store.users.add("dewi", Role.ADMIN, NOW).id
    secret = store.tokens.make("report", Scope.READ, NOW, None, user_id)
    store.users.deactivate(user_id)
    assert store.tokens.find(secret, NOW) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "two\nlines"])
def test_a_token_without_a_usable_name_is_not_made(store: PanelStore, name: str) -> None:
    with pytest.raises(PanelRefusal, match="usable name"):
        store.tokens.make(name, Scope.READ, NOW, None)
    assert store.tokens.all() == ()
