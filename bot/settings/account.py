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
RESERVED_SLOT_NAMES = frozenset(
    {"check", "check-x", "check-session", "check-account", "log-in", "do-approved", "read-numbers"}
)
"""Runs that are no slot of the file have these names: CHECK_SLOT and those after it in bot.slot_work."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Section(BaseModel):
    """A part of the file. Keys that Aviary does not know are allowed and left alone."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True, hide_input_in_errors=True)
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
    """What templates can name, further keys too, when they hold a text or a number."""

    wa_number: Text = ""
    wa_link: Text = ""
    product: Text = ""
    wa_codes: bool = False
    """Whether each post of a template carries a code of its own in the text of `wa_link`: bot/wa_links.py."""

    @property
    def variables(self) -> dict[str, str]:
        """Key -> text, "" where there is none."""
        values = {**self.model_dump(), **(self.model_extra or {})}
        return {
            key: str(value)
            for key, value in values.items()
            if isinstance(value, str | int | float) and not isinstance(value, bool)
        }


class ContentSection(Section):
    """How templates are used."""

    language: Literal["id", "en"] = "id"  # of weekdays and months
    repeat_after_days: Annotated[int, Field(ge=1, le=365)] = 30  # no text is posted again sooner
    runway_warning_days: Annotated[int, Field(ge=0, le=365)] = 7  # of posts left; 0 never warns


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


class Filters(Section):
    """What of that which a search finds is left out. 0, no and empty lists leave nothing out."""

    max_age_hours: Annotated[float, Field(ge=0, le=24 * 365)] = 0
    languages: tuple[Text, ...] = ()
    avoid_words: tuple[Text, ...] = ()
    skip_promotional: bool = False
    max_replies: Annotated[int, Field(ge=0)] = 0


class EngagementSection(Section):
    """Whom the account engages."""

    filters: Filters = Filters()


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
    post: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")] = "none"  # a kind of templates, or none
    like: Annotated[int, Field(ge=0, le=50)] = 0
    like_from: str = "high_intent"
    follow: Annotated[int, Field(ge=0, le=50)] = 0
    follow_from: str = "high_intent"
    reply: Annotated[int, Field(ge=0, le=20)] = 0
    reply_from: str = "high_intent"
    reply_with: str = ""  # a group of reply_templates; "" takes any
    summary: bool = False  # ends with a line on the day
    missed: MissedRun = MissedRun()

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, name: str) -> str:
        if name in RESERVED_SLOT_NAMES:
            raise ValueError(f"{name!r} is a name that Aviary needs itself; choose another")
        return name


class QueueSection(Section):
    """Posts that people wrote for a moment."""

    within_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 60
    """So late one may still go out, whatever held it up."""


# ../shared/legacy/README.md, "The three slots of a day".
_LEGACY_WORK: dict[str, dict[str, Any]] = {
    "morning": {"time": "08:00", "post": "promo", "like": 5, "like_from": "high_intent", "follow": 5},
    "afternoon": {"time": "13:00", "post": "value", "like": 5, "like_from": "medium_intent"},
    "evening": {"time": "20:00", "post": "promo", "like": 3, "like_from": "high_intent", "follow": 5, "summary": True},
}


IMPROVE_PROMPT = (
    "Rewrite this post so that it is more inviting and stays polite. Keep its language and its meaning.\n\n"
    "Post: {tweet}"
)


def _read_patience(value: object) -> object:
    """Within 1 to 120 seconds: what an existing file says must not keep its account from working."""
    return min(max(value, 1), 120) if isinstance(value, int | float) and not isinstance(value, bool) else value


class AiSection(Section):
    """Help by a language model. Files of existing users have the first four keys, without meaning a model by name."""

    enabled: bool = False
    api_url: Text = ""
    timeout: Annotated[float, BeforeValidator(_read_patience)] = 10
    improve_prompt: Text = IMPROVE_PROMPT  # {tweet} is the text
    model: Text = ""  # left out of the request when empty, as servers with one model like it
    approval: bool = True
    """Whether what a model wrote waits for a person's word; so, too, in files from before there was a choice."""
    budget_per_day: Count = 50  # requests, a day of UTC


class NumbersSection(Section):
    """How often and how far back the account's own numbers are read."""

    refresh_hours: Annotated[float, Field(ge=1, le=24 * 7)] = 24
    days: Annotated[int, Field(ge=1, le=90)] = 30
    most_posts: Annotated[int, Field(ge=20, le=800)] = 300
    """So many of the newest posts at most, since x.com limits how much an account may read."""
    own_visit: bool = True
    """Whether a browser is opened only for them, at most once a day, when no run has read them in time."""


def _read_target(value: object) -> object:
    """A number that can be a target; whatever else an existing file says is none, and keeps nobody from working."""
    if isinstance(value, str):
        try:
            value = float(value.replace(",", ".")) if value.strip() else None
        except ValueError:
            return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 1e12 else None  # type: ignore[operator]


def _read_whole_target(value: object) -> object:
    found = _read_target(value)
    return int(found) if isinstance(found, int | float) else None


WholeTarget = Annotated[int | None, BeforeValidator(_read_whole_target)]


class TargetsSection(Section):
    """What an account is meant to reach; None is no target. They change nothing that it does."""

    daily_orders_target: WholeTarget = None
    daily_wa_messages_target: WholeTarget = None
    engagement_rate_target: Annotated[float | None, BeforeValidator(_read_target)] = None
    """A share: 0.02 is 2 likes, reposts and replies on 100 views."""
    followers_30days: WholeTarget = None
    """Followers gained in 30 days."""


class Schedule(Section):
    """The slots of an account, in its own time zone."""

    enabled: bool = True
    timezone: str = "Asia/Jakarta"
    morning: Slot | None = None
    afternoon: Slot | None = None
    evening: Slot | None = None
    slots: tuple[Slot, ...] = ()
    queue: QueueSection = QueueSection()

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
    content: ContentSection = ContentSection()
    safety: Safety = Safety()
    policy: PolicySection = PolicySection()
    ai: AiSection = AiSection()
    engagement: EngagementSection = EngagementSection()
    schedule: Schedule = Schedule()
    numbers: NumbersSection = NumbersSection()
    targets: TargetsSection = TargetsSection()

    @field_validator("targets", mode="before")
    @classmethod
    def _take_what_is_there(cls, value: object) -> object:
        """Whatever an existing file has under this key must not keep its account from working."""
        return value if isinstance(value, dict | TargetsSection) else {}

    @property
    def unchosen_policies(self) -> tuple[str, ...]:
        """The actions that slots ask for and that go on by themselves, because nobody has said how they shall."""
        asked = {
            "like": any(slot.like for slot in self.schedule.all_slots),
            "follow": any(slot.follow for slot in self.schedule.all_slots),
            "reply": any(slot.reply for slot in self.schedule.all_slots),
        }
        return tuple(action for action in asked if asked[action] and action not in self.policy.model_fields_set)

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
