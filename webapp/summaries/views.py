"""GET /summaries and /accounts/…/summaries: a day or a week, and the ways to the days around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request, url_for

from bot.summaries.composing import AccountSummary, Figure, Span, Summary
from bot.summaries.telling import days_words, signed
from webapp.accounts.card import Card
from webapp.accounts.finding import look_for
from webapp.groups.page import groups_of
from webapp.services import services
from webapp.summaries.days import day_of, is_told
from webapp.week.page import choose_zone

blueprint = Blueprint("summaries", __name__)
blueprint.add_app_template_filter(days_words, "summary_days")


@dataclass(frozen=True)
class AccountPage:
    """What the page of one account is made of."""

    card: Card
    why_today: str
    summary: AccountSummary


@blueprint.get("/summaries")
def index() -> str:
    """The present day of all accounts."""
    return _fleet_page(services().fleet.summaries.today())


@blueprint.get("/summaries/<day>")
def show(day: str) -> str:
    """Another day, or the week that ends with it."""
    return _fleet_page(_day(day, services().fleet.summaries.today()))


@blueprint.get("/accounts/<account_id>/summaries")
def of_account(account_id: str) -> str:
    """One account: the day of the parameter `day`, else its present one."""
    fleet = services().fleet
    page = look_for(account_id, lambda: _account_page(account_id))
    return render_template(
        "summaries/account.html",
        page=page,
        span=_span(),
        first_day=fleet.summaries.first_day(account_id),
        told=told,
        steps=steps(page.summary.facts.last, fleet.summaries.today(account_id), _span()),
        address=lambda day, span: url_for(".of_account", account_id=account_id, day=day.isoformat(), span=_other(span)),
    )


def told(figure: Figure) -> list[str | None]:
    """A figure, the one before and the change as cells; None is unknown."""
    change = None if figure.change is None else f"{figure.change:+,}".replace("+0", "0")
    cells = [None if number is None else signed(figure, number) for number in (figure.total, figure.before)]
    return [*cells, change]


def steps(last: date, today: date, span: Span) -> tuple[date | None, date | None]:
    """The last days of the span before and of the one after; None where nothing can be told."""
    before, after = span.before(last), last + timedelta(days=span.days)
    return before if is_told(before, today) else None, min(after, today) if last < today else None


def _account_page(account_id: str) -> AccountPage:
    fleet = services().fleet
    card = Card(fleet.account_view(account_id))
    day = _day(request.args.get("day", ""), fleet.summaries.today(account_id))
    summary = fleet.summaries.of_account(account_id, _span(), day)
    return AccountPage(card, fleet.why_no_post_today(account_id), summary)


def _fleet_page(day: date) -> str:
    fleet = services().fleet
    group, span = request.args.get("group", ""), _span()
    summary: Summary = fleet.summaries.of_fleet(span, day, [group] if group else [])
    accounts = fleet.overview().accounts
    zone, _ = choose_zone("", [each for each in accounts if not group or group in each.groups])
    return render_template(
        "summaries/show.html",
        summary=summary,
        span=span,
        group=group,
        groups=[each.name for each in groups_of(accounts)],
        zone=zone,
        told=told,
        steps=steps(day, fleet.summaries.today(), span),
        address=lambda to, of: url_for(".show", day=to.isoformat(), span=_other(of), group=group or None),
    )


def _other(span: Span) -> str | None:
    """The parameter of an address; the day needs none."""
    return None if span is Span.DAY else span.value


def _span() -> Span:
    wanted = request.args.get("span", Span.DAY)
    return Span(wanted) if wanted in set(Span) else Span.DAY


def _day(text: str, today: date) -> date:
    """The day of an address; 404 for one that nothing can be told of."""
    found = day_of(text) if text else today
    if found is None or not is_told(found, today):
        abort(404, "There is no summary of such a day: write it as 2026-11-27, and not later than today.")
    return found
