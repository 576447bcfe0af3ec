"""What config/settings.yaml of one account may say. Existing files keep working; unknown keys are kept."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from bot.errors import SettingsProblem
from bot.settings.hints import hints_of
from bot.settings.home import AccountFolder, relative_parts
from bot.settings.validation import check
from bot.settings.yaml_reading import read_yaml

POSTS_PER_DAY_CEILING = 50
"""x_dom_facts, public limits: 50 original posts a day for unverified accounts. No setting raises it."""

_CLOCK_TIME = re.compile(r"^(\d{1,2})[:.](\d{2})(?::(\d{2}))?$")
RESERVED_SLOT_NAMES = frozenset({"check", "check-x", "check-session"})
"""Runs that are no slot of the file have these names: bot.slot_work.CHECK_SLOT, PAGES_SLOT and SESSION_SLOT."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Section(BaseModel):
    """A part of the file. Keys that Aviary does not know are allowed and left alone."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)
    _hints: tuple[SettingsProblem, ...] = PrivateAttr(())

    @property
    def hints(self) -> tuple[SettingsProblem, ...]:
        """Keys of this part of the file that were probably meant to be others; they stop nothing."""
        return self._hints

    def with_hints(self, hints: tuple[SettingsProblem, ...]) -> Self:
        """The same settings with what the file's text showed besides."""
        told = self.model_copy()
        told._hints = hints
        return told

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty(cls, data: Any) -> Any:
        """A key with nothing after it means the same as no key."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None}


def _read_time(value: object) -> object:
    """'08:00', '8.00', '08:00:30', or 780 (an unquoted 13:00 as YAML 1.1 tools save it)."""
    if isinstance(value, float):
        value = f"{value:.2f}"  # an unquoted 13.30, as times are written in Indonesia
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60)
    if isinstance(value, str) and (match := _CLOCK_TIME.match(value.strip())):
        hour, minute, second = (int(part or 0) for part in match.groups())
        if hour < 24 and minute < 60 and second < 60:
            return time(hour, minute, second)
    raise ValueError(f"must be a time of day such as '08:00', not {value!r}")


def _read_range(value: object) -> object:
    """[10, 30], or one number for both ends."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (value, value)
    return value


def _in_order(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] > pair[1]:
        raise ValueError("the first number must not be greater than the second")
    return pair


def _read_text(value: object) -> object:
    return "" if value is None else str(value) if isinstance(value, int | float) else value


ClockTime = Annotated[time, BeforeValidator(_read_time)]
Seconds = Annotated[float, Field(ge=0, le=3600)]
SecondsRange = Annotated[tuple[Seconds, Seconds], BeforeValidator(_read_range), AfterValidator(_in_order)]
Text = Annotated[str, BeforeValidator(_read_text)]
Count = Annotated[int, Field(ge=0, le=1000)]


class Policy(StrEnum):
    """Whether an action is done at all, after a person approved it, or by itself."""

    OFF = "off"
    APPROVE = "approve"
    AUTOMATIC = "automatic"


class AccountSection(Section):
    """Who the account is on x.com, and where its session lies."""

    username: Text = ""
    cookies_file: Text = "cookies.json"

    @field_validator("cookies_file")
    @classmethod
    def _inside_the_folder(cls, name: str) -> str:
        """The session of another account must not be reached by a path."""
        relative_parts(name)
        return name or "cookies.json"


class BusinessSection(Section):
    """What templates can name."""

    wa_number: Text = ""
    wa_link: Text = ""
    product: Text = ""


class Delays(Section):
    """Pauses between actions, in seconds; each is drawn evenly from its range."""

    min_delay: Seconds = 10
    max_delay: Seconds = 30
    after_tweet: SecondsRange = (30, 60)
    after_follow: SecondsRange = (20, 45)
    after_error: SecondsRange = (60, 180)

    @model_validator(mode="after")
    def _in_order(self) -> Delays:
        if self.min_delay > self.max_delay:
            raise ValueError("min_delay must not be greater than max_delay")
        return self


class RateLimits(Section):
    """How much one account may do. A day is any 24 hours, an hour any 60 minutes."""

    tweets_per_hour: Count = 5
    tweets_per_day: Count = 10
    likes_per_hour: Count = 10
    likes_per_day: Count = 30
    follows_per_hour: Count = 5
    follows_per_day: Count = 15
    replies_per_hour: Count = 5
    replies_per_day: Count = 10
    retweets_per_hour: Count = 5
    retweets_per_day: Count = 5

    @property
    def posts_per_day(self) -> int:
        """tweets_per_day under the ceiling that no setting raises."""
        return min(self.tweets_per_day, POSTS_PER_DAY_CEILING)


class RampStep(Section):
    """Up to and with this day of the account's age (1 is its first), so many posts in any 24 hours."""

    until_day: Annotated[int, Field(ge=1, le=365)]
    posts_per_day: Annotated[int, Field(ge=0, le=POSTS_PER_DAY_CEILING)]


