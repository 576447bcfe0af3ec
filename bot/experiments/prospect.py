"""What a test would take: who takes part, how many posts it needs, and how long that lasts at the present plan."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from bot.content.counting import count_posts
from bot.content.templates import Content, Template, read_content
from bot.content.variables import vocabulary_of
from bot.errors import ExperimentRefused, SettingsError
from bot.experiments.measuring import MATURES_IN, past_measured, read_past
from bot.experiments.view import ARMS, ExperimentPlace, Prospect, Tally, Wanted
from bot.settings.account import Policy, Slot
from bot.settings.content import load_templates
from bot.storage.experiments import Compared, OutcomeKind, Plan

ASSUMED_SPREAD = {OutcomeKind.ENGAGEMENT: 0.8, OutcomeKind.CHATS: 2.5, OutcomeKind.ORDERS: 3.0}
"""Where an account has no numbers of its own: posts differ by so much of their mean. Told as an assumption."""
FEWEST_PAST = 10
_TEXTS_LOOKED_AT = 60
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
AreAlike = Callable[[str, str], bool]


def look_ahead(
    wanted: Wanted,
    places: Sequence[ExperimentPlace],
    now: datetime,
    are_alike: AreAlike = lambda one, other: one == other,
) -> Prospect:
    """What the test would take. Raises ExperimentRefused with what is wrong in each field, and StorageError."""
    from bot.statistics.comparison import spread_of  # noqa: PLC0415 - SciPy takes half a second, and only tests need it
    from bot.statistics.sizes import posts_per_arm  # noqa: PLC0415

    _refuse_impossible(wanted)
    asked = _asked(wanted, places)
    taking_part = [place for place in asked if _takes_part(wanted, place)]
    if not taking_part:
        raise ExperimentRefused({"subject": _nobody(wanted)})
    slot, kind = (wanted.subject, "") if wanted.compares is Compared.TIMES else ("", wanted.subject)
    past = {place.folder_key: read_past(place, kind, slot, now) for place in taking_part}
    known = past_measured(past, wanted.outcome)
    spread = spread_of(known) if len(known) >= FEWEST_PAST else None
    size = posts_per_arm(spread or ASSUMED_SPREAD[wanted.outcome], wanted.smallest_percent / 100)
    weekly = posts_per_week(wanted, taking_part)
    return Prospect(
        size,
        weekly,
        math.ceil(2 * size / weekly + MATURES_IN[wanted.outcome].days / 7) if weekly else None,
        spread or ASSUMED_SPREAD[wanted.outcome],
        len(known) if spread else 0,
        tuple(taking_part),
        tuple(_remarks(wanted, asked, taking_part, now, are_alike)),
    )


def posts_per_week(asked: Wanted | Plan, places: Sequence[ExperimentPlace]) -> int:
    """Posts of both arms, at the present plan of these accounts."""
    return sum(len(slot.weekdays) for place in places for slot in slots_of(asked, place))


def full_about(plan: Plan, tally: Tally, weekly: int, now: datetime) -> datetime | None:
    """When about the last post of the full size counts, at so many posts a week; None when none would come."""
    missing = max(0, plan.size - min(map(sum, zip(tally.counted, tally.waiting, strict=True))))
    if missing and not weekly:
        return None
    return now + timedelta(weeks=2 * missing / weekly if missing else 0) + MATURES_IN[plan.outcome]


def slots_of(asked: Wanted | Plan, place: ExperimentPlace) -> list[Slot]:
    """The slots whose posts the test draws for."""
    if place.settings is None:
        return []
    posting = [slot for slot in place.settings.schedule.all_slots if slot.enabled and slot.post != "none"]
    is_times = asked.compares is Compared.TIMES
    return [slot for slot in posting if asked.subject == (slot.name if is_times else slot.post)]


def content_of(place: ExperimentPlace) -> Content | None:
    """The account's templates; None where they cannot be read."""
    try:
        return read_content(load_templates(place.folder))
    except (SettingsError, ValueError):
        return None


def has_both(arms: tuple[Sequence[str], Sequence[str]], subject: str, content: Content) -> bool:
    """Whether an account has a template for each arm."""
    keys = {template.key for template in content.of_kind(subject)}
    return all(keys & set(arm) for arm in arms)


