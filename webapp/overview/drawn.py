"""Cards and rows as they were drawn before. To draw all of 200 accounts takes longer than all else of the overview.

A drawing is used again while the account, the words for its moments, and what its reader may do are the same. The
token in its forms is each reader's own: it is put in anew.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

from flask import Blueprint, request
from flask_wtf.csrf import generate_csrf
from jinja2.runtime import Macro
from markupsafe import Markup

from bot.fleet_view import AccountView
from webapp.access.actors import actor
from webapp.accounts.card import Card
from webapp.services import services
from webapp.times import clock_time, relative

KEPT_AT_MOST = 2000  # of about 5 KB each


class Drawings:
    """The drawings of one app, at most `at_most`. Safe to share between threads: each comes and goes in one step."""

    def __init__(self, at_most: int = KEPT_AT_MOST) -> None:
        self._at_most = at_most
        self._kept: dict[Hashable, tuple[AccountView, Hashable, list[str]]] = {}

    def draw(self, card: Card, macro: Macro) -> Markup:
        """What the macro makes of the card; the macro may use nothing else but what is named above."""
        account, token = card.account, str(generate_csrf())
        words = moment_words(account, services().clock.now())
        who = actor()
        place = (macro.name, account.id, who and who.level, request.script_root)
        kept = self._kept.get(place)
        if kept is None or kept[0] != account or kept[1] != words:
            kept = (account, words, str(macro(card)).split(token))
            self._keep(place, kept)
        return Markup(token.join(kept[2]))  # parts of what the macro escaped, and a token

    def _keep(self, place: Hashable, drawing: tuple[AccountView, Hashable, list[str]]) -> None:
        if len(self._kept) >= self._at_most:
            self._kept.clear()  # the next page is drawn anew; accounts that are gone do not stay
        self._kept[place] = drawing


def moment_words(account: AccountView, now: datetime) -> tuple[str, ...]:
    """All that a card says of its moments and that changes as time goes by."""
    run, until = account.last_run, account.state.until
    last = (run.ended_at or run.started_at or run.planned_at) if run else None
    return (
        relative(account.next_run, now, due=True) if account.next_run else "",
        relative(last, now) if last else "",
        relative(until, now, due=True) if until else "",
        clock_time(until, now, account.timezone) if until else "",
    )


def init_blueprint(blueprint: Blueprint) -> None:
    """Let the templates of each app that has this blueprint call `drawn(card, macro)`."""
    blueprint.record_once(lambda state: state.app.jinja_env.globals.update(drawn=Drawings().draw))
