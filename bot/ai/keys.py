"""The keys of the services that language models run at: sealed at rest, each for one origin, never shown again."""

from __future__ import annotations

from bot.ai.client import urlsplit_checked
from bot.errors import ModelKeyRefused, ModelOff, SessionFileError
from bot.storage.model_book import ModelBook
from bot.storage.sealing import SessionKeys

LONGEST_KEY = 500
_ABOUT = "The key of a service of language models, encrypted by Aviary."
_AGAIN = "An admin enters the key once more on the account's tab Writing help."


class ModelKeys:
    """Which key goes where. Methods raise StorageError, and ModelOff for an address that is none."""

    def __init__(self, book: ModelBook, sealing: SessionKeys) -> None:
        self._book = book
        self._sealing = sealing

    def has(self, address: str) -> bool:
        return self._book.sealed_key(origin_of(address)) is not None

    def key(self, address: str) -> str:
        """The key for this address, "" without one. Raises ModelKeyRefused when it cannot be decrypted."""
        origin = origin_of(address)
        sealed = self._book.sealed_key(origin)
        if sealed is None:
            return ""
        try:
            return self._sealing.unseal(sealed, f"the key of {origin}").content.decode("utf-8")
        except (SessionFileError, ValueError):
            raise ModelKeyRefused(f"the key of {origin} cannot be decrypted", remedy=_AGAIN) from None

    def keep(self, address: str, key: str) -> None:
        """Put `key` in place of the one there is; "" takes it away.

        Raises ModelOff for what can be no key, SessionFileError and OSError when it cannot be sealed.
        """
        origin, plain = origin_of(address), key.strip()
        if len(plain) > LONGEST_KEY or not plain.isascii() or not all(letter.isprintable() for letter in plain):
            raise ModelOff("this is no key: it is too long, or has other letters than keys have", remedy=_AGAIN)
        sealed = self._sealing.seal(plain.encode("ascii"), about=_ABOUT) if plain else None
        self._book.keep_key(origin, sealed)


def origin_of(address: str) -> str:
    """Scheme, host and port. Raises ModelOff."""
    parts = urlsplit_checked(address)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}:{port}"
