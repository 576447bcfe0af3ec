"""What each route needs of whoever asks: the one table. A route that is not in it is for admins alone.

A new route gets one line here, under its endpoint ("blueprint.function"), beside its kind:

    READ      looking (role viewer; token scope read)
    OPERATE   letting accounts work and changing them (role operator; token scope operate)
    ADMIN     users, tokens, settings of the panel (role admin; token scope admin)
    LOGIN     one's own login: every role, no token
    OPEN      everybody, without a login; the route itself asks for what it needs

Nothing else need be done: the guard looks here before each request, for GET as for POST. Tokens are taken under
/api alone. A template asks `may("roster.new")` before it shows a link, and `operates` before it shows a button;
forms with method="post" are hidden from viewers by panel CSS unless they carry the attribute `data-for-all`.
A view that wants to know who asks calls `webapp.access.actor()`. tests/webapp/access/test_routes.py walks every
route and fails for one that is missing here.
"""

from __future__ import annotations

from enum import IntEnum

from bot.storage.panel.tokens import Scope
from bot.storage.panel.users import Role


class Need(IntEnum):
    """In order: who may the later may the earlier."""

    OPEN = 0
    LOGIN = 1
    READ = 2
    OPERATE = 3
    ADMIN = 4


LEVEL_OF_ROLE = {Role.VIEWER: Need.READ, Role.OPERATOR: Need.OPERATE, Role.ADMIN: Need.ADMIN}
LEVEL_OF_SCOPE = {Scope.READ: Need.READ, Scope.OPERATE: Need.OPERATE, Scope.ADMIN: Need.ADMIN}

