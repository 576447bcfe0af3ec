"""Whose accounts the tests are about."""

from __future__ import annotations

from bot.experiments.view import ExperimentPlace
from bot.fleet.registry import Registry
from bot.settings.home import Home


def experiment_places(registry: Registry, home: Home) -> list[ExperimentPlace]:
    """All accounts of the list; of those whose entry is broken, no more than that they are there."""
    found = [
        ExperimentPlace(
            key,
            member.entry.display_name,
            member.entry.folder_key,
            member.folder,
            tuple(member.entry.groups),
            None if member.problems else member.settings,
        )
        for key, member in registry.members.items()
    ]
    broken = (entry for entry in registry.broken if entry.folder)
    return found + [
        ExperimentPlace(entry.id, entry.id, entry.folder.strip("/"), home.account(entry.folder), (), None)
        for entry in broken
    ]
