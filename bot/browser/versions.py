"""Which version a browser or driver on this machine is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_VERSION = re.compile(r"\b(\d+)(?:\.\d+){1,3}\b")
_PATIENCE_SECONDS = 20.0


def read_version(program: Path, *, system: str = sys.platform) -> str:
    """Such as "131.0.6778.85"; "" when it cannot tell, because it does not run.

    A browser on Windows is not asked, since `chrome.exe --version` opens a window there: the folder beside it tells.
    """
    if system == "win32" and "driver" not in program.name.lower():
        return _of_folder(program.parent)
    try:
        told = subprocess.run(
            [str(program), "--version"],
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    found = _VERSION.search(told.stdout.decode("utf-8", "replace"))
    return found[0] if found and told.returncode == 0 else ""


def major(version: str) -> int:
    """Browser and driver fit when this is the same; 0 for ""."""
    found = _VERSION.match(version)
    return int(found[1]) if found else 0


def _of_folder(folder: Path) -> str:
    names = [each.name for each in folder.iterdir() if _VERSION.fullmatch(each.name)] if folder.is_dir() else []
    return max(names, key=major, default="")
