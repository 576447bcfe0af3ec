"""Where the numbers of each account lie, and on which clock its days are, from the lists as they are read."""

from __future__ import annotations

from bot.analytics.room import Place
from bot.fleet.registry import Registry


def analytics_places(registry: Registry) -> dict[str, Place]:
    """All accounts whose settings can be read: without them nobody knows when their days begin."""
    return {
        key: Place(member.entry.display_name, member.folder.metrics_db, member.settings.schedule.timezone)
        for key, member in registry.members.items()
        if member.settings is not None
    }