def _refuse_impossible(wanted: Wanted) -> None:
    faults: dict[str, str] = {}
    if not wanted.name:
        faults["name"] = "Give the test a name."
    for field, arm, label in (("first", wanted.first, ARMS[0]), ("second", wanted.second, ARMS[1])):
        if wanted.compares is Compared.TIMES and not (len(arm) == 1 and _CLOCK.fullmatch(arm[0])):
            faults[field] = f"{label} needs one time of day, such as 08:00."
        elif not arm:
            faults[field] = f"{label} needs a template."
    if set(wanted.first) & set(wanted.second):
        faults.setdefault("second", "A and B must differ: the same stands in both.")
    if not 5 <= wanted.smallest_percent <= 500:
        faults["smallest"] = "Name a difference between 5 and 500 percent."
    if not 1 <= wanted.longest_weeks <= 104:
        faults["longest"] = "A test lasts between 1 and 104 weeks."
    if bool(wanted.account_id) == bool(wanted.group):
        faults["where"] = "Choose one account, or one group."
    if faults:
        raise ExperimentRefused(faults)


def _asked(wanted: Wanted, places: Sequence[ExperimentPlace]) -> list[ExperimentPlace]:
    if wanted.account_id:
        found = [place for place in places if place.account_id == wanted.account_id]
    else:
        found = [place for place in places if wanted.group in place.groups]
    if not found:
        raise ExperimentRefused({"where": "There is no such account or group any more; choose another."})
    return found


def _takes_part(wanted: Wanted, place: ExperimentPlace) -> bool:
    if not slots_of(wanted, place):
        return False
    if wanted.compares is Compared.TIMES:
        return True
    content = content_of(place)
    return content is not None and has_both((wanted.first, wanted.second), wanted.subject, content)


def _nobody(wanted: Wanted) -> str:
    if wanted.compares is Compared.TIMES:
        return f"No account there has a slot “{wanted.subject}” that is switched on and posts."
    return (
        f"No account there has a slot that posts “{wanted.subject}”, and templates of that kind, switched on, for A and"
        " for B. In a group, the templates of A have one name in all accounts, and those of B another."
    )


def _remarks(
    wanted: Wanted,
    asked: Sequence[ExperimentPlace],
    taking_part: Sequence[ExperimentPlace],
    now: datetime,
    are_alike: AreAlike,
) -> Iterator[str]:
    left = [place.name for place in asked if place not in taking_part]
    if left:
        names = f"{', '.join(left[:5])}{' and others' if len(left) > 5 else ''}"
        yield f"Without {names}: no fitting slot, or no template of one arm."
    off = [each.name for each in taking_part if each.settings and each.settings.policy.post is not Policy.AUTOMATIC]
    if off:
        yield f"Posts are not automatic in {', '.join(off[:5])}: nothing is drawn there."
    if wanted.compares is Compared.TEXTS:
        yield from _remarks_on_texts(wanted, taking_part, now, are_alike)


def _remarks_on_texts(
    wanted: Wanted, places: Sequence[ExperimentPlace], now: datetime, are_alike: AreAlike
) -> Iterator[str]:
    texts: list[tuple[str, str]] = []  # account, text
    for place in places:
        content = content_of(place)
        if content is None or place.settings is None:
            continue
        for label, arm in zip(ARMS, (wanted.first, wanted.second), strict=True):
            own = [each for each in content.of_kind(wanted.subject) if each.key in arm]
            texts += [(place.name, template.text) for template in own]
            yield from _too_few(place, content, label, own, now)
    for (one, text), (other, same) in combinations(texts[:_TEXTS_LOOKED_AT], 2):
        if one != other and are_alike(text, same):
            yield f"{one} and {other} have texts that are alike: the guards let only one of them post. Reword one."
            return


def _too_few(
    place: ExperimentPlace, content: Content, label: str, templates: Sequence[Template], now: datetime
) -> Iterator[str]:
    """A text comes again only after a while; one without variables would be left out most of the time."""
    assert place.settings is not None
    vocabulary = vocabulary_of(content, place.settings, now, 1)
    different = sum(count_posts(template, vocabulary).number for template in templates)
    days = place.settings.content.repeat_after_days
    weekly = sum(
        len(slot.weekdays)
        for slot in place.settings.schedule.all_slots
        if slot.post == templates[0].kind and slot.enabled
    )
    if days and different < weekly / 2 * days / 7:
        texts = "1 text" if different == 1 else f"{different} different texts"
        yield (
            f"{place.name}: {label} gives {texts}, and a text comes again only after {days} days. Add texts or"
            " variables, or many of its posts are left out."
        )
