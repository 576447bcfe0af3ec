"""What the pages on numbers show: figures beside those of the days before, charts, hours, ranks, the way to orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from bot.analytics.gathering import Sum
from bot.analytics.hours import BEST_POSTS, ENOUGH_POSTS, HourCell
from bot.analytics.ranks import TemplateRank
from bot.analytics.report import Day, Report, Summary
from webapp.accounts.card import key
from webapp.analytics.asking import Days, address, args_of
from webapp.analytics.drawing import BEFORE, Chart, Series, draw, written
from webapp.analytics.tables import TABLES
from webapp.wording import WEEKDAYS, counted

SHOWN = 25
"""So many rows of a rank stand on a page; the table to take away has all."""
_AS_BEFORE = "as before"
_LEVELS = 5
Value = float | int | None


@dataclass(frozen=True)
class Figure:
    """One number of the span. `known` says of how much it is known; `change` how it stands to the days before."""

    name: str
    words: str
    known: str
    change: str
    rises: bool | None  # None: neither
    before: str

    @property
    def is_as_before(self) -> bool:
        """Whether it is the same as in the days before."""
        return self.change == _AS_BEFORE


@dataclass(frozen=True)
class Told:
    """A number, and the places of the members it is of."""

    value: Value
    by: frozenset[int]


@dataclass(frozen=True)
class HeatCell:
    """One hour of the week. `level` goes from 0 (nothing known) to 5 (the most)."""

    words: str
    title: str
    level: int
    is_few: bool


@dataclass(frozen=True)
class Step:
    """One step of the way from posts to orders, with what it has to do with the one before."""

    name: str
    words: str
    before: str
    link: str


@dataclass(frozen=True)
class Place:
    """Where a report is shown: the endpoints of its page and its tables, and what their addresses have in common."""

    endpoint: str
    table_endpoint: str
    json_endpoint: str
    parts: Mapping[str, Any]
    scope_args: Mapping[str, Any]
    json_args: Mapping[str, Any]


MEASURES: dict[str, tuple[str, str]] = {
    "rate": ("Engagement per 100 views", "Engaged per 100 views of its posts."),
    "engagement": ("Engagement per post", "Likes, reposts and replies for each of its posts."),
    "posts": ("Posts", "How many posts went out."),
}
SORTS: dict[str, str] = {
    "rate": "Per 100 views",
    "posts": "Posts",
    "views": "Views",
    "engagement": "Engagement",
    "chats": "Chats",
    "orders": "Orders",
    "revenue": "Revenue",
}


@dataclass(frozen=True)
class ReportPage:
    """A report with the words and the drawings of it."""

    report: Report
    days: Days
    place: Place
    measure: str
    sort: str
    zone: str = ""  # of the one account it is of

    # addresses

    @property
    def view_args(self) -> dict[str, str]:
        """What is looked at differently, but changes no figure."""
        found = {"hours": self.measure, "sort": self.sort}
        return {name: value for name, value in found.items() if value != "rate"}

    def to(self, **changes: Any) -> str:
        """The page with some parameters changed."""
        place = self.place
        return address(place.endpoint, place.parts, place.scope_args, self.days.args, self.view_args, changes)

    def to_days(self, days: int) -> str:
        """The page over so many last days."""
        place = self.place
        return address(place.endpoint, place.parts, place.scope_args, {"days": str(days)}, self.view_args)

    def turned(self, lengths: int) -> str:
        """The page over an earlier or a later span."""
        place = self.place
        args = args_of(self.days.span.turned(lengths), self.days.today)
        return address(place.endpoint, place.parts, place.scope_args, args, self.view_args)

    def csv(self, table: str, separator: str = "") -> str:
        """A table to take away."""
        place, more = self.place, {"separator": separator}
        return address(place.table_endpoint, {**place.parts, "table": table}, place.scope_args, self.days.args, more)

    @property
    def json(self) -> str:
        """All of it over the REST API, which a login opens, too."""
        place = self.place
        return address(place.json_endpoint, place.parts, place.json_args, self.days.args)

    @property
    def poll_args(self) -> dict[str, str]:
        """What a poll of the same page asks for."""
        return {**self.days.args, **self.view_args}

    @property
    def tables(self) -> list[str]:
        return list(TABLES)

    @property
    def form_args(self) -> list[tuple[str, str]]:
        """What a form of other days carries on."""
        args = {**self.place.scope_args, **self.view_args}
        pairs = [(name, value if isinstance(value, list) else [value]) for name, value in args.items()]
        return [(name, each) for name, values in pairs for each in values]

    @property
    def key(self) -> str:
        """The same while the same is shown."""
        report = self.report
        return key(report.period, report.before, report.hours, report.templates, report.keywords, self.days.args)

    # figures

    @cached_property
    def figures(self) -> list[Figure]:
        now, then = self.report.period.summary, self.report.before.summary
        before = _told(then)
        told = {name: _of_accounts(name, each, before[name], now.accounts) for name, each in _told(now).items()}
        sums = ("views", "likes", "reposts", "replies", "bookmarks")
        return [
            *(told[name] for name in ("Followers", "Followers gained", "Posts")),
            _of_posts("engagement", now, then),
            _rate_figure(now, then),
            *(_of_posts(name, now, then) for name in sums),
            *(told[name] for name in ("Chats", "Orders", "Revenue")),
        ]

    @cached_property
    def charts(self) -> list[Chart]:
        days, now, then = self.days.span.days, self.report.period.days, self.report.before.days
        charts = [self._followers()]
        posts = _both("Posts", [day.posts for day in now], [day.posts for day in then])
        charts.append(draw("posts", "Posts a day", days, posts, with_bars=True))
        engagement = _both("Engagement", [day.engagement.value for day in now], [day.engagement.value for day in then])
        note = "Likes, reposts and replies of the posts of each day, as they were last read."
        charts.append(draw("engagement", "Engagement a day", days, engagement, note=note))
        rates = _both("Per 100 views", _rates(now), _rates(then))
        charts.append(draw("rate", "Engagement per 100 views", days, rates, note="Of posts whose views are known."))
        if self.report.period.summary.outcome.accounts:
            outcomes = (
                Series("chats", 0, tuple(day.outcome.chats for day in now), "Chats"),
                Series("orders", 2, tuple(day.outcome.orders for day in now), "Orders"),
            )
            charts.append(draw("outcomes", "Chats and orders a day", days, outcomes))
        return charts

    def _followers(self) -> Chart:
        days, now, then = self.days.span.days, self.report.period.days, self.report.before.days
        if len(self.report.members) == 1:
            series = (Series("now", 0, tuple(day.followers for day in now), "Followers"),)
            note = "As they were read; a gap where no visit read them."
            return draw("followers", "Followers", days, series, from_zero=False, note=note)
        note = "Since before the first day, over all accounts whose profile was read; a gap where none was."
        gained = _both("Followers gained", [day.gained for day in now], [day.gained for day in then])
        return draw("followers", "Followers gained", days, gained, note=note)

    # hours

    @property
    def measures(self) -> list[tuple[str, str, str]]:
        """(words, address, "page" for the present one)."""
        return [
            (words, self.to(hours="" if name == "rate" else name) + "#hours", "page" if name == self.measure else "")
            for name, (words, _) in MEASURES.items()
        ]

    @property
    def measure_words(self) -> tuple[str, str]:
        return MEASURES[self.measure]

    @cached_property
    def heat(self) -> list[list[HeatCell]]:
        """24 rows of hours with seven weekdays each."""
        grid, cells = self.report.hours, self.report.hours.cells
        ranked = sorted(
            {value for cell in cells if (value := self._heat_value(cell)) is not None and not self._is_few(cell)}
        )
        return [[self._heat_cell(grid.at(weekday, hour), ranked) for weekday in range(7)] for hour in range(24)]

    def _heat_value(self, cell: HourCell) -> float | None:
        if self.measure == "posts":
            return float(cell.posts) if cell.posts else None
        if self.measure == "engagement":
            return cell.engagement.mean
        return None if cell.rate.value is None else cell.rate.value * 100

    def _is_few(self, cell: HourCell) -> bool:
        """Whether what the cell shows stands on too few posts to be told from chance at all."""
        known = {"rate": cell.rate.posts, "engagement": cell.engagement.known, "posts": ENOUGH_POSTS}
        return known[self.measure] < ENOUGH_POSTS

    def _heat_cell(self, cell: HourCell, ranked: Sequence[float]) -> HeatCell:
        value, is_few = self._heat_value(cell), self._is_few(cell)
        level = 0
        if value is not None and ranked and not is_few:
            level = 1 + round((_LEVELS - 1) * (value - ranked[0]) / ((ranked[-1] - ranked[0]) or 1))
        if self.measure == "posts":
            words = str(cell.posts) if cell.posts else ""
        else:
            words = ("–" if cell.posts else "") if value is None else f"{value:.1f}"
        return HeatCell(words, _cell_title(cell), min(max(level, 0), _LEVELS), is_few)

    @property
    def best_hours(self) -> list[str]:
        """ "Wednesday 20:00–21:00, 4.6 per 100 views (64 posts)"."""
        return [
            f"{WEEKDAYS[cell.weekday]} {cell.hour:02d}:00–{(cell.hour + 1) % 24:02d}:00, {percent(cell.rate.value)}"
            f" per 100 views ({counted(cell.rate.posts, 'post', 'posts')})"
            for cell in self.report.hours.best(3)
        ]

    @property
    def usual_rate(self) -> str:
        """What hours have to be better than, to be called best."""
        rate = self.report.hours.rate
        return f"{percent(rate.value)} per 100 views ({counted(rate.posts, 'post', 'posts')})"

    @property
    def best_posts(self) -> int:
        return BEST_POSTS

    # ranks

    @property
    def sorts(self) -> list[tuple[str, str, str]]:
        """(words, address, aria-sort) of the columns that templates can be ranked by."""
        return [
            (words, self.to(sort="" if name == "rate" else name) + "#templates", "descending" * (name == self.sort))
            for name, words in SORTS.items()
        ]

    @cached_property
    def templates(self) -> list[TemplateRank]:
        """The best by the chosen column; unknown ones last."""
        rows = self.report.templates
        if self.sort != "rate":
            rows = tuple(sorted(rows, key=self._place_of))
        return list(rows[:SHOWN])

    def _place_of(self, row: TemplateRank) -> tuple[bool, float]:
        value = {
            "posts": row.posts,
            "views": row.views.value,
            "engagement": row.engagement.value,
            "chats": row.outcome.chats,
            "orders": row.outcome.orders,
            "revenue": row.outcome.revenue,
        }[self.sort]
        return value is None, -(value or 0)

    @property
    def funnel(self) -> list[Step]:
        now, then = self.report.period.summary, self.report.before.summary
        outcome, before = now.outcome, then.outcome
        return [
            Step("Posts", written(now.posts), written(then.posts), ""),
            Step("Views", written(now.views.value), written(then.views.value), _views_each(now)),
            Step(
                "Engagement",
                written(now.engagement.value),
                written(then.engagement.value),
                _engaged_each(now),
            ),
            Step(
                "Chats",
                written(outcome.chats),
                written(before.chats),
                _share(outcome.chats, now.engagement.value, "chats", "100 engaged"),
            ),
            Step(
                "Orders",
                written(outcome.orders),
                written(before.orders),
                _share(outcome.orders, outcome.chats, "orders", "100 chats"),
            ),
            Step("Revenue", written(outcome.revenue), written(before.revenue), _per(outcome.revenue, outcome.orders)),
        ]


def percent(rate: float | None) -> str:
    """Per 100: "4.1"; "unknown"."""
    return "unknown" if rate is None else f"{rate * 100:.1f}"


def known_of(found: Sum) -> str:
    """ "of 120 of 160 posts"; "" where all are known."""
    if found.value is None or found.known == found.of:
        return ""
    return f"of {found.known:,} of {counted(found.of, 'post', 'posts')}"


def change_words(now: Value, then: Value) -> tuple[str, bool | None]:
    """How a number stands to the one before, in percent, and whether it rises."""
    if now is None or then is None:
        return "", None
    if now == then:
        return _AS_BEFORE, None
    if not then or then < 0:
        return f"{now - then:+,.0f}", now > then
    share = (now - then) / then * 100
    return (f"{share:+,.0f} %" if abs(share) >= 10 else f"{share:+.1f} %"), now > then


def _told(summary: Summary) -> dict[str, Told]:
    """The sums over accounts, by what they are called."""
    outcome, sources = summary.outcome, summary.sources
    return {
        "Followers": Told(summary.followers, sources.followers),
        "Followers gained": Told(summary.gained, sources.gained),
        "Posts": Told(summary.posts, sources.records),
        "Chats": Told(outcome.chats, sources.chats),
        "Orders": Told(outcome.orders, sources.orders),
        "Revenue": Told(outcome.revenue, sources.revenue),
    }


def _of_accounts(name: str, now: Told, then: Told, accounts: int) -> Figure:
    """A sum over accounts, compared only with one over the same: with other accounts it is no change of these."""
    is_of_all = accounts < 2 or len(now.by) == accounts
    known = "" if is_of_all else f"of {len(now.by):,} of {counted(accounts, 'account', 'accounts')}"
    figure = _figure(name, now.value, then.value, known, signed=name == "Followers gained")
    return _unless_of_others(figure, now, then)


def _unless_of_others(figure: Figure, now: Told, then: Told) -> Figure:
    """The figure without a change, and with the number of accounts before, where these are not those of now."""
    if now.by == then.by or now.value is None or then.value is None:
        return figure
    is_of_more_or_fewer = len(now.by) != len(then.by)
    return _apart(
        figure, f"of {counted(len(then.by), 'account', 'accounts')}" if is_of_more_or_fewer else "of other accounts"
    )


def _figure(name: str, now: Value, then: Value, known: str, *, signed: bool = False) -> Figure:
    change, rises = change_words(now, then)
    words = f"{now:+,.0f}".replace("+0", "0") if signed and now is not None else written(now)
    return Figure(name, words, known if now is not None else "", change, rises, written(then))


def _apart(figure: Figure, basis: str) -> Figure:
    """The figure without a change, and of what that of the days before is."""
    return replace(figure, change="", rises=None, before=f"{figure.before} {basis}".strip())


def _of_posts(name: str, now: Summary, then: Summary) -> Figure:
    """A sum over posts, compared where about as much is known of both: other shares of the posts tell nothing."""
    found, before = getattr(now, name), getattr(then, name)
    figure = _figure(name.capitalize(), found.value, before.value, known_of(found))
    if abs(_share_known(found) - _share_known(before)) > 0.1:
        figure = _apart(figure, known_of(before))
    return _unless_of_others(figure, _of_records(found.value, now), _of_records(before.value, then))


def _of_records(value: Value, summary: Summary) -> Told:
    """What the posts of all accounts with records tell."""
    return Told(value, summary.sources.records)


def _share_known(found: Sum) -> float:
    return found.known / found.of if found.of else 1.0


def _rate_figure(now: Summary, then: Summary) -> Figure:
    change, rises = change_words(now.rate.value, then.rate.value)
    known = f"of {counted(now.rate.posts, 'post', 'posts')}" if now.rate.value is not None else ""
    figure = Figure("Per 100 views", percent(now.rate.value), known, change, rises, percent(then.rate.value))
    return _unless_of_others(figure, _of_records(now.rate.value, now), _of_records(then.rate.value, then))


def _both(name: str, now: Sequence[Value], then: Sequence[Value]) -> tuple[Series, Series]:
    return Series("now", 0, tuple(now), name), Series("before", BEFORE, tuple(then), f"{name} as many days before")


def _rates(days: Sequence[Day]) -> list[Value]:
    return [None if day.rate.value is None else round(day.rate.value * 100, 2) for day in days]


def _cell_title(cell: HourCell) -> str:
    rate = "unknown" if cell.rate.value is None else f"{cell.rate.value * 100:.1f} per 100 views"
    when = f"{WEEKDAYS[cell.weekday]} {cell.hour:02d}:00"
    return f"{when}: {counted(cell.posts, 'post', 'posts')}" + (f", engagement {rate}" if cell.posts else "")


def _each(value: float | None, what: str, of: str) -> str:
    return "" if value is None else f"{written(round(value, 1))} {what} for each {of}".replace("each 100", "100")


def _views_each(summary: Summary) -> str:
    """Views for each post of which they are known; of how many, unless it is of all."""
    views = summary.views
    told = _each(views.mean, "views", "post")
    if not told or views.known == views.of:
        return told
    return f"{told}, of {counted(views.known, 'post', 'posts')} with known views"


def _engaged_each(summary: Summary) -> str:
    """Engagement for 100 views; of how many posts, unless it is of all: the sums above are of others then."""
    rate = summary.rate
    told = _each(None if rate.value is None else rate.value * 100, "engaged", "100 views")
    if not told or rate.posts == summary.posts:
        return told
    return f"{told}, of {counted(rate.posts, 'post', 'posts')} with both known"


def _share(value: Value, whole: Value, what: str, of: str) -> str:
    return "" if value is None or not whole else _each(value * 100 / whole, what, of)


def _per(value: Value, count: Value) -> str:
    return "" if value is None or not count else f"{written(round(value / count))} for each order"
