"""Better texts by a language model, for programs. What it wrote is marked; nothing is posted by asking."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.ai.help import LONGEST_TEXT
from webapp.api.account_model import find_account
from webapp.api.contract import Body, Operation, Record
from webapp.api.problems import ProblemKind
from webapp.services import services

TAG = "Writing"


class TextToImprove(Body):
    """A text of a post, or of a template with its {variables}."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    anew: bool = Field(False, description="Ask the model although the answer to the same text is remembered.")


class BetterText(Record):
    """What a model made of it: the same links, numbers, hashtags, mentions and variables in other words."""

    text: str = Field(description="What was asked about.")
    suggestion: str
    written_by: Literal["model"]
    model: str
    requests_left: int = Field(description="How many the account may still make this day (UTC).")


@Operation(
    "POST",
    "/accounts/<account_id>/improve",
    TAG,
    answer=BetterText,
    body=TextToImprove,
    problems=(ProblemKind.REFUSED, ProblemKind.ENTRY_BROKEN),
)
def improve_text(account_id: str, body: TextToImprove) -> BetterText:
    """Ask the account's language model for a better text.

    Nothing is changed or posted. When the help is off, the model gives no good answer, or the requests of the day are
    used up, the answer is a problem that says why, and what to do.
    """
    find_account(account_id)
    desk = services().fleet.writing
    improved = desk.improve(account_id, body.text, anew=body.anew)
    if improved.trouble is not None:
        raise improved.trouble
    return BetterText(
        text=improved.original,
        suggestion=improved.text,
        written_by="model",
        model=improved.model,
        requests_left=desk.requests_left(account_id),
    )
