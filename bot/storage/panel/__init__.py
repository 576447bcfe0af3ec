"""What the panel keeps about who may use it, a module per matter.

Two files under the home's data folder: `panel.db` and `secret_key`. Nothing in the first alone lets a reader in:
passwords are Argon2 hashes, all other secrets SHA-256 digests of random bits, second factors sealed with the key.
"""

from bot.storage.panel.store import PanelStore

__all__ = ["PanelStore"]
