"""What it means that a page could not be fetched: Chromium's names of network errors (net/base/net_error_list.h)."""

from __future__ import annotations

from bot.errors import ProxyFailed, ProxyRefused, Trouble, XDown

_OF_PROXIES = ("PROXY_", "TUNNEL_", "SOCKS_", "NO_SUPPORTED_PROXIES", "MANDATORY_PROXY_")
"""Only proxies bring these forth."""
_OF_CONNECTIONS = (
    "ADDRESS_",
    "CERT_",
    "CONNECTION_",
    "EMPTY_RESPONSE",
    "NAME_NOT_RESOLVED",
    "NAME_RESOLUTION_FAILED",
    "SSL_",
    "TIMED_OUT",
)
"""Whoever goes through a proxy has no other connection than that to it, so that they are the proxy's, too."""
_LOGIN = "PROXY_AUTH_"
_WORDS = {
    "PROXY_CONNECTION_FAILED": "it does not answer, or its name leads nowhere",
    "PROXY_CERTIFICATE_INVALID": "its certificate is not valid",
    "NO_SUPPORTED_PROXIES": "it is of a kind that the browser does not know",
    "TUNNEL_CONNECTION_FAILED": "it answers, but does not lead to x.com",
    "SOCKS_CONNECTION_FAILED": "it does not answer, does not lead to x.com, or wants a login",
    "SOCKS_CONNECTION_HOST_UNREACHABLE": "it answers, but does not lead to x.com",
}


def trouble_of_net_error(name: str, *, is_proxied: bool = False) -> Trouble:
    """The trouble behind an error such as net::ERR_TIMED_OUT, in a browser that has a proxy or none."""
    short = name.removeprefix("net::").removeprefix("ERR_")
    if short.startswith(_LOGIN):
        return ProxyRefused(f"The proxy does not take the login that is kept for it ({name}).")
    if short.startswith(_OF_PROXIES) or (is_proxied and short.startswith(_OF_CONNECTIONS)):
        words = _WORDS.get(short, "the connection through it broke off or was never made")
        return ProxyFailed(f"The proxy cannot be used: {words} ({name}).")
    return XDown(f"x.com cannot be reached: {name}")
