"""What each kind of action may do: off, after a person's word, or by itself, with X's rule beside each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.settings.account import AccountSettings, Policy
from bot.settings.yaml_reading import KeyPath

CHOICES: tuple[tuple[Policy, str], ...] = (
    (Policy.OFF, "Off"),
    (Policy.APPROVE, "After a person’s word"),
    (Policy.AUTOMATIC, "By itself"),
)
_POST_CHOICES = (CHOICES[0], CHOICES[2])
_LABELS = {"post": "Posts", "like": "Likes", "follow": "Follows", "reply": "Replies"}
_RULES = {
    "post": "X forbids scripting its website, and the same text on several accounts. The risk is yours; give each "
    "account texts of its own.",
    "like": "X forbids automated likes: by itself, they may cost the account.",
    "follow": "X forbids following in bulk and by a program: by itself, it may cost the account.",
    "reply": "X forbids replies sent by a program because of a keyword: by itself, they may cost the account.",
}


@dataclass(frozen=True)
class Switch:
    """One action with its three ways. `chosen` is False while the file names none."""

    action: str
    label: str
    rule: str
    policy: Policy
    chosen: bool
    choices: tuple[tuple[Policy, str], ...]


def switches(settings: AccountSettings) -> list[Switch]:
    """The four, as they are in force."""
    return [
        Switch(
            action,
            label,
            _RULES[action],
            getattr(settings.policy, action),
            action in settings.policy.model_fields_set,
            _choices(action, getattr(settings.policy, action)),
        )
        for action, label in _LABELS.items()
    ]


def chosen(form: Mapping[str, str]) -> dict[KeyPath, str]:
    """What a person chose, to be written even where it is in force already: then it is chosen."""
    known = {policy.value for policy, _ in CHOICES}
    return {("policy", action): form[action] for action in _LABELS if form.get(action) in known}


def _choices(action: str, policy: Policy) -> tuple[tuple[Policy, str], ...]:
    """Posts are no candidates that could be approved one by one; a file that says so keeps it."""
    return _POST_CHOICES if action == "post" and policy is not Policy.APPROVE else CHOICES
