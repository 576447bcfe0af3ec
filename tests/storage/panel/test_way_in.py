"""One-time links, sessions and the count of wrong passwords, by themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from bot.storage.panel import PanelStore
from bot.storage.panel.throttle import AttemptLimits
from bot.storage.panel.users import Role

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def test_only_the_first_password_is_kept(store: PanelStore) -> None:
    user_id = store.users.first_admin(NOW).id
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: store.users.save_first_password(user_id, "a", f"hash {n}"), range(8)))
    assert sum(kept) == 1
    assert store.users.password_hash(user_id) == f"hash {kept.index(True)}"


def test_a_link_is_spent_by_one_caller_alone(store: PanelStore) -> None:
    store.links.keep_only("login", "abc")
    with ThreadPoolExecutor(8) as pool:
        spent = list(pool.map(lambda _: store.links.spend("login", "abc", NOW), range(16)))
    assert len([link for link in spent if link]) == 1
    assert store.links.find("login", "abc", NOW) is None


def test_a_link_of_one_kind_is_no_link_of_another(store: PanelStore) -> None:
    store.links.keep_only("setup", "abc")
    assert store.links.spend("login", "abc", NOW) is None
    assert store.links.find("setup", "abc", NOW)


def test_a_new_link_voids_those_of_the_same_user_alone(store: PanelStore) -> None:
    dewi = store.users.add("dewi", Role.VIEWER, NOW).id
    budi = store.users.add("budi", Role.VIEWER, NOW).id
    for user_id, secret in ((dewi, "first"), (budi, "other"), (dewi, "second")):
        store.links.keep_only("invitation", secret, user_id, NOW + timedelta(days=7))
    good = [secret for secret in ("first", "other", "second") if store.links.find("invitation", secret, NOW)]
    assert good == ["other", "second"]


def test_a_link_that_ran_out_is_good_for_nothing(store: PanelStore) -> None:
    user_id = store.users.add("dewi", Role.VIEWER, NOW).id
    store.links.keep_only("invitation", "abc", user_id, NOW + timedelta(days=7))
    late = NOW + timedelta(days=7)
    assert store.links.find("invitation", "abc", late) is None
    assert store.links.spend("invitation", "abc", late) is None


def test_parallel_attempts_stay_inside_the_limit(store: PanelStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        free_at = list(pool.map(lambda _: store.throttle.reserve("a", NOW, AttemptLimits()), range(20)))
    assert free_at.count(None) == 5
    assert set(free_at) - {None} == {NOW + timedelta(minutes=15)}


def test_all_clients_together_have_a_limit_too(store: PanelStore) -> None:
    limits = AttemptLimits(overall=6)
    taken = [store.throttle.reserve(f"client {number}", NOW, limits) for number in range(7)]
    assert taken == [None] * 6 + [NOW + limits.window]


def test_attempts_free_up_one_by_one_as_they_age(store: PanelStore) -> None:
    limits = AttemptLimits(per_client=2)
    store.throttle.reserve("a", NOW, limits)
    store.throttle.reserve("a", NOW + timedelta(minutes=10), limits)
    assert store.throttle.reserve("a", NOW + timedelta(minutes=14), limits) == NOW + timedelta(minutes=15)
    assert store.throttle.reserve("a", NOW + timedelta(minutes=15), limits) is None


def test_an_ended_or_expired_session_is_unknown(store: PanelStore) -> None:
    user_id = store.users.first_admin(NOW).id
    store.sessions.open("one", user_id, NOW, timedelta(days=1))
    store.sessions.open("two", user_id, NOW, timedelta(days=1))
    store.sessions.end("one")
    assert store.sessions.find("one", NOW) is None
    assert store.sessions.find("two", NOW)
    assert store.sessions.find("two", NOW + timedelta(days=1)) is None


def test_a_session_of_somebody_else_cannot_be_ended_by_its_number(store: PanelStore) -> None:
    dewi, budi = (store.users.add(name, Role.VIEWER, NOW).id for name in ("dewi", "budi"))
    store.sessions.open("dewis", dewi, NOW, timedelta(days=1))
    [session] = store.sessions.of_user(dewi, NOW)
    assert not store.sessions.end_one(budi, session.id)
    assert store.sessions.end_one(dewi, session.id)


def test_a_session_tells_when_it_was_used_last(store: PanelStore) -> None:
    user_id = store.users.first_admin(NOW).id
    store.sessions.open("one", user_id, NOW, timedelta(days=1), client="10.0.0.9", agent="Firefox")
    store.sessions.find("one", NOW + timedelta(hours=2))
    [session] = store.sessions.of_user(user_id, NOW + timedelta(hours=3))
    assert (session.seen_at, session.client, session.agent) == (NOW + timedelta(hours=2), "10.0.0.9", "Firefox")
