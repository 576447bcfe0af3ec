"""What a person sees of the fleet: plain records, made by the AccountManager, shown by panel and command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.account_templates_view import AccountTemplates
from bot.analytics.room import Analytics
from bot.approvals import ApprovalDesk
from bot.backups_view import Backups
from bot.content.desk import ContentDesk
from bot.content.media_library import MediaLibrary
from bot.experiments.desk import ExperimentDesk
from bot.files_view import AccountFiles
from bot.forecast_view import Forecasts
from bot.group_queue_view import GroupQueues
from bot.guards.room import Guards
from bot.metrics_exports import MetricsExports
from bot.notifications.desk import NotificationDesk
from bot.outcomes.desk import OutcomeDesk
from bot.queue_view import PostQueues
from bot.refusal import Refusal
from bot.roster_view import Roster
from bot.sessions import Sessions
from bot.settings.home import is_home_folder
from bot.storage.keyword_numbers import KeywordNumbers
from bot.storage.numbers import AccountNumbers
from bot.suggestions_view import Suggestions
from bot.summaries.room import Summaries
from bot.writing import WritingDesk
from bot.x.contract import Step
from bot.x.report import PageReport

__all__ = [
    "PAUSED_BY_A_PERSON",
    "AccountState",
    "AccountView",
    "Fleet",
    "FleetView",
    "PostView",
    "Refusal",
    "RunState",
    "RunView",
    "StateKind",
    "StepView",
    "Trigger",
    "WhyView",
]

PAUSED_BY_A_PERSON = "paused by a person"
"""The reason of a pause that a person began, of one account or of the fleet."""


class StateKind(StrEnum):
    """The states of an account, most urgent first."""

    BROKEN = "broken"  # its files cannot be read: `reason` says file, line and key
    NEEDS_ATTENTION = "needs_attention"  # only a person ends it
    WORKING = "working"  # `step` says what it does
    QUEUED = "queued"  # waits for a free seat
    LIMITED = "limited"  # rests until `until`
    FAILING = "failing"  # several runs failed; tried again at `until`
    PAUSED = "paused"  # by a person
    WAITING = "waiting"  # for its next slot
    STOPPED = "stopped"  # a person pressed Stop
    DISABLED = "disabled"  # enabled: false in accounts.yaml


class Trigger(StrEnum):
    """What made a run."""

    SCHEDULE = "schedule"
    MANUAL = "manual"
    CATCH_UP = "catch_up"  # its time passed while Aviary was not running or the machine slept
    CHECK = "check"  # only looks whether a post stands on the profile
    PAGES = "pages"  # a person asked to look whether x.com's pages are as known
    SESSION = "session"  # a person asked to look whose the session is
    WINDOW = "window"  # a person logs in in a window
    APPROVED = "approved"  # does what a person approved


class RunState(StrEnum):
    """How far a run is. The last five are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"  # all it set out to do
    PARTLY = "partly"  # some of it failed or was limited; `reason` says what
    FAILED = "failed"
    STOPPED = "stopped"
    SKIPPED = "skipped"  # decided not to run; `reason` says why


@dataclass(frozen=True)
class AccountState:
    """The state of one account at one moment."""

    kind: StateKind
    reason: str = ""
    remedy: str = ""
    until: datetime | None = None  # UTC
    step: Step | None = None
    with_fleet: bool = False  # paused not by itself, but because the whole fleet is


@dataclass(frozen=True)
class RunView:
    """One run of one account. Times are UTC."""

    id: int
    slot: str  # morning, afternoon, evening, ...
    trigger: Trigger
    state: RunState
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    reason: str = ""  # of the end, in words
    remedy: str = ""
    posts: int = 0
    likes: int = 0
    follows: int = 0
    replies: int = 0


@dataclass(frozen=True)
class StepView:
    """One recorded step or decision of a run."""

    at: datetime
    text: str
    level: str  # "info", "good", "warning", "error"
    evidence: str = ""  # id for AccountManager.evidence_file, or ""


@dataclass(frozen=True)
class WhyView:
    """One entry of an account's record of every decision and step."""

    id: int  # for paging
    at: datetime
    text: str
    level: str  # "info", "good", "warning", "error"
    run_id: int | None  # None: a decision about the account itself
    slot: str
    next_at: datetime | None  # when it will try again
    evidence: str = ""


