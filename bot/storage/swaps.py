"""Files and folders put in the place of others, all of them: whatever ends the process, the old or the new are whole.

A plan is written before the first rename. What a crash left of it is carried out by `finish_swaps`, before anything
else in the home is read. Without a plan, nothing was changed yet.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bot.errors import StorageError
from bot.settings.home import Home, safe_join
from bot.storage.files import sync_folder, write_atomically

STAGE = ".restore"
"""The folder of the home in which what is new is laid ready."""
PLAN = "plan.json"
_OLD = "old"


@dataclass(frozen=True)
class Swap:
    """`fresh` takes the place of `target`; without `fresh`, what is there only goes. Paths below the home."""

    target: str
    fresh: str = ""


def swap_all(home: Home, swaps: Sequence[Swap]) -> None:
    """Carry out all of them. Durable on return. Raises StorageError; then the next start carries out the rest."""
    plan = json.dumps([asdict(swap) for swap in swaps], indent=1).encode()
    try:
        write_atomically(home.root / STAGE / PLAN, plan)
        _carry_out(home, swaps)
    except OSError as error:
        raise StorageError(f"what was restored could not be put in place: {error.strerror or error}") from error
    clear_stage(home)


def finish_swaps(home: Home) -> bool:
    """Carry out what a crash left of a plan, and clear away what has none; whether there was one.

    Raises StorageError.
    """
    stage = home.root / STAGE
    if not stage.is_dir():
        return False
    try:
        told = json.loads((stage / PLAN).read_bytes())
    except FileNotFoundError:
        clear_stage(home)
        return False
    except (OSError, ValueError) as error:
        raise StorageError(f"{STAGE}/{PLAN} cannot be read: {error}") from error
    swap_all(home, [Swap(**each) for each in told])
    return True


def is_under_way(home: Home) -> bool:
    """Whether a plan is written and not carried out: then only the new can become whole."""
    return (home.root / STAGE / PLAN).exists()


def clear_stage(home: Home) -> None:
    """Take away what was laid ready. The plan goes first: without it, nothing of the rest is put anywhere."""
    stage = home.root / STAGE
    (stage / PLAN).unlink(missing_ok=True)
    if stage.is_dir():
        sync_folder(stage)
    shutil.rmtree(stage, ignore_errors=True)


def _carry_out(home: Home, swaps: Sequence[Swap]) -> None:
    """Each step tells by what lies there whether it was done before."""
    touched = set()
    for number, swap in enumerate(swaps):
        target = safe_join(home.root, swap.target)
        aside = home.root / STAGE / _OLD / str(number)
        fresh = safe_join(home.root, swap.fresh) if swap.fresh else None
        if fresh is not None and not fresh.exists():
            continue  # it is in its place already
        aside.parent.mkdir(exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not aside.exists():
            target.rename(aside)
        if fresh is not None:
            fresh.rename(target)
        touched.add(target.parent)
    for folder in touched:
        sync_folder(folder)
