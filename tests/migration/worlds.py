"""Single-account homes as existing users have them, and all that is told of one before and after."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.clock import FakeClock
from bot.content.rendering import some_posts
from bot.content.templates import read_content
from bot.content.variables import vocabulary_of
from bot.migration.file_work import FileWork
from bot.migration.plan import Wanted
from bot.migration.tool import Choice, Request, Tool
from bot.planning.slots import moment_of
from bot.settings.account import load_account_settings
from bot.settings.content import load_keywords, load_templates
from bot.settings.fleet import load_fleet_file
from bot.settings.home import AccountFolder, Home, is_there
from bot.storage.database import Database
from bot.storage.permits import Permits, Window
from bot.storage.standings import StandingKind, Standings
from tests import legacy

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OF_ALL = ("data/fleet.db", "data/panel.db", "data/session.key", "data/logs/aviary.log")
BACKUP_FOLDER = "accounts/account1_Lama.backup_20251221_153000"
SHOP = "TokoContoh"
SHARED = next((each for each in (legacy.SHARED, Path("/work/shared/legacy")) if each.is_dir()), legacy.SHARED)


class PulledPlug(BaseException):
    """The process is gone: nothing tidies up after it."""


@dataclass
class Plug:
    """Counts the operations on files, and lets `trouble` happen at the one of that number (from 1)."""

    at: int = 0
    trouble: Callable[[str], BaseException] = PulledPlug
    seen: list[str] = field(default_factory=list)

    def __call__(self, operation: str) -> None:
        self.seen.append(operation)
        if len(self.seen) == self.at:
            raise self.trouble(operation)


@dataclass(frozen=True)
class Told:
    """Whatever must be equal before and after."""

    rows: dict[str, int]
    files: dict[str, str]
    posts: tuple[str, ...]
    pictures: tuple[str, ...]
    slots: tuple[tuple[str, datetime], ...]
    keywords: tuple[tuple[str, tuple[str, ...]], ...]


def build_single(root: Path) -> Home:
    """A home that the panel has worked on once, with everything an account can have."""
    if SHARED.is_dir():
        _copy_shared(root)
    else:
        legacy.write_account(root)
        legacy.write_metrics(root / "data" / "metrics.db")
    _write(root / "media" / "promo" / "poster.png", b"\x89PNG poster")
    _write(root / "media" / "promo" / "foto toko – é ✨.jpg", b"\xff\xd8 toko")
    (root / "media" / "kosong").mkdir()
    _write(root / "data" / "logs" / "bot.log", b"2025-12-20 morning slot\n")
    _write(root / "data" / "profile" / "Default" / "Preferences", b"{}")
    (root / "data" / "profile" / "SingletonLock").symlink_to("host-1234")
    _write(root / "data" / "evidence" / "1" / "page.html", b"<html></html>")
    _write(root / "config" / "versions" / "settings.yaml" / "20260101T000000000000-0123abcd", b"account: {}\n")
    _write(root / BACKUP_FOLDER / "config" / "settings.yaml", b"account: {username: '@Lama'}\n")
    _write(root / "data" / "session.key", b"a key\n")
    _write(root / "data" / "logs" / "aviary.log", b"{}\n")
    _write_fleet(root)
    return Home(root)


def _copy_shared(root: Path) -> None:
    (root / "config").mkdir(parents=True)
    for name in ("settings", "templates", "keywords"):
        shutil.copy(SHARED / "config" / f"{name}.yaml", root / "config")
    shutil.copy(SHARED / "cookies.json", root)
    legacy.write_metrics(root / "data" / "metrics.db", (SHARED / "metrics.sql").read_text(encoding="utf-8"))


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _write_fleet(root: Path) -> None:
    """As the panel leaves it for the single account of old: account1 in the folder "."."""
    with closing(Database(root / "data" / "fleet.db", "fleet")) as database:
        Standings(database, FakeClock(NOW)).set("account1", StandingKind.NEEDS_ATTENTION, reason="locked")
        for _ in range(3):
            Permits(database, FakeClock(NOW)).take("account1", "post", [Window(86_400, 50)])
        with database.write() as connection:
            connection.execute("INSERT INTO identities VALUES ('.', 'account1')")
            connection.execute("INSERT INTO guard_filled VALUES ('.')")
    with closing(Database(root / "data" / "panel.db", "panel")):
        pass


def make_tool(home: Home, plug: Plug | None = None, *, links: bool = True, agrees: bool = True) -> Tool:
    """The tool with a backup that is a small file: what a real one holds is told elsewhere."""
    return Tool(
        home,
        _small_backup,
        lambda _question: agrees,
        lambda _line: None,
        FileWork(plug or Plug(), links=links),
        FakeClock(NOW),
    )


def _small_backup(_home: Home, file: Path, _at: datetime) -> tuple[str, ...]:
    file.write_bytes(b"a backup")
    return ()


MOVE = Request(Choice.MOVE, [Wanted("account1", "Toko – Utama ✨", f"@{SHOP}")])
FOLDER = f"accounts/account1_{SHOP}"
UNDO = Request(Choice.UNDO)
SCRATCH = Request(Choice.SCRATCH, [Wanted("a", "A", "@toko_a"), Wanted("b")])


def tell_of(folder: AccountFolder) -> Told:
    """All that matters of the account in this folder."""
    settings = load_account_settings(folder)
    content = read_content(load_templates(folder))
    vocabulary = vocabulary_of(content, settings, NOW, 7)
    posts = [post.text for template in content.templates for post in some_posts(template, vocabulary, 3, seed=5)]
    pictures = [name for template in content.templates for name in template.media if folder.media_file(name).is_file()]
    days = [date(2026, 3, 2) + timedelta(days=number) for number in range(7)]
    slots = [
        (slot.name, moment_of(slot, day, settings.schedule.zone))
        for day in days
        for slot in settings.schedule.all_slots
    ]
    return Told(
        rows_of(folder.metrics_db),
        files_of(folder),
        tuple(posts),
        tuple(pictures),
        tuple(slots),
        tuple(sorted(load_keywords(folder).items())),
    )


def rows_of(file: Path) -> dict[str, int]:
    """Table -> rows; a file that is not there has none."""
    if not is_there(file):
        return {}
    with closing(sqlite3.connect(file)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}


def files_of(folder: AccountFolder) -> dict[str, str]:
    """Every file of the account with its hash, links with where they lead; those of the home itself left out."""
    found: dict[str, str] = {}
    for path in sorted(folder.root.rglob("*")):
        name = path.relative_to(folder.root).as_posix()
        if name.startswith(("accounts/", "backups/", "config/accounts.yaml", "config/versions/accounts.yaml/")):
            continue
        if name.startswith(("data/fleet.db", "data/panel.db")):
            continue
        if name in {*OF_ALL, "data/aviary.lock", "data/migration.json"}:
            continue
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def tree_of(root: Path) -> dict[str, str]:
    """Every file and folder below the home, hashed, but for what each run leaves: lock, backup, SQLite's own files."""
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name.startswith(("backups", "data/aviary.lock", "data/fleet.db")):
            continue
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        else:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
    return found


def is_moved(home: Home) -> bool:
    """Whether the list says that the account lies in its new folder."""
    return any(entry.folder == FOLDER for entry in load_fleet_file(home).accounts)


def present_folder(home: Home) -> AccountFolder:
    """Where Aviary would work for the account."""
    return home.account(FOLDER) if is_moved(home) else AccountFolder(home.root)


def copy_home(home: Home, target: Path) -> Home:
    """A second one, as it is."""
    shutil.copytree(home.root, target, symlinks=True)
    return Home(target)


def fleet_rows(home: Home) -> list[tuple[str, str]]:
    """Folder and account of the identities in fleet.db."""
    with closing(sqlite3.connect(home.fleet_db)) as connection:
        return connection.execute("SELECT folder, account_id FROM identities ORDER BY folder").fetchall()