class Ramp(Section):
    """A new account posts little at first. Its age counts from `created_at` in accounts.yaml."""

    enabled: bool = False
    steps: tuple[RampStep, ...] = (
        RampStep(until_day=3, posts_per_day=2),
        RampStep(until_day=7, posts_per_day=3),
        RampStep(until_day=14, posts_per_day=5),
    )

    @property
    def in_order(self) -> list[RampStep]:
        """The steps, the earliest first."""
        return sorted(self.steps, key=lambda step: step.until_day)


class GuardSettings(Section):
    """How strict the guards are with this account; see bot/guards."""

    own_near_duplicates: bool = False
    """Whether a post must differ from the account's own posts as much as from those of others."""


class Safety(Section):
    """How careful the account is."""

    delays: Delays = Delays()
    rate_limits: RateLimits = RateLimits()
    ramp: Ramp = Ramp()
    guards: GuardSettings = GuardSettings()


class PolicySection(Section):
    """Per action. A file of an existing user names none and goes on as it did: automatic."""

    post: Policy = Policy.AUTOMATIC
    like: Policy = Policy.AUTOMATIC
    follow: Policy = Policy.AUTOMATIC
    reply: Policy = Policy.AUTOMATIC


class MissedRun(Section):
    """What becomes of a slot whose time passed while the machine was off."""

    policy: Literal["skip", "catch_up"] = "catch_up"
    within_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 30


class Slot(Section):
    """A time of day with its work. `name` is filled from the key for morning, afternoon, evening."""

    name: Annotated[str, Field(pattern=r"^[\w-]{1,40}$")] = "slot"
    enabled: bool = True
    time: ClockTime
    weekdays: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = WEEKDAYS  # type: ignore[assignment]
    post: Literal["promo", "value", "none"] = "none"
    like: Annotated[int, Field(ge=0, le=50)] = 0
    like_from: str = "high_intent"
    follow: Annotated[int, Field(ge=0, le=50)] = 0
    follow_from: str = "high_intent"
    summary: bool = False  # ends with a line on the day
    missed: MissedRun = MissedRun()

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, name: str) -> str:
        if name in RESERVED_SLOT_NAMES:
            raise ValueError(f"{name!r} is a name that Aviary needs itself; choose another")
        return name


# ../shared/legacy/README.md, "The three slots of a day".
_LEGACY_WORK: dict[str, dict[str, Any]] = {
    "morning": {"time": "08:00", "post": "promo", "like": 5, "like_from": "high_intent", "follow": 5},
    "afternoon": {"time": "13:00", "post": "value", "like": 5, "like_from": "medium_intent"},
    "evening": {"time": "20:00", "post": "promo", "like": 3, "like_from": "high_intent", "follow": 5, "summary": True},
}


class Schedule(Section):
    """The slots of an account, in its own time zone."""

    enabled: bool = True
    timezone: str = "Asia/Jakarta"
    morning: Slot | None = None
    afternoon: Slot | None = None
    evening: Slot | None = None
    slots: tuple[Slot, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _fill_the_three(cls, data: Any) -> Any:
        """Give morning, afternoon and evening their name and the work they have always had."""
        if not isinstance(data, dict):
            return data
        filled = dict(data)
        for name, work in _LEGACY_WORK.items():
            if isinstance(data.get(name), dict):
                filled[name] = {**work, **data[name], "name": name}
        return filled

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no time zone; write one such as Asia/Jakarta") from error
        return name

    @model_validator(mode="after")
    def _distinct_names(self) -> Schedule:
        names = [slot.name for slot in self.all_slots]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"the slot name {doubled[0]!r} stands twice")
        return self

    @property
    def all_slots(self) -> tuple[Slot, ...]:
        """Every slot, switched off ones too."""
        three = (self.morning, self.afternoon, self.evening)
        return tuple(slot for slot in three if slot is not None) + self.slots

    @property
    def zone(self) -> ZoneInfo:
        """The zone that slot times and days are meant in."""
        return ZoneInfo(self.timezone)


class AccountSettings(Section):
    """The whole of settings.yaml."""

    account: AccountSection = AccountSection()
    business: BusinessSection = BusinessSection()
    safety: Safety = Safety()
    policy: PolicySection = PolicySection()
    schedule: Schedule = Schedule()

    def slot(self, name: str) -> Slot:
        """The slot of that name. Raises KeyError."""
        for slot in self.schedule.all_slots:
            if slot.name == name:
                return slot
        raise KeyError(name)


def load_account_settings(folder: AccountFolder) -> AccountSettings:
    """Read config/settings.yaml of one account. Raises SettingsError."""
    document = read_yaml(folder.settings_yaml)
    return check(document, AccountSettings).with_hints(hints_of(document, AccountSettings))
