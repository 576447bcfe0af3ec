"""The proxy of an account: its address out, its login only in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.roster_view import ProxyView, WantedProxy
from bot.settings.proxy import LONGEST_LOGIN
from webapp.api.account_model import find_account, find_entry
from webapp.api.accounts import wanted_mark
from webapp.api.contract import Body, Operation, Record, Reply
from webapp.api.problems import ProblemKind
from webapp.services import services

TAG = "Proxy"
_Secret = Annotated[str, Field(max_length=LONGEST_LOGIN)]


class ProxyRecord(Record):
    """What the account's browser goes through."""

    account: str
    proxy: str = Field(description="scheme://host:port; empty when it connects directly.")
    has_login: bool = Field(description="Whether a user and password are kept for it. They are never told.")
    problem: str = Field(description="Why it cannot be used; empty when nothing here speaks against it.")


class ProxyToPut(Body):
    """The proxy an account shall have."""

    proxy: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^(https?|socks5h?)://\S+:[0-9]{1,5}/?$")] = (
        Field(description="http, https or socks5://host:port; a login may stand before the host, as user:password@.")
    )
    user: _Secret | None = Field(
        None, description="Left out, the login that is kept stays as long as the address does; empty, there is none."
    )
    password: _Secret | None = Field(None, description="Goes with user.")


@Operation(
    "GET",
    "/accounts/<account_id>/proxy",
    TAG,
    answer=ProxyRecord,
    gives_mark=True,
    problems=(ProblemKind.ENTRY_BROKEN,),
)
def get_proxy(account_id: str) -> Reply:
    """Look at the proxy of an account."""
    find_entry(account_id)  # a hand edit may have taken it out of the list a moment ago
    return _told(account_id, services().fleet.roster.proxy(account_id))


@Operation(
    "PUT",
    "/accounts/<account_id>/proxy",
    TAG,
    answer=ProxyRecord,
    body=ProxyToPut,
    takes_mark="optional",
    gives_mark=True,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def put_proxy(account_id: str, body: ProxyToPut) -> Reply:
    """Have an account go through a proxy, from its next run on.

    The login is encrypted and never told again. To try the proxy, have the session checked: that run goes through it.
    """
    wanted = WantedProxy(body.proxy, body.user or "", body.password or "", forget_login=body.user == "")
    return _set(account_id, wanted)


@Operation(
    "DELETE",
    "/accounts/<account_id>/proxy",
    TAG,
    answer=ProxyRecord,
    takes_mark="optional",
    gives_mark=True,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def delete_proxy(account_id: str) -> Reply:
    """Have an account connect directly, from its next run on. A login that was kept is forgotten."""
    return _set(account_id, WantedProxy(""))


def _set(account_id: str, wanted: WantedProxy) -> Reply:
    find_account(account_id)
    mark = wanted_mark(find_entry(account_id))
    return _told(account_id, services().fleet.roster.set_proxy(account_id, wanted, mark))


def _told(account_id: str, view: ProxyView) -> Reply:
    record = ProxyRecord(account=account_id, proxy=view.address, has_login=view.has_login, problem=view.problem)
    return Reply(record, {"ETag": f'"{find_entry(account_id).mark}"'})
