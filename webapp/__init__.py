"""The panel: HTTP in, one call on the fleet, HTML out.

    app = create_app(manager, Access(PanelStore(home.data), clock), clock=clock)

A blueprint folder per area (overview, pausing, accounts, activity, api, access, health); one small module
per safety concern (hosts, headers, access/guard and access/needs, access/forms, audit/recording).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from flask import Flask
from htmx_flask import Htmx

from bot.clock import Clock, SystemClock
from bot.fleet_view import Fleet
from webapp import assets, error_pages, headers, hosts, services, templating, uploads
from webapp.access import Access, forms, guard
from webapp.access import views as access_views
from webapp.access.service import SESSION_LIFETIME
from webapp.account_templates import views as account_templates_views
from webapp.accounts import views as accounts_views
from webapp.activity import views as activity_views
from webapp.analytics import views as analytics_views
from webapp.api import views as api_views
from webapp.approvals import views as approvals_views
from webapp.audit import recording
from webapp.audit import views as audit_views
from webapp.backups import views as backups_views
from webapp.bulk import views as bulk_views
from webapp.calendar import views as calendar_views
from webapp.check import views as check_views
from webapp.content import views as content_views
from webapp.experiments import views as experiments_views
from webapp.export import views as export_views
from webapp.files import views as files_views
from webapp.groups import views as groups_views
from webapp.guards import views as guards_views
from webapp.health import views as health_views
from webapp.keywords import views as keywords_views
from webapp.me import views as me_views
from webapp.media import views as media_views
from webapp.notice import views as notice_views
from webapp.notifications import views as notifications_views
from webapp.numbers import refreshing as refreshing_views
from webapp.numbers import views as numbers_views
from webapp.outcomes import views as outcomes_views
from webapp.overview import views as overview_views
from webapp.pausing import views as pausing_views
from webapp.plan import views as plan_views
from webapp.queue import views as queue_views
from webapp.roster import views as roster_views
from webapp.rotation import views as rotation_views
from webapp.session import views as session_views
from webapp.settings import views as settings_views
from webapp.suggestions import views as suggestions_views
from webapp.summaries import views as summaries_views
from webapp.tokens import views as tokens_views
from webapp.users import views as users_views
from webapp.week import views as week_views
from webapp.writing import views as writing_views

LARGEST_REQUEST = 64 * 1024  # bytes; the panel's forms are small

_AREAS = (
    overview_views,
    pausing_views,
    bulk_views,
    groups_views,
    rotation_views,
    experiments_views,
    export_views,
    approvals_views,
    roster_views,
    backups_views,
    account_templates_views,
    accounts_views,
    activity_views,
    plan_views,
    queue_views,
    calendar_views,
    analytics_views,
    week_views,
    settings_views,
    content_views,
    keywords_views,
    files_views,
    media_views,
    session_views,
    writing_views,
    numbers_views,
    refreshing_views,
    suggestions_views,
    outcomes_views,
    summaries_views,
    check_views,
    guards_views,
    api_views,
    access_views,
    notice_views,
    me_views,
    notifications_views,
    users_views,
    tokens_views,
    audit_views,
    health_views,
)

__all__ = ["Access", "create_app"]


def create_app(
    fleet: Fleet,
    access: Access,
    *,
    clock: Clock | None = None,
    allowed_hosts: Collection[str] = (),
    demo: bool = False,
    config: dict[str, Any] | None = None,
) -> Flask:
    """Make the WSGI object of the panel.

    `fleet` is the AccountManager or a fake of it; `access` says who may come in. `allowed_hosts` are names
    (no ports) the panel answers to beside localhost and plain IP addresses, e.g. the machine's name.
    `demo` marks every page as the demo. `config` are Flask's own settings, for tests.
    """
    clock = clock or SystemClock()
    secret_key = access.secret_key()
    app = Flask(__name__, static_folder=assets.STATIC_FOLDER)
    app.config.from_mapping(_settings(secret_key), DEMO=demo)
    app.config.from_mapping(config or {})
    services.init_app(app, services.Services(fleet, access, clock))
    Htmx(app)
    error_pages.init_app(app)
    headers.init_app(app)
    assets.init_app(app)
    templating.init_app(app, clock)
    # The order of these is the order of the checks: a known name, a login, the notice agreed to, a form of our own.
    hosts.init_app(app, allowed_hosts)
    guard.init_app(app)
    notice_views.init_app(app)
    uploads.init_app(app)
    forms.init_app(app)
    recording.init_app(app)
    for area in _AREAS:
        app.register_blueprint(area.blueprint)
    return app


def _settings(secret_key: bytes) -> dict[str, Any]:
    return {
        "SECRET_KEY": secret_key,
        # Browsers share cookies between the ports of one machine: two panels on it need two names.
        "SESSION_COOKIE_NAME": f"aviary_{hashlib.sha256(secret_key).hexdigest()[:8]}",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": SESSION_LIFETIME,
        "WTF_CSRF_TIME_LIMIT": None,  # a form is good as long as its login: panels stay open all day
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_PARTS": 50,
    }
