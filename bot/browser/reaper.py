"""Clears the browsers that a process of ours left behind when it died.

Selenium starts its driver as an own process, and the driver starts the browser; neither ends when the Python
process is killed. They are known by the profile folder their command line names, and only those are ended.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path

import psutil

from bot.browser.processes import DRIVER_FOLDER, OwnProcess, family, find_own, kill

_LOCKS = ("SingletonLock", "SingletonSocket", "SingletonCookie")


def find_strays(profiles_root: Path, *, keep: Iterable[Path] = ()) -> list[OwnProcess]:
    """Our browsers and drivers on profiles at or below `profiles_root`, but for the profiles in `keep`."""
    kept = [profile.resolve() for profile in keep]
    return [own for own in find_own(profiles_root) if not _belongs_to(own.path, kept)]


def reap(profiles_root: Path, *, keep: Iterable[Path] = ()) -> list[OwnProcess]:
    """End those strays with all their children, and free the profiles they locked; returns what was ended.

    Call it with no `keep` only while this process runs no browser below `profiles_root`.
    """
    kept = list(keep)
    strays = find_strays(profiles_root, keep=kept)
    kill([member for stray in strays for member in family(stray.pid)])
    for profile in {_profile_of(stray.path) for stray in strays}:
        free_profile(profile)
    return strays


def free_profile(profile: Path) -> bool:
    """Remove the lock a dead browser left in `profile`, unless a browser works there; True when one was removed.

    On Linux and macOS the lock is a link that names a host and a process; a restored copy or a renamed machine
    makes it name another host, and the browser then refuses to start.
    """
    if find_own(profile) or _is_held(profile):
        return False
    removed = [name for name in _LOCKS if _unlink(profile / name)]
    return bool(removed)


def _is_held(profile: Path) -> bool:
    """Whether the lock's process lives on this machine and works on `profile`, say opened by a person."""
    try:
        host, _, pid = str((profile / _LOCKS[0]).readlink()).rpartition("-")
        command = psutil.Process(int(pid)).cmdline()
    except (OSError, ValueError, psutil.Error):
        return False
    return host == socket.gethostname() and any(str(profile.resolve()) in word for word in command)


def _unlink(path: Path) -> bool:
    if not path.is_symlink() and not path.exists():
        return False
    path.unlink(missing_ok=True)
    return True


def _belongs_to(path: Path, profiles: list[Path]) -> bool:
    resolved = path.resolve()
    return any(resolved.is_relative_to(profile) for profile in profiles)


def _profile_of(path: Path) -> Path:
    return path.parent if path.name == DRIVER_FOLDER else path
