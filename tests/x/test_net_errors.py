"""What Chromium's network errors mean for an account."""

from __future__ import annotations

import pytest

from bot.errors import Consequence, ProxyFailed, ProxyRefused, Trouble, XDown
from bot.x.net_errors import trouble_of_net_error


@pytest.mark.parametrize(
    ("name", "direct", "proxied"),
    [
        ("PROXY_CONNECTION_FAILED", ProxyFailed, ProxyFailed),
        ("TUNNEL_CONNECTION_FAILED", ProxyFailed, ProxyFailed),
        ("SOCKS_CONNECTION_FAILED", ProxyFailed, ProxyFailed),
        ("NO_SUPPORTED_PROXIES", ProxyFailed, ProxyFailed),
        ("PROXY_CERTIFICATE_INVALID", ProxyFailed, ProxyFailed),
        ("PROXY_AUTH_UNSUPPORTED", ProxyRefused, ProxyRefused),
        ("TIMED_OUT", XDown, ProxyFailed),
        ("CONNECTION_RESET", XDown, ProxyFailed),
        ("CERT_AUTHORITY_INVALID", XDown, ProxyFailed),
        ("INTERNET_DISCONNECTED", XDown, XDown),
        ("HTTP2_PROTOCOL_ERROR", XDown, XDown),
    ],
)
def test_what_comes_of_the_way_is_the_proxys(name: str, direct: type[Trouble], proxied: type[Trouble]) -> None:
    for expected, is_proxied in ((direct, False), (proxied, True)):
        trouble = trouble_of_net_error(f"net::ERR_{name}", is_proxied=is_proxied)
        assert type(trouble) is expected
        assert name in trouble.message


def test_a_proxy_that_fails_may_be_tried_again_and_one_that_refuses_needs_a_person() -> None:
    assert (ProxyFailed.retriable, ProxyFailed.consequence) == (True, Consequence.RUN_FAILED)
    assert (ProxyRefused.retriable, ProxyRefused.consequence) == (False, Consequence.NEEDS_ATTENTION)
    for trouble in (ProxyFailed, ProxyRefused):
        assert "page Account" in trouble.remedy
