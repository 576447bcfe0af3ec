"""The operating system's side of a browser: which processes are ours, and how they are ended for sure."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

DRIVER_FOLDER = "aviary-driver"
"""Folder inside a profile that holds what the driver of that profile owns: its log, its own copy."""


@dataclass(frozen=True)
class OwnProcess:
    """A browser or driver that works on one of our profiles. `path` lies in that profile's folder."""

    pid: int
    name: str
    path: Path


def family(pid: int) -> list[psutil.Process]:
    """The process and all that descend from it; empty when it is gone."""
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def find_own(root: Path) -> list[OwnProcess]:
    """Browsers and drivers we started on a profile at or below `root`.

    A browser counts when its command line names such a profile *and* a debugging channel: one that a
    person opened by hand on the same profile has none and is left alone.
    """
    return list(_search(root.resolve()))


def runs(process: psutil.Process) -> bool:
    """Whether the process is alive; one that has ended and only waits to be collected is not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait up to `seconds` for processes to end; returns those that still run."""
    left = list(processes)
    deadline = time.monotonic() + seconds
    while (left := [process for process in left if runs(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def kill(processes: Iterable[psutil.Process], *, seconds: float = 5.0) -> list[psutil.Process]:
    """End processes by force and wait up to `seconds`; returns those that still run."""
    targets = list(processes)
    for process in targets:
        try:
            process.kill()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return wait_until_gone(targets, seconds)


def _search(root: Path) -> Iterator[OwnProcess]:
    for process in psutil.process_iter(["name", "cmdline", "status"]):
        command = process.info["cmdline"] or []
        if not command or process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        path = _profile_of_browser(command) or _folder_of_driver(command)
        if path and _lies_in(path, root):
            yield OwnProcess(process.pid, process.info["name"] or "", path)


def _profile_of_browser(command: list[str]) -> Path | None:
    is_driven = any(word.startswith("--remote-debugging-") for word in command)
    is_helper = any(word.startswith("--type=") for word in command)
    return _value(command, "--user-data-dir=") if is_driven and not is_helper else None


def _folder_of_driver(command: list[str]) -> Path | None:
    program = Path(command[0])
    if program.parent.name == DRIVER_FOLDER:
        return program.parent
    log = _value(command, "--log-path=")
    return log.parent if log and log.parent.name == DRIVER_FOLDER else None


def _value(command: list[str], prefix: str) -> Path | None:
    return next((Path(word.removeprefix(prefix)) for word in command if word.startswith(prefix)), None)


def _lies_in(path: Path, root: Path) -> bool:
    return path.is_absolute() and path.resolve().is_relative_to(root)
