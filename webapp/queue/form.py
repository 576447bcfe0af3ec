"""A written post as a form has it: what it says, what goes with it, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.content.post_table import read_date, read_time
from bot.planning.slots import moment_at
from bot.storage.planned_posts import PlannedPost, PostState, Written

AT, SLOT = "at", "slot"
_NO_MOMENT = "Give it a date and a time, or choose the next free slot."


@dataclass(frozen=True)
class PostForm:
    """The values of a form. `when` is AT or SLOT."""

    text: str = ""
    media: tuple[str, ...] = ()
    when: str = SLOT
    date: str = ""
    time: str = ""
    is_draft: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, post: PlannedPost, zone: ZoneInfo) -> PostForm:
        """What the form of a post begins with."""
        local = post.at.astimezone(zone) if post.at else None
        return cls(
            post.text,
            post.media,
            AT if local else SLOT,
            f"{local:%Y-%m-%d}" if local else "",
            f"{local:%H:%M}" if local else "",
            post.state is PostState.DRAFT,
        )

    @classmethod
    def sent(cls, form: Mapping[str, str], media: Sequence[str]) -> PostForm:
        """What a person sent."""
        return cls(
            form.get("text", "").replace("\r\n", "\n").strip(),
            tuple(dict.fromkeys(name for name in media if name)),
            AT if form.get("when") == AT else SLOT,
            form.get("date", "").strip(),
            form.get("time", "").strip(),
            form.get("as") == "draft",
        )

    def with_faults(self, faults: Mapping[str, str]) -> PostForm:
        return replace(self, faults=faults)

    def moment(self, zone: ZoneInfo) -> datetime | None:
        """When it shall go out; None for the next free slot. Raises ValueError in words."""
        if self.when == SLOT:
            return None
        day, clock = read_date(self.date), read_time(self.time)
        if day is None or clock is None:
            raise ValueError(_NO_MOMENT)
        return moment_at(clock, day, zone)

    def written(self, zone: ZoneInfo) -> Written:
        """What shall be stored. Raises ValueError as `moment` does."""
        return Written(self.text, self.media, self.moment(zone), self.is_draft)
