"""A fleet in memory: what tests and screenshots of the panel use instead of the AccountManager.

It follows the same contract (bot/fleet_view.py): versions grow with each visible change, unknown accounts
raise KeyError, a manual run queues and is then moved on by hand with `set_state`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.approvals import ApprovalDesk
from bot.backups_view import Backups
from bot.clock import Clock
from bot.content.desk import ContentDesk, History
from bot.content.media_library import MediaLibrary
from bot.errors import AviaryError
from bot.files_view import AccountFile
from bot.fleet.account_templates import AccountTemplates
from bot.fleet.editing import AccountFiles
from bot.fleet.fake_numbers import FakeNumbers
from bot.fleet.group_queues import GroupQueues
from bot.fleet.handovers import GroupSurroundings, Handovers
from bot.fleet.offers import GroupMember
from bot.fleet.post_queues import PostQueues, QueuePlace
from bot.fleet_view import (
    PAUSED_BY_A_PERSON,
    AccountState,
    AccountView,
    FleetView,
    PostView,
    Refusal,
    RunState,
    RunView,
    StateKind,
    StepView,
    Trigger,
    WhyView,
)
from bot.guards.likeness import are_alike
from bot.guards.room import Guards
from bot.roster_view import Roster
from bot.sessions import SessionPlace, Sessions
from bot.settings.home import AccountFolder, Home
from bot.slot_work import WINDOW_SLOT
from bot.storage.approvals import Approvals
from bot.storage.group_media import bring_media, group_media_folder
from bot.storage.group_queues import GroupBook
from bot.storage.keyword_numbers import KeywordNumbers
from bot.storage.numbers import AccountNumbers
from bot.storage.sealing import SessionKeys
from bot.writing import WritingDesk
from bot.x.contract import Step, StepKind
from bot.x.report import PageReport

SLOTS = ("morning", "afternoon", "evening")
_AT_REST = {StateKind.WAITING, StateKind.QUEUED}  # what a pause of the fleet shows on
_NOT_TO_PAUSE = {StateKind.NEEDS_ATTENTION, StateKind.STOPPED}


class FakeFleet(FakeNumbers):
    """Implements `Fleet`. Safe to share between threads, as a server under test does."""

    def __init__(
        self,
        clock: Clock,
        accounts: tuple[AccountView, ...] = (),
        *,
        seats: int = 3,
        problems: tuple[str, ...] = (),
        warnings: tuple[str, ...] = (),
        roster: Roster | None = None,
        writing: WritingDesk | None = None,
        backups: Backups | None = None,
    ) -> None:
        super().__init__(clock)
        self._roster = roster
        self._backups = backups
        self._writing = writing
        self._files = AccountFiles(self._folder, clock, self.change, lambda: 0)
        self._account_templates = AccountTemplates(
            lambda: self.home and Home(self.home).account_templates, self._folder, self._files.read, clock
        )
        self._queues = PostQueues(self._queue_places, clock, self.change, lambda: 0)
        self._media = MediaLibrary(self._folder, self.change, self._queues.planned_media)
        self.history = History()
        """What each of its accounts has posted, as `desk` has it."""
        self._desk = ContentDesk(
            clock,
            self._folder,
            lambda _folder, _days: self.history,
            self._why_not_post,
            are_alike,
        )
        self._sessions: Sessions | None = None
        self._approvals: Approvals | None = None
        self._approval_desk: ApprovalDesk | None = None
        self._guards: Guards | None = None
        self._group_queues: GroupQueues | None = None
        self._accounts = {account.id: account for account in accounts}
        self._runs: dict[str, list[RunView]] = {}
        self._steps: dict[int, list[StepView]] = {}
        self._posts: dict[str, list[PostView]] = {}
        self._evidence: dict[tuple[str, str], Path] = {}
        self._record: dict[str, list[WhyView]] = {}
        self._record_ids = itertools.count(1)
        self._why_today: dict[str, str] = {}
        self._reports: dict[str, PageReport] = {}
        self._numbers: dict[str, AccountNumbers] = {}
        self._keyword_numbers: dict[str, dict[str, KeywordNumbers]] = {}
        self._report_files: dict[tuple[str, str, str], Path] = {}
        self._paused = ""
        self._seats = seats
        self._problems = problems
        self._warnings = warnings
        self._version = max((account.version for account in accounts), default=0)
        self._run_ids = itertools.count(1)
        self.no_window = ""
        """Why no window can be opened to log in in; "" when one can."""
        self.asked: list[tuple[str, ...]] = []
        """Every call that changes something, in order: ("run", account_id, slot)."""

    @property
    def roster(self) -> Roster:
        """Only where it was handed in: the real one, over a home of the test's own."""
        if self._roster is None:
            raise RuntimeError("this fleet has no list of accounts that could be changed")
        return self._roster

    @property
    def backups(self) -> Backups:
        """Only where it was handed in, as `roster`."""
        if self._backups is None:
            raise RuntimeError("this fleet has no backups")
        return self._backups

    @property
    def media(self) -> MediaLibrary:
        """The real one, over `home`."""
        return self._media

    @property
    def files(self) -> AccountFiles:
        """The real ones, over `home`."""
        return self._files

    @property
    def account_templates(self) -> AccountTemplates:
        """The real ones, over `home`."""
        return self._account_templates

    @property
    def queues(self) -> PostQueues:
        """The real ones, over `home`."""
        return self._queues

    @property
    def group_queues(self) -> GroupQueues:
        """Real ones, in memory, made when they are first asked for: nothing is handed over unless a test does."""
        with self._lock:
            if self._group_queues is None:
                home, book = Home(self.home or Path("nowhere")), GroupBook(self._open_memory())
                stock = group_media_folder(home)
                around = GroupSurroundings(
                    self._group_members,
                    home.account,
                    self.change,
                    lambda folder, names: bring_media(stock, folder, names),
                    lambda account_id, text, at: self.guards.texts.why_not_post(account_id, text, at=at, planned=True),
                    lambda: 0,
                    lambda: self._paused,
                )
                self.handovers = Handovers(self._lock, book, self._clock, around)
                self._group_queues = GroupQueues(self._lock, book, self.handovers, around, stock, self._clock)
            return self._group_queues

    def _group_members(self) -> list[GroupMember]:
        places = self._queue_places()
        return [
            GroupMember(
                each.id,
                each.name,
                each.groups,
                self._folder(each.id) if self.home else AccountFolder(Path("nowhere")),
                each.folder,
                places[each.id].settings if each.id in places else None,
                "" if each.state.kind in _AT_REST | {StateKind.WORKING} else f"the account is {each.state.kind}",
                each.state.until,
            )
            for each in self.overview().accounts
        ]

    @property
    def desk(self) -> ContentDesk:
        """The real one, over `home`."""
        return self._desk

    @property
    def proposals(self) -> Approvals:
        """The real ones, in memory: tests propose here what a run would find."""
        with self._lock:
            if self._approvals is None:
                self._approvals = Approvals(self._open_memory(), self._clock)
            return self._approvals

    @property
    def approvals(self) -> ApprovalDesk:
        """The real ones, over `proposals`."""
        with self._lock:
            if self._approval_desk is None:
                self._approval_desk = ApprovalDesk(self.proposals, self.guards.engagement, self._touch)
            return self._approval_desk

    def _touch(self) -> None:
        with self._lock:
            self._version += 1

    def _why_not_post(self, account_id: str, text: str) -> str:
        return self.guards.texts.why_not_post(account_id, text)

    @property
    def guards(self) -> Guards:
        """Real ones, in memory; made when they are first asked for."""
        with self._lock:
            if self._guards is None:
                self._guards = Guards(self._open_memory(), self._clock)
            return self._guards

    # The contract

    def overview(self) -> FleetView:
        with self._lock:
            kinds = [account.state.kind for account in self._accounts.values()]
            return FleetView(
                version=self._version,
                accounts=tuple(self._accounts.values()),
                seats=self._seats,
                working=kinds.count(StateKind.WORKING),
                queued=kinds.count(StateKind.QUEUED),
                problems=self._problems,
                paused=self._paused,
                warnings=self._warnings,
            )

    def account_view(self, account_id: str) -> AccountView:
        return self._accounts[account_id]

    def runs(self, account_id: str, limit: int = 20, *, before: int = 0) -> list[RunView]:
        self.account_view(account_id)
        return [run for run in self._runs.get(account_id, []) if not before or run.id < before][:limit]

    def steps(self, account_id: str, run_id: int) -> list[StepView]:
        self.account_view(account_id)
        return list(self._steps.get(run_id, []))

    def posts(self, account_id: str, limit: int = 10, *, before: int = 0) -> list[PostView]:
        self.account_view(account_id)
        found = self._posts.get(account_id, [])
        return [post for post in found if not before or post.intent_id < before][:limit]

    def evidence_file(self, account_id: str, evidence_id: str) -> Path | None:
        self.account_view(account_id)
        return self._evidence.get((account_id, evidence_id))

    def why(
        self, account_id: str, *, limit: int = 50, before: int = 0, levels: Sequence[str] = (), words: str = ""
    ) -> list[WhyView]:
        self.account_view(account_id)
        with self._lock:
            record = list(self._record.get(account_id, []))
        return [entry for entry in record if _is_wanted(entry, before, levels, words)][:limit]

    def why_no_post_today(self, account_id: str) -> str:
        posts = self.account_view(account_id).posts_today
        otherwise = f"Posted {posts} times today." if posts else "Not posted today: no slot has come up yet today."
        return self._why_today.get(account_id, otherwise)

    def numbers(self, account_id: str) -> AccountNumbers:
        self.account_view(account_id)
        return self._numbers.get(account_id, AccountNumbers())

    def keyword_numbers(self, account_id: str) -> dict[str, KeywordNumbers]:
        self.account_view(account_id)
        return self._keyword_numbers.get(account_id, {})

    def decide_post(self, account_id: str, intent_id: int, *, is_there: bool) -> str:
        with self._lock:
            post = next((post for post in self._posts.get(account_id, []) if post.intent_id == intent_id), None)
            if post is None:
                raise KeyError(intent_id)
            self._ask("decide", account_id, str(intent_id), "there" if is_there else "not there")
            if post.state not in {"sending", "needs_review"}:
                return "This post is decided already."
            decided = replace(post, state="sent" if is_there else "failed")
            self._posts[account_id] = [decided if each is post else each for each in self._posts[account_id]]
            self.change(account_id, needs_review=self._count_in_review(account_id))
        return "The post counts as sent." if is_there else "The post counts as not sent; its text may come up again."

    def pause_accounts(self, account_ids: Sequence[str]) -> list[str]:
        return [self._pause(account_id) for account_id in account_ids]

    def resume_accounts(self, account_ids: Sequence[str]) -> list[str]:
        return [self._resume(account_id) for account_id in account_ids]

    def pause_fleet(self) -> str:
        self.asked.append(("pause fleet",))
        self.set_fleet_pause(PAUSED_BY_A_PERSON)
        return "All accounts are paused; present runs go on to their end."

    def resume_fleet(self) -> str:
        self.asked.append(("resume fleet",))
        if not self._paused:
            return "The fleet is not paused."
        self.set_fleet_pause("")
        return "The fleet goes on."

    def check_pages(self, account_id: str) -> str:
        name = self._ask("check", account_id)
        self.set_state(account_id, AccountState(StateKind.QUEUED))
        return f"{name}: the look at x.com's pages begins now."

    @property
    def sessions(self) -> Sessions:
        """Those of the files in the folders of its accounts, where it has a home."""
        if self._sessions is None:
            keys = SessionKeys((self.home or Path()) / "data", "")
            self._sessions = Sessions(self._session_places, keys, self._clock, self.change, self.check_session)
        return self._sessions

    @property
    def writing(self) -> WritingDesk:
        """Only where it was handed in: the real one, over a home of the test's own."""
        if self._writing is None:
            raise RuntimeError("this fleet has no help by a language model")
        return self._writing

    def check_session(self, account_id: str) -> str:
        name = self._ask("check session", account_id)
        self.set_state(account_id, AccountState(StateKind.QUEUED))
        return f"{name}: the look whose the session is begins now."

    def why_no_window(self, account_id: str) -> str:
        self.account_view(account_id)
        return self.no_window

    def log_in_in_window(self, account_id: str) -> str:
        name = self._ask("log in", account_id)
        if self.no_window:
            return Refusal(self.no_window)
        now = self._clock.now()
        self.add_run(account_id, RunView(0, WINDOW_SLOT, Trigger.WINDOW, RunState.QUEUED, now, None, None))
        self.set_state(account_id, AccountState(StateKind.QUEUED))
        return f"{name}: the log-in in a window begins now."

    def cancel_log_in(self, account_id: str) -> str:
        name = self._ask("cancel log in", account_id)
        why, now = "the log-in in the window was cancelled", self._clock.now()
        self.change_run(account_id, state=RunState.STOPPED, reason=why, ended_at=now)
        self.set_state(account_id, AccountState(StateKind.WAITING))
        return f"{name}: the window is closed; the session is as it was."

    def page_report(self, account_id: str) -> PageReport | None:
        self.account_view(account_id)
        return self._reports.get(account_id)

    def page_report_file(self, account_id: str, report_id: str, name: str) -> Path | None:
        self.account_view(account_id)
        return self._report_files.get((account_id, report_id, name))

    def start_account(self, account_id: str) -> str:
        name = self._ask("start", account_id)
        self.set_state(account_id, AccountState(StateKind.WAITING))
        return f"{name} follows its schedule."

    def stop_account(self, account_id: str) -> str:
        name = self._ask("stop", account_id)
        self.set_state(account_id, AccountState(StateKind.STOPPED))
        return f"{name} is stopped."

    def run_account(self, account_id: str, slot: str = "") -> str:
        name = self._ask("run", account_id, slot)
        if not self.account_view(account_id).enabled:
            raise AviaryError(f"{name} is disabled.", remedy="Set enabled: true for it in config/accounts.yaml.")
        self.set_state(account_id, AccountState(StateKind.QUEUED))
        return f"{name}: {slot or 'next slot'} is queued."

    def refresh_numbers(self, account_id: str) -> str:
        name = self._ask("refresh numbers", account_id)
        self.set_state(account_id, AccountState(StateKind.QUEUED))
        return f"{name}: the reading of its numbers begins now."

    # The puppeteer's strings

    def set_state(self, account_id: str, state: AccountState) -> None:
        """Let the account come into a state; its version grows."""
        self.change(account_id, state=state)

    def change(self, account_id: str, **changes: object) -> None:
        """Change fields of the account's view; its version grows."""
        with self._lock:
            self._version += 1
            account = self._accounts[account_id]
            self._accounts[account_id] = replace(account, version=self._version, **changes)  # type: ignore[arg-type]

    def add_account(self, account: AccountView) -> None:
        with self._lock:
            self._version += 1
            self._accounts[account.id] = replace(account, version=self._version)

    def set_problems(self, *problems: str) -> None:
        with self._lock:
            self._version += 1
            self._problems = problems

    def set_fleet_pause(self, reason: str) -> None:
        """Let the fleet be paused for this reason, by Aviary itself or by a person; "" ends the pause."""
        with self._lock:
            self._paused = reason
            self._version += 1
            for account in list(self._accounts.values()):
                if reason and account.state.kind in _AT_REST:
                    why = f"the fleet is paused: {reason}"
                    self.set_state(account.id, AccountState(StateKind.PAUSED, why, with_fleet=True))
                elif not reason and account.state.with_fleet:
                    self.set_state(account.id, AccountState(StateKind.WAITING))

    def set_why_today(self, account_id: str, line: str) -> None:
        """Let the account answer why it did not post today with this line."""
        self._why_today[account_id] = line
        self.change(account_id)

    def note(self, account_id: str, text: str, level: str = "info", **more: object) -> WhyView:
        """Put an entry on top of the account's record; `more` are fields of WhyView."""
        with self._lock:
            entry = WhyView(next(self._record_ids), self._clock.now(), text, level, None, "", None)
            kept = replace(entry, **more)  # type: ignore[arg-type]
            self._record.setdefault(account_id, []).insert(0, kept)
            self.change(account_id)
        return kept

    def add_run(self, account_id: str, run: RunView, steps: list[StepView] | None = None) -> RunView:
        """Put a run on top of the account's list; its id is given here."""
        with self._lock:
            kept = replace(run, id=next(self._run_ids))
            self._runs.setdefault(account_id, []).insert(0, kept)
            self._steps[kept.id] = list(steps or [])
            for step in reversed(self._steps[kept.id]):
                self._note_step(account_id, kept, step)
            self.change(account_id, last_run=kept)
        return kept

    def change_run(self, account_id: str, **changes: object) -> None:
        """Change fields of the account's newest run."""
        with self._lock:
            run = replace(self._runs[account_id][0], **changes)  # type: ignore[arg-type]
            self._runs[account_id][0] = run
            self.change(account_id, last_run=run)

    def add_step(self, account_id: str, run_id: int, step: StepView) -> None:
        with self._lock:
            self._steps[run_id].insert(0, step)
            self._note_step(account_id, next(run for run in self._runs[account_id] if run.id == run_id), step)

    def add_post(self, account_id: str, post: PostView) -> None:
        with self._lock:
            self._posts.setdefault(account_id, []).insert(0, post)
            self.change(account_id, needs_review=self._count_in_review(account_id))

    def set_report(self, account_id: str, report: PageReport, files: Sequence[Path] = ()) -> None:
        """Let the account have this report, with these files."""
        with self._lock:
            self._reports[account_id] = report
            self._report_files |= {(account_id, report.id, file.name): file for file in files}
            self.change(account_id)

    def set_numbers(self, account_id: str, numbers: AccountNumbers) -> None:
        """Let the account have these days and posts."""
        self._numbers[account_id] = numbers
        self.change(account_id)

    def set_keyword_numbers(self, account_id: str, *numbers: KeywordNumbers) -> None:
        """Let the account's keywords have brought this."""
        self._keyword_numbers[account_id] = {each.keyword: each for each in numbers}
        self.change(account_id)

    def add_evidence(self, account_id: str, evidence_id: str, file: Path) -> None:
        self._evidence[account_id, evidence_id] = file

    def _views(self) -> Mapping[str, AccountView]:
        return self._accounts

    def _folder(self, account_id: str) -> AccountFolder:
        account = self.account_view(account_id)
        if self.home is None:
            raise KeyError(account_id)
        return AccountFolder(self.home / account.folder)

    def _queue_places(self) -> dict[str, QueuePlace]:
        """Those whose settings.yaml is there."""
        found: dict[str, QueuePlace] = {}
        for each in self._accounts.values() if self.home else ():
            settings = self._files.read(each.id, AccountFile.SETTINGS).settings
            if settings is not None:
                found[each.id] = QueuePlace(each.id, each.handle, self._folder(each.id), settings)
        return found

    def _session_places(self) -> dict[str, SessionPlace]:
        accounts = self._accounts.values() if self.home else ()
        return {each.id: SessionPlace(self._folder(each.id), "cookies.json", each.name) for each in accounts}

    def _note_step(self, account_id: str, run: RunView, step: StepView) -> None:
        more = {"at": step.at, "run_id": run.id, "slot": run.slot, "evidence": step.evidence}
        self.note(account_id, step.text, step.level, **more)

    def _count_in_review(self, account_id: str) -> int:
        return sum(post.state == "needs_review" for post in self._posts[account_id])

    def _pause(self, account_id: str) -> str:
        name = self._ask("pause", account_id)
        if self.account_view(account_id).state.kind in _NOT_TO_PAUSE:
            return f"{name} stands still; there is nothing to pause."
        self.set_state(account_id, AccountState(StateKind.PAUSED, PAUSED_BY_A_PERSON))
        return f"{name} is paused."

    def _resume(self, account_id: str) -> str:
        name = self._ask("resume", account_id)
        state = self.account_view(account_id).state
        if state.kind is not StateKind.PAUSED or state.with_fleet:
            return f"{name} is not paused."
        self.set_state(account_id, AccountState(StateKind.WAITING))
        return f"{name} goes on; no slot is switched on."

    def _ask(self, *call: str) -> str:
        name = self.account_view(call[1]).name
        self.asked.append(call)
        return name


