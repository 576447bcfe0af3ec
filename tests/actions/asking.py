"""An account whose slot replies, likes and follows as its policy says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.settings.account import Policy
from bot.storage.approvals import UNDO_SECONDS, Approval, ApprovalState
from tests.engines import Engine
from tests.homes import write_yaml

TEXTS = ("Semoga cepat beres!", "Coba mode hemat data dulu ya", "Semangat, {wa_number} siap bantu")
EVERY_STATE = tuple(ApprovalState)


def engine_with(root: Path, policy: Policy, slot: dict[str, Any], filters: dict[str, Any] | None = None) -> Engine:
    """Its slot posts nothing; `slot` says what else it does."""
    engine = Engine(
        root,
        schedule={"timezone": "UTC", "morning": {"time": "08:00", "post": "none", "like": 0, "follow": 0, **slot}},
        policy=dict.fromkeys(("like", "follow", "reply"), policy.value),
        engagement={"filters": filters or {}},
    )
    write_yaml(engine.folder.templates_yaml, {"reply_templates": {"short_based": list(TEXTS)}})
    return engine


def found(engine: Engine) -> list[Approval]:
    return engine.approvals.find(EVERY_STATE)


def approve(engine: Engine, *ids: int) -> None:
    """As a person does, who then thinks no more of it."""
    for approval_id in ids:
        assert engine.approvals.decide(approval_id, ApprovalState.APPROVED, "ayu")
    engine.clock.advance(UNDO_SECONDS + 1)
