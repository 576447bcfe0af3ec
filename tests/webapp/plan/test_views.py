"""The plan of an account: its slots, the coming runs, and changing them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.fleet_view import StateKind
from bot.settings.account import AccountSettings
from bot.storage.panel.users import Role
from tests.webapp.access.people import invite
from tests.webapp.desk import Desk, hidden, sit_down
from tests.webapp.panel import make_panel
from tests.worlds import finish, state
from webapp.plan.page import days_words

TEXT = """schedule:
  timezone: Asia/Jakarta
  morning: {enabled: true, time: '08:00', like: 2}   # early
  # more of them
  slots:
    - name: lunch     # short
      time: '12:15'
      weekdays: [mon, tue, wed]
      mood: good
policy: {follow: approve}
"""
NEW = {
    "name": "tea",
    "time": "16:30",
    "post": "none",
    "weekdays": ["", "sat", "sun"],
    "like": "3",
    "enabled": ["no", "yes"],
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.write("settings.yaml", TEXT)
    yield desk
    desk.world.close()


def slots(desk: Desk) -> dict[str, Any]:
    settings = AccountSettings.model_validate(desk.data("settings.yaml"))
    return {slot.name: slot for slot in settings.schedule.all_slots}


def test_slots_are_told_in_words(desk: Desk) -> None:
    page = desk.get("plan")
    assert "Every day · a promo post, 2 likes from high_intent" in page
    assert 'on the page <a href="/approvals">Approvals</a>: 5 follows from high_intent.' in page
    assert "Left out" not in page
    assert "Mon–Wed · nothing by itself" in page
    assert "Missed, it is caught up within 30 min." in page


@pytest.mark.parametrize("policy", ["{follow: 'off'}", "{post: approve, follow: 'off'}"])
def test_what_no_word_of_a_person_brings_about_is_told_as_left_out(desk: Desk, policy: str) -> None:
    desk.write("settings.yaml", TEXT.replace("{follow: approve}", policy))
    page = desk.get("plan")
    assert "After a person’s word" not in page
    kept_from = "a promo post, 5 follows" if "post" in policy else "5 follows"
    assert f"Left out, as its settings do not let it act by itself: {kept_from} from high_intent." in page


def test_the_coming_runs_stand_under_the_accounts_own_days(desk: Desk) -> None:
    page = desk.get("plan")
    days = re.findall(r'class="record-day">([^<]+)<', page)
    assert days[:2] == ["Tomorrow", "Wednesday 04 Mar"]  # it is Monday afternoon in Jakarta
    assert page.count(">08:00</time>") == 7
    assert page.count(">12:15</time>") == 3


def test_a_run_that_the_fleet_shifts_says_from_when(desk: Desk) -> None:
    desk.world.home.fleet["stagger_minutes"] = 60
    desk.world.home.write()
    desk.manager.reload()
    page = desk.get("plan")
    coming = desk.manager.files.coming("one")
    local = coming[0].planned_at.astimezone(AccountSettings.model_validate(desk.data("settings.yaml")).schedule.zone)
    assert f">{local:%H:%M}</time>" in page
    assert "so that accounts do not all begin at once" in page
    assert "instead of <time" in page


def test_a_slot_that_ran_today_comes_up_no_more_today(desk: Desk) -> None:
    desk.write("settings.yaml", "schedule: {timezone: UTC, morning: {time: '08:00'}}\n")
    desk.world.clock.advance(120)
    desk.manager.tick()
    finish(desk.manager)
    assert desk.manager.runs("one")
    desk.write("settings.yaml", "schedule: {timezone: UTC, morning: {time: '23:30'}}\n")
    days = re.findall(r'class="record-day">([^<]+)<', desk.get("plan"))
    assert days[0] == "Tomorrow"


def test_it_is_paused_and_resumed_from_here(desk: Desk) -> None:
    page = desk.get("plan")
    assert "None of these runs happens" not in page
    answer = desk.client.post("/accounts/one/pause", data={"from": "plan"})
    assert answer.headers["Location"] == "/accounts/one/plan"
    assert state(desk.manager) is StateKind.PAUSED
    page = desk.get("plan")
    assert "None of these runs happens while the account is paused." in page
    assert 'action="/accounts/one/resume"' in page


def test_the_poll_brings_the_runs_when_the_file_changed(desk: Desk) -> None:
    since = hidden(desk.get("plan"), "since")
    assert desk.client.get(f"/accounts/one/plan/statuses?since={since}").status_code == 204
    desk.write("settings.yaml", "schedule: {morning: {time: '06:45'}}\n")
    desk.manager.pause_accounts(["one"])
    answer = desk.client.get(f"/accounts/one/plan/statuses?since={since}").text
    for fragment in ("plan-coming", "plan-slots", "account-one-badge", "poll-marks"):
        assert f'id="{fragment}"' in answer
    assert "06:45" in answer


def test_a_change_touches_the_lines_of_the_slot(desk: Desk) -> None:
    status, page = desk.post(
        "plan/slots/lunch",
        mark=desk.mark("plan/slots/lunch"),
        time="12:30",
        weekdays=["", "sat"],
        missed__policy="skip",
    )
    assert status == 302
    assert "lunch is saved." in page
    text = desk.text("settings.yaml")
    kept = [line for line in TEXT.splitlines() if "time: '12:15'" not in line and "weekdays" not in line]
    assert [line for line in kept if line not in text.splitlines()] == []
    assert "      weekdays: [sat]" in text
    slot = slots(desk)["lunch"]
    assert (f"{slot.time:%H:%M}", slot.missed.policy) == ("12:30", "skip")
    assert desk.data("settings.yaml")["schedule"]["slots"][0]["mood"] == "good"


def test_saving_what_was_shown_changes_nothing(desk: Desk) -> None:
    for name in ("morning", "lunch"):
        page = desk.get(f"plan/slots/{name}")
        data = {"mark": hidden(page, "mark"), "time": re.findall(r'name="time" value="([^"]+)"', page)[0]}
        assert desk.post(f"plan/slots/{name}", **data)[0] == 302
    assert desk.text("settings.yaml") == TEXT


def test_the_form_of_a_slot_shows_what_is_in_force(desk: Desk) -> None:
    page = desk.get("plan/slots/morning")
    assert 'name="like" value="2"' in page
    assert 'name="follow" value="5"' in page
    assert '<option value="promo" selected>' in page
    assert page.count('name="weekdays"') == 8


@pytest.mark.parametrize(("name", "place"), [("tea", "slots"), ("evening", "evening")])
def test_a_slot_is_added(desk: Desk, name: str, place: str) -> None:
    status, page = desk.post("plan/new", **{**NEW, "name": name, "mark": desk.mark("plan/new"), "follow": "0"})
    assert status == 302
    assert f"{name} is added." in page
    slot = slots(desk)[name]
    assert (f"{slot.time:%H:%M}", slot.weekdays, slot.like, slot.follow) == ("16:30", ("sat", "sun"), 3, 0)
    assert slot.post == "none"
    assert place in desk.data("settings.yaml")["schedule"]
    assert name in desk.manager.account_view("one").slots
    assert "# early" in desk.text("settings.yaml")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "lunch"}, "There is a slot of this name already."),
        ({"name": "morning"}, "There is a slot of this name already."),
        ({"name": "a b"}, "may have letters, digits"),
        ({"name": "check"}, "is a name that Aviary needs itself"),
        ({"time": "25:00"}, "must be a time of day"),
        ({"time": ""}, "must be a time of day"),
        ({"weekdays": ""}, "Tick at least one day"),
        ({"like": "many"}, "must be a whole number"),
        ({"like": "51"}, "less than or equal to 50"),
    ],
)
def test_a_slot_that_cannot_be_is_told_and_what_was_written_stays(
    desk: Desk, wrong: dict[str, str], words: str
) -> None:
    data: dict[str, Any] = {**NEW, "follow_from": "keep me", **wrong}
    status, page = desk.post("plan/new", **{**data, "mark": desk.mark("plan/new")})
    assert status == 422
    assert words in page
    assert 'value="keep me"' in page
    assert desk.text("settings.yaml") == TEXT


def test_a_slot_is_switched_off_and_on(desk: Desk) -> None:
    page = desk.post("plan/slots/morning/switch", mark=desk.mark("plan"), enabled="no")[1]
    assert "morning is switched off." in page
    assert not slots(desk)["morning"].enabled
    assert ">08:00</time>" not in page
    desk.post("plan/slots/morning/switch", mark=desk.mark("plan"), enabled="yes")
    assert desk.text("settings.yaml") == TEXT


@pytest.mark.parametrize("name", ["morning", "lunch"])
def test_a_slot_is_deleted_and_a_former_state_brings_it_back(desk: Desk, name: str) -> None:
    page = desk.get(f"plan/slots/{name}")
    assert f'action="/accounts/one/plan/slots/{name}/delete"' in page
    after = desk.post(f"plan/slots/{name}/delete", mark=hidden(page, "mark"))[1]
    assert f"{name} is deleted." in after
    assert name not in slots(desk)
    assert name not in desk.manager.account_view("one").slots
    [address] = re.findall(r'href="/accounts/one/(files/settings/versions/[^"]+)"', desk.get("files/settings"))
    desk.post(address, mark=desk.mark(address))
    assert desk.text("settings.yaml") == TEXT


def test_the_second_of_two_edits_is_told_keeps_its_own_and_does_not_undo_the_first(desk: Desk) -> None:
    mark = desk.mark("plan/slots/lunch")
    desk.post("plan/slots/lunch", mark=mark, time="12:40")
    status, page = desk.post("plan/slots/lunch", mark=mark, time="12:15", like="4")
    assert status == 409
    assert "+      time: &#39;12:40&#39;" in page
    assert 'name="time" value="12:40"' in page
    assert 'name="like" value="4"' in page
    assert desk.post("plan/slots/lunch", mark=hidden(page, "mark"), time="12:40", like="4")[0] == 302
    slot = slots(desk)["lunch"]
    assert (f"{slot.time:%H:%M}", slot.like) == ("12:40", 4)


def test_a_new_slot_is_kept_when_somebody_else_was_first(desk: Desk) -> None:
    mark = desk.mark("plan/new")
    desk.post("plan/slots/lunch", mark=mark, time="12:40")
    status, page = desk.post("plan/new", **{**NEW, "mark": mark})
    assert (status, 'value="tea"' in page) == (409, True)
    assert desk.post("plan/new", **{**NEW, "mark": hidden(page, "mark")})[0] == 302
    assert set(slots(desk)) == {"morning", "lunch", "tea"}


@pytest.mark.parametrize("act", ["switch", "delete"])
def test_buttons_of_an_old_page_change_nothing(desk: Desk, act: str) -> None:
    mark = desk.mark("plan")
    desk.post("plan/slots/lunch", mark=mark, time="12:40")
    before = desk.text("settings.yaml")
    page = desk.post(f"plan/slots/morning/{act}", mark=mark, enabled="no")[1]
    assert "changed by somebody else" in page
    assert desk.text("settings.yaml") == before


def test_without_slots_the_page_says_what_comes_next(desk: Desk) -> None:
    desk.write("settings.yaml", "account: {}\n")
    assert "Add the first one" in desk.get("plan")
    desk.write("settings.yaml", "schedule: {enabled: false, morning: {time: '08:00'}}\n")
    assert "switched off for the whole account" in desk.get("plan")


def test_a_broken_file_leads_to_where_it_is_mended(desk: Desk) -> None:
    desk.write("settings.yaml", "schedule: [\n")
    assert 'href="/accounts/one/settings">See what is wrong' in desk.get("plan")
    for path in ("plan/new", "plan/slots/morning"):
        assert desk.client.get(f"/accounts/one/{path}").headers["Location"] == "/accounts/one/plan"
        assert desk.client.post(f"/accounts/one/{path}", data=NEW).headers["Location"] == "/accounts/one/plan"
    assert "cannot" in desk.post("plan/slots/morning/delete", mark=desk.mark("settings"))[1]


def test_what_is_not_there_is_told(desk: Desk) -> None:
    assert desk.client.get("/accounts/one/plan/slots/supper").status_code == 404
    assert desk.client.post("/accounts/one/plan/slots/supper", data={}).status_code == 404
    page = desk.post("plan/slots/supper/delete", mark=desk.mark("plan"))[1]
    assert "There is no slot “supper” any more." in page
    for path in ("plan", "plan/new", "plan/statuses"):
        assert desk.client.get(f"/accounts/nobody/{path}").status_code == 404


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "Every day"),
        (("mon", "tue", "wed", "thu", "fri"), "Mon–Fri"),
        (("sun", "sat"), "Sat, Sun"),
        (("mon", "wed", "fri"), "Mon, Wed, Fri"),
        ((), "No day"),
    ],
)
def test_days_in_words(days: tuple[str, ...], words: str) -> None:
    assert days_words(days) == words


def test_who_only_looks_sees_the_plan_and_no_way_to_change_it(desk: Desk) -> None:
    panel = make_panel(desk.manager, desk.world.clock, desk.world.home.root / "data")  # type: ignore[arg-type]
    panel.set_password()
    viewer = invite(panel, Role.VIEWER, "dewi")
    page = viewer.get("/accounts/one/plan").text
    assert "Every day · a promo post" in page
    assert "/plan/new" not in page
    assert "/accounts/one/settings" not in page
    for path in ("plan/new", "plan/slots/morning", "settings", "keywords", "files/settings"):
        assert viewer.get(f"/accounts/one/{path}").status_code == 403


def test_a_slot_can_post_any_kind_that_templates_yaml_has(desk: Desk) -> None:
    desk.write("templates.yaml", "promo_templates: [a]\nstory_templates: [b]\n")
    page = desk.get("plan/slots/morning")
    assert '<option value="story">A template of the kind story</option>' in page
    assert desk.post("plan/slots/morning", mark=hidden(page, "mark"), post="story")[0] == 302
    assert desk.data("settings.yaml")["schedule"]["morning"]["post"] == "story"