def _is_wanted(entry: WhyView, before: int, levels: Sequence[str], words: str) -> bool:
    """Whether the entry stands before this one, in one of these levels, with these words in its text or slot."""
    older = not before or entry.id < before
    found = words.casefold() in entry.text.casefold() or words.casefold() in entry.slot.casefold()
    return older and found and (not levels or entry.level in levels)


def make_account(account_id: str, name: str = "", **changes: object) -> AccountView:
    """An enabled account that waits for its next slot; `changes` are fields of AccountView."""
    account = AccountView(
        id=account_id,
        name=name or account_id,
        handle=account_id,
        folder=f"accounts/{account_id}_{account_id}",
        description="",
        enabled=True,
        state=AccountState(StateKind.WAITING),
        posts_today=0,
        posts_limit=10,
        likes_today=0,
        follows_today=0,
        followers=None,
        following=None,
        next_run=None,
        next_slot="",
        last_run=None,
        slots=SLOTS,
        timezone="Asia/Jakarta",
        version=1,
    )
    return replace(account, **changes)  # type: ignore[arg-type]


def make_run(now: datetime, **changes: object) -> RunView:
    """A scheduled morning run that ended well two minutes ago; `changes` are fields of RunView."""
    run = RunView(
        id=0,
        slot="morning",
        trigger=Trigger.SCHEDULE,
        state=RunState.DONE,
        planned_at=now - timedelta(minutes=5),
        started_at=now - timedelta(minutes=5),
        ended_at=now - timedelta(minutes=2),
        posts=1,
        likes=5,
        follows=3,
    )
    return replace(run, **changes)  # type: ignore[arg-type]


