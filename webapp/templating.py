"""What every template has at hand: words, times, numbers."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from markupsafe import Markup

from bot.clock import Clock
from bot.errors import clause, ended
from webapp import times, wording
from webapp.accounts.page import level_face, post_face, waits_for_a_person
from webapp.page_links import with_links
from webapp.services import services


def number(value: int | None) -> str:
    """1,234; a dash for what is not known."""
    return "–" if value is None else f"{value:,}"


def init_app(app: Flask, clock: Clock) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(number=number, duration=times.duration)
    app.jinja_env.filters.update(sentence=wording.sentence, ended=ended, clause=clause)
    app.jinja_env.globals.update(
        wording=wording,
        time_words=times.WORDS_FOR_SCRIPT,
        post_face=post_face,
        waits_for_a_person=waits_for_a_person,
        level_face=level_face,
        now=clock.now,
        approvals_waiting=lambda: services().fleet.approvals.waiting,
        time_of_day=_time_of_day,
        clock_only=_clock_only,
        with_links=with_links,
        when=lambda moment, zone, due=False: _when(moment, clock.now(), zone, due),
        clock_time=lambda moment, zone, seconds=True: _clock_time(moment, clock.now(), zone, seconds),
    )


def _when(moment: datetime, now: datetime, zone: str, due: bool) -> Markup:
    """How far away a moment is, kept fresh by times.js, the exact time on hover. `due`: it is awaited."""
    return Markup('<time datetime="%s" data-relative="%s" title="%s">%s</time>') % (
        moment.isoformat(timespec="seconds"),
        "due" if due else "past",
        times.exact(moment, zone),
        times.relative(moment, now, due=due),
    )


def _time_of_day(moment: datetime, zone: str) -> Markup:
    """The time alone, under a heading that tells the day; the whole date on hover."""
    return Markup('<time datetime="%s" title="%s">%s</time>') % (
        moment.isoformat(timespec="seconds"),
        times.exact(moment, zone),
        times.time_of_day(moment, zone),
    )


def _clock_only(moment: datetime, zone: str) -> Markup:
    """Hours and minutes alone, for times that were planned; the whole date on hover."""
    return Markup('<time datetime="%s" title="%s">%s</time>') % (
        moment.isoformat(timespec="seconds"),
        times.exact(moment, zone),
        times.time_of_day(moment, zone)[:5],
    )


def _clock_time(moment: datetime, now: datetime, zone: str, seconds: bool) -> Markup:
    """The time on the account's clock, the whole date on hover."""
    return Markup('<time datetime="%s" title="%s">%s</time>') % (
        moment.isoformat(timespec="seconds"),
        times.exact(moment, zone),
        times.clock_time(moment, now, zone, seconds=seconds),
    )
