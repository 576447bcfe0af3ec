"""Homes for tests: accounts with settings, templates, keywords and a session, written as an operator would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

DAY_LONG = {"tweets_per_hour": 40, "tweets_per_day": 50, "likes_per_hour": 40, "likes_per_day": 90}
FAR = f"{datetime.now(UTC) + timedelta(hours=12):%H:%M}"
"""A slot time, UTC, that does not come while the tests run, whatever the hour is at which somebody runs them."""
NO_DELAYS = {"min_delay": 0, "max_delay": 0, "after_tweet": 0, "after_follow": 0, "after_error": 0}


def settings(handle: str, **changes: Any) -> dict[str, Any]:
    """settings.yaml with one slot at 08:00 UTC; `changes` replace whole sections."""
    return {
        "account": {"username": f"@{handle}"},
        "business": {"wa_number": "080000000000", "wa_link": "https://wa.me/6280000000000"},
        "schedule": {
            "timezone": "UTC",
            "morning": {"time": "08:00", "like": 2, "follow": 1},
        },
        "safety": {"delays": NO_DELAYS, "rate_limits": {**DAY_LONG, "follows_per_hour": 40, "follows_per_day": 40}},
        **changes,
    }


def templates(handle: str, count: int = 6) -> dict[str, Any]:
    """Promo templates that no other account has, nor any like them."""
    return {"promo_templates": [f"{own_name(handle)} offer {index}: call {{wa_number}}" for index in range(count)]}


def own_name(handle: str) -> str:
    """The handle as a word of its own: numbers do not tell a post from another one, nor do letters said twice."""
    return handle.translate({ord(str(digit)): syllable for digit, syllable in enumerate(_SYLLABLES)})


_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu")


class HomeBuilder:
    """Writes a home. `add` may be called before and after `write`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.entries: list[dict[str, Any]] = []
        self.fleet: dict[str, Any] = {
            "max_concurrent_accounts": 3,
            "minimum_gap_seconds": 0,
            "global_rate_limit": {"tweets_per_hour": 500, "likes_per_hour": 500, "follows_per_hour": 500},
        }

    def add(
        self,
        account_id: str,
        handle: str,
        *,
        session: str = "",
        enabled: bool = True,
        groups: Sequence[str] = (),
        **changes: Any,
    ) -> Path:
        """Add an account; returns its folder."""
        folder = f"accounts/{account_id}_{handle}"
        self.entries.append(
            {"id": account_id, "name": f"Shop {handle}", "username": f"@{handle}", "enabled": enabled, "folder": folder}
        )
        if groups:
            self.entries[-1]["groups"] = list(groups)
        root = self.root / folder
        write_yaml(root / "config" / "settings.yaml", settings(handle, **changes))
        write_yaml(root / "config" / "templates.yaml", templates(handle))
        write_yaml(root / "config" / "keywords.yaml", {"high_intent": ["paket data", "kuota"]})
        cookies = [{"name": "auth_token", "value": session or f"token-{handle}", "domain": ".x.com"}]
        (root / "cookies.json").write_text(json.dumps(cookies), encoding="utf-8")
        self.write()
        return root

    def write(self) -> None:
        content = {"version": "1.0", "accounts": self.entries, "settings": self.fleet}
        write_yaml(self.root / "config" / "accounts.yaml", content)


def write_yaml(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
