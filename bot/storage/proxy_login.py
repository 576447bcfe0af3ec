"""The login of an account's proxy, sealed in the account's folder: accounts.yaml then names its address alone.

It holds for the address it was given for and for no other, so that another host in accounts.yaml never gets it.
"""

from __future__ import annotations

import json

import structlog

from bot.errors import SessionFileError
from bot.settings.home import AccountFolder
from bot.settings.proxy import Proxy, parse_proxy
from bot.storage.files import write_atomically
from bot.storage.sealing import KeyTrouble, SessionKeys, is_sealed

LOGIN_FILE = "proxy_login.json"
"""In the account's data folder. Never in an archive."""
_ABOUT = "The login of this account's proxy, encrypted by Aviary. To replace it, use the account's page Account."
_NAME = "the login of the proxy"
_REMEDY = (
    "Put the key of this home back (data/session.key, or AVIARY_KEY), or give the proxy's user and password again on "
    "the account's page Account; then press Resume."
)
_log = structlog.get_logger(__name__)


class ProxyLoginFile:
    """The file of one account."""

    def __init__(self, folder: AccountFolder, keys: SessionKeys) -> None:
        self._path = folder.data / LOGIN_FILE
        self._keys = keys

    def complete(self, proxy: Proxy) -> Proxy:
        """`proxy` with the login that is kept for it; as it is when it names one itself, or none is kept.

        Raises SessionFileError, also KeyTrouble, for one that is kept and cannot be opened.
        """
        if proxy.has_login:
            return proxy
        kept = self._read()
        return kept if kept is not None and kept.address == proxy.address else proxy

    def keep(self, proxy: Proxy) -> None:
        """Keep the login of `proxy` in place of any other. Raises KeyTrouble and OSError."""
        told = {"address": proxy.address, "user": proxy.user, "password": proxy.password}
        sealed = self._keys.seal(json.dumps(told).encode(), about=_ABOUT)
        write_atomically(self._path, sealed, private=True)

    def forget(self) -> None:
        """Keep none. Raises OSError."""
        self._path.unlink(missing_ok=True)

    def content(self) -> bytes | None:
        """What lies there, to be put back by `put_back`; None for nothing. Raises OSError."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None

    def put_back(self, content: bytes | None) -> None:
        """Undo what came since `content` was read. Raises OSError."""
        if content is None:
            self.forget()
        else:
            write_atomically(self._path, content, private=True)

    def _read(self) -> Proxy | None:
        try:
            content = self.content()
        except OSError as error:
            raise SessionFileError(f"{_NAME} cannot be read: {error.strerror or error}", remedy=_REMEDY) from error
        if content is None:
            return None
        if not is_sealed(content):
            raise SessionFileError(f"{_NAME} is damaged", remedy=_REMEDY)
        try:
            opened = self._keys.unseal(content, _NAME)
            told = json.loads(opened.content)
            kept = parse_proxy(told["address"]).with_login(told["user"], told["password"])
        except KeyTrouble as trouble:
            raise KeyTrouble(trouble.message, remedy=_REMEDY) from trouble
        except (SessionFileError, ValueError, KeyError, TypeError):
            raise SessionFileError(f"{_NAME} is damaged", remedy=_REMEDY) from None
        if not opened.is_by_present_key:
            self._seal_anew(kept)
        return kept

    def _seal_anew(self, proxy: Proxy) -> None:
        """By the present key, so that the former one can go. Where that cannot be done, it stays as it is."""
        try:
            self.keep(proxy)
        except (OSError, KeyTrouble) as error:
            _log.warning("a proxy's login could not be encrypted anew", file=str(self._path), error=str(error))
