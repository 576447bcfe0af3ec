"""What waits for a person's word over all accounts, and what they say. Runs fill it, runs do what was approved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.content.length import why_unfit
from bot.guards.engagement import EngagementGuard
from bot.refusal import Refusal
from bot.storage.approvals import NEVER_THIS_PERSON, Approval, Approvals, ApprovalState

_LATELY_SHOWN = 12
_DECIDED = "It was decided already, by {by}."
_LATE = "It is being done already, or its time is over."
_NAMES = {"like": "the like for", "follow": "the follow of", "reply": "the reply to"}


@dataclass(frozen=True)
class ApprovalQuery:
    """Which of those that wait; "" is any. `after` is a number to page on from."""

    account_id: str = ""
    action: str = ""
    keyword: str = ""
    after: int = 0
    limit: int = 100


class ApprovalDesk:
    """Safe for threads. `guard` keeps the list of people never to be engaged, `changed` is told of each decision.

    Methods with a number raise KeyError for an unknown one.

    What a person asks for is answered with a line in words; one that says no is a `Refusal`.
    """

    def __init__(self, approvals: Approvals, guard: EngagementGuard, changed: Callable[[], None]) -> None:
        self._approvals = approvals
        self._guard = guard
        self._changed = changed

    @property
    def version(self) -> int:
        """Grows with each change of what waits or was decided."""
        return self._approvals.version

    @property
    def waiting(self) -> int:
        """How many wait, over all accounts. Cheap: every page shows it."""
        return self._approvals.waiting

    def find(self, query: ApprovalQuery, states: Sequence[ApprovalState] = (ApprovalState.WAITING,)) -> list[Approval]:
        """Oldest first, so that what expires first is seen first."""
        return self._approvals.find(
            states,
            account_id=query.account_id,
            action=query.action,
            keyword=query.keyword,
            after=query.after,
            limit=query.limit,
        )

    def get(self, approval_id: int) -> Approval:
        return self._approvals.get(approval_id)

    def keywords(self) -> list[str]:
        """Those that found what waits."""
        return self._approvals.keywords()

    def lately_decided(self) -> list[Approval]:
        """What people decided last, newest first, with what became of it."""
        return self._approvals.lately_decided(_LATELY_SHOWN)

    def approve(self, approval_id: int, by: str, text: str | None = None) -> str:
        """Have it done by the account that found it. `text` replaces the suggested reply."""
        found = self._approvals.get(approval_id)
        proposal = found.proposal
        reply = (proposal.suggestion if text is None else text).strip()
        unfit = why_unfit(reply) if proposal.action == "reply" else ""
        if unfit:
            return Refusal(f"The reply {unfit}. Write another text, then approve it.")
        edited = reply if proposal.action == "reply" and text is not None else None
        if not self._approvals.decide(approval_id, ApprovalState.APPROVED, by, edited):
            return self._decided(approval_id)
        self._changed()
        return f"Approved: {_what(found)}. It is done soon, inside the limits."

    def reject(self, approval_id: int, by: str) -> str:
        """Leave it."""
        found = self._approvals.get(approval_id)
        if not self._approvals.decide(approval_id, ApprovalState.REJECTED, by):
            return self._decided(approval_id)
        self._changed()
        return f"Rejected: {_what(found)}."

    def never(self, approval_id: int, by: str) -> str:
        """Have no account ever engage this person."""
        handle = self._approvals.get(approval_id).proposal.handle
        self._guard.add_never(handle, by, "said on the page Approvals")
        self._approvals.never(handle, by)
        self._changed()
        return f"No account engages @{handle} any more."

    def undo(self, approval_id: int) -> str:
        """Have it wait again, as long as it is not being done."""
        before = self._approvals.get(approval_id)
        if not self._approvals.undo(approval_id):
            return Refusal(_LATE)
        if before.reason == NEVER_THIS_PERSON:
            self._guard.remove_never(before.proposal.handle)
        self._changed()
        return "It waits again."

    def edit(self, approval_id: int, text: str) -> str:
        """Another text for a suggested reply."""
        unfit = why_unfit(text.strip())
        if unfit:
            return Refusal(f"The reply {unfit}.")
        if not self._approvals.edit(approval_id, text.strip()):
            return self._decided(approval_id)
        self._changed()
        return "The reply is changed."

    def decide_many(self, approval_ids: Sequence[int], deed: str, by: str) -> list[str]:
        """The deed `approve` or `reject` for each; a line for each, in their order. Unknown numbers are left out."""
        decide = {"approve": self.approve, "reject": self.reject}[deed]
        lines: list[str] = []
        for approval_id in approval_ids:
            try:
                lines.append(decide(approval_id, by))
            except KeyError:
                lines.append(Refusal("It is not there any more."))
        return lines

    def _decided(self, approval_id: int) -> str:
        found = self._approvals.get(approval_id)
        return Refusal(_DECIDED.format(by=found.decided_by) if found.decided_by else _LATE)


def _what(approval: Approval) -> str:
    return f"{_NAMES[approval.proposal.action]} @{approval.proposal.handle}"