@dataclass(frozen=True)
class PostView:
    """A post this account made through Aviary."""

    id: str  # of x.com; "" while unknown
    text: str
    media: tuple[str, ...]
    state: str  # intent, sending, sent, failed, needs_review
    at: datetime
    url: str  # https://x.com/<handle>/status/<id>, the profile where a person must decide, or ""
    intent_id: int = 0  # for Fleet.decide_post
    is_by_model: bool = False  # a language model worded it
    answers: str = ""  # the handle that a reply answers, without @; "" for a post of its own


@dataclass(frozen=True)
class AccountView:
    """One account's card."""

    id: str
    name: str
    handle: str  # without @; "" when the file names none
    folder: str  # relative to home
    description: str
    enabled: bool
    state: AccountState
    posts_today: int
    posts_limit: int | None  # per day; None while its settings cannot be read
    likes_today: int
    follows_today: int
    followers: int | None
    following: int | None
    next_run: datetime | None  # UTC
    next_slot: str
    last_run: RunView | None
    slots: tuple[str, ...]  # those that Run now can be asked for
    timezone: str  # IANA name; how its times are shown
    version: int  # grows with each visible change of this account
    groups: tuple[str, ...] = ()
    unchosen: tuple[str, ...] = ()  # actions that go on by themselves because nobody has chosen: like, follow, reply
    needs_review: int = 0  # posts that wait for a person's word: Fleet.decide_post
    warnings: tuple[str, ...] = ()  # what keeps it from nothing, but a person should put right, each with its remedy

    @property
    def is_home(self) -> bool:
        """Whether its folder is the home itself: the single account of old."""
        return bool(self.folder) and is_home_folder(self.folder)


@dataclass(frozen=True)
class FleetView:
    """The whole overview."""

    version: int  # the greatest account version, or that of the fleet's own data
    accounts: tuple[AccountView, ...]
    seats: int  # max_concurrent_accounts
    working: int
    queued: int
    problems: tuple[
        str, ...
    ]  # of config/accounts.yaml, each with its remedy; the accounts that could be read still run

    paused: str = ""  # why the whole fleet is paused; "" when it is not
    warnings: tuple[str, ...] = ()  # of config/accounts.yaml, outside of the accounts: keys that are not applied
    short_of_seats: str = ""  # one of the warnings: which runs of the coming day will wait long for a seat, the remedy

    @property
    def paused_by_itself(self) -> bool:
        """Whether Aviary began the pause of the fleet, several accounts being in trouble."""
        return self.paused not in {"", PAUSED_BY_A_PERSON}

    @property
    def posts_today(self) -> int:
        return sum(account.posts_today for account in self.accounts)

    @property
    def likes_today(self) -> int:
        return sum(account.likes_today for account in self.accounts)

    @property
    def follows_today(self) -> int:
        return sum(account.follows_today for account in self.accounts)

    @property
    def followers(self) -> int | None:
        """Of the accounts whose followers are known; None when none are."""
        known = [account.followers for account in self.accounts if account.followers is not None]
        return sum(known) if known else None

    @property
    def attention(self) -> int:
        urgent = (StateKind.BROKEN, StateKind.NEEDS_ATTENTION)
        return sum(account.state.kind in urgent for account in self.accounts)


