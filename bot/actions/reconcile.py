"""Decide posts and replies whose answer was lost, by reading where they would stand. Sends nothing, ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.actions.visit import Visit, read_again
from bot.errors import BrowserDied, TargetGone, Trouble, Unavailable, sentences
from bot.storage.journal import Intent, IntentState
from bot.storage.readings import SentPost
from bot.x.comparing import comparable
from bot.x.contract import PostSeen

OWN_POSTS_READ = 40
_GIVE_UP_ON_REPLY = timedelta(hours=1)
"""x.com hides some replies, so that one it does not show may stand all the same: soon a person is asked."""
_CLOCKS_APART = timedelta(minutes=5)
"""How far x.com's clock and ours may differ."""
_CLOCK_WRONG = timedelta(hours=26)
"""A clock set to the wrong zone: the same text from within that time may be the post, so it is not called absent."""
_GIVE_UP = timedelta(hours=24)
_MANY_LOOKS = 12
"""So often a profile must have been unreadable before a person is asked: half a day of the hourly looks. Time alone
proves nothing: Aviary may have been off for a day, and x.com down for the minute it came back."""


def reconcile(visit: Visit) -> dict[int, IntentState]:
    """Settle what is in `sending`; returns intent number -> its state now.

    Found on the profile: sent. Surely absent: failed, and its permit is given back. Neither: it stays `sending` for
    the next look. A day after the first look it becomes `needs_review`, which a person decides. Raises Trouble that is
    not a passing one of the profile.
    """
    if not visit.journal.has_undecided():
        return {}
    visit.journal.mark_sought(visit.clock.now())
    open_intents = visit.journal.intents(states=[IntentState.SENDING])
    replies = [intent for intent in open_intents if intent.reply_to]
    states = _reconcile_posts(visit, [intent for intent in open_intents if not intent.reply_to])
    return states | {intent.id: _look_for_reply(visit, intent) for intent in reversed(replies)}


def _reconcile_posts(visit: Visit, open_intents: Sequence[Intent]) -> dict[int, IntentState]:
    if not open_intents:
        return {}
    try:
        seen = read_again(visit, "reading the own posts", lambda: visit.client.read_own_posts(OWN_POSTS_READ))
    except Trouble as trouble:
        states = {intent.id: _leave_unread(visit, intent, trouble) for intent in open_intents}
        if isinstance(trouble, BrowserDied) or not isinstance(trouble, Unavailable):
            raise
        return states
    return {intent.id: _decide(visit, intent, seen) for intent in reversed(open_intents)}


def _look_for_reply(visit: Visit, intent: Intent) -> IntentState:
    """Found below the post it answers: sent. Not found proves nothing, and a person is asked after an hour."""
    answered = PostSeen(intent.reply_to, intent.reply_to_handle, "", None)
    why = "the page of the post it answers does not show it, which proves nothing"
    try:
        seen = read_again(visit, "reading the replies", lambda: visit.client.read_own_replies(answered))
    except TargetGone:
        seen, why = [], "the post it answers is gone"
    except Trouble as trouble:
        state = _leave_unread(visit, intent, trouble)
        if isinstance(trouble, BrowserDied) or not isinstance(trouble, Unavailable):
            raise
        return state
    same = [post for post in seen if _came_after(post, intent, _CLOCKS_APART) and _says_the_same(post, intent)]
    if same:
        return _found(visit, intent, same[-1])
    age = visit.clock.now() - _mark_looked(visit, intent)
    return _leave(visit, intent, why, is_overdue=age >= _GIVE_UP_ON_REPLY)


def _decide(visit: Visit, intent: Intent, seen: Sequence[PostSeen]) -> IntentState:
    known = {entry.tweet_id for entry in visit.journal.intents(states=[IntentState.SENT])}
    unknown = [post for post in seen if post.id not in known]
    same = [post for post in unknown if _came_after(post, intent, _CLOCKS_APART) and _says_the_same(post, intent)]
    if same:
        return _found(visit, intent, same[-1])
    looked_at = _mark_looked(visit, intent)
    age = visit.clock.now() - looked_at
    doubt = _doubt(visit, intent, age, seen, unknown)
    if doubt:
        return _leave(visit, intent, doubt, is_overdue=age >= _GIVE_UP)
    return _absent(visit, intent)


def _found(visit: Visit, intent: Intent, post: PostSeen) -> IntentState:
    at = post.posted_at or visit.clock.now()
    if not record_sent(
        visit, intent, post.id, at, reason="found below its post" if intent.reply_to else "found on the profile"
    ):
        return _ended_meanwhile(visit, intent)
    where = "reply stands below the post it answers" if intent.reply_to else "post is on the profile"
    visit.note(f"the {where}: it was sent", "good")
    return IntentState.SENT


