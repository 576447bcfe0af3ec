"""What the content pages show, and their words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.content.counting import Count
from bot.content.desk import KindView, TemplateView
from bot.content.length import MAX_WEIGHT
from bot.content.media_library import MediaItem
from bot.content.runway import KindRunway
from bot.content.templates import Content, Template
from bot.files_view import AccountFile, FileState
from bot.settings.account import AccountSettings
from webapp.files.page import HeadedPage, look_at_head, read
from webapp.services import services
from webapp.wording import counted

KINDS = {"promo": "Promo", "value": "Value"}
MOST_SHOWN = 9_999_999
TEMPLATES = AccountFile.TEMPLATES


@dataclass(frozen=True)
class ContentPage(HeadedPage):
    """The templates of one account. `kinds` is empty while a file of it cannot be read."""

    state: FileState
    settings: AccountSettings | None
    kinds: tuple[KindView, ...]

    @property
    def total(self) -> int:
        return sum(len(kind.templates) for kind in self.kinds)


@dataclass(frozen=True)
class MediaChoice:
    """A file that can go with a template, and whether it does."""

    name: str
    item: MediaItem | None  # None: it is not there
    is_chosen: bool

    @property
    def is_picture(self) -> bool:
        return self.item is not None and self.item.facts is not None and not self.item.facts.format.is_video


def look_at_content(account_id: str) -> ContentPage:
    """Answers 404 for an unknown account."""
    head, state = look_at_head(account_id), read(account_id, TEMPLATES)
    settings = read(account_id, AccountFile.SETTINGS).settings
    kinds: tuple[KindView, ...] = ()
    if settings is not None and not state.problems:
        kinds = tuple(services().fleet.desk.look(account_id, settings, state.content))
    return ContentPage(head, state, settings, kinds)


def look_at_template(account_id: str, content: Content, template: Template) -> TemplateView | None:
    """The template as it would be posted; None while the settings cannot be read."""
    settings = read(account_id, AccountFile.SETTINGS).settings
    if settings is None:
        return None
    return services().fleet.desk.look_at(account_id, settings, content, template)


def media_choices(account_id: str, chosen: tuple[str, ...]) -> list[MediaChoice]:
    """The chosen files in their order, then the others."""
    media = services().fleet.media
    others = [item for item in media.look(account_id, limit=200).items if item.name not in chosen and item.facts]
    first = [MediaChoice(name, media.find(account_id, name), is_chosen=True) for name in chosen]
    return first + [MediaChoice(item.name, item, is_chosen=False) for item in others]


def kind_words(kind: str) -> str:
    """ "Promo", "Story"."""
    return KINDS.get(kind) or kind.replace("_", " ").capitalize()


def count_words(count: Count) -> str:
    """ "one text", "1,024 different posts", "at least 400 different posts"."""
    if count.number > MOST_SHOWN:
        return "millions of different posts"
    words = counted(count.number, "text", "different posts") if count.number else "no post"
    return words if count.is_exact else f"at least {words}"


def length_words(view: TemplateView) -> str:
    """ "87 of 280", or with what varies "up to 120 of 280"."""
    seen = view.preview
    varies = seen.greatest > seen.weight
    return f"up to {seen.greatest:,} of {MAX_WEIGHT}" if varies else f"{seen.weight:,} of {MAX_WEIGHT}"


def runway_words(runway: KindRunway | None) -> str:
    """ "7 posts a week, texts for 12 more days"."""
    if runway is None:
        return "No slot posts them by itself."
    posts = f"{counted(runway.per_week, 'post', 'posts')} a week"
    if runway.days is None:
        return f"{posts}; the texts last."
    return f"{posts}; the texts last for {counted(runway.days, 'more day', 'more days')}."


def runs_out(runway: KindRunway | None, settings: AccountSettings | None) -> bool:
    """Whether a person should write more."""
    if runway is None or settings is None or runway.days is None:
        return False
    return runway.days < settings.content.runway_warning_days
