"""The settings of an account as a form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings.account import AccountSettings
from tests.webapp.desk import Desk, hidden, sit_down
from webapp.files import fields
from webapp.settings.fields import FIELDS

TEXT = """# careful
account: {username: '@OneShop'}
safety:
  rate_limits:
    tweets_per_day: 6     # six is enough
    likes_per_day:  20
  mood: calm              # mine
policy: {like: approve}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sit_down(tmp_path)
    desk.write("settings.yaml", TEXT)
    yield desk
    desk.world.close()


def changed(desk: Desk, text: str = TEXT) -> list[str]:
    """The lines that are not as before."""
    return [line for line in desk.text("settings.yaml").splitlines() if line not in text.splitlines()]


def test_each_business_field_names_the_variable_that_it_fills(desk: Desk) -> None:
    page = desk.get("settings")
    for name in ("wa_number", "wa_link", "product"):
        assert f"{{{name}}} in templates." in page


def test_every_field_shows_what_is_in_force(desk: Desk) -> None:
    html = desk.get("settings")
    assert 'name="safety.rate_limits.tweets_per_day" value="6"' in html
    assert 'name="safety.delays.after_tweet.from" value="30"' in html
    assert 'name="like" value="approve" checked' in html
    assert "X forbids automated likes" in html
    for field in FIELDS:
        for name in field.inputs:
            assert f'name="{name}"' in html


def test_saving_what_was_shown_changes_nothing(desk: Desk) -> None:
    shown = fields.shown(FIELDS, AccountSettings.model_validate({"policy": {"like": "approve"}}))
    shown |= {"safety.rate_limits.tweets_per_day": "6", "safety.rate_limits.likes_per_day": "20"}
    answer = desk.client.post("/accounts/one/settings", data={**shown, "mark": desk.mark("settings")})
    assert answer.status_code == 302
    assert desk.text("settings.yaml") == TEXT
    assert "Nothing was changed." in desk.get("settings")


def test_only_the_lines_of_what_was_changed_change(desk: Desk) -> None:
    status, page = desk.post(
        "settings",
        mark=desk.mark("settings"),
        safety__rate_limits__tweets_per_day="7",
        safety__delays__after_tweet__from="40",
        business__wa_number="0812",
    )
    assert status == 302
    assert "Saved." in page
    assert "    tweets_per_day: 7     # six is enough" in changed(desk)
    assert "    likes_per_day:  20" in desk.text("settings.yaml")
    assert desk.data("settings.yaml")["safety"]["delays"] == {"after_tweet": [40, 60]}
    assert desk.data("settings.yaml")["business"] == {"wa_number": "0812"}
    assert desk.data("settings.yaml")["safety"]["mood"] == "calm"
    assert "    after_tweet: [40, 60]" in changed(desk)
    view = desk.manager.account_view("one")
    assert view.posts_limit == 7


def test_languages_words_and_the_prompt_are_written_as_lines(desk: Desk) -> None:
    desk.post(
        "settings",
        mark=desk.mark("settings"),
        engagement__filters__languages="id\r\n\r\n en ",
        engagement__filters__avoid_words="lelang, murah\r\ngiveaway",
        ai__improve_prompt="Improve:\r\n{tweet}",
    )
    written = desk.data("settings.yaml")
    assert written["engagement"]["filters"] == {"languages": ["id", "en"], "avoid_words": ["lelang, murah", "giveaway"]}
    assert written["ai"] == {"improve_prompt": "Improve:\n{tweet}"}
    html = desk.get("settings")
    assert "id\nen</textarea>" in html
    text = desk.text("settings.yaml")
    shown = fields.shown(FIELDS, AccountSettings.model_validate(written))
    desk.client.post("/accounts/one/settings", data={**shown, "mark": desk.mark("settings")})
    assert desk.text("settings.yaml") == text


