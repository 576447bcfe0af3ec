"""Which names the panel answers to. Stops DNS rebinding: a foreign site's name that points to this machine.

A plain IP address is always fine, since no foreign site can be reached by it; a name must be known.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from flask import Flask, Response, request

LOOPBACK_NAMES = frozenset({"localhost"})


def is_known_host(host: str, names: Collection[str]) -> bool:
    """Whether the value of a Host header may be answered."""
    name = _without_port(host).casefold().rstrip(".")
    return bool(name) and (name in LOOPBACK_NAMES or name in names or _is_address(name))


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def init_app(app: Flask, names: Collection[str]) -> None:
    known = frozenset(name.casefold() for name in names)

    @app.before_request
    def refuse_foreign_hosts() -> Response | None:
        if is_known_host(request.headers.get("Host", ""), known):
            return None
        # Plain text without any address in it: nothing the request sent is trusted.
        words = (
            "This panel does not answer to that name.\n"
            "Open it by its address (for example http://127.0.0.1:8080), or start it with --host NAME.\n"
        )
        return Response(words, 400, mimetype="text/plain")
