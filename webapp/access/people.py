"""The users of the panel, as an admin manages them."""

from __future__ import annotations

from bot.clock import Clock
from bot.storage.panel.store import PanelStore
from bot.storage.panel.users import LONGEST_NAME, Role, User
from webapp.access.refusals import AccessRefused


class People:
    """Invites users and changes what they may. Every method raises KeyError for a user there is not."""

    def __init__(self, store: PanelStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def all(self) -> tuple[User, ...]:
        return self._store.users.all()

    def get(self, user_id: int) -> User:
        return self._store.users.get(user_id)

    def invite(self, name: str, role: Role) -> tuple[User, str]:
        """Add a user; returns them and the secret of the link by which they set a password. Raises AviaryError."""
        user = self._store.users.add(checked_name(name), role, self._clock.now())
        return user, self._store.links.invite(user.id, self._clock.now())

    def renew_link(self, user_id: int) -> tuple[User, str]:
        """Another link to set a (new) password by; voids the one before. Raises AccessRefused."""
        user = self.get(user_id)
        if not user.is_active:
            raise AccessRefused(f"{user.name} is deactivated.", remedy="Activate them first.")
        return user, self._store.links.invite(user.id, self._clock.now())

    def change_role(self, user_id: int, role: Role) -> User:
        """At once, in every open session. Raises PanelRefusal for the last admin."""
        self.get(user_id)
        self._store.users.change_role(user_id, role)
        return self.get(user_id)

    def deactivate(self, user_id: int) -> User:
        """Their sessions end, their tokens open nothing. Raises PanelRefusal for the last admin."""
        self.get(user_id)
        self._store.users.deactivate(user_id)
        return self.get(user_id)

    def activate(self, user_id: int) -> User:
        self.get(user_id)
        self._store.users.activate(user_id)
        return self.get(user_id)

    def end_sessions(self, user_id: int) -> int:
        """Log them out everywhere; returns how many sessions that were."""
        self.get(user_id)
        return self._store.sessions.end_all(user_id)

    def open_sessions(self, user_id: int) -> int:
        return len(self._store.sessions.of_user(user_id, self._clock.now()))

    def remove_second_factor(self, user_id: int) -> User:
        """For a lost phone whose recovery codes are lost, too."""
        self.get(user_id)
        self._store.second_factors.remove(user_id)
        return self.get(user_id)


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises AccessRefused for one that will not do."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccessRefused("That is no usable name.", remedy=f"Write one of {LONGEST_NAME} signs or fewer.")
    return name
