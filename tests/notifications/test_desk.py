"""Who is told of what and when: once at the beginning, never twice within an hour, not in quiet hours."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import AviaryError
from bot.notifications.addresses import AddressRefused
from bot.notifications.causes import Kind, Sight
from bot.notifications.desk import GATHERED_FOR, MOST_CHANNELS
from bot.storage.messages import MessageState
from bot.storage.panel.notifications import Hours
from bot.storage.panel.users import Role
from tests.notifications.house import ADDRESS, House, cause

HOUR, DAY = 3600.0, 86400.0


def test_a_cause_is_told_once_when_it_begins_and_once_a_day_while_it_lasts(house: House) -> None:
    house.channel(Kind.TROUBLE)
    for hours in (1, 1, 7, 14):
        house.show(cause(), seconds=hours * HOUR)
    assert len(house.sent) == 1
    assert "Shop one: needs attention: lock." in house.bodies[0]
    house.show(cause(), seconds=HOUR + 60)
    house.show(cause(), seconds=HOUR)
    assert len(house.sent) == 2


def test_one_that_comes_again_within_the_hour_waits_until_the_hour_is_over(house: House) -> None:
    house.channel(Kind.TROUBLE)
    house.show(cause())
    house.show()
    house.show(cause(), seconds=600)
    house.show(cause(), seconds=2400)
    assert len(house.sent) == 1
    house.show(cause(), seconds=600)
    assert len(house.sent) == 2


def test_a_restart_tells_nothing_twice(house: House) -> None:
    house.channel(Kind.TROUBLE)
    house.show(cause())
    house.restart()
    house.show(cause(), seconds=2 * HOUR)
    assert len(house.sent) == 1


def test_what_cannot_be_seen_at_the_moment_goes_on_lasting(house: House) -> None:
    house.channel(Kind.RUNWAY)
    low = cause(Kind.RUNWAY, reason="promo")
    house.show(low)
    house.restart()
    house.clock.advance(2 * HOUR)
    house.sight = Sight((), frozenset({(Kind.RUNWAY, low.folder)}))
    house.desk.look()
    house.show(low, seconds=60)
    assert len(house.sent) == 1
    house.show(seconds=60)
    assert house.desk.messages.lasting() == {}


def test_many_at_one_time_come_in_one_message(house: House) -> None:
    house.channel(Kind.TROUBLE, Kind.SESSION)
    many = [cause(folder=f"accounts/a{number}") for number in range(29)]
    house.show(*many, cause(Kind.SESSION, reason="soon"))
    assert len(house.sent) == 1
    _, subject, body = house.sent[0]
    assert subject == "Aviary: 29 × trouble, 1 × session"
    assert "And 10 more." in body
    house.show(*many, cause(Kind.SESSION, reason="soon"), seconds=2 * HOUR)
    assert len(house.sent) == 1


def test_a_burst_that_goes_on_is_gathered(house: House) -> None:
    house.channel(Kind.TROUBLE)
    causes = [cause(folder=f"accounts/a{number}") for number in range(10)]
    for number in range(1, 11):
        house.show(*causes[:number], seconds=20)
    assert len(house.sent) == 1
    house.show(*causes, seconds=GATHERED_FOR.total_seconds())
    assert len(house.sent) == 2
    assert all(f"Shop a{number}:" in house.bodies[1] for number in range(1, 10))
    assert "Shop a0:" not in house.bodies[1]


def test_only_what_is_ticked_goes_to_a_channel_and_each_has_its_own_record(house: House) -> None:
    house.channel(Kind.TROUBLE)
    house.channel(Kind.REVIEW)
    house.show(cause())
    house.show(cause(), cause(Kind.REVIEW, reason="posts", what="one post needs your review"), seconds=600)
    assert ["Trouble" in body for body in house.bodies] == [True, False]


def test_a_choice_of_groups_leaves_out_other_accounts_but_never_the_fleet(house: House) -> None:
    house.groups = {"accounts/one": frozenset({"shops"}), "accounts/two": frozenset({"news"})}
    house.channel(Kind.TROUBLE, groups=("news",))
    house.show(cause(), cause(folder="accounts/two"), cause(folder="", reason="paused", name="All accounts"))
    assert "Shop two" in house.bodies[0]
    assert "All accounts" in house.bodies[0]
    assert "Shop one" not in house.bodies[0]


def test_quiet_hours_hold_messages_back_until_they_end(house: House) -> None:
    """22:00 to 07:00 in Jakarta, which is 15:00 to 00:00 UTC."""
    house.channel(Kind.TROUBLE, timezone="Asia/Jakarta", quiet_from="22:00", quiet_to="07:00")
    house.clock.advance((datetime(2026, 11, 23, 15, 0, tzinfo=UTC) - house.clock.now()).total_seconds())
    passing = cause(folder="accounts/two")
    house.show(cause(), passing)
    house.show(cause(), seconds=8 * HOUR)
    assert house.sent == []
    house.show(cause(), seconds=HOUR)
    assert len(house.sent) == 1
    assert "Shop two" not in house.bodies[0]


def test_trouble_comes_even_then_when_the_user_wants_it(house: House) -> None:
    house.channel(Kind.TROUBLE, Kind.SESSION, quiet_from="00:00", quiet_to="23:59", trouble_even_then=True)
    house.show(cause(), cause(Kind.SESSION, reason="soon"))
    assert "Trouble" in house.bodies[0]
    assert "Session" not in house.bodies[0]


def test_deactivated_users_get_nothing_not_even_what_waits(house: House) -> None:
    other = house.store.users.add("budi", Role.OPERATOR, house.clock.now()).id
    channel_id = house.channel(Kind.TROUBLE, user=other)
    house.problem = "it cannot be reached."
    house.show(cause())
    house.store.users.deactivate(other)
    house.problem = ""
    house.show(cause(), cause(folder="accounts/two"), seconds=DAY)
    assert house.sent == []
    message = house.desk.messages.last_of(channel_id)[0]
    assert message.state is MessageState.WAITING
    assert "deactivated" in message.problem


def test_a_daily_summary_comes_once_at_its_time_and_a_weekly_one_on_its_day(house: House) -> None:
    """Monday, 07:30 UTC: 14:30 in Jakarta."""
    house.channel(Kind.DAILY, Kind.WEEKLY, timezone="Asia/Jakarta", summary_at="20:00", weekly_on=1)
    for _ in range(2 * 24):
        house.show(seconds=HOUR)
    subjects = [subject for _, subject, _ in house.sent]
    assert subjects == [
        "Aviary: daily summary, Mon 23 Nov 2026",
        "Aviary: daily summary, Tue 24 Nov 2026",
        "Aviary: weekly summary, Wed 18 Nov to Tue 24 Nov 2026",
    ]
    house.restart()
    house.show()
    assert len(house.sent) == 3


def test_a_summary_of_the_morning_tells_of_the_day_before(house: House) -> None:
    house.channel(Kind.DAILY, summary_at="08:00")
    house.show(seconds=HOUR)
    assert house.sent[0][1] == "Aviary: daily summary, Sun 22 Nov 2026"
    assert "In Aviary: Summaries." in house.bodies[0]


def test_a_summary_is_not_made_up_for_when_it_is_wanted_after_its_time(house: House) -> None:
    house.channel(Kind.DAILY, summary_at="07:00")
    house.show(seconds=60)
    assert house.sent == []


def test_messages_lead_to_the_panel_when_its_address_is_known(house: House) -> None:
    house.panel = "https://aviary.example.com/"
    house.channel(Kind.TROUBLE)
    house.show(cause())
    assert "https://aviary.example.com/accounts/one" in house.bodies[0]


def test_a_message_that_is_not_taken_is_tried_again_a_few_times_and_then_given_up(house: House) -> None:
    channel_id = house.channel(Kind.TROUBLE)
    house.problem = "it cannot be reached."
    house.show(cause())
    tries = []
    for minutes in (0.5, 0.5, 4, 1, 29, 1, 119, 1, 600):
        house.show(cause(), seconds=60 * minutes)
        tries.append(house.desk.messages.last_of(channel_id)[0].tries)
    assert tries == [1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert house.desk.messages.last_of(channel_id)[0].state is MessageState.FAILED
    [view] = house.desk.channels(house.user)
    assert view.last is not None
    assert view.last.problem == "it cannot be reached."


def test_what_a_crash_left_in_its_sending_is_never_sent_again(tmp_path: Path) -> None:
    class Crash(BaseException):
        """The plug is pulled."""

    def crash(_url: str, _subject: str, _body: str) -> None:
        raise Crash

    house = House(tmp_path, send=crash)  # type: ignore[arg-type]  # it never returns
    channel_id = house.channel(Kind.TROUBLE)
    with pytest.raises(Crash):
        house.show(cause())
    house._send = house._keep
    house.restart()
    message = house.desk.messages.last_of(channel_id)[0]
    assert message.state is MessageState.UNKNOWN
    assert "may have arrived" in message.problem
    house.show(cause(), seconds=2 * HOUR)
    assert house.sent == []
    house.show(cause(), seconds=DAY)
    assert len(house.sent) == 1
    house.database.close()


def test_a_test_is_sent_at_once_and_tells_its_result(house: House) -> None:
    channel_id = house.channel()
    assert house.desk.test(house.user, channel_id).state is MessageState.SENT
    house.problem = "the service does not let Aviary in."
    message = house.desk.test(house.user, channel_id)
    assert (message.state, message.problem) == (MessageState.FAILED, house.problem)
    with pytest.raises(KeyError):
        house.desk.test(house.user + 1, channel_id)


def test_the_channels_of_others_can_be_neither_removed_nor_chosen_for(house: House) -> None:
    mine = house.channel(Kind.TROUBLE)
    other = house.store.users.add("budi", Role.ADMIN, house.clock.now()).id
    with pytest.raises(KeyError):
        house.desk.remove(other, mine)
    house.desk.choose(other, {mine: [Kind.DAILY]}, Hours())
    assert set(house.desk.channels(house.user)[0].channel.wishes) == {Kind.TROUBLE}


def test_a_removed_channel_leaves_nothing_behind(house: House) -> None:
    channel_id = house.channel(Kind.TROUBLE)
    house.show(cause())
    house.desk.remove(house.user, channel_id)
    assert house.desk.channels(house.user) == ()
    assert house.desk.messages.last_of(channel_id) == []
    assert house.desk.messages.told(channel_id) == {}
    assert house.store.notifications.sealed_address(channel_id) is None


def test_what_a_channel_is_reached_by_lies_sealed(house: House) -> None:
    house.channel(Kind.TROUBLE)
    house.show(cause())
    house.database.close()
    for file in house.root.iterdir():
        assert b"s3cret" not in file.read_bytes(), file.name
    house.open()


def test_a_lost_key_is_told_with_what_to_do(house: House) -> None:
    channel_id = house.channel(Kind.TROUBLE)
    (house.root / "session.key").unlink()
    house.restart()
    message = house.desk.test(house.user, channel_id)
    assert message.problem == "its address cannot be decrypted. Remove the channel and add it again."


def test_times_that_are_none_are_refused(house: House) -> None:
    for hours in (Hours(summary_at="25:00"), Hours(quiet_from="22:00"), Hours(quiet_from="x", quiet_to="07:00")):
        with pytest.raises(AviaryError):
            house.desk.choose(house.user, {}, hours)


def test_nobody_has_channels_without_end(house: House) -> None:
    for _ in range(MOST_CHANNELS):
        house.channel()
    with pytest.raises(AddressRefused, match="channels already"):
        house.channel()


def test_in_the_demo_only_this_machine_can_be_told(house: House) -> None:
    house.desk.stay_on_this_machine()
    for service, fields in (
        ("webhook", {"address": "https://example.com/hook"}),
        ("other", {"url": "json://127.0.0.1:9/?redirect=yes"}),
        ("other", {"url": "ntfy://topic"}),
        ("other", {"url": "mailto://127.0.0.1/?smtp=example.com&to=a@example.com"}),
    ):
        with pytest.raises(AddressRefused, match="nothing leaves this machine"):
            house.desk.add(house.user, "", service, fields)
    house.desk.add(house.user, "", "webhook", {"address": ADDRESS})


def test_a_channel_of_before_gets_nothing_in_the_demo(house: House) -> None:
    channel_id = house.desk.add(house.user, "", "webhook", {"address": "https://example.com/hook"})
    house.desk.stay_on_this_machine()
    assert house.desk.test(house.user, channel_id).problem == "nothing leaves this machine in the demo"
    assert house.sent == []


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    looks=st.lists(
        st.tuples(st.integers(0, 7000), st.sets(st.sampled_from(["a", "b", "c"])), st.booleans()),
        min_size=1,
        max_size=15,
    )
)
def test_a_channel_gets_one_message_per_cause_and_hour_at_most(
    house: House, looks: list[tuple[int, set[str], bool]]
) -> None:
    """A new channel, to which all that lasts is new, for each example."""
    channel_id = house.channel(Kind.TROUBLE, quiet_from="12:00", quiet_to="13:00")
    told: dict[str, list[datetime]] = {}
    for seconds, present, restarts in looks:
        if restarts:
            house.restart()
        before = len(house.sent)
        house.show(*(cause(folder=f"accounts/{name}") for name in sorted(present)), seconds=seconds)
        assert len(house.sent) <= before + 1
        for name in "abc":
            if any(f"Shop {name}:" in body for body in house.bodies[before:]):
                told.setdefault(name, []).append(house.clock.now())
                assert name in present
    for moments in told.values():
        gaps = [after - earlier for earlier, after in itertools.pairwise(moments)]
        assert all(gap >= timedelta(hours=1) for gap in gaps)
    house.desk.remove(house.user, channel_id)
