"""What a person asks of an account: start, stop, pause, resume, run, decide a post."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.fleet_view import Refusal
from webapp.api.account_model import Account, account_of, entries_by_id, find_account
from webapp.api.contract import Body, Operation, Record
from webapp.api.problems import FieldError, Problem, ProblemKind
from webapp.services import services

TAG = "Work"
_REFUSABLE = (ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN)


class Done(Record):
    """What was done, in words, and how the account stands now."""

    message: str
    account: Account


class SlotToRun(Body):
    """Which slot."""

    slot: Annotated[str, Field(max_length=100)] | None = Field(None, description="Left out, the one that comes next.")


class Decision(Body):
    """A person's word."""

    is_there: bool = Field(description="Whether the post stands on the account's profile.")


@Operation("POST", "/accounts/<account_id>/start", TAG, answer=Done, problems=_REFUSABLE)
def start_account(account_id: str) -> Done:
    """Let an account follow its schedule.

    Ends stopped, paused, limited, failing and needs attention.
    """
    return done(account_id, services().fleet.start_account(account_id))


@Operation("POST", "/accounts/<account_id>/stop", TAG, answer=Done, problems=_REFUSABLE)
def stop_account(account_id: str) -> Done:
    """Stop an account.

    Its present run ends at the next safe point: a post being sent is finished and written down. No slot fires until it
    is started.
    """
    return done(account_id, services().fleet.stop_account(account_id))


@Operation("POST", "/accounts/<account_id>/pause", TAG, answer=Done, problems=_REFUSABLE)
def pause_account(account_id: str) -> Done:
    """Pause an account.

    No slot fires until it is resumed; a present run goes on.
    """
    return done(account_id, services().fleet.pause_accounts([account_id])[0])


@Operation("POST", "/accounts/<account_id>/resume", TAG, answer=Done, problems=_REFUSABLE)
def resume_account(account_id: str) -> Done:
    """End the pause of an account."""
    return done(account_id, services().fleet.resume_accounts([account_id])[0])


@Operation(
    "POST",
    "/accounts/<account_id>/run",
    TAG,
    answer=Done,
    body=SlotToRun,
    body_is_optional=True,
    status=202,
    problems=_REFUSABLE,
)
def run_account(account_id: str, body: SlotToRun) -> Done:
    """Run a slot of an account now.

    It waits for a free seat. All limits hold.
    """
    account = find_account(account_id)
    if body.slot and body.slot not in account.slots:
        words = f"there is no such slot; there are {', '.join(account.slots) or 'none'}"
        raise Problem(ProblemKind.REFUSED, "", [FieldError(words, "/slot")])
    return done(account_id, services().fleet.run_account(account_id, body.slot or ""))


@Operation("POST", "/accounts/<account_id>/refresh", TAG, answer=Done, status=202, problems=_REFUSABLE)
def refresh_account(account_id: str) -> Done:
    """Read the numbers of an account now.

    A run of its own logs in, reads followers, following and the counts of its own posts, and does nothing else. It
    waits for a free seat.
    """
    return done(account_id, services().fleet.refresh_numbers(account_id))


@Operation(
    "POST",
    "/accounts/<account_id>/posts/<int(max=9007199254740991):post_id>/decide",
    TAG,
    answer=Done,
    body=Decision,
    problems=_REFUSABLE,
)
def decide_post(account_id: str, post_id: int, body: Decision) -> Done:
    """Say whether a post that needs review stands on the profile.

    `post_id` is the `id` that the account's tweets tell.
    """
    find_account(account_id)
    try:
        line = services().fleet.decide_post(account_id, post_id, is_there=body.is_there)
    except KeyError:
        find_account(account_id)
        raise Problem(ProblemKind.NOT_FOUND, f"There is no post {post_id} of this account.") from None
    return done(account_id, line)


def done(account_id: str, line: str) -> Done:
    """The engine's line, and how the account stands now. Raises Problem when the line is a refusal."""
    if isinstance(line, Refusal):
        raise Problem(ProblemKind.REFUSED, line)
    return Done(message=line, account=account_of(find_account(account_id), entries_by_id().get(account_id)))