def _absent(visit: Visit, intent: Intent) -> IntentState:
    reason = "x.com did not take the post"
    if not visit.journal.settle(intent.id, IntentState.FAILED, visit.clock.now(), reason=reason):
        return _ended_meanwhile(visit, intent)
    if intent.permit_id is not None:
        visit.permits.give_back(intent.permit_id)
    visit.note("the post is not on the profile: x.com did not take it", "warning")
    return IntentState.FAILED


def _ended_meanwhile(visit: Visit, intent: Intent) -> IntentState:
    """How a person decided while the profile was being read: their word stands, and is in the record already."""
    return visit.journal.intent(intent.id).state


def record_sent(visit: Visit, intent: Intent, tweet_id: str, at: datetime, *, reason: str = "") -> bool:
    """Enter that the post was sent and count it, both or neither. False when it had been settled before."""
    with visit.journal.together():
        settled = visit.journal.settle(intent.id, IntentState.SENT, visit.clock.now(), tweet_id=tweet_id, reason=reason)
        if settled:
            _count(visit, intent, tweet_id, at)
    return settled


def _count(visit: Visit, intent: Intent, tweet_id: str, at: datetime) -> None:
    visit.readings.add_post(SentPost(tweet_id, at, intent.text))
    visit.readings.attribute([tweet_id])
    if intent.reply_to:
        visit.metrics.add_reply(intent, tweet_id)
        visit.metrics.count("reply", visit.local(at).date())
        visit.journal.end_engagement("reply", intent.reply_to, done=True)
        return
    visit.metrics.add_post(tweet_id, intent.text, intent.kind, at)
    visit.metrics.count("post", visit.local(at).date())


def _leave_unread(visit: Visit, intent: Intent, trouble: Trouble) -> IntentState:
    """Nothing was read. A person is asked when that went on for a day, by many looks in it."""
    since = visit.clock.now() - (intent.sought_at or visit.clock.now())
    is_overdue = intent.looks >= _MANY_LOOKS and since >= _GIVE_UP
    page = "page" if intent.reply_to else "profile"
    return _leave(visit, intent, f"the {page} could not be read: {trouble.message}", is_overdue=is_overdue)


def _leave(visit: Visit, intent: Intent, why: str, *, is_overdue: bool) -> IntentState:
    """Nothing is decided yet; once it is overdue a person is asked."""
    if not is_overdue:
        visit.note(f"the {_kind(intent)} is not decided yet: {why}", "warning")
        return IntentState.SENDING
    if not visit.journal.settle(intent.id, IntentState.NEEDS_REVIEW, visit.clock.now(), reason=why):
        return _ended_meanwhile(visit, intent)
    told = f"the {_kind(intent)} could not be found or ruled out: {why}"
    place = "post it answers" if intent.reply_to else "profile"
    visit.note(sentences(told, f"Please look at the {place} and decide"), "error")
    return IntentState.NEEDS_REVIEW


def _mark_looked(visit: Visit, intent: Intent) -> datetime:
    """When the profile was first read and did not show the post: now, unless that was before."""
    now = visit.clock.now()
    if intent.looked_at is not None and intent.looked_at <= now:
        return intent.looked_at
    visit.journal.mark_looked(intent.id, now)
    return now


def _doubt(visit: Visit, intent: Intent, age: timedelta, seen: Sequence[PostSeen], unknown: Sequence[PostSeen]) -> str:
    """Why the post may stand although the profile does not show it; "" when it is surely absent.

    `age` counts from the first look, not from the click: a machine that fell asleep, or a page that hung, may have let
    the click go out much later. By the first look, the page that was clicked is gone for sure.
    """
    if age < timedelta(seconds=visit.fleet_settings.decide_after_seconds):
        return "it is too early to be sure"
    if any(_came_after(post, intent, _CLOCK_WRONG) and _says_the_same(post, intent) for post in unknown):
        return "a post with the same words is dated before this one was sent"
    if not comparable(intent.text) and any(_came_after(post, intent, _CLOCKS_APART) for post in unknown):
        return "it has no words to know it by, and another post came after it"
    since = _sending_at(intent) - _CLOCKS_APART
    reaches_back = any(post.posted_at is not None and post.posted_at < since for post in seen)
    if reaches_back or len(seen) < OWN_POSTS_READ:
        return ""
    return f"the newest {len(seen)} posts of the profile do not reach back to it"


def _kind(intent: Intent) -> str:
    return "reply" if intent.reply_to else "post"


def _says_the_same(post: PostSeen, intent: Intent) -> bool:
    return comparable(post.text) == comparable(intent.text)


def _came_after(post: PostSeen, intent: Intent, tolerance: timedelta) -> bool:
    return post.posted_at is None or post.posted_at >= _sending_at(intent) - tolerance


def _sending_at(intent: Intent) -> datetime:
    return intent.sending_at or intent.created_at
