"""The geometry of charts that are drawn as SVG by the server. Pure.

Across, everything stands at a share of the width in percent, and lines lie in a box of 1,000 units that is stretched;
upright, units are pixels. So letters and marks keep their size on every screen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

HEIGHT = 200  # of the whole picture, in pixels
TOP, GROUND = 12, 172
_BOX = 1000
_APART = 13  # pixels between two names at the ends of lines
_MARKED = 31  # so many points have a mark each; of more, some
BEFORE = 8
"""The style of the days before; those up to 7 are for what is compared side by side."""
Value = float | int | None


@dataclass(frozen=True)
class Series:
    """One line. `name` stands at its end; `style` chooses color, dashes and marks together."""

    name: str
    style: int
    values: tuple[Value, ...]
    title: str = ""  # where the name is short


@dataclass(frozen=True)
class Mark:
    """A point that is marked. x in percent, y in pixels."""

    x: float
    y: float
    title: str


@dataclass(frozen=True)
class Line:
    """A series as it is drawn, in unbroken pieces."""

    name: str
    style: int
    pieces: tuple[str, ...]
    marks: tuple[Mark, ...]
    name_y: float | None  # None: nothing of it is known


@dataclass(frozen=True)
class Bar:
    """x and width in percent, y and height in pixels."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Tick:
    """A label of an axis: `at` in percent across or in pixels upright. Minor ones are left out where room is short."""

    at: float
    words: str
    is_minor: bool = False


@dataclass(frozen=True)
class Chart:
    """One chart with the table behind it."""

    id: str
    title: str
    words: str  # what a reader hears of it
    days: tuple[date, ...]
    series: tuple[Series, ...]
    lines: tuple[Line, ...]
    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    upright: tuple[Tick, ...]
    note: str = ""

    def row(self, place: int) -> list[str]:
        """The numbers of one of the days, a series after the other."""
        return written_alike([each.values[place] for each in self.series])

    @property
    def is_unknown(self) -> bool:
        """Whether there is nothing to draw."""
        return all(value is None for series in self.series for value in series.values)


def draw(
    chart_id: str,
    title: str,
    days: Sequence[date],
    series: Sequence[Series],
    *,
    with_bars: bool = False,
    from_zero: bool = True,
    note: str = "",
) -> Chart:
    """A chart of some series over the same days; `with_bars` draws the first one as bars."""
    scale = _Scale.of([value for each in series for value in each.values if value is not None], from_zero)
    bars = _bars(series[0], days, scale) if with_bars and series else ()
    lines = _apart([_line(each, days, scale) for each in series[1 if with_bars else 0 :]])
    words = "; ".join(_heard(each) for each in series)
    return Chart(chart_id, title, words, tuple(days), tuple(series), lines, bars, _dates(days), scale.ticks, note)


def written(value: Value) -> str:
    """A number as axes and tables have it: 1,234 or 3.4; "unknown"."""
    if value is None:
        return "unknown"
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def written_alike(values: Sequence[Value]) -> list[str]:
    """The numbers of one row, all with as many decimals as that with the most: 73.13 and 174.00; 4.30 and 4.31."""
    decimals = max((len(written(value).partition(".")[2]) for value in values if value is not None), default=0)
    return [written(None) if value is None else f"{value:,.{decimals}f}" for value in values]


def short(value: float) -> str:
    """For an axis: 12k, 3.5M."""
    for size, unit in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.2f}".rstrip("0").rstrip(".") + unit
    return written(round(value, 6))


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    ticks: tuple[Tick, ...]

    @classmethod
    def of(cls, values: Sequence[float], from_zero: bool) -> _Scale:
        """From and to rounded numbers, with three to five of them on the way."""
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        if from_zero:
            low, high = min(low, 0.0), max(high, 0.0)
        are_whole = all(float(value).is_integer() for value in values)
        step = _rounded((high - low) / 4 or abs(high) / 4 or 0.25, are_whole)
        begin, end = math.floor(low / step) * step, math.ceil(high / step) * step
        end = end if end > begin else begin + step
        steps = range(round((end - begin) / step) + 1)
        made = cls(begin, end, ())
        return cls(begin, end, tuple(Tick(made.y(begin + each * step), short(begin + each * step)) for each in steps))

    def y(self, value: float) -> float:
        return round(GROUND - (value - self.low) / (self.high - self.low) * (GROUND - TOP), 1)