NEEDS: dict[str, Need] = {
    # The way in and out
    "static": Need.OPEN,
    "health.healthz": Need.OPEN,
    "access.login": Need.OPEN,
    "access.log_in": Need.OPEN,
    "access.ask_code": Need.OPEN,
    "access.check_code": Need.OPEN,
    "access.setup": Need.OPEN,
    "access.set_up": Need.OPEN,
    "access.invitation": Need.OPEN,
    "access.accept": Need.OPEN,
    "access.logout": Need.LOGIN,
    # X's rules and whose risk it is; agreed to once
    "notice.show": Need.LOGIN,
    "notice.accept": Need.ADMIN,
    # One's own login
    "me.show": Need.LOGIN,
    "me.change_password": Need.LOGIN,
    "me.begin_second_factor": Need.LOGIN,
    "me.second_factor": Need.LOGIN,
    "me.confirm_second_factor": Need.LOGIN,
    "me.remove_second_factor": Need.LOGIN,
    "me.renew_recovery_codes": Need.LOGIN,
    "me.end_session": Need.LOGIN,
    "me.end_other_sessions": Need.LOGIN,
    # Users, tokens, who changed what
    "users.index": Need.ADMIN,
    "users.invite": Need.ADMIN,
    "users.renew_link": Need.ADMIN,
    "users.change_role": Need.ADMIN,
    "users.deactivate": Need.ADMIN,
    "users.activate": Need.ADMIN,
    "users.end_sessions": Need.ADMIN,
    "users.remove_second_factor": Need.ADMIN,
    "tokens.index": Need.ADMIN,
    "tokens.make": Need.ADMIN,
    "tokens.revoke": Need.ADMIN,
    "audit.index": Need.ADMIN,
    # Looking
    "overview.index": Need.READ,
    "overview.statuses": Need.READ,
    "accounts.choices": Need.READ,
    "accounts.show": Need.READ,
    "accounts.statuses": Need.READ,
    "accounts.run_steps": Need.READ,
    "accounts.evidence": Need.READ,
    "activity.show": Need.READ,
    "activity.statuses": Need.READ,
    "plan.show": Need.READ,
    "plan.statuses": Need.READ,
    "numbers.show": Need.READ,
    "numbers.statuses": Need.READ,
    "session.show": Need.READ,
    "session.statuses": Need.READ,
    "media.show": Need.READ,
    "media.statuses": Need.READ,
    "media.file": Need.READ,
    "media.thumbnail": Need.READ,
    "check.show": Need.READ,
    "check.statuses": Need.READ,
    "check.picture": Need.READ,
    "check.archive": Need.READ,
    "guards.index": Need.READ,
    "api.list_stops": Need.READ,
    "api.list_never": Need.READ,
    "api.why": Need.READ,
    "api.list_slots": Need.READ,
    "api.get_media": Need.READ,
    "api.list_media": Need.READ,
    "api.get_session": Need.READ,
    "api.reference": Need.READ,
    "api.document": Need.READ,
    "api.list_archives": Need.READ,
    "api.list_groups": Need.READ,
    "api.get_fleet": Need.READ,
    "api.get_run": Need.READ,
    "api.list_runs": Need.READ,
    "api.list_tweets": Need.READ,
    "api.account_stats": Need.READ,
    "api.fleet_stats": Need.READ,
    "api.get_account": Need.READ,
    "api.list_accounts": Need.READ,
    # Letting accounts work, one or many
    "accounts.start": Need.OPERATE,
    "accounts.stop": Need.OPERATE,
    "accounts.run": Need.OPERATE,
    "accounts.pause": Need.OPERATE,
    "accounts.resume": Need.OPERATE,
    "accounts.decide": Need.OPERATE,
    "check.start": Need.OPERATE,
    "bulk.preview": Need.OPERATE,
    "bulk.act": Need.OPERATE,
    "bulk.result": Need.OPERATE,
    "pausing.pause_fleet": Need.OPERATE,
    "pausing.resume_fleet": Need.OPERATE,
    "api.add_account": Need.OPERATE,
    "api.put_account": Need.OPERATE,
    "api.patch_account": Need.OPERATE,
    "api.remove_account": Need.OPERATE,
    "api.enable_account": Need.OPERATE,
    "api.disable_account": Need.OPERATE,
    "api.start_account": Need.OPERATE,
    "api.stop_account": Need.OPERATE,
    "api.pause_account": Need.OPERATE,
    "api.resume_account": Need.OPERATE,
    "api.run_account": Need.OPERATE,
    "api.decide_post": Need.OPERATE,
    "api.pause_fleet": Need.OPERATE,
    "api.resume_fleet": Need.OPERATE,
    "api.put_groups": Need.OPERATE,
    "api.archive_account": Need.OPERATE,
    "api.get_archive": Need.OPERATE,
    "api.restore_archive": Need.OPERATE,
    "api.get_file": Need.OPERATE,
    "api.put_file": Need.OPERATE,
    "api.put_cookies": Need.OPERATE,
    "api.check_session": Need.OPERATE,
    "api.add_media": Need.OPERATE,
    "api.delete_media": Need.OPERATE,
    "api.add_a_slot": Need.OPERATE,
    "api.change_a_slot": Need.OPERATE,
    "api.delete_a_slot": Need.OPERATE,
    "api.act_on_many": Need.OPERATE,
    "api.add_never": Need.OPERATE,
    "api.allow_post": Need.OPERATE,
    "guards.allow": Need.OPERATE,
    "api.remove_never": Need.OPERATE,
    "guards.add_never": Need.OPERATE,
    "guards.remove_never": Need.OPERATE,
    # Changing them
    "session.replace": Need.OPERATE,
    "session.check": Need.OPERATE,
    "media.upload": Need.OPERATE,
    "media.ask": Need.OPERATE,
    "media.delete": Need.OPERATE,
    "plan.new": Need.OPERATE,
    "plan.add": Need.OPERATE,
    "plan.edit": Need.OPERATE,
    "plan.save": Need.OPERATE,
    "plan.switch": Need.OPERATE,
    "plan.delete": Need.OPERATE,
    "settings.show": Need.OPERATE,
    "settings.statuses": Need.OPERATE,
    "settings.save": Need.OPERATE,
    "keywords.show": Need.OPERATE,
    "keywords.statuses": Need.OPERATE,
    "keywords.save": Need.OPERATE,
    "files.show": Need.OPERATE,
    "files.save": Need.OPERATE,
    "files.version": Need.OPERATE,
    "files.restore": Need.OPERATE,
    "roster.new": Need.OPERATE,
    "roster.add": Need.OPERATE,
    "roster.edit": Need.OPERATE,
    "roster.save": Need.OPERATE,
    "roster.archive": Need.OPERATE,
    "roster.confirm_removal": Need.OPERATE,
    "roster.remove": Need.OPERATE,
    "roster.archives": Need.OPERATE,
    "roster.download": Need.OPERATE,
    "roster.restore": Need.OPERATE,
    "roster.version": Need.OPERATE,
    "roster.restore_version": Need.OPERATE,
}


def need_of(endpoint: str | None) -> Need:
    """What a route needs. An address that is no route (404, 405) needs a login, so that it tells a visitor nothing."""
    return Need.LOGIN if endpoint is None else NEEDS.get(endpoint, Need.ADMIN)
