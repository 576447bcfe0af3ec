"""A file of the operator that the panel changes: in one step, not over somebody else's change, former versions kept."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.clock import Clock
from bot.errors import ChangedMeanwhile, SettingsError, SettingsProblem
from bot.storage.files import write_atomically

KEPT_VERSIONS = 20
MISSING = "missing"
"""The mark of a file that is not there."""
_NAME = re.compile(r"(\d{8}T\d{12})-[0-9a-f]{8}")


@dataclass(frozen=True)
class FileVersion:
    """A former state of a file; it was replaced at `replaced_at`."""

    id: str
    replaced_at: datetime
    size: int


class KeptFile:
    """`path` with its former versions in a folder beside it. Callers of one process take turns by a lock of their own.

    A *mark* stands for one state of the content: who writes says which state was read, so that no change is lost.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._versions = path.parent / "versions" / path.name

    def read(self) -> tuple[str, str]:
        """The text and its mark; ("", MISSING) when there is no file. Raises SettingsError when it cannot be read."""
        content, mark = self.read_content()
        return self._decode(content), mark

    def read_content(self) -> tuple[bytes, str]:
        """The same, without minding whether it is a text. Raises SettingsError when it cannot be read."""
        content = self._content()
        return (b"", MISSING) if content is None else (content, _mark(content))

    def write(self, text: str, mark: str) -> str:
        """Replace the content that had `mark`; returns the new one. Durable on return.

        Raises ChangedMeanwhile when the file has another content by now, and OSError.
        """
        before = self._content()
        if (MISSING if before is None else _mark(before)) != mark:
            raise ChangedMeanwhile(f"{self.path.name} was changed by somebody else meanwhile")
        content = text.encode("utf-8")
        if content == before:
            return mark
        if before is not None:
            self._keep(before)
        write_atomically(self.path, content, private=self._is_private())
        return _mark(content)

    def keep_present(self) -> None:
        """Keep what is there as a former state, for whoever puts another file in its place. Raises OSError."""
        content = self._content()
        if content is not None:
            self._keep(content)

    def versions(self) -> list[FileVersion]:
        """Newest first."""
        found = sorted(self._version_files(), key=lambda file: file.name, reverse=True)
        return [FileVersion(file.name, _moment(file.name), file.stat().st_size) for file in found]

    def version(self, version_id: str) -> str:
        """The text of a former version. Raises KeyError for an unknown one."""
        return self._decode(self.version_content(version_id))

    def version_content(self, version_id: str) -> bytes:
        """The same, without minding whether it is a text. Raises KeyError."""
        file = next((each for each in self._version_files() if each.name == version_id), None)
        if file is None:
            raise KeyError(version_id)
        return file.read_bytes()

    def content_of(self, mark: str) -> bytes | None:
        """The former version that had this mark; None when it is not kept."""
        named = (file for file in self._version_files() if file.name.endswith(f"-{mark[:8]}"))
        contents = (file.read_bytes() for file in named)
        return next((content for content in contents if _mark(content) == mark), None)

    def _keep(self, content: bytes) -> None:
        stamp = self._clock.now().astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
        write_atomically(self._versions / f"{stamp}-{_mark(content)[:8]}", content, private=self._is_private())
        for old in self.versions()[KEPT_VERSIONS:]:
            (self._versions / old.id).unlink(missing_ok=True)

    def _is_private(self) -> bool:
        """Whether nobody but its owner may read it: what is put in its place, and beside it, is so then, too."""
        try:
            return os.name != "nt" and not self.path.stat().st_mode & 0o077
        except OSError:
            return False

    def _version_files(self) -> list[Path]:
        if not self._versions.is_dir():
            return []
        return [file for file in self._versions.iterdir() if _NAME.fullmatch(file.name)]

    def _content(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SettingsError([SettingsProblem(self.path, 0, "", f"cannot be read: {error}")]) from error

    def _decode(self, content: bytes) -> str:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = "is not saved as UTF-8; save it again with the encoding UTF-8"
            raise SettingsError([SettingsProblem(self.path, 1, "", message)]) from error


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _moment(name: str) -> datetime:
    stamp = name.partition("-")[0]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