def _rounded(step: float, is_whole: bool) -> float:
    """The next of 1, 2, 5, 10, ... times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    found = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * 0.999)
    return max(found, 1.0) if is_whole else found


def _x(place: int, count: int) -> float:
    return (place + 0.5) / count


def _line(series: Series, days: Sequence[date], scale: _Scale) -> Line:
    count = len(days)
    points = [(place, value) for place, value in enumerate(series.values) if value is not None]
    runs = [list(run) for _, run in groupby(enumerate(points), lambda each: each[1][0] - each[0])]
    pieces = tuple(
        " ".join(f"{_x(place, count) * _BOX:.1f},{scale.y(value)}" for _, (place, value) in run)
        for run in runs
        if len(run) > 1
    )
    alone = {run[0][1][0] for run in runs if len(run) == 1}
    step = 1 if count <= _MARKED else math.ceil(count / 12)
    marks = tuple(
        Mark(round(_x(place, count) * 100, 2), scale.y(value), _title(series, days[place], value))
        for number, (place, value) in enumerate(points)
        if place in alone or place % step == step // 2 or number == len(points) - 1
    )
    return Line(series.name, series.style, pieces, marks, scale.y(points[-1][1]) if points else None)


def _title(series: Series, day: date, value: float) -> str:
    return f"{series.title or series.name}, {day:%a %d %b}: {written(value)}"


def _bars(series: Series, days: Sequence[date], scale: _Scale) -> tuple[Bar, ...]:
    width = 100 / len(days)
    return tuple(
        Bar(
            round((place + 0.15) * width, 3),
            min(scale.y(value), scale.y(0)),
            round(width * 0.7, 3),
            round(abs(scale.y(value) - scale.y(0)), 1),
            _title(series, days[place], value),
        )
        for place, value in enumerate(series.values)
        if value is not None
    )


def _apart(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The names at the ends of the lines, none on top of another one."""
    named = sorted((line for line in lines if line.name_y is not None), key=lambda line: line.name_y or 0)
    places: dict[int, float] = {}
    lowest = 0.0
    for line in named:
        lowest = max(line.name_y or 0, lowest + _APART if places else TOP / 2)
        places[id(line)] = lowest
    beyond = max(lowest - (GROUND + 4), 0)
    for line in reversed(named):  # what was pushed below the ground goes up again, and pushes the others
        places[id(line)] -= beyond
        above = [places[id(other)] for other in named[: named.index(line)]]
        beyond = max(above[-1] + _APART - places[id(line)], 0) if above else 0
    return tuple(Line(line.name, line.style, line.pieces, line.marks, places.get(id(line))) for line in lines)


def _dates(days: Sequence[date]) -> tuple[Tick, ...]:
    count = len(days)
    step = max(1, math.ceil(count / 7))
    form = "%a %d" if count <= 8 else "%d %b" if count <= 370 else "%b %y"
    return tuple(
        Tick(round(_x(place, count) * 100, 2), days[place].strftime(form), number % 2 == 1)
        for number, place in enumerate(range(step // 2, count, step))
    )


def _heard(series: Series) -> str:
    known = [value for value in series.values if value is not None]
    name = series.title or series.name
    if not known:
        return f"{name}: unknown"
    ends = f"first {written(known[0])}, last {written(known[-1])}"
    return f"{name}: {ends}, from {written(min(known))} to {written(max(known))}"
