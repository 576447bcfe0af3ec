"""All that is kept of one panel."""

from __future__ import annotations

from pathlib import Path

from bot.storage.panel.answers import KeptAnswers
from bot.storage.panel.audit import AuditLog
from bot.storage.panel.consents import Consents
from bot.storage.panel.database import PanelDatabase
from bot.storage.panel.links import Links
from bot.storage.panel.notifications import Notifications
from bot.storage.panel.second_factors import SecondFactors
from bot.storage.panel.secret_key import read_secret_key
from bot.storage.panel.sessions import Sessions
from bot.storage.panel.throttle import Throttle
from bot.storage.panel.tokens import ApiTokens
from bot.storage.panel.users import Users


class PanelStore:
    """The two files. Safe to share between threads and processes: each call is its own transaction."""

    def __init__(self, data_folder: Path) -> None:
        """Open or make the store under `data_folder`. Raises `HomeError` when that cannot be."""
        database = PanelDatabase(data_folder / "panel.db")
        self._key_file = data_folder / "secret_key"
        self.users = Users(database)
        self.sessions = Sessions(database)
        self.links = Links(database)
        self.second_factors = SecondFactors(database)
        self.throttle = Throttle(database)
        self.tokens = ApiTokens(database)
        self.audit = AuditLog(database)
        self.answers = KeptAnswers(database)
        self.consents = Consents(database)
        self.notifications = Notifications(database)

    def secret_key(self) -> bytes:
        """The key that signs the panel's cookies; made at the first call, readable by its owner alone."""
        return read_secret_key(self._key_file)
