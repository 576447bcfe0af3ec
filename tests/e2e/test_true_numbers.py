"""The pages show the truth: counts change on x.com, a visit in Chromium reads them, and every figure follows."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from flask.testing import FlaskClient

from bot.clock import SystemClock
from tests.e2e.fleets import PracticeFleet
from tests.webapp.panel import make_panel_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
HANDLE = "TokoJujur"
IDLE = {"post": "none", "like": 0, "follow": 0}
HOURLY = 10  # posts in each of two hours: as many as an hour needs before it can be called best
FIRST = [(100, 10), (200, 10)] * (HOURLY // 2) + [(100, 2), (200, 1)] * (HOURLY // 2)  # views and likes: at 09, at 15
LATER = [(1000, 20), (200, 10)] * (HOURLY // 2) + [(100, 40), (200, 30)] * (HOURLY // 2)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[PracticeFleet]:
    with PracticeFleet(tmp_path, seats=1) as fleet:
        fleet.add("jujur", HANDLE, slot=IDLE)
        fleet.manager.load_accounts()
        yield fleet


@pytest.fixture
def reader(fleet: PracticeFleet) -> FlaskClient:
    return make_panel_of(fleet.manager, SystemClock()).operator()


def tell_site(fleet: PracticeFleet, path: str, **body: Any) -> Any:
    """Change the truth on the practice site."""
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(f"{fleet.site.control_url}{path}", json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)


def refresh(fleet: PracticeFleet) -> None:
    """What the button “Refresh now” does; a browser reads."""
    before = len(fleet.manager.runs("jujur"))
    fleet.manager.refresh_numbers("jujur")
    assert fleet.manager.wait_until_idle(120)
    runs = fleet.manager.runs("jujur")
    assert len(runs) == before + 1
    assert runs[0].state == "done", runs[0].reason


def rows(reader: FlaskClient, table: str) -> list[dict[str, str]]:
    """A table of the page, as its CSV has it."""
    answer = reader.get(f"/accounts/jujur/numbers/{table}.csv?days=7")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def moments() -> list[datetime]:
    """Ten of yesterday’s from nine on, and ten from 15 on."""
    nine = datetime.now(UTC).replace(hour=9, minute=5, second=0, microsecond=0) - timedelta(days=1)
    return [nine + timedelta(hours=hours, minutes=minutes) for hours in (0, 6) for minutes in range(0, 50, 5)]


def publish(fleet: PracticeFleet) -> list[str]:
    """Twenty posts with their first counts; returns their ids."""
    posts = [
        {"text": f"halo nomor {place}", "time": at.isoformat(), "views": views, "likes": likes}
        for place, (at, (views, likes)) in enumerate(zip(moments(), FIRST, strict=True))
    ]
    ids = tell_site(fleet, f"/accounts/{HANDLE}/posts", posts=posts)["ids"]
    tell_site(fleet, f"/accounts/{HANDLE}", followers=120, following=10)
    return [str(each) for each in ids]


def change(fleet: PracticeFleet, ids: list[str]) -> None:
    counts = {post: {"views": views, "likes": likes} for post, (views, likes) in zip(ids, LATER, strict=True)}
    tell_site(fleet, f"/accounts/{HANDLE}", posts=counts, followers=150)


def test_figures_series_best_hours_and_csv_follow_what_changes_on_the_site(
    fleet: PracticeFleet, reader: FlaskClient
) -> None:
    ids = publish(fleet)
    refresh(fleet)
    assert figures(reader) == {"posts": "20", "views": "3000", "likes": "115", "followers": "120"}
    assert hours(reader) == {"09": ("10", "1500", "100"), "15": ("10", "1500", "15")}
    assert best_hours(reader) == ["09"]
    change(fleet, ids)
    assert figures(reader)["views"] == "3000", "nothing was read since"
    refresh(fleet)
    assert figures(reader) == {"posts": "20", "views": "7500", "likes": "500", "followers": "150"}
    assert hours(reader) == {"09": ("10", "6000", "150"), "15": ("10", "1500", "350")}
    assert best_hours(reader) == ["15"]
    assert_series(fleet, ids)


def page(reader: FlaskClient) -> str:
    return reader.get("/accounts/jujur/numbers?days=7").get_data(as_text=True)


def best_hours(reader: FlaskClient) -> list[str]:
    """The hours that the page itself calls best, the best first."""
    (found,) = re.findall(r'<ol class="best-hours">(.*?)</ol>', page(reader), re.DOTALL)
    return re.findall(r"(\d\d):00–", found)


def figures(reader: FlaskClient) -> dict[str, str]:
    this = rows(reader, "summary")[0]
    return {name: this[name] for name in ("posts", "views", "likes", "followers")}


def hours(reader: FlaskClient) -> dict[str, tuple[str, str, str]]:
    """Hour -> posts, views (from the rate) and engagement of it, where there were posts."""
    found = [row for row in rows(reader, "hours") if row["posts"] != "0"]
    return {f"{int(row['hour']):02}": (row["posts"], _views(row), row["engagement"]) for row in found}


def _views(row: dict[str, str]) -> str:
    return str(round(int(row["engagement"]) / float(row["engagement_per_view"])))


def assert_series(fleet: PracticeFleet, ids: list[str]) -> None:
    """Each post and the profile have both readings."""
    (folder,) = fleet.root.glob("accounts/jujur_*")
    with closing(sqlite3.connect(folder / "data" / "metrics.db")) as database:
        readings = database.execute("SELECT tweet_id, views, likes FROM post_readings ORDER BY read_at").fetchall()
        profile = database.execute("SELECT followers FROM profile_readings ORDER BY read_at").fetchall()
    series: dict[str, list[tuple[int, int]]] = {}
    for post, views, likes in readings:
        series.setdefault(post, []).append((views, likes))
    assert series == {post: [FIRST[place], LATER[place]] for place, post in enumerate(ids)}
    assert profile == [(120,), (150,)]