class Fleet(Protocol):
    """What the panel asks of the engine; AccountManager is the real one.

    What a person asks for is answered with a line in words; one that says no is a `Refusal`.

    Methods that take an `account_id` raise KeyError for an unknown one.
    """

    @property
    def roster(self) -> Roster:
        """Adding, changing, archiving and removing accounts."""

    @property
    def backups(self) -> Backups:
        """Backups of everything: made, kept, put back."""

    @property
    def media(self) -> MediaLibrary:
        """The pictures and videos of the accounts."""

    @property
    def files(self) -> AccountFiles:
        """The YAML files of the accounts: read, checked, changed, their former states."""

    @property
    def account_templates(self) -> AccountTemplates:
        """Settings, slots, keywords and perhaps content, kept under a name to begin other accounts with."""

    @property
    def queues(self) -> PostQueues:
        """The posts that people write for the accounts, and the calendar of all."""

    @property
    def group_queues(self) -> GroupQueues:
        """The posts that people write for groups: each goes to one member."""

    @property
    def forecasts(self) -> Forecasts:
        """The coming week of all accounts, simulated."""

    @property
    def desk(self) -> ContentDesk:
        """The templates of the accounts: previews, counts, how long they last."""

    @property
    def approvals(self) -> ApprovalDesk:
        """What waits for a person's word, over all accounts."""

    @property
    def guards(self) -> Guards:
        """What keeps accounts from texts like those of others and from engaging whom they must not."""

    @property
    def experiments(self) -> ExperimentDesk:
        """Tests of two texts or times against each other."""

    @property
    def exports(self) -> MetricsExports:
        """The numbers of all accounts in one file."""

    @property
    def analytics(self) -> Analytics:
        """What the numbers of accounts and groups tell, over days that are asked for."""

    @property
    def suggestions(self) -> Suggestions:
        """What the accounts' own numbers advise: other slot times, what the best posts share."""

    @property
    def outcomes(self) -> OutcomeDesk:
        """Orders, chats and revenue: entered, attributed to posts, summed up."""

    @property
    def notifications(self) -> NotificationDesk:
        """Who is told of what, and by which way."""

    @property
    def summaries(self) -> Summaries:
        """What days and weeks came to."""

    def overview(self) -> FleetView:
        """All accounts in the order of accounts.yaml. Cheap: may be called for every poll."""

    def account_view(self, account_id: str) -> AccountView: ...

    def runs(self, account_id: str, limit: int = 20, *, before: int = 0) -> list[RunView]:
        """Newest first. `before` is the id to page on from."""

    def steps(self, account_id: str, run_id: int) -> list[StepView]:
        """Newest first."""

    def posts(self, account_id: str, limit: int = 10, *, before: int = 0) -> list[PostView]:
        """Newest first. `before` is the `intent_id` to page on from."""

    def evidence_file(self, account_id: str, evidence_id: str) -> Path | None:
        """The PNG behind StepView.evidence; None when there is none (never a path outside the account)."""

    def why(
        self, account_id: str, *, limit: int = 50, before: int = 0, levels: Sequence[str] = (), words: str = ""
    ) -> list[WhyView]:
        """The record, newest first. `before` is the id to page on from; `levels` and `words` narrow it down."""

    def why_no_post_today(self, account_id: str) -> str:
        """One line in words: what it posted today, or what kept it from posting and when it tries again."""

    def decide_post(self, account_id: str, intent_id: int, *, is_there: bool) -> str:
        """A person's word on a post that needs review. Returns one line for the person."""

    def pause_accounts(self, account_ids: Sequence[str]) -> list[str]:
        """Let no slot of these fire until resumed; a present run goes on. Returns a line for each."""

    def resume_accounts(self, account_ids: Sequence[str]) -> list[str]:
        """End the pause of these (and only that). Returns a line for each."""

    def pause_fleet(self) -> str:
        """Let no run of any account begin until resumed; present runs go on."""

    def resume_fleet(self) -> str:
        """End the pause of the fleet, whoever began it."""

    def start_account(self, account_id: str) -> str:
        """Let it follow its schedule; ends stopped, paused and needs-attention. Returns one line for the person."""

    def stop_account(self, account_id: str) -> str:
        """End its present run at the next safe point and let no slot fire until started."""

    def run_account(self, account_id: str, slot: str = "") -> str:
        """Queue a run now ("" is the slot that comes next). Returns one line: queued, or why not."""

    def refresh_numbers(self, account_id: str) -> str:
        """Queue a visit that only reads the account's own numbers, now. Returns one line for the person."""

    def numbers(self, account_id: str) -> AccountNumbers:
        """Its days, its posts and their counts; empty while its database cannot be read."""

    def keyword_numbers(self, account_id: str) -> dict[str, KeywordNumbers]:
        """Keyword -> what it brought; empty while the account's database cannot be read."""

    def check_pages(self, account_id: str) -> str:
        """Queue a look whether x.com's pages are as the selectors know them. Returns one line for the person."""

    @property
    def sessions(self) -> Sessions:
        """What the sessions of the accounts are, and replacing them."""

    @property
    def writing(self) -> WritingDesk:
        """Help by a language model, and what it wrote for the accounts."""

    def check_session(self, account_id: str) -> str:
        """Queue a log-in, to see whose the session is. Returns one line for the person."""

    def why_no_window(self, account_id: str) -> str:
        """Why `log_in_in_window` cannot be done on this machine, with what to do instead; "" when it can."""

    def log_in_in_window(self, account_id: str) -> str:
        """Queue a run that opens x.com's log-in in a window; the person's log-in there becomes the session.

        Returns one line for the person.
        """

    def cancel_log_in(self, account_id: str) -> str:
        """Close that window, or take its run out of the queue. Returns one line for the person."""

    def page_report(self, account_id: str) -> PageReport | None:
        """The newest report of `check_pages`; None without one."""

    def page_report_file(self, account_id: str, report_id: str, name: str) -> Path | None:
        """A file of a report: NAME.png, NAME.html or report.json; None when there is none (never one outside)."""
