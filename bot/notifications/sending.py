"""Sending by apprise: the one place that imports it. Nothing it logs goes further: its words may hold secrets."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.notifications.addresses import HELP, Address, AddressRefused

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

_LOCAL = frozenset({"dbus", "kde", "qt", "glib", "gnome", "macosx", "windows", "syslog"})
"""They show something on the machine that Aviary runs on, to whoever sits there."""
_NAME = "apprise"
logging.getLogger(_NAME).propagate = False
logging.getLogger(_NAME).addHandler(logging.NullHandler())
_STATUS = re.compile(r"error=(\d{3})\b")
_REACHED = re.compile(r"connection error|socket|timed? ?out|could not connect|unreachable", re.IGNORECASE)
_MAIL = re.compile(r"smtp", re.IGNORECASE)
_CHECK = "Look whether the address, the token or the password is still right: add the channel anew if it is not."


@dataclass(frozen=True)
class Sent:
    """How a sending ended. `problem` says in words what was wrong, with the remedy; "" when it was taken."""

    problem: str = ""

    @property
    def is_taken(self) -> bool:
        return not self.problem


def check(address: Address) -> Address:
    """The address, with the name of its service. Raises AddressRefused when nothing can be sent to it."""
    plugin = _plugin(address.url)
    if plugin is None:
        remedy = f"Look up what its service takes: {HELP}"
        raise AddressRefused("no service takes an address like this", remedy=remedy)
    service = address.service or str(plugin.service_name or "Another service")
    return Address(address.url, service, address.shown)


def send(url: str, subject: str, body: str) -> Sent:
    """Send one message. It may take as long as the service likes: call it in a thread that nobody waits for."""
    from apprise import Apprise, NotifyFormat  # noqa: PLC0415  a quarter of a second that no command should wait for

    plugin = _plugin(url)
    if plugin is None:
        return Sent(f"its address cannot be used any more. {_CHECK}")
    sender = Apprise(asset=_asset())
    sender.add(plugin)
    with _Overheard() as overheard:
        is_taken = sender.notify(body=body, title=subject, body_format=NotifyFormat.TEXT)
    return Sent() if is_taken else Sent(_problem(overheard.lines))


def _plugin(url: str) -> NotifyBase | None:
    from apprise import Apprise  # noqa: PLC0415  as above

    if url.partition("://")[0].lower() in _LOCAL:
        return None
    with _Overheard():
        found = Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)
    return found if found is not None and hasattr(found, "notify") else None


def _asset() -> AppriseAsset:
    """Nothing is kept on the disk, no plug-in of the machine's owner is looked for, no redirect is followed."""
    from apprise import AppriseAsset, PersistentStoreMode  # noqa: PLC0415  as above

    asset = AppriseAsset(
        storage_mode=PersistentStoreMode.MEMORY, service_timeout=0, allow_templates=False, secure_logging=True
    )  # without a limit of its own it works in the thread that calls it, which is one of ours
    asset.app_id = asset.app_desc = "Aviary"
    asset.app_url = ""
    asset.image_url_mask = asset.image_url_logo = ""
    asset.http_redirects = asset.async_mode = asset.pem_autogen = asset.pgp_autogen = False
    return asset


class _Overheard(logging.Handler):
    """Listens to what apprise logs in this thread, and keeps it from every other log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._thread = threading.get_ident()

    def __enter__(self) -> _Overheard:
        logging.getLogger(_NAME).addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger(_NAME).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.lines.append(record.getMessage())


def _problem(lines: list[str]) -> str:
    """What was wrong, in own words."""
    said = "\n".join(lines)
    status = _STATUS.search(said)
    if status is not None:
        return _of_status(int(status[1]))
    if _MAIL.search(said):
        return (
            "the mail server did not take it. Look whether server, port, user and password are right; some providers "
            "want a password made for programs."
        )
    if _REACHED.search(said):
        return "it cannot be reached. Look whether this machine is on line and the address is right."
    return f"the service did not take it. {_CHECK}"


def _of_status(status: int) -> str:
    if status in {401, 403}:
        return f"the service does not let Aviary in (error {status}). {_CHECK}"
    if status in {400, 404, 410}:
        remedy = "Look whether the address and the chat are right, and whether you have begun a chat with the bot."
        return f"the service knows no such place (error {status}). {remedy}"
    if status == 429:
        return "the service says that it gets too many messages (error 429). It is tried again later."
    if status >= 500:
        return f"the service has trouble of its own (error {status}). It is tried again later."
    if 300 <= status < 400:
        return f"the address leads to another one (error {status}), which Aviary does not follow. Enter that one."
    return f"the service did not take it (error {status}). {_CHECK}"
