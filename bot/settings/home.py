"""Where everything lies. All paths of Aviary hang off one home folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.errors import HomeError

_WINDOWS_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


@dataclass(frozen=True)
class AccountFolder:
    """The paths of one account. For the single account of old, `root` is the home itself."""

    root: Path

    @property
    def config(self) -> Path:
        """config/, or the root itself where the files lie flat beside cookies.json."""
        return self.root if (self.root / "settings.yaml").exists() else self.root / "config"

    @property
    def settings_yaml(self) -> Path:
        return self.config / "settings.yaml"

    @property
    def templates_yaml(self) -> Path:
        return self.config / "templates.yaml"

    @property
    def keywords_yaml(self) -> Path:
        return self.config / "keywords.yaml"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def metrics_db(self) -> Path:
        return self.data / "metrics.db"

    @property
    def evidence(self) -> Path:
        return self.data / "evidence"

    @property
    def profile(self) -> Path:
        """The browser's own folder for this account."""
        return self.data / "profile"

    @property
    def cookies_json(self) -> Path:
        return self.root / "cookies.json"

    def media_file(self, name: str) -> Path:
        """The file a template names, relative to the account's root. Raises ValueError outside of it."""
        return safe_join(self.root, name)


@dataclass(frozen=True)
class Home:
    """The home folder of one installation."""

    root: Path

    @property
    def accounts_yaml(self) -> Path:
        return self.root / "config" / "accounts.yaml"

    @property
    def data(self) -> Path:
        """Databases, lock and logs of the fleet and the panel."""
        return self.root / "data"

    @property
    def fleet_db(self) -> Path:
        return self.data / "fleet.db"

    @property
    def panel_db(self) -> Path:
        return self.data / "panel.db"

    @property
    def lock_file(self) -> Path:
        return self.data / "aviary.lock"

    @property
    def log_file(self) -> Path:
        return self.data / "logs" / "aviary.log"

    def account(self, folder: str) -> AccountFolder:
        """The account in `folder` (relative to the home). Raises ValueError when it leads out of the home."""
        return AccountFolder(safe_join(self.root, folder))

    def prepare(self) -> None:
        """Make the folders Aviary writes to. Raises HomeError when that is not possible."""
        try:
            self.log_file.parent.mkdir(parents=True, exist_ok=True)
            probe = self.data / ".writable"
            probe.write_text("", encoding="utf-8")
            probe.unlink()
        except OSError as error:
            raise HomeError(
                f"Aviary cannot write to {self.root}: {error.strerror or error}",
                remedy=f"Give this user the right to write to {self.root}, or choose another folder with --home.",
            ) from error


def safe_join(root: Path, relative: str) -> Path:
    """`root`/`relative`, for sure inside `root`. Raises ValueError for paths that lead out or name devices."""
    parts = relative.replace("\\", "/").split("/")
    if any(_is_bad(part) for part in parts) or Path(relative).is_absolute():
        raise ValueError(f"{relative!r} is not a path inside {root.name}/")
    joined = root.joinpath(*[part for part in parts if part not in {"", "."}])
    if not joined.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"{relative!r} leads out of {root.name}/")
    return joined


def _is_bad(part: str) -> bool:
    return part == ".." or ":" in part or "\0" in part or bool(_WINDOWS_DEVICES.match(part))
