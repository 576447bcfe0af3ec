"""The panel's store, by itself."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import HomeError
from bot.storage.panel_store import AttemptLimits, PanelStore

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def test_the_secret_key_stays_the_same_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = PanelStore(tmp_path).secret_key()
    assert len(key) == 32
    assert PanelStore(tmp_path).secret_key() == key
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert {file.name for file in tmp_path.iterdir()} == {"panel.db", "secret_key"}


def test_a_damaged_secret_key_is_told_and_not_used(tmp_path: Path) -> None:
    store = PanelStore(tmp_path)
    (tmp_path / "secret_key").write_bytes(b"short")
    with pytest.raises(HomeError, match="damaged"):
        store.secret_key()


def test_only_the_first_password_is_kept(tmp_path: Path) -> None:
    store = PanelStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda number: store.save_first_password(f"hash {number}"), range(8)))
    assert sum(kept) == 1
    assert store.password_hash() == f"hash {kept.index(True)}"


def test_a_token_is_spent_by_one_caller_alone(tmp_path: Path) -> None:
    store = PanelStore(tmp_path)
    store.keep_token("login", "abc")
    with ThreadPoolExecutor(8) as pool:
        spent = list(pool.map(lambda _: store.spend_token("login", "abc"), range(16)))
    assert sum(spent) == 1
    assert not store.knows_token("login", "abc")


def test_a_token_of_one_kind_is_no_token_of_another(tmp_path: Path) -> None:
    store = PanelStore(tmp_path)
    store.keep_token("setup", "abc")
    assert not store.spend_token("login", "abc")
    assert store.knows_token("setup", "abc")


def test_parallel_attempts_stay_inside_the_limit(tmp_path: Path) -> None:
    store = PanelStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        free_at = list(pool.map(lambda _: store.reserve_attempt("a", NOW, AttemptLimits()), range(20)))
    assert free_at.count(None) == 5
    assert set(free_at) - {None} == {NOW + timedelta(minutes=15)}


def test_all_clients_together_have_a_limit_too(tmp_path: Path) -> None:
    store = PanelStore(tmp_path)
    limits = AttemptLimits(overall=6)
    taken = [store.reserve_attempt(f"client {number}", NOW, limits) for number in range(7)]
    assert taken == [None] * 6 + [NOW + limits.window]


def test_attempts_free_up_one_by_one_as_they_age(tmp_path: Path) -> None:
    store = PanelStore(tmp_path)
    limits = AttemptLimits(per_client=2)
    store.reserve_attempt("a", NOW, limits)
    store.reserve_attempt("a", NOW + timedelta(minutes=10), limits)
    assert store.reserve_attempt("a", NOW + timedelta(minutes=14), limits) == NOW + timedelta(minutes=15)
    assert store.reserve_attempt("a", NOW + timedelta(minutes=15), limits) is None


def test_an_ended_or_expired_session_is_unknown(tmp_path: Path) -> None:
    store = PanelStore(tmp_path)
    store.open_session("one", NOW, timedelta(days=1))
    store.open_session("two", NOW, timedelta(days=1))
    store.end_session("one")
    assert not store.knows_session("one", NOW)
    assert store.knows_session("two", NOW)
    assert not store.knows_session("two", NOW + timedelta(days=1))


def test_a_folder_that_cannot_be_used_is_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(HomeError) as caught:
        PanelStore(tmp_path / "data")
    assert "writable" in caught.value.remedy
