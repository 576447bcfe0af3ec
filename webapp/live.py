"""What a page has seen so far, so that a poll answers with the changes alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mark:
    """A fleet version together with the process that counted it: a new process counts from 0 again."""

    boot: str
    version: int

    def __str__(self) -> str:
        return f"{self.boot}-{self.version}"


@dataclass(frozen=True)
class Marker:
    """Makes and reads the marks of this process."""

    boot: str = field(default_factory=lambda: secrets.token_hex(4))

    def mark(self, version: int) -> Mark:
        return Mark(self.boot, version)

    def seen_version(self, mark: str, now: int) -> int:
        """The version a page has seen, -1 (nothing) when its mark is of another process or unreadable."""
        boot, _, version = mark.partition("-")
        if boot != self.boot or not version.isascii() or not version.isdigit() or len(version) > 18:
            return -1
        return int(version) if int(version) <= now else -1
