from __future__ import annotations

from datetime import timedelta

from bot.fleet.records import open_records
from bot.storage.database import Database
from tests.engines import Engine


def lines(engine: Engine) -> list[str]:
    return [step.text for step in engine.notes() if step.text.startswith("the day so far")]


def evening(engine: Engine) -> list[str]:
    """Let the evening run; its lines on the day."""
    engine.run("evening")
    return lines(engine)


def test_the_evening_ends_with_a_line_on_the_whole_day(evening_engine: Engine) -> None:
    evening_engine.add_strangers(12)
    evening_engine.run("morning")
    assert lines(evening_engine) == []
    evening_engine.clock.advance(12 * 3600)
    assert evening(evening_engine) == ["the day so far: 2 posts, 5 likes, 6 follows; 120 followers"]


def test_it_says_how_the_followers_changed(evening_engine: Engine) -> None:
    evening(evening_engine)
    for change, words in ((3, "123 followers, 3 more"), (-23, "100 followers, 23 fewer")):
        evening_engine.clock.advance(timedelta(days=1).total_seconds())
        evening_engine.world.accounts["oneshop"].extra_followers += change
        (line,) = evening(evening_engine)
        assert line.endswith(f"{words} than at the reading before"), line


def test_a_day_of_nothing_is_said_plainly(evening_engine: Engine) -> None:
    settings = evening_engine.folder.settings_yaml
    none = "policy: {post: off, like: off, follow: off}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + none, encoding="utf-8")
    assert evening(evening_engine) == ["the day so far: 0 posts, 0 likes, 0 follows; 120 followers"]


def test_it_stands_in_the_old_activity_log_too(evening_engine: Engine) -> None:
    (line,) = evening(evening_engine)
    database = Database(evening_engine.folder.metrics_db, "account")
    query = "SELECT details, success FROM activity_log WHERE activity_type = 'daily_summary'"
    assert [tuple(row) for row in database.rows(query)] == [(line.removeprefix("the day so far: "), 1)]
    database.close()


def test_it_goes_by_the_accounts_own_day(evening_engine: Engine) -> None:
    evening_engine.run("morning")
    evening_engine.clock.advance(timedelta(days=1).total_seconds())
    assert evening(evening_engine)[0].startswith("the day so far: 1 post,")
    with open_records(evening_engine.folder) as records:
        assert records.metrics.followers() is not None
