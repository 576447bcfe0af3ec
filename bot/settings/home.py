"""Where everything lies. All paths of Aviary hang off one home folder."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.errors import HomeError

_WINDOWS_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])\s*(\..*)?", re.IGNORECASE)
_YAML_FILES = ("settings.yaml", "templates.yaml", "keywords.yaml")
_PARTS_IN_A_HOME = (
    *_YAML_FILES,  # where they lie flat
    *(f"config/{name}" for name in _YAML_FILES),
    *(f"{folder}/{name}" for folder in ("versions", "config/versions") for name in _YAML_FILES),
    "media",
    "data/metrics.db",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class AccountFolder:
    """The paths of one account. For the single account of old, `root` is the home itself.

    `is_home` says so where it is known; a home that was never worked on shows no other sign of it.
    """

    root: Path
    is_home: bool = False

    @property
    def config(self) -> Path:
        """config/, or the root itself where the files lie flat beside cookies.json."""
        return self.root if is_there(self.root / "settings.yaml") else self.root / "config"

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
    def checks(self) -> Path:
        """Reports on x.com's pages, a folder each."""
        return self.data / "checks"

    @property
    def profile(self) -> Path:
        """The browser's own folder for this account."""
        return self.data / "profile"

    @property
    def trial_profile(self) -> Path:
        """That of a browser in which imported cookies are tried; there only as long as that takes."""
        return self.data / "trial-profile"

    @property
    def cookies_json(self) -> Path:
        return self.root / "cookies.json"

    @property
    def own_roots(self) -> tuple[Path, ...]:
        """What is the account's own: the whole folder, or parts of a home, where panel and program lie, too."""
        if not self.is_home and not is_there(Home(self.root).fleet_db):
            return (self.root,)
        return tuple(self.root.joinpath(*part.split("/")) for part in _PARTS_IN_A_HOME)

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
    def account_templates(self) -> Path:
        """Templates that accounts are made from, a folder each."""
        return self.root / "config" / "account_templates"

    @property
    def selectors_yaml(self) -> Path:
        """Selectors of x.com's pages that the operator replaced."""
        return self.root / "config" / "selectors.yaml"

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
            tempfile.TemporaryFile(dir=self.data).close()
        except OSError as error:
            raise HomeError(
                f"Aviary cannot write to {self.root}: {error.strerror or error}",
                remedy=f"Give this user the right to write to {self.root}, or choose another folder with --home.",
            ) from error


def is_home_folder(folder: str) -> bool:
    """Whether `folder`, as accounts.yaml has it, is the home itself."""
    return set(folder.replace("\\", "/").split("/")) <= {"", "."}


def is_there(file: Path) -> bool:
    """Whether something has this path; also when it may not be looked at: who reads it then learns why."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def safe_join(root: Path, relative: str) -> Path:
    """`root`/`relative`, for sure inside `root`. Raises ValueError for paths that lead out or name devices."""
    parts = relative_parts(relative)
    joined = root.joinpath(*parts)
    try:
        inside = joined.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError) as error:  # links that lead in a circle
        raise ValueError(f"{relative!r} cannot be followed: {error}") from error
    if not inside:
        raise ValueError(f"{relative!r} leads out of {root.name}/")
    return joined


def relative_parts(relative: str) -> tuple[str, ...]:
    """The names that a relative path goes through, the same on every system.

    Raises ValueError for an absolute path, "..", drives, and names that Windows reads as another one or a device.
    """
    parts = relative.replace("\\", "/").split("/")
    if relative[:1] in {"/", "\\"} or any(_is_bad(part) for part in parts):
        raise ValueError(f"{relative!r} must be a plain path below this folder: no '..', drive, or name of a device")
    return tuple(part for part in parts if part not in {"", "."})


def _is_bad(part: str) -> bool:
    # Windows drops blanks and dots at the end of a name: "shop." and "shop" would be one folder there.
    ends_badly = part not in {"", ".", ".."} and part[-1] in ". "
    special = ":" in part or _CONTROL.search(part) or _WINDOWS_DEVICES.fullmatch(part)
    return part == ".." or ends_badly or bool(special)
