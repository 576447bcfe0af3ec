"""All variables that templates of one account can name at one moment."""

from __future__ import annotations

from datetime import datetime

from bot.content.dates import words_of_any_day, words_of_day
from bot.content.templates import Content
from bot.content.vocabulary import Vocabulary
from bot.settings.account import AccountSettings
from bot.wa_links import with_code

_LEAST_DIGITS = 4  # of a number that a promised length has room for


def vocabulary_of(
    content: Content, settings: AccountSettings, now: datetime, number: int, code: str = ""
) -> Vocabulary:
    """Lists of templates.yaml, the day of `now` on the account's clock, `number` of the post, keys of `business`.

    `code` stands in the link of `wa_link`; without one, the link is as it is written.
    """
    day = words_of_day(now.astimezone(settings.schedule.zone), settings.content.language)
    business = settings.business.variables
    if code:
        business["wa_link"] = with_code(business["wa_link"], code)
    return content.vocabulary.with_fixed({**business, "number": str(number), **day})


def at_their_longest(vocabulary: Vocabulary, settings: AccountSettings, now: datetime, number: int) -> Vocabulary:
    """The same with every weekday and month, and a number of as many digits as it will soon have."""
    digits = max(_LEAST_DIGITS, len(str(number)))
    language = settings.content.language
    return vocabulary.with_any_of({**words_of_any_day(language, now.year), "number": ("9" * digits,)})
