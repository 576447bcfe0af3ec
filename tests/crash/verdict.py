"""The truth of the site against the journals: what was sent twice, what was lost, what a person must decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.browser.processes import find_own
from bot.fleet.records import open_records
from bot.settings.account import AccountSettings, load_account_settings
from bot.settings.fleet import FleetFile, load_fleet_file
from bot.settings.home import AccountFolder, Home
from bot.storage.database import Database
from bot.storage.journal import Intent, IntentState

_HOUR, _DAY = 3600, 86400
_ALL = 1_000_000
_ENDS = {IntentState.SENT, IntentState.FAILED, IntentState.NEEDS_REVIEW}


@dataclass(frozen=True)
class Truth:
    """A post as the site has it."""

    id: str
    text: str
    at: float  # Unix seconds


@dataclass
class Verdict:
    """What a comparison found. `twice` and `lost` hold words, one for each case."""

    kills: int = 0
    posts: int = 0
    intents: int = 0
    review: int = 0
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    miscounted: list[str] = field(default_factory=list)
    processes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = f"kills={self.kills} posts={self.posts} twice={len(self.twice)} lost={len(self.lost)}"
        return f"{told} review={self.review}"

    def add(self, other: Verdict) -> None:
        """Take in what another home showed."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def check(self) -> None:
        """Raises AssertionError with every case."""
        for name in ("twice", "lost", "breaches", "damaged", "miscounted", "processes"):
            assert getattr(self, name) == [], f"{name}: {getattr(self, name)}"
        assert self.review <= self.intents / 100, f"{self.review} of {self.intents} posts need review"


def judge(root: Path, truth: Mapping[str, Sequence[Truth]], kills: int) -> Verdict:
    """Compare the site's posts (by handle) with the journals below `root`; no process may work there meanwhile."""
    home = Home(root)
    fleet = load_fleet_file(home)
    verdict = Verdict(kills)
    verdict.processes = [f"{own.pid} {own.path}" for own in find_own(root)]
    _check_file(verdict, home.fleet_db, "fleet")
    for entry in fleet.accounts:
        folder = home.account(entry.folder)
        _check_file(verdict, folder.metrics_db, "account")
        with open_records(folder) as records:
            _judge_account(verdict, entry.handle, records.journal.intents(limit=_ALL), truth[entry.handle])
        _judge_metrics(verdict, folder, truth[entry.handle])
    _judge_limits(verdict, home, fleet, truth)
    return verdict


def _check_file(verdict: Verdict, file: Path, schema: str) -> None:
    database = Database(file, schema)
    try:
        found = database.check()
    finally:
        database.close()
    if found != "ok":
        verdict.damaged.append(f"{file}: {found}")


def _judge_account(verdict: Verdict, handle: str, intents: Sequence[Intent], posts: Sequence[Truth]) -> None:
    verdict.intents += len(intents)
    verdict.posts += len(posts)
    verdict.review += sum(intent.state is IntentState.NEEDS_REVIEW for intent in intents)
    for text, count in Counter(post.text for post in posts).items():
        if count > 1:
            verdict.twice.append(f"@{handle}: {count} times “{text}”")
    by_id = {post.id: post for post in posts}
    for intent in intents:
        why = _why_lost(intent, by_id)
        if why:
            verdict.lost.append(f"@{handle}, post {intent.id} “{intent.text}”: {why}")
    for post in posts:
        owners = [intent for intent in intents if _owns(intent, post)]
        if len(owners) != 1:
            states = ", ".join(f"{each.id} {each.state}: {each.reason}" for each in intents if each.text == post.text)
            verdict.lost.append(f"@{handle}: {len(owners)} journal entries own “{post.text}” ({states})")


def _why_lost(intent: Intent, posts: dict[str, Truth]) -> str:
    if intent.state not in _ENDS:
        return f"it is still in {intent.state}"
    if intent.state is IntentState.SENT:
        post = posts.get(intent.tweet_id)
        return "" if post and post.text == intent.text else "it is said to be sent, and is not on the site"
    return ""


def _owns(intent: Intent, post: Truth) -> bool:
    if intent.state is IntentState.NEEDS_REVIEW:
        return intent.text == post.text
    return intent.state is IntentState.SENT and intent.tweet_id == post.id


def _judge_metrics(verdict: Verdict, folder: AccountFolder, posts: Sequence[Truth]) -> None:
    """The tables that the panel's numbers come from have each post once."""
    database = Database(folder.metrics_db, "account")
    try:
        counted = database.value("SELECT coalesce(sum(tweets_posted), 0) FROM daily_activity")
        entered = {row["tweet_id"] for row in database.rows("SELECT tweet_id FROM tweet_performance")}
    finally:
        database.close()
    if counted != len(posts) or entered != {post.id for post in posts}:
        verdict.miscounted.append(f"{folder.root.name}: {len(posts)} posts, {counted} counted, {len(entered)} entered")


def _judge_limits(verdict: Verdict, home: Home, fleet: FleetFile, truth: Mapping[str, Sequence[Truth]]) -> None:
    """Every window of the permits and of the posts that stand, of each account and of the fleet."""
    database = Database(home.fleet_db, "fleet")
    try:
        rows = database.rows("SELECT account_id, at FROM permits WHERE action = 'post'")
    finally:
        database.close()
    permits: dict[str, list[float]] = {}
    for row in rows:
        permits.setdefault(row["account_id"], []).append(row["at"] / 1e6)
    for entry in fleet.accounts:
        limits = _settings(home, entry.folder).safety.rate_limits
        for name, moments in (
            ("permits", permits.get(entry.id, [])),
            ("posts", [post.at for post in truth[entry.handle]]),
        ):
            where = f"{name} of {entry.id}"
            _check_window(verdict, where, moments, _HOUR, limits.tweets_per_hour)
            _check_window(verdict, where, moments, _DAY, limits.posts_per_day)
        if len(permits.get(entry.id, [])) < len(truth[entry.handle]):
            verdict.breaches.append(f"{entry.id} has more posts than permits")
    per_hour = fleet.settings.global_rate_limit.tweets_per_hour
    _check_window(verdict, "permits of all", [at for own in permits.values() for at in own], _HOUR, per_hour)
    _check_window(verdict, "posts of all", [post.at for own in truth.values() for post in own], _HOUR, per_hour)


def _settings(home: Home, folder: str) -> AccountSettings:
    return load_account_settings(home.account(folder))


def _check_window(verdict: Verdict, where: str, moments: Sequence[float], seconds: int, limit: int) -> None:
    """By brute force: no window that begins with one of the moments holds more than `limit`."""
    for begin in moments:
        held = sum(begin <= at < begin + seconds for at in moments)
        if held > limit:
            verdict.breaches.append(f"{where}: {held} in {seconds} s, limit {limit}")
            return
