"""Which proxy an account shall have, of what a person says and what it has at present."""

from __future__ import annotations

from bot.errors import SessionFileError
from bot.roster_view import ProxyView, WantedProxy
from bot.settings.proxy import Proxy, parse_proxy, read_proxy
from bot.storage.proxy_login import ProxyLoginFile


def choose_proxy(wanted: WantedProxy, written: object, file: ProxyLoginFile) -> Proxy | None:
    """The proxy with its login. `written` is what accounts.yaml has. None: none.

    Raises ValueError for what is none, SessionFileError when the login that shall stay cannot be opened.
    """
    if not wanted.address.strip():
        if wanted.user or wanted.password:
            raise ValueError("is missing; a user and password alone are none")
        return None
    proxy = parse_proxy(wanted.address)
    if wanted.user or wanted.password:
        return proxy.with_login(wanted.user, wanted.password)
    if proxy.has_login or wanted.forget_login:
        return proxy
    present = present_proxy(written)
    return file.complete(present if present and present.address == proxy.address else proxy)


def present_proxy(written: object) -> Proxy | None:
    """What accounts.yaml names; None for what cannot be used."""
    try:
        return read_proxy(written)
    except ValueError:
        return None


def view_of(proxy: Proxy | None, file: ProxyLoginFile) -> ProxyView:
    """It as people see it."""
    if proxy is None:
        return ProxyView()
    try:
        return ProxyView(proxy.address, file.complete(proxy).has_login)
    except SessionFileError as error:
        return ProxyView(proxy.address, problem=error.in_words)