def every_state(now: datetime) -> dict[StateKind, AccountState]:
    """One example of each state an account can be in."""
    return {
        StateKind.BROKEN: AccountState(
            StateKind.BROKEN,
            reason="settings.yaml, line 12: limits.posts_per_day: should be a whole number",
            remedy="Correct the file; it is read again by itself.",
        ),
        StateKind.NEEDS_ATTENTION: AccountState(
            StateKind.NEEDS_ATTENTION,
            reason="x.com treats the session as logged out",
            remedy="Log in to x.com as this account in a browser, export its cookies again, then press Resume.",
        ),
        StateKind.WORKING: AccountState(StateKind.WORKING, step=Step(StepKind.UPLOADING, 2, 3)),
        StateKind.QUEUED: AccountState(StateKind.QUEUED, reason="waits for a free seat"),
        StateKind.LIMITED: AccountState(
            StateKind.LIMITED,
            reason="x.com says the account acts too fast",
            remedy="The account rests for six hours. Lower its limits and lengthen its delays.",
            until=now + timedelta(hours=5, minutes=12),
        ),
        StateKind.FAILING: AccountState(
            StateKind.FAILING,
            reason="three runs in a row failed: x.com answers with an error",
            remedy="Nothing to do if it passes; check the internet connection if all accounts show it.",
            until=now + timedelta(minutes=25),
        ),
        StateKind.PAUSED: AccountState(StateKind.PAUSED, reason="paused by operator", until=now + timedelta(days=2)),
        StateKind.WAITING: AccountState(StateKind.WAITING),
        StateKind.STOPPED: AccountState(StateKind.STOPPED, reason="stopped by a person"),
        StateKind.DISABLED: AccountState(StateKind.DISABLED),
    }
