"""What of an account and of a home goes into a zip, and what never does.

Never: the panel's own database (passwords, tokens, its secret key), keys, browser profiles, pictures of trouble, and
any session or login that does not lie there encrypted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings.home import AccountFolder
from bot.settings.secret_keeping import leave_out_secrets
from bot.storage.archives.manifest import folded, is_plain_path
from bot.storage.proxy_login import LOGIN_FILE
from bot.storage.sealing import KEY_FILE, is_sealed
from bot.storage.session_file import CHECK_FILE

_FOLDERS_LEFT_OUT = frozenset({"profile", "trial-profile", "evidence", "checks"})
"""Below an account's data/: the browser's own, and pictures of trouble."""
_OF_CHROME = frozenset({"Local State", "Login Data"})
_SECRETS = ("cookies", LOGIN_FILE, KEY_FILE)
"""How the names of files begin that hold what nobody else may have."""
_DATABASES = (".db", ".sqlite", ".sqlite3")
_DATABASE_PARTS = ("-wal", "-shm", "-journal")
_SQLITE = b"SQLite format 3\x00"
_SESSION_MARK = b"auth_token"
_MOST_BYTES_OF_A_SESSION = 1024 * 1024
_WRITTEN_BY_PEOPLE = ("templates.yaml", "keywords.yaml", "selectors.yaml")


@dataclass(frozen=True)
class SourceFile:
    """A file to be packed under `name`."""

    name: str
    path: Path
    size: int
    is_database: bool = False
    content: bytes | None = None  # where it is packed otherwise than it lies there


@dataclass
class Contents:
    """What goes into one zip. `left_out` says in words what does not."""

    files: list[SourceFile] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def add(self, path: Path, name: str) -> None:
        """One file. Raises OSError when it cannot be read."""
        if path.is_symlink():
            self.left_out.append(f"{name}: a link to another place")
        elif not is_plain_path(name):
            shown = name.encode("utf-8", "replace").decode()
            self.left_out.append(f"{shown}: a name that not every system can have; rename it")
        elif folded(name) in self._taken:
            self.left_out.append(f"{name}: on other systems it would be the same file as one beside it; rename it")
        elif path.is_file() and not is_part_of_database(path.name):
            self.take(_source(path, name, self.left_out))

    def take(self, source: SourceFile) -> None:
        """One that was looked at before."""
        self._taken.add(folded(source.name))
        self.files.append(source)


def contents_of_account(
    folder: AccountFolder, session: str, *, below: str = "", with_session: bool, into: Contents | None = None
) -> Contents:
    """Every file of the account, named as below its folder, after `below`. Raises OSError.

    `session` is the name of its cookie file: it and the login of its proxy go along `with_session`, when encrypted.
    """
    contents = into or Contents()
    sealed = {folder.root / session, folder.data / LOGIN_FILE}
    for path in _paths(folder, session, contents.left_out, below):
        name = path.relative_to(folder.root).as_posix()
        if path in sealed:
            if with_session:
                _add_sealed(contents, path, below + name)
        elif path.name == CHECK_FILE or not _may_be_secret(path, name, session):
            contents.add(path, below + name)
        elif not path.name.startswith(LOGIN_FILE):
            contents.left_out.append(f"{below}{name}: it may hold a session")
    return contents


def contents_of_folder(root: Path, below: str, into: Contents) -> None:
    """Every file of a folder of settings. Raises OSError."""
    for path in _walk([root], into.left_out, below):
        name = path.relative_to(root).as_posix()
        if _may_be_secret(path, name, "cookies"):
            into.left_out.append(f"{below}{name}: it may hold a session")
        else:
            into.add(path, below + name)


def _paths(folder: AccountFolder, session: str, left_out: list[str], below: str) -> Iterator[Path]:
    """Every file that is the account's own; of a home that is an account, also session and what is told of it."""
    roots = folder.own_roots
    yield from _walk(roots, left_out, below, folder.data)
    if roots != (folder.root,):
        own = (folder.root / session, folder.data / LOGIN_FILE, folder.data / CHECK_FILE)
        yield from (path for path in own if path.is_file())


def _walk(roots: Iterable[Path], left_out: list[str], below: str, data: Path | None = None) -> Iterator[Path]:
    """Every file, without the folders that are left out. Raises OSError for a folder that cannot be read."""
    for root in roots:
        if root.is_file():
            yield root
            continue
        for parent, names, files in os.walk(root, onerror=_raise if root.is_dir() else None):
            here = Path(parent)
            if here == data:
                names[:] = [name for name in names if name not in _FOLDERS_LEFT_OUT]
            links = [name for name in names if (here / name).is_symlink()]
            left_out += [f"{below}{(here / name).relative_to(root)}: a link to another folder" for name in links]
            if not _OF_CHROME.isdisjoint(files):
                names.clear()
                left_out.append(f"{below}{here.relative_to(root)}: a browser's profile")
                continue
            names.sort()
            yield from (here / name for name in sorted(files))


def _raise(error: OSError) -> None:
    raise error


def _add_sealed(contents: Contents, path: Path, name: str) -> None:
    if path.stat().st_size <= _MOST_BYTES_OF_A_SESSION * 4 and is_sealed(path.read_bytes()):
        contents.add(path, name)
    else:
        what = "login of its proxy" if path.name == LOGIN_FILE else "session"
        contents.left_out.append(f"{name}: the {what} is not encrypted")


def _may_be_secret(path: Path, name: str, session: str) -> bool:
    """Whether it is named as sessions are, or is short and holds one in plain."""
    if path.name.startswith(_SECRETS) or (session and name.startswith(session)):
        return True
    if path.suffix in {".yaml", ".yml", *_DATABASES} or not path.is_file() or path.is_symlink():
        return False
    return path.stat().st_size <= _MOST_BYTES_OF_A_SESSION and _SESSION_MARK in path.read_bytes()


def _source(path: Path, name: str, left_out: list[str]) -> SourceFile:
    size = path.stat().st_size
    if path.suffix.lower() in _DATABASES:
        return SourceFile(name, path, size, is_database=_begins_as_sqlite(path))
    if _is_settings(name) and size <= _MOST_BYTES_OF_A_SESSION:
        content = _without_secrets(path, is_list="accounts" in path.name or "/accounts.yaml/" in f"/{name}")
        if content is not None:
            left_out.append(f"{name}: what stands under keys that name a password, a key, or the login of a proxy")
            return SourceFile(name, path, len(content), content=content)
    return SourceFile(name, path, size)


def _is_settings(name: str) -> bool:
    """Whether it is a file of settings or a former state of one: no texts to be posted, no pictures."""
    parts = name.split("/")
    is_text = any(part in _WRITTEN_BY_PEOPLE for part in parts)
    return not is_text and ("config" in parts[:-1] or parts[-1].endswith((".yaml", ".yml", ".env", ".ini", ".toml")))


def _without_secrets(path: Path, *, is_list: bool) -> bytes | None:
    """The content without its secrets; None when it holds none, or is no text."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    kept = leave_out_secrets(text, path, is_list=is_list)
    return None if kept == text else kept.encode("utf-8")


def _begins_as_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def is_part_of_database(name: str) -> bool:
    """Whether it is a file that SQLite keeps beside a database."""
    return any(name.endswith(f"{suffix}{part}") for suffix in _DATABASES for part in _DATABASE_PARTS)
