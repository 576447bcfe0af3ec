"""What a person fills in about an account. The roster checks the values themselves; here they are only taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from wtforms import BooleanField, Form, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, Optional, Regexp

from bot.account_templates_view import AccountTemplate
from bot.fleet_view import AccountView
from bot.roster_view import NewAccount, ProxyView, RosterEntry, WantedProxy
from bot.settings.proxy import LONGEST_LOGIN, address_of

NOTHING = ""
"""Start from nothing."""
_TEMPLATE = "template:"
"""Before the name of a template among what can be started from; no account's id has a colon."""
COMMON_ZONES = (
    "Asia/Jakarta",
    "Asia/Makassar",
    "Asia/Jayapura",
    "Asia/Singapore",
    "Asia/Kuala_Lumpur",
    "Asia/Manila",
    "Asia/Kolkata",
    "Europe/London",
    "UTC",
)


def _filled(value: str | None) -> str:
    """A field that was not sent is an empty one."""
    return (value or NOTHING).strip()


class AccountForm(Form):
    """What every account has in accounts.yaml."""

    name = StringField("Name", [Length(max=100)])
    handle = StringField("Handle on X", [InputRequired("Write its handle on X."), Length(max=16)])
    description = StringField("Description", [Length(max=300)])
    groups = StringField("Groups", [Length(max=300)])

    @property
    def wanted_handle(self) -> str:
        """Without @, and without the blanks that come with a copied one."""
        return _text(self.handle).removeprefix("@")

    @property
    def wanted_groups(self) -> list[str]:
        names = [part.strip() for part in _text(self.groups).split(",")]
        return list(dict.fromkeys(name for name in names if name))


def _time_field(label: str) -> StringField:
    return StringField(label, [Optional(), Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z", 0, "Write it as 08:30.")], [_filled])


class NewAccountForm(AccountForm):
    """An account that shall be added."""

    morning, afternoon, evening = _time_field("Morning"), _time_field("Afternoon"), _time_field("Evening")

    clone_of = SelectField("Start from", default=NOTHING, filters=[_filled])
    with_content = BooleanField("Its templates and media, too")
    timezone = StringField(
        "Time zone", [AnyOf([NOTHING, *available_timezones()], "There is no such time zone.")], [_filled]
    )

    @classmethod
    def of(
        cls, data: Any, accounts: tuple[AccountView, ...], templates: Sequence[AccountTemplate] = ()
    ) -> NewAccountForm:
        """The form with the templates and accounts that can be started from."""
        form = cls(data)
        form.clone_of.choices = [(NOTHING, "Nothing: careful limits, no texts yet")]
        usable = [each.name for each in templates if not each.problems]
        form.clone_of.choices += [(f"{_TEMPLATE}{name}", f"The template {name}") for name in usable]
        form.clone_of.choices += [(account.id, f"A clone of {account.name}") for account in accounts]
        return form

    @property
    def slot_fields(self) -> tuple[StringField, ...]:
        """The times of the three slots that every account may have."""
        return self.morning, self.afternoon, self.evening

    def start_from(self, template: str, account_id: str) -> None:
        """Choose what the account begins with: a template, an account to clone, or nothing."""
        self.clone_of.data = f"{_TEMPLATE}{template}" if template else account_id

    @property
    def new_account(self) -> NewAccount:
        chosen = self.clone_of.data or NOTHING
        template = chosen.removeprefix(_TEMPLATE) if chosen.startswith(_TEMPLATE) else ""
        return NewAccount(
            name=_text(self.name),
            handle=self.wanted_handle,
            description=_text(self.description),
            groups=tuple(self.wanted_groups),
            slot_times={field.name: _text(field) for field in self.slot_fields if _text(field)},
            timezone=_text(self.timezone),
            clone_of="" if template else chosen,
            template=template,
            with_content=bool(self.with_content.data),
        )


class EntryForm(AccountForm):
    """An account as accounts.yaml has it."""

    enabled = BooleanField("Enabled: its slots fire")
    mark = HiddenField()

    @classmethod
    def of(cls, entry: RosterEntry, handle: str) -> EntryForm:
        """The form filled with what the file says; `handle` is the one in use, which may come from settings.yaml."""
        values = entry.values
        return cls(
            name=values.get("name") or "",
            handle=values.get("username") or handle,
            description=values.get("description") or "",
            groups=", ".join(str(group) for group in values.get("groups") or ()),
            enabled=bool(values.get("enabled", True)),
            mark=entry.mark,
        )

    def changes(self, entry: RosterEntry) -> dict[str, Any]:
        """Only what is other than in the file: keys that it does not have stay away when there is nothing to say."""
        wanted = {
            "name": _text(self.name),
            "username": f"@{self.wanted_handle}",
            "description": _text(self.description),
            "groups": self.wanted_groups,
            "enabled": bool(self.enabled.data),
        }
        return {key: value for key, value in wanted.items() if value != _written(entry, key)}


class ProxyForm(Form):
    """What an account's browser goes through. Nothing of its login is ever filled in."""

    address = StringField("Address", [Length(max=1000)])
    user = StringField("User", [Length(max=LONGEST_LOGIN)])
    password = PasswordField("Password", [Length(max=LONGEST_LOGIN)])
    forget_login = BooleanField("Forget the login that is kept")
    mark = HiddenField()

    @classmethod
    def of(cls, proxy: ProxyView, mark: str) -> ProxyForm:
        """The form with what may be shown."""
        return cls(address=proxy.address, mark=mark)

    @property
    def wanted(self) -> WantedProxy:
        return WantedProxy(
            _text(self.address), _text(self.user), str(self.password.data or ""), bool(self.forget_login.data)
        )

    def hide_login(self) -> ProxyForm:
        """It without what was typed of a login, to be shown again; an address that cannot be read may hold one."""
        self.address.data = address_of(_text(self.address))
        self.user.data = ""
        return self


def _written(entry: RosterEntry, key: str) -> Any:
    """The entry's value as the form would give it back unchanged."""
    value = entry.values.get(key)
    if key == "username":
        return f"@{str(value).removeprefix('@')}" if value else None
    if key == "groups":
        return [str(group) for group in value or ()]
    return value if value is not None else {"enabled": True}.get(key, "")


def _text(field: Any) -> str:
    return str(field.data or "").strip()
