"""What the work of a slot is: its actions in order, and which of them a run has still to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.actions import follow, follow_backs, like, post, queued_post, refresh, reply, summary
from bot.actions.approved import do_approved
from bot.actions.engaging import Engagement
from bot.actions.visit import ActionResult, Visit
from bot.errors import SettingsError, SettingsProblem
from bot.settings.account import AccountSettings, Policy, Slot
from bot.storage.approvals import Approvals
from bot.storage.journal import Journal
from bot.storage.planned_posts import QUEUE_SLOT

CHECK_SLOT = "check"
"""The slot name of a run that only looks whether a post stands on the profile."""
PAGES_SLOT = "check-x"
"""The slot name of a run that only looks whether x.com's pages are as the selectors know them."""
SESSION_SLOT = "check-session"
"""The slot name of a run that only logs in, to see whose the session is."""
TEST_SLOT = "check-account"
"""The slot name of a run that only logs in and reads the account's own numbers: `main.py --test`."""
WINDOW_SLOT = "log-in"
"""The slot name of a run that opens a window in which a person logs in."""
APPROVED_SLOT = "do-approved"
"""The slot name of a run that does what a person approved, and nothing else."""
READING_SLOT = "read-numbers"
"""The slot name of a run that only logs in and reads the account's own numbers, planned or asked for on its page."""
LOOKS = frozenset({PAGES_SLOT, SESSION_SLOT, TEST_SLOT, WINDOW_SLOT})
"""Runs a person asks for to learn or mend what is wrong: they are done in a pause of the fleet, too."""
Action = Callable[[Visit], ActionResult]


def find_slot(settings: AccountSettings, name: str) -> Slot:
    """Raises SettingsError for a slot that is not there."""
    try:
        return settings.slot(name)
    except KeyError as error:
        known = ", ".join(slot.name for slot in settings.schedule.all_slots) or "none"
        message = f"there is no slot called {name!r}; slots: {known}"
        raise SettingsError([SettingsProblem(Path("settings.yaml"), 0, "schedule", message)]) from error


def work_of(settings: AccountSettings, name: str) -> list[Action]:
    """What the slot asks for, in order; a check only reads. Raises SettingsError for a slot that is not there."""
    if name == CHECK_SLOT:
        return []
    if name == READING_SLOT:
        return [refresh.perform_now]
    if name == QUEUE_SLOT:
        return [queued_post.perform, refresh.perform]
    if name == APPROVED_SLOT:
        return [_approved(kind.engagement) for kind in (like, follow, reply)]
    slot = find_slot(settings, name)
    return [*_own_post(slot), *_engagement(slot), refresh.perform, *([summary.perform] if slot.summary else [])]


def _own_post(slot: Slot) -> list[Action]:
    if slot.post == "none":
        return []

    def action(visit: Visit) -> ActionResult:
        result = queued_post.perform_next(visit) or post.perform(visit, slot.post)
        if result.done:
            visit.pause(*visit.settings.safety.delays.after_tweet)
        return result

    return [action]


def _engagement(slot: Slot) -> list[Action]:
    actions: list[Action] = []
    if slot.like:
        actions.append(lambda visit: like.perform(visit, slot.like_from, slot.like))
    if slot.follow:
        actions.append(lambda visit: follow.perform(visit, slot.follow_from, slot.follow))
        actions.append(follow_backs.perform)
    if slot.reply:
        actions.append(lambda visit: reply.perform(visit, slot.reply_from, slot.reply, slot.reply_with))
    return actions


def _approved(engagement: Callable[[Visit], Engagement]) -> Action:
    return lambda visit: do_approved(visit, engagement(visit))


def approved_to_do(settings: AccountSettings, approvals: Approvals, account_id: str) -> list[str]:
    """The kinds of action that a person approved for the account and that its policy lets it do."""
    policies = _policies(settings)
    wanted = (each for each in ("like", "follow", "reply") if policies[each] is not Policy.OFF)
    return [each for each in wanted if approvals.approved(account_id, each)]


def _policies(settings: AccountSettings) -> dict[str, Policy]:
    policy = settings.policy
    return {"post": policy.post, "like": policy.like, "follow": policy.follow, "reply": policy.reply}


def left_to_do(settings: AccountSettings, name: str, journal: Journal, run_id: int) -> list[str]:
    """The kinds of action that need permits and that the run has not done yet. Raises SettingsError as above."""
    done = {"post": journal.posts_of_run(run_id)}
    if name != QUEUE_SLOT:
        done |= {each: journal.engaged_in_run(run_id, each) for each in ("like", "follow", "reply")}
    return left_of(settings, name, done)


def left_of(settings: AccountSettings, name: str, done: Mapping[str, int]) -> list[str]:
    """The same of a run that has `done` so much of each kind. Raises SettingsError as above."""
    if name == QUEUE_SLOT:
        return [] if done.get("post") else ["post"]
    slot = find_slot(settings, name)
    wanted = {"post": int(slot.post != "none"), "like": slot.like, "follow": slot.follow, "reply": slot.reply}
    policies = _policies(settings)
    return [each for each in wanted if done.get(each, 0) < wanted[each] and policies[each] is Policy.AUTOMATIC]
