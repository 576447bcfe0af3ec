from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.guards.conftest import Room


@pytest.mark.parametrize("kind", ["like", "follow", "reply", "quote", "repost"])
@pytest.mark.parametrize("handle", ["tokodua", "@TokoDua", " TOKODUA"])
def test_managed_accounts_do_nothing_to_each_other(room: Room, kind: str, handle: str) -> None:
    assert "@tokodua is an account of yours" in room.guards.engagement.why_not_engage("one", kind, handle, "7")
    assert room.guards.engagement.claim("one", kind, handle, "7")
    assert room.guards.engagement.why_not_engage("two", kind, "pembeli", "7") == "", "nothing was claimed"


def test_a_person_is_engaged_by_one_account_only_whatever_it_does(room: Room) -> None:
    guard = room.guards.engagement
    assert guard.claim("one", "like", "Pembeli", "7") == ""
    assert guard.claim("one", "reply", "@pembeli", "8") == ""
    assert guard.claim("two", "follow", "PEMBELI") == "@pembeli was engaged by one; only one account engages the same"
    room.reopen()
    assert room.guards.engagement.why_not_engage("two", "like", "pembeli", "9")


def test_a_post_is_engaged_by_one_account_only_also_when_its_author_has_another_name_by_now(room: Room) -> None:
    guard = room.guards.engagement
    guard.claim("one", "like", "pembeli", "7")
    assert "this post was engaged by one" in guard.claim("two", "repost", "nama_baru", "7")
    assert guard.why_not_engage("two", "follow", "nama_baru") == "", "a refused claim claims nothing"


def test_of_many_accounts_that_claim_a_person_at_once_one_gets_it(room: Room) -> None:
    with ThreadPoolExecutor(8) as pool:
        for turn in range(20):
            claims = [
                pool.submit(room.guards.engagement.claim, f"a{n}", "like", f"p{turn}", f"{turn}") for n in range(8)
            ]
            assert sum(claim.result() == "" for claim in claims) == 1


def test_nobody_engages_who_is_on_the_list_of_the_panel_or_of_the_file(room: Room) -> None:
    guard = room.guards.engagement
    assert guard.add_never("@Rival", "sari", "asked us to stop")
    assert not guard.add_never("rival", "sari")
    assert not guard.add_never("Galak", "sari"), "the file names it"
    for handle in ("RIVAL", "galak"):
        assert "never to be engaged" in guard.why_not_engage("one", "like", handle, "7")
    assert [(each.handle, each.by, each.why) for each in guard.never()] == [
        ("galak", "", ""),
        ("rival", "sari", "asked us to stop"),
    ]
    assert guard.remove_never("@rival")
    assert not guard.remove_never("galak")
    assert guard.why_not_engage("one", "like", "rival", "7") == ""


def test_what_a_search_finds_in_vain_is_shown_but_not_who_is_anothers(room: Room) -> None:
    guard = room.guards.engagement
    guard.claim("two", "like", "pembeli", "7")
    assert guard.holds_back("one", "like", "pembeli", "8")
    assert guard.holds_back("one", "like", "tokodua", "9")
    assert not guard.holds_back("one", "like", "orang", "10")
    assert [(stop.guard, stop.subject) for stop in room.guards.stops(5)] == [("managed", "@tokodua")]
