"""Proxies as people write them, and as they may be shown."""

from __future__ import annotations

import pytest

from bot.settings.proxy import HIDDEN, Proxy, address_of, hide_logins, parse_proxy, read_proxy


@pytest.mark.parametrize(
    ("text", "address", "login"),
    [
        ("http://proxy.example:8080", "http://proxy.example:8080", ("", "")),
        (" HTTPS://Proxy.Example:443/ ", "https://proxy.example:443", ("", "")),
        ("socks5://ayu:kopi@10.0.0.7:1080", "socks5://10.0.0.7:1080", ("ayu", "kopi")),
        ("socks5h://ayu@h:1", "socks5://h:1", ("ayu", "")),
        ("http://a%40b:p%3A%2F%25@h:80", "http://h:80", ("a@b", "p:/%")),
        ("http://ayu:p@ss/w:rd@h:80", "http://h:80", ("ayu", "p@ss/w:rd")),
        ("http://ayu:kata%sandi@[2001:DB8::1]:3128", "http://[2001:db8::1]:3128", ("ayu", "kata%sandi")),
    ],
)
def test_a_proxy_is_read_with_or_without_a_login(text: str, address: str, login: tuple[str, str]) -> None:
    proxy = parse_proxy(text)
    assert (proxy.address, (proxy.user, proxy.password)) == (address, login)
    assert proxy.has_login is bool(login[0])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("canary.example:8080:canary:canary", "must begin with http://"),
        ("ftp://canary:canary@h:1", "must begin with http://"),
        ("socks4://canary@h:1", "must begin with http://"),
        ("http://canary:canary@h", "port from 1 to 65535"),
        ("http://canary:canary@h:70000", "port from 1 to 65535"),
        ("http://canary:canary@h o:1", "must name a host"),
        ("http://canary:ca/nary:1", "must name a host"),
        ("http://h:1;socks5=canary:1", "must name a host"),
        ("http://canary:canary@[::g]:1", "IPv6"),
        ("http://:canary@h:1", "no user"),
        ("http://canary%3Acanary@h:1", "without a colon"),
        ("http://canary:ca%0Anary@h:1", "printable"),
        (f"http://{'canary' * 50}:x@h:1", "255 bytes"),
        (8080, "must be a text"),
        ({"canary": "canary"}, "must be a text"),
    ],
)
def test_what_is_none_is_told_in_words_that_hold_nothing_of_it(value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        read_proxy(value)
    assert "canary" not in str(refused.value)
    assert address_of(value) == ""


@pytest.mark.parametrize("value", [None, "", "  "])
def test_an_empty_value_is_no_proxy(value: object) -> None:
    assert read_proxy(value) is None
    assert address_of(value) == ""


def test_its_login_is_in_no_repr() -> None:
    assert repr(parse_proxy("http://canary:canary@h:1")) == "Proxy(scheme='http', host='h', port=1)"


@pytest.mark.parametrize(
    ("host", "is_here"), [("127.0.0.9", True), ("localhost", True), ("::1", True), ("10.0.0.1", False), ("h", False)]
)
def test_it_is_known_whether_it_is_on_this_machine(host: str, is_here: bool) -> None:
    assert Proxy("http", host, 1).is_on_this_machine is is_here


LIST = """\
version: '1.0'
accounts:
- id: one            # mail: a@b.example
  proxy: "http://canary:can@ry@h:1"  # canary
  name: One
- proxy: h.example:80:canary:canary
  id: two
- {id: three, proxy: 'socks5://canary:canary@h:2', name: Three}
# proxy: http://canary:canary@h:3
- id: four
  proxy: >-
    http://canary:canary@h:4
  'proxy': http://h:5   # for the shops
  name: Four
kept: &kept https://canary:canary@h:6
"""


def test_a_former_state_of_the_list_is_shown_without_logins() -> None:
    shown = hide_logins(LIST)
    assert "canary" not in shown
    assert "can@ry" not in shown
    assert f"  proxy: http://{HIDDEN}@h:1" in shown
    for kept in ("mail: a@b.example", "  name: One", "  id: two", "- id: four", "http://h:5   # for the shops", "Four"):
        assert kept in shown
    assert len(shown.splitlines()) == len(LIST.splitlines())
