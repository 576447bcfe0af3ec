"""Lists in parts: `limit` and `cursor` in, `next` and a Link header out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from flask import request, url_for
from pydantic import Field

from webapp.api.contract import DIGITS, LARGEST_NUMBER, Query

MOST = 200
Item = TypeVar("Item")


class Paged(Query):
    """Part of a list whose cursors are words."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many at most."), DIGITS] = 50
    cursor: Annotated[str, Field(min_length=1, max_length=200, description="`next` of the part before.")] = Field(
        default_factory=str
    )


class PagedByNumber(Query):
    """Part of a list whose cursors are numbers."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many at most."), DIGITS] = 50
    cursor: Annotated[int, Field(ge=0, le=LARGEST_NUMBER, description="`next` of the part before."), DIGITS] = 0


def part_of(
    found: Sequence[Item], limit: int, cursor_of: Callable[[Item], Any]
) -> tuple[Sequence[Item], Any, dict[str, str]]:
    """`limit` of what was found, the cursor of the next part (None at the end), and the header that leads there."""
    if len(found) <= limit:
        return found, None, {}
    cursor = cursor_of(found[limit - 1])
    args: dict[str, Any] = {**request.args.to_dict(flat=False), "cursor": cursor}
    address = url_for(request.endpoint or "", **{**(request.view_args or {}), **args})
    return found[:limit], cursor, {"Link": f'<{address}>; rel="next"'}
