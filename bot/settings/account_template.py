"""What of an account's settings goes into an account template, and from there into the settings of other accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.log import names_secret
from bot.settings.account_editing import THREE_SLOTS, add_slot, delete_slot, set_values, slot_path
from bot.settings.yaml_editing import as_yaml, edit_yaml
from bot.settings.yaml_reading import KeyPath, parse_yaml

_HEADER = """\
# Settings of an account template: accounts made from it begin with them. It may be changed by hand.
# Handle, session and proxy are each account's own and stand in no template.
"""
_OF_THE_ACCOUNT = "account"
_BUSINESS = "business"
_SCHEDULE = "schedule"
_SLOT_LIST = "slots"


def settings_for_template(text: str, file: Path) -> str:
    """A settings.yaml without what belongs to its account alone: handle, session, whatever may be a secret.

    Comments are left out, since nobody knows what they hold. Raises SettingsError for a text that cannot be read.
    """
    data = parse_yaml(text, file).data
    kept = {key: value for key, value in _harmless(data).items() if key != _OF_THE_ACCOUNT}
    return edit_yaml(_HEADER, lambda empty: empty.update(as_yaml(kept)), file)


def _harmless(value: Any) -> Any:
    """The same without keys that name a secret, however deep; short lists stand on one line."""
    if isinstance(value, dict):
        return {key: _harmless(each) for key, each in value.items() if not names_secret(str(key))}
    if isinstance(value, list):
        found = [_harmless(each) for each in value]
        return found if any(isinstance(each, dict | list) for each in found) else tuple(found)
    return value


def take_settings(data: Any, source: Mapping[str, Any]) -> None:
    """Write the template's policies, limits, delays and whatever else is neither slots nor business texts.

    What the template does not name stays as it is.
    """
    others = {_OF_THE_ACCOUNT, _BUSINESS, _SCHEDULE}
    set_values(data, dict(_leaves({key: value for key, value in source.items() if key not in others})))


def take_business(data: Any, source: Mapping[str, Any]) -> None:
    """Write the template's business texts: what templates.yaml can name."""
    set_values(data, dict(_leaves({_BUSINESS: source.get(_BUSINESS)})))


def take_slots(data: Any, source: Mapping[str, Any]) -> None:
    """Make the slots, and the time zone they follow, those of the template: slots that it does not have are deleted."""
    schedule = source.get(_SCHEDULE)
    if not isinstance(schedule, Mapping):
        return
    wanted = dict(_slots(schedule))
    for name, _ in list(_slots(data.get(_SCHEDULE))):
        if name not in wanted:
            delete_slot(data, name)
    for name, slot in wanted.items():
        _put_slot(data, name, slot)
    others = {key: value for key, value in schedule.items() if key not in (*THREE_SLOTS, _SLOT_LIST)}
    set_values(data, dict(_leaves({_SCHEDULE: others})))


def _put_slot(data: Any, name: str, slot: Mapping[str, Any]) -> None:
    """A slot with just these keys, in the place of the one of its name."""
    values = {path: value for path, value in _leaves(slot) if path != ("name",)}
    try:
        place = slot_path(data, name)
    except KeyError:
        add_slot(data, name, values)
        return
    present = data
    for part in place:
        present = present[part]
    for key in [key for key in present if key != "name" and key not in slot]:
        del present[key]
    set_values(present, values)


def _slots(schedule: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and keys of each slot."""
    if not isinstance(schedule, Mapping):
        return
    for name in THREE_SLOTS:
        if isinstance(schedule.get(name), Mapping):
            yield name, schedule[name]
    listed = schedule.get(_SLOT_LIST)
    for slot in listed if isinstance(listed, list) else ():
        if isinstance(slot, Mapping):
            yield str(slot.get("name", "slot")), slot


def _leaves(section: Any, above: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Path and value of all that has no keys of its own and says something."""
    for key, value in section.items() if isinstance(section, Mapping) else ():
        path = (*above, key)
        if isinstance(value, Mapping):
            yield from _leaves(value, path)
        elif value is not None:
            yield path, value
