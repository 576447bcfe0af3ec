"""The proxy that an account's browser goes through, as people write it: scheme://user:password@host:port.

User and password are secrets, the user too: providers put keys into it. They are in no message and no repr.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

SCHEMES = ("http", "https", "socks5")
HIDDEN = "[login hidden]"
"""Stands for what a person may not read again."""
LONGEST_LOGIN = 255
"""Bytes of a user or password, as SOCKS5 carries them (RFC 1929)."""
_FORM = "http://user:password@host:port"
_OTHER_NAMES = {"socks5h": "socks5"}  # curl's word for names that the proxy looks up; browsers never do otherwise
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
_KEY = re.compile(r"""(?P<before>(?:^|[\s{,#"'-])["']?proxy["']?\s*:)(?P<value>.*)""", re.IGNORECASE)
_URL_LOGIN = re.compile(r"(?P<scheme>://).*@")


@dataclass(frozen=True)
class Proxy:
    """A proxy that can be used. `host` is in lower case, an IPv6 address without its brackets."""

    scheme: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def has_login(self) -> bool:
        return bool(self.user)

    @property
    def address(self) -> str:
        """It without its login: what browsers are told and people are shown."""
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def is_on_this_machine(self) -> bool:
        """Whether it listens on the loopback."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def with_login(self, user: str, password: str) -> Proxy:
        """It with another login. Raises ValueError for one that cannot be."""
        _check_login(user, password)
        return replace(self, user=user, password=password)


def read_proxy(value: Any) -> Proxy | None:
    """The proxy that accounts.yaml names; None for the empty one. Raises ValueError, which holds nothing of `value`."""
    if value is None or isinstance(value, Proxy):
        return value
    if not isinstance(value, str):
        raise ValueError(f"must be a text, such as {_FORM}")
    return parse_proxy(value) if value.strip() else None


def parse_proxy(text: str) -> Proxy:
    """As above, for what names one."""
    scheme, separator, rest = text.strip().partition("://")
    scheme = _OTHER_NAMES.get(scheme.lower(), scheme.lower())
    if not separator or scheme not in SCHEMES:
        raise ValueError(f"must begin with http://, https:// or socks5://, such as {_FORM}")
    login, _, place = rest.rpartition("@")
    host, port = _read_place(place.removesuffix("/"))
    user, _, password = login.partition(":")
    return Proxy(scheme, host, port).with_login(unquote(user), unquote(password))


def address_of(value: Any) -> str:
    """The address in what accounts.yaml names as proxy, to be shown; "" for what names none that can be used."""
    try:
        proxy = read_proxy(value)
    except ValueError:
        return ""
    return proxy.address if proxy else ""


def hide_logins(text: str) -> str:
    """The text of a settings file as people may read it again: without the logins of proxies.

    In doubt it hides too much: what stands behind the key `proxy` and cannot be read as a proxy, whole.
    """
    shown: list[str] = []
    deeper_than = -1  # a value that goes on in the lines below its key
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if 0 <= deeper_than < indent and line.strip():
            shown.append(" " * indent + HIDDEN)
            continue
        found = _KEY.search(line)
        goes_on = found is not None and not line.lstrip().startswith("#")
        deeper_than = found.start("before") + found["before"][:1].isspace() if found and goes_on else -1
        shown.append(_without_login(line, found))
    return "\n".join(shown)


def _without_login(line: str, found: re.Match[str] | None) -> str:
    if found is not None and not _is_harmless(found["value"]):
        line = line[: found.start("value")] + _shown_value(found["value"])
    return _URL_LOGIN.sub(rf"\g<scheme>{HIDDEN}@", line)


def _is_harmless(value: str) -> bool:
    """Whether it is empty, or a proxy without a login (and perhaps a comment)."""
    written = re.sub(r"\s+#.*", "", value).strip().strip("\"'")
    try:
        proxy = read_proxy(written)
    except ValueError:
        return False
    return proxy is None or not proxy.has_login


def _shown_value(value: str) -> str:
    address = address_of(re.sub(r"\s+#.*", "", value).strip().strip("\"'"))
    return f" {address.replace('://', f'://{HIDDEN}@')}" if address else f" {HIDDEN}"


def _read_place(place: str) -> tuple[str, int]:
    host, separator, port = place.rpartition(":")
    if not separator or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise ValueError(f"must end with a host and its port from 1 to 65535, such as {_FORM}")
    host = host.lower()
    if host.startswith("[") and host.endswith("]"):
        return _read_ipv6(host[1:-1]), int(port)
    if not _HOST.fullmatch(host):
        raise ValueError(
            "must name a host by letters, digits, dots and hyphens; write @, : and / in a user or password as "
            "%40, %3A and %2F"
        )
    return host, int(port)


def _read_ipv6(text: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise ValueError("must have an IPv6 address between [ and ]") from None


def _check_login(user: str, password: str) -> None:
    if password and not user:
        raise ValueError("has a password, but no user before it")
    if ":" in user:
        raise ValueError("must have a user without a colon")
    for part in (user, password):
        if not part.isprintable() or len(part.encode("utf-8", "replace")) > LONGEST_LOGIN:
            raise ValueError(f"must have a user and password of printable signs, up to {LONGEST_LOGIN} bytes each")
