"""Scripts that read the page in one go. Each is the body of a function; arguments[0] is the selectors by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def load(name: str) -> str:
    """The script called `name`, e.g. "posts"."""
    return files(__package__).joinpath(f"{name}.js").read_text(encoding="utf-8")
