"""The ways to a person as they are entered: Telegram, e-mail, a webhook, or any address that apprise knows."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from bot.errors import AviaryError

LONGEST = 1000
_TOKEN = re.compile(r"\d{6,20}:[A-Za-z0-9_-]{30,60}")
_CHAT = re.compile(r"-?\d{3,20}|@[A-Za-z][A-Za-z0-9_]{3,40}")
_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"/?#]{1,190}")
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,200}|\[[0-9A-Fa-f:.]+\]")
_SECURITY = {"starttls": "587", "ssl": "465", "none": "25"}
_OF_THIS_MACHINE = frozenset({"json", "jsons", "form", "forms", "xml", "xmls"})
"""What may be used where nothing leaves the machine, with a loopback address and nothing for apprise itself."""
HELP = "https://appriseit.com/services/"
"""What each service takes."""


class AddressRefused(AviaryError):
    """This can be no way to anybody."""

    remedy = "Correct it and add the channel again."


@dataclass(frozen=True)
class Address:
    """A way to somebody. `url` is secret, `shown` is what may be shown of it."""

    url: str
    service: str
    shown: str

    def __repr__(self) -> str:
        return f"Address({self.service!r}, {self.shown!r})"


def read_address(service: str, fields: Mapping[str, str]) -> Address:
    """What a person entered for one of `SERVICES`. Raises AddressRefused, which never repeats what was entered."""
    entered = {name: value.strip() for name, value in fields.items()}
    if any(len(value) > LONGEST or not value.isprintable() for value in entered.values()):
        raise AddressRefused("something entered is too long, or has letters that no address has")
    return SERVICES[service](entered)


def _telegram(entered: Mapping[str, str]) -> Address:
    token, chat = entered.get("token", "").removeprefix("bot"), entered.get("chat", "")
    if not _TOKEN.fullmatch(token):
        remedy = "It looks like 123456789:AAE…, and @BotFather tells it when you make a bot, or with /token."
        raise AddressRefused("this is no token of a Telegram bot", remedy=remedy)
    if not _CHAT.fullmatch(chat):
        remedy = "It is a number (a group’s begins with -), or @name of a public channel. @userinfobot tells you yours."
        raise AddressRefused("this is no chat of Telegram", remedy=remedy)
    return Address(f"tgram://{token}/{quote(chat, safe='@-')}/", "Telegram", f"chat …{chat[-4:]}")


def _email(entered: Mapping[str, str]) -> Address:
    host, security = entered.get("host", ""), entered.get("security", "starttls")
    if not _HOST.fullmatch(host) or security not in _SECURITY:
        remedy = "Your mail provider tells it under SMTP or outgoing mail, such as smtp.gmail.com."
        raise AddressRefused("this is no mail server", remedy=remedy)
    to = _mail_address(entered.get("to", ""), "the address that the mail goes to")
    user, password = entered.get("user", ""), entered.get("password", "")
    by_itself = user if _MAIL.fullmatch(user) else to
    sender = _mail_address(entered.get("from", "") or by_itself, "the address that it comes from")
    port = _port(entered.get("port", "") or _SECURITY[security])
    if bool(user) != bool(password):
        raise AddressRefused("user and password belong together", remedy="Enter both, or none of them.")
    login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    more = {"smtp": host, "from": sender, "to": to}
    if security != "none":
        more["mode"] = security
    scheme = "mailto" if security == "none" else "mailtos"
    return Address(f"{scheme}://{login}{host}:{port}/?{urlencode(more)}", "E-mail", f"to {to}")


def _mail_address(text: str, what: str) -> str:
    if not _MAIL.fullmatch(text):
        raise AddressRefused(f"{what} is none", remedy="An address looks like name@example.com; enter one of them.")
    return text


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise AddressRefused("this is no port", remedy="It is a number, such as 587. Leave it empty for the usual one.")
    return int(text)


def _webhook(entered: Mapping[str, str]) -> Address:
    remedy = "Enter an address that begins with https:// or http://, as the program that listens there tells it."
    try:
        parts = urlsplit(entered.get("address", ""))
        port = parts.port
    except ValueError:
        raise AddressRefused("this is no address of a webhook", remedy=remedy) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _HOST.fullmatch(parts.hostname):
        raise AddressRefused("this is no address of a webhook", remedy=remedy)
    # apprise keeps parameters without a sign for itself; those with one go along.
    query = urlencode([(f"-{name}", value) for name, value in parse_qsl(parts.query, keep_blank_values=True)])
    scheme = "jsons" if parts.scheme == "https" else "json"
    shown = parts.hostname + (f":{port}" if port else "")
    url = f"{scheme}://{parts.netloc}{parts.path or '/'}" + (f"?{query}" if query else "")
    return Address(url, "Webhook", f"at {shown}")


def _other(entered: Mapping[str, str]) -> Address:
    url = entered.get("url", "")
    if not re.match(r"[a-z][a-z0-9+.-]{1,30}://", url, re.IGNORECASE):
        remedy = f"It begins with the service, such as ntfy:// or discord://. What each takes: {HELP}"
        raise AddressRefused("this is no address of a service", remedy=remedy)
    return Address(url, "", f"…{url.partition('?')[0].rstrip('/')[-4:]}")


SERVICES = {"telegram": _telegram, "email": _email, "webhook": _webhook, "other": _other}


def is_on_this_machine(url: str) -> bool:
    """Whether nothing sent to this address leaves the machine."""
    try:
        parts = urlsplit(url)
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    except ValueError:
        return False
    if parts.scheme.lower() not in _OF_THIS_MACHINE or not all(name.startswith("-") for name in names):
        return False
    return _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
