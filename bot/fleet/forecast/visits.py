"""What one run would do: the choices, guards and limits of the real actions, over records in memory.

What cannot be foreseen is left out: what x.com answers, whom searches find, and how chance draws.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random

from bot.account_run import MAY_WAIT, RunOutcome, held_back_in_words, resume_at
from bot.actions.post import find_media, first_that_goes, in_groups
from bot.actions.visit import LONGEST_TURN, ActionResult, far_turn, gap_of
from bot.clock import Clock, in_words
from bot.content.choosing import Choice, Turns, choose_in_order
from bot.content.dates import words_of_day
from bot.content.length import why_unfit
from bot.content.rendering import draw
from bot.content.templates import Content, Rendered, Template
from bot.content.variables import vocabulary_of
from bot.content.vocabulary import Vocabulary
from bot.errors import LimitReached, MediaRefused, SettingsError, sentences
from bot.fleet.forecast.pictures import AccountPicture
from bot.fleet.run_queue import QueuedRun
from bot.fleet_view import RunState
from bot.forecast_view import Cause
from bot.guards.book import TextRules, text_hash
from bot.guards.ramp import with_ramp
from bot.guards.texts_ahead import TextsAhead
from bot.planning.assignment import drawn_texts, find_part
from bot.planning.limits import windows_for
from bot.planning.permits_ahead import PermitsAhead
from bot.settings.account import AccountSettings, Policy
from bot.settings.fleet import FleetSettings
from bot.slot_work import find_slot, left_of
from bot.storage.experiments import Experiment
from bot.storage.journal import TemplateUse
from bot.storage.permits import Window
from bot.storage.planned_posts import QUEUE_SLOT, PlannedPost

USES_KEPT = 10
"""As many uses of a template as any weight asks for."""
_why_unfit = lru_cache(4096)(why_unfit)
"""A post of a queue is looked at whenever a week is simulated."""
_PAST = {"like": "liked", "follow": "followed", "reply": "replied to"}


@dataclass
class Deeds:
    """What a run has done so far, over all its parts."""

    done: dict[str, int] = field(default_factory=dict)
    kind: str = ""
    template: str = ""
    post_id: int | None = None
    text: str = ""
    posted_at: datetime | None = None
    cause: Cause = Cause.NONE


@dataclass
class AccountAhead:
    """An account as the simulation goes on."""

    picture: AccountPicture
    uses: dict[str, TemplateUse]
    texts: dict[str, datetime]
    posts_sent: int
    free_posts: deque[PlannedPost]
    random: Random
    windows: dict[tuple[str, int], tuple[Window, ...]] = field(default_factory=dict)
    _turns: dict[str, Turns] = field(default_factory=dict)  # by kind of template
    _vocabulary: Vocabulary | None = None

    @classmethod
    def begin(cls, picture: AccountPicture) -> AccountAhead:
        """As the account is at the moment. Chance is drawn the same way each time."""
        past = picture.past
        free = deque(post for post in past.posts if post.at is None)
        random = Random(picture.member.entry.id)
        return cls(picture, dict(past.uses), dict(past.texts), past.posts_sent, free, random)

    @property
    def settings(self) -> AccountSettings:
        """Of an account that is usable: it has some."""
        settings = self.picture.member.settings
        return settings if settings is not None else AccountSettings()

    def vocabulary(self, content: Content, now: datetime) -> Vocabulary:
        """What its variables stand for in its next post."""
        number, settings = self.posts_sent + 1, self.settings
        if self._vocabulary is None:
            self._vocabulary = vocabulary_of(content, settings, now, number)
            return self._vocabulary
        day = words_of_day(now.astimezone(settings.schedule.zone), settings.content.language)
        return self._vocabulary.with_words({"number": str(number), **day})

    def turns(self, content: Content, kind: str) -> Turns:
        """Its templates of a kind, each in its turn."""
        if kind not in self._turns:
            self._turns[kind] = Turns(content.of_kind(kind), self.uses)
        return self._turns[kind]

    def use(self, key: str, at: datetime) -> None:
        """A template is used."""
        use = self.uses.get(key, TemplateUse())
        self.uses[key] = TemplateUse((at, *use.times)[:USES_KEPT], at)
        for turns in self._turns.values():
            turns.follow(key)


@dataclass
class World:
    """What all accounts share."""

    clock: Clock
    fleet: FleetSettings
    permits: PermitsAhead
    texts: TextsAhead
    rules: TextRules
    experiments: Sequence[Experiment] = ()


class NoText(Exception):
    """Nothing goes out, for this reason."""


@dataclass
class Part:
    """One part of a run: from its seat to its end or its rest."""

    world: World
    account: AccountAhead
    run: QueuedRun
    deeds: Deeds
    post: PlannedPost | None = None  # the one the run is for
    day: date | None = None  # of its slot, in the account's zone
    has_worked: bool = False  # a browser was opened for it
    waited: timedelta = timedelta(0)  # for its turn, in an open browser

    def __post_init__(self) -> None:
        self.now = self.world.clock.now()
        entry = self.account.picture.member.entry
        self.account_id = entry.id
        self.settings = with_ramp(self.account.settings, entry.created_at, self.now)

    def carry_out(self) -> RunOutcome:
        """As `AccountRun` does it."""
        try:
            results = self._held_back()
            if results:
                return self._outcome(results, worked=False)
            problem = self.account.picture.session and self.account.picture.session.problem_at(self.now)
            if problem:
                self.deeds.cause = Cause.SESSION
                return RunOutcome(RunState.FAILED, problem.message, problem.remedy, problem)
            self.has_worked = True
            return self._outcome(self._work(), worked=True)
        except SettingsError as error:
            self.deeds.cause = Cause.RUNWAY
            return RunOutcome(RunState.FAILED, error.message, error.remedy, error)

    def _outcome(self, results: list[ActionResult], *, worked: bool) -> RunOutcome:
        reason = "; ".join(why for result in results for why in result.shortfalls)
        at = resume_at(results, self._latest())
        if at is not None:
            return RunOutcome(RunState.QUEUED, reason, resume_at=at)
        return RunOutcome(RunState.PARTLY if reason else RunState.DONE, reason, worked=worked)

    def _latest(self) -> datetime:
        if self.run.slot == QUEUE_SLOT:
            at = self.post.at if self.post and self.post.at else self.now
            return at + timedelta(minutes=self.settings.schedule.queue.within_minutes)
        return self.run.planned_at + MAY_WAIT

    def _held_back(self) -> list[ActionResult]:
        results: list[ActionResult] = []
        for action in left_of(self.settings, self.run.slot, self.deeds.done):
            free_at = self._frees_at(action)
            if free_at is None:
                return []
            why = held_back_in_words(action, self._in_words(free_at))
            results.append(ActionResult(action, 0, (why,), free_at))
        if results:
            self.deeds.cause = Cause.LIMIT
        return results

    def _frees_at(self, action: str) -> datetime | None:
        free_at = self.world.permits.frees_at(self.account_id, action, self._windows(action))
        if free_at is None and action == "post":
            return far_turn(self.world.permits, self.account_id, self.world.fleet, self.now)
        return free_at

    def _windows(self, action: str) -> tuple[Window, ...]:
        limits, known = self.settings.safety.rate_limits, self.account.windows
        key = (action, limits.posts_per_day)  # what a ramp changes; all else stays
        if key not in known:
            known[key] = windows_for(action, limits, self.world.fleet.global_rate_limit)
        return known[key]

    def _in_words(self, moment: datetime) -> str:
        return in_words(moment, self.now, self.settings.schedule.zone)

    # the work of a slot

    def _work(self) -> list[ActionResult]:
        self.deeds.cause = Cause.NONE
        if self.run.slot == QUEUE_SLOT:
            return [self._send_written(self.post)] if self.post and not self.deeds.done.get("post") else []
        slot = find_slot(self.settings, self.run.slot)
        results = [] if slot.post == "none" else [self._post(slot.post)]
        wanted = {"like": slot.like, "follow": slot.follow, "reply": slot.reply}
        return results + [self._engage(action, count) for action, count in wanted.items() if count]

    def _post(self, kind: str) -> ActionResult:
        if self.deeds.done.get("post"):
            return ActionResult("post")
        policy = self.settings.policy.post
        while policy is not Policy.OFF and self.account.free_posts:
            post = self.account.free_posts[0]
            why = self._why_not_written(post)
            if not why:
                return self._send_written(post)
            self.account.free_posts.popleft()
        if policy is not Policy.AUTOMATIC:
            return self._not_posted(f"posting is set to “{policy}” for this account", Cause.SETTING)
        return self._post_template(kind)

    def _post_template(self, kind: str) -> ActionResult:
        self.deeds.kind = kind
        try:
            post = self._choose(kind)
        except NoText as why:
            return self._not_posted(str(why), self.deeds.cause or Cause.RUNWAY)
        at = self._take_post()
        if isinstance(at, ActionResult):
            return at
        self.deeds.template = post.template.key
        self._sent(post.text, at)
        self.account.use(post.template.key, at)
        return ActionResult("post", 1)

    def _choose(self, kind: str) -> Rendered:
        texts = self.account.picture.texts
        if texts.content is None:
            raise texts.error or SettingsError([])
        vocabulary = self.account.vocabulary(texts.content, self.now)

        def fill_in(template: Template) -> Rendered | None:
            return draw(template, vocabulary, self.account.random)

        def pick(templates: Iterable[Template]) -> Choice:
            return choose_in_order(
                templates,
                self.account.uses,
                self.now,
                fill_in,
                lambda post: self._why_not_text(post.text),
                lambda template: texts.unsendable.get((template.kind, template.place), ""),
            )

        turns, (own, other) = self.account.turns(texts.content, kind), self._drawn_texts()
        choice = first_that_goes(in_groups(turns, own, other), pick) if own else pick(turns)
        if choice.post is None:
            raise NoText(f"no {kind} template gives a text that may be posted now")
        self.deeds.cause = Cause.NONE
        return choice.post

    def _drawn_texts(self) -> tuple[frozenset[str], frozenset[str]]:
        """As a running test draws them for the slot and day."""
        if not self.world.experiments or self.day is None:
            return frozenset(), frozenset()
        member, slot = self.account.picture.member, find_slot(self.settings, self.run.slot)
        zone = self.settings.schedule.zone
        part = find_part(self.world.experiments, member.entry.folder_key, slot, self.day, zone)
        return drawn_texts(*part) if part else (frozenset(), frozenset())

    def _why_not_text(self, text: str) -> str:
        why = self._repeats(text)
        if why:
            return why
        why = self._guarded(text)
        if why:
            self.deeds.cause = Cause.DUPLICATE
        return why

    def _repeats(self, text: str) -> str:
        days = self.settings.content.repeat_after_days
        at = self.account.texts.get(text)
        return f"was posted in the last {days} days" if at and at >= self.now - timedelta(days=days) else ""

    def _guarded(self, text: str) -> str:
        own = self.settings.safety.guards.own_near_duplicates
        return self.world.rules.why_not_post(self.account_id, text, own=own)

    # what a person wrote

    def _why_not_written(self, post: PlannedPost) -> str:
        """Why it cannot go out as it is."""
        unfit = _why_unfit(post.text)
        repeat = self._repeats(post.text)
        if unfit or repeat:
            return f"its text {unfit or repeat}"
        try:
            find_media(self.account.picture.member.folder, post.media)
        except MediaRefused as refusal:
            return sentences(refusal.message, refusal.remedy)
        return ""

    def _send_written(self, post: PlannedPost) -> ActionResult:
        self.deeds.kind, self.deeds.post_id, self.deeds.text = "queued", post.id, post.text
        if self.settings.policy.post is Policy.OFF:
            return self._not_posted("posting is set to “off” for this account", Cause.SETTING)
        why = self._why_not_written(post)
        if why:
            return self._give_up(post, why, Cause.RUNWAY)
        why = self._guarded(post.text)
        if why:
            return self._give_up(post, f"its text {why}", Cause.DUPLICATE)
        at = self._take_post()
        if isinstance(at, ActionResult):
            return at
        if post.at is None:
            self.account.free_posts.remove(post)
        self._sent(post.text, at)
        return ActionResult("post", 1)

    def _give_up(self, post: PlannedPost, why: str, cause: Cause) -> ActionResult:
        self.deeds.cause = cause
        if post in self.account.free_posts:
            self.account.free_posts.remove(post)
        return ActionResult("post", 0, (f"queued post of {post.who} was not sent: {why}",))

    # permits

    def _take_post(self) -> datetime | ActionResult:
        """The moment at which x.com gets the post; what the limits say when they hold it back."""
        permits, windows = self.world.permits, self._windows("post")
        try:
            turn = far_turn(permits, self.account_id, self.world.fleet, self.now)
            if turn is not None:
                (gap,) = gap_of(self.world.fleet)
                raise LimitReached(f"limit reached ({gap})", free_at=turn, is_gap=True)
            at = self._turn(windows + gap_of(self.world.fleet))
            permits.take_at(self.account_id, "post", windows, at)
        except LimitReached as limit:
            why = f"{limit.message}; next permit at {self._in_words(limit.free_at)}"
            return replace(self._not_posted(why, Cause.LIMIT), free_at=limit.free_at)
        self.waited = at - self.now
        return at

    def _turn(self, windows: tuple[Window, ...]) -> datetime:
        """When the gap between two posts of all accounts lets it go; it waits for that in an open browser."""
        at = self.now
        while True:
            try:
                self.world.permits.refuse_when_full(self.account_id, "post", windows, at)
            except LimitReached as limit:
                if not limit.is_gap or limit.free_at > self.now + LONGEST_TURN:
                    raise
                at = limit.free_at
            else:
                return at

    def _sent(self, text: str, at: datetime) -> None:
        self.deeds.text, self.deeds.posted_at, self.deeds.cause = text, at, Cause.NONE
        self.deeds.done["post"] = 1
        self.account.posts_sent += 1
        self.account.texts[text] = at
        self.world.texts.post(self.account_id, text, at, text_hash(text))

    def _not_posted(self, why: str, cause: Cause) -> ActionResult:
        self.deeds.cause = cause
        return ActionResult("post", shortfalls=(f"not posted: {why}",))

    # likes, follows, replies

    def _engage(self, action: str, count: int) -> ActionResult:
        """As many as are wanted, as if the search found enough; those left to a person are not counted."""
        policy: Policy = getattr(self.settings.policy, action)
        done = self.deeds.done.get(action, 0)
        windows = self._windows(action)
        try:
            if policy is Policy.AUTOMATIC and done < count:
                done += self.world.permits.take_some_at(self.account_id, action, windows, self.now, count - done)
                if done < count:
                    self.world.permits.refuse_when_full(self.account_id, action, windows, self.now)
        except LimitReached as limit:
            self.deeds.cause = self.deeds.cause or Cause.LIMIT
            text = f"{_PAST[action]} {done} of {count}: {limit.message}; next permit at {self._in_words(limit.free_at)}"
            return ActionResult(action, done, (text,), limit.free_at)
        finally:
            self.deeds.done[action] = done
        return ActionResult(action, done)
