"""Time zones as the document lists them."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

ZONES = sorted(available_timezones())
_KNOWN = frozenset(ZONES)


def _check(name: str) -> str:
    if name not in _KNOWN:
        raise ValueError("there is no such time zone")
    return name


class _Names:
    """Tells the document that there are no others."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core_schema), "enum": ZONES}


TimeZone = Annotated[str, AfterValidator(_check), _Names]