def test_a_switch_can_be_switched_off(desk: Desk) -> None:
    desk.post("settings", mark=desk.mark("settings"), schedule__enabled="no")
    assert desk.data("settings.yaml")["schedule"] == {"enabled": False}
    desk.post("settings", mark=desk.mark("settings"), schedule__enabled=["no", "yes"])
    assert desk.data("settings.yaml")["schedule"] == {"enabled": True}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("safety__rate_limits__tweets_per_day", "ten", "must be a whole number, not &#39;ten&#39;"),
        ("safety__rate_limits__tweets_per_day", "", "must be a whole number"),
        ("safety__delays__min_delay", "99", "min_delay must not be greater than max_delay"),
        ("schedule__timezone", "Mars/Base", "is no time zone"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key_and_nothing_is_written(
    desk: Desk, name: str, value: str, words: str
) -> None:
    status, page = desk.post("settings", mark=desk.mark("settings"), business__product="Pulsa", **{name: value})
    assert status == 422
    assert words in page
    assert "one_OneShop/config/settings.yaml, line" in page
    assert 'value="Pulsa"' in page
    assert desk.text("settings.yaml") == TEXT


def test_the_field_with_the_mistake_is_marked(desk: Desk) -> None:
    page = desk.post("settings", mark=desk.mark("settings"), safety__rate_limits__likes_per_hour="many")[1]
    field = page.split('name="safety.rate_limits.likes_per_hour"')[1].split("</div>")[0]
    assert 'aria-invalid="true"' in field
    assert "Must be a whole number" in field


def test_the_second_of_two_edits_is_told_keeps_its_own_and_does_not_undo_the_first(desk: Desk) -> None:
    mark = desk.mark("settings")
    desk.post("settings", mark=mark, safety__rate_limits__tweets_per_day="7")
    stale = {"safety__rate_limits__tweets_per_day": "6", "safety__rate_limits__likes_per_day": "25"}
    status, page = desk.post("settings", mark=mark, **stale)
    assert status == 409
    assert "−    tweets_per_day: 6" in page
    assert "+    tweets_per_day: 7" in page
    assert 'name="safety.rate_limits.tweets_per_day" value="7"' in page
    assert 'name="safety.rate_limits.likes_per_day" value="25"' in page
    limits = desk.data("settings.yaml")["safety"]["rate_limits"]
    assert limits == {"tweets_per_day": 7, "likes_per_day": 20}
    again = {"safety__rate_limits__tweets_per_day": "7", "safety__rate_limits__likes_per_day": "25"}
    assert desk.post("settings", mark=hidden(page, "mark"), **again)[0] == 302
    assert desk.data("settings.yaml")["safety"]["rate_limits"] == {"tweets_per_day": 7, "likes_per_day": 25}


def test_a_broken_file_is_mended_on_the_same_page(desk: Desk) -> None:
    desk.write("settings.yaml", "safety: [\n")
    page = desk.get("settings")
    assert "settings.yaml cannot be used as it is. Mend it here:" in page
    assert 'action="/accounts/one/files/settings"' in page
    assert "safety: [\n</textarea>" in page
    status, again = desk.post("settings", mark=hidden(page, "mark"), policy__like="off")
    assert (status, "Mend it here:" in again) == (409, True)


def test_values_that_look_like_something_else_stay_texts(desk: Desk) -> None:
    desk.post("settings", mark=desk.mark("settings"), business__wa_number="081200")
    assert desk.data("settings.yaml")["business"]["wa_number"] == "081200"


def test_the_poll_brings_the_head_when_it_changed(desk: Desk) -> None:
    since = hidden(desk.get("settings"), "since")
    assert desk.client.get(f"/accounts/one/settings/statuses?since={since}").status_code == 204
    desk.manager.pause_accounts(["one"])
    answer = desk.client.get(f"/accounts/one/settings/statuses?since={since}")
    assert 'id="account-one-badge"' in answer.text


def test_an_unknown_account_is_told(desk: Desk) -> None:
    for path in ("settings", "settings/statuses"):
        assert desk.client.get(f"/accounts/nobody/{path}").status_code == 404
    assert desk.client.post("/accounts/nobody/settings").status_code == 404


def test_what_it_does_is_chosen_in_a_form_of_its_own(desk: Desk) -> None:
    status, page = desk.post("settings/policy", mark=desk.mark("settings"), like="off", follow="approve", post="maybe")
    assert (status, "Saved." in page) == (302, True)
    assert desk.data("settings.yaml")["policy"] == {"like": "off", "follow": "approve"}
    assert "# careful" in desk.text("settings.yaml")


def test_a_file_that_names_no_policy_goes_on_as_before_and_says_so_until_a_person_has_chosen(desk: Desk) -> None:
    desk.write("settings.yaml", TEXT + "schedule: {morning: {time: '08:00'}}\n")
    assert "Nobody has chosen yet how follows shall be made" in desk.get("activity")
    shown = desk.get("settings")
    assert "not chosen yet: by itself, as before" in shown
    assert 'name="follow" value="automatic" checked' in shown
    desk.post("settings", mark=desk.mark("settings"), business__product="Pulsa")  # says nothing of it
    assert "Nobody has chosen yet" in desk.get("activity")
    desk.post("settings/policy", mark=desk.mark("settings"), post="automatic", follow="automatic", reply="approve")
    assert desk.data("settings.yaml")["policy"]["follow"] == "automatic"
    assert "Nobody has chosen yet" not in desk.get("activity")


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_by_a_choice(desk: Desk) -> None:
    mark = desk.mark("settings")
    desk.write("settings.yaml", TEXT.replace("approve", "off"))
    status, _ = desk.post("settings/policy", mark=mark, like="automatic")
    assert status == 409
    assert desk.data("settings.yaml")["policy"] == {"like": False} or desk.data("settings.yaml")["policy"] == {
        "like": "off"
    }


def test_filters_are_changed_with_the_other_settings(desk: Desk) -> None:
    more = {"engagement__filters__max_age_hours": "48", "engagement__filters__skip_promotional": ["no", "yes"]}
    assert desk.post("settings", mark=desk.mark("settings"), **more)[0] == 302
    assert desk.data("settings.yaml")["engagement"] == {"filters": {"max_age_hours": 48, "skip_promotional": True}}
