"""A person's word on a post that Aviary could neither find nor rule out."""

from __future__ import annotations

from bot.clock import Clock
from bot.fleet.records import AccountRecords
from bot.fleet.registry import Member
from bot.fleet_view import Refusal
from bot.storage.journal import IntentState
from bot.storage.permits import Permits


def decide(
    records: AccountRecords, member: Member, intent_id: int, *, is_there: bool, permits: Permits, clock: Clock
) -> str:
    """Settle a post in `sending` or `needs_review` as sent or failed. Returns one line for the person.

    Raises KeyError for a post that is not there.
    """
    intent = records.journal.intent(intent_id)
    if intent.state not in {IntentState.SENDING, IntentState.NEEDS_REVIEW}:
        return Refusal("This post is decided already.")
    now = clock.now()
    if is_there:
        sent_at = intent.sending_at or intent.created_at
        zone = member.settings.schedule.zone if member.settings else None
        with records.journal.together():
            if not records.journal.settle(intent.id, IntentState.SENT, now, reason="a person saw it on the profile"):
                return Refusal("This post is decided already.")  # a look at the profile was faster
            if intent.reply_to:
                records.metrics.add_reply(intent)
            records.metrics.count("reply" if intent.reply_to else "post", sent_at.astimezone(zone).date())
        records.journal.note(intent.run_id, now, "a person saw the post on the profile: it was sent", "good")
        return "The post counts as sent."
    if not records.journal.settle(intent.id, IntentState.FAILED, now, reason="a person did not find it on the profile"):
        return Refusal("This post is decided already.")
    if intent.permit_id is not None:
        permits.give_back(intent.permit_id)
    records.journal.note(intent.run_id, now, "a person did not find the post: it was not sent", "warning")
    return "The post counts as not sent; its text may come up again."
