"""What is tried out, put into the settings of a picture. Pure: no file is read or written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.fleet.forecast.pictures import FleetPicture
from bot.fleet.registry import Member
from bot.forecast_view import Changes, SlotChange
from bot.settings.account import AccountSettings, RateLimits, Schedule, Slot
from bot.settings.fleet import FleetSettings, GlobalRateLimit


def change(picture: FleetPicture, changes: Changes, template: AccountSettings | None) -> FleetPicture:
    """The picture with the changes; `template` holds the slots that accounts get, where `changes` name one."""
    members = {
        key: _changed(member, changes, template) if changes.are_for(key, member.entry.groups) else member
        for key, member in picture.engine.members.items()
    }
    return picture.with_members(members, _changed_fleet(picture.engine.fleet, changes))


def _changed(member: Member, changes: Changes, template: AccountSettings | None) -> Member:
    entry = member.entry.model_copy(update={"groups": _groups(member.entry.groups, changes)})
    settings = member.settings
    if settings is None:
        return replace(member, entry=entry)
    if template is not None:
        own = {"enabled": settings.schedule.enabled, "queue": settings.schedule.queue}
        settings = settings.model_copy(update={"schedule": template.schedule.model_copy(update=own)})
    if changes.slot is not None:
        settings = settings.model_copy(update={"schedule": _with_slot(settings.schedule, changes.slot)})
    if changes.limits:
        limits = RateLimits.model_validate({**settings.safety.rate_limits.model_dump(), **changes.limits})
        safety = settings.safety.model_copy(update={"rate_limits": limits})
        settings = settings.model_copy(update={"safety": safety})
    return replace(member, entry=entry, settings=settings)


def _groups(groups: Sequence[str], changes: Changes) -> tuple[str, ...]:
    stay = tuple(group for group in groups if group != changes.leaves)
    return (*stay, changes.joins) if changes.joins and changes.joins not in stay else stay


def _with_slot(schedule: Schedule, wanted: SlotChange) -> Schedule:
    named = ("time", "weekdays", "enabled")
    values = {key: value for key in named if (value := getattr(wanted, key)) is not None}

    def changed(slot: Slot | None) -> Slot | None:
        return slot.model_copy(update=values) if slot is not None and slot.name == wanted.slot else slot

    three = {name: changed(getattr(schedule, name)) for name in ("morning", "afternoon", "evening")}
    return schedule.model_copy(update={**three, "slots": tuple(map(changed, schedule.slots))})


def _changed_fleet(fleet: FleetSettings, changes: Changes) -> FleetSettings:
    values: dict[str, Any] = {}
    if changes.seats is not None:
        values["max_concurrent_accounts"] = changes.seats
    if changes.global_limits:
        values["global_rate_limit"] = _limits(fleet.global_rate_limit, changes.global_limits)
    return fleet.model_copy(update=values)


def _limits(before: GlobalRateLimit, wanted: Mapping[str, int]) -> GlobalRateLimit:
    return GlobalRateLimit.model_validate({**before.model_dump(), **wanted})
