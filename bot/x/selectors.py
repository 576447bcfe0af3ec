"""Every selector the bot uses, as data, with its evidence. Nothing else in bot/x names an element.

Rules (x_dom_facts: "Rules that follow from the facts"): by data-testid, role, name, href and time[datetime];
never by class, never by visible words, which are in the language of the account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    """How well a selector is attested (x_dom_facts: Evidence)."""

    CAPTURED = "A"  # in genuine saved pages
    COMMON = "B"  # three or more independent projects rely on it
    LIKELY = "C"  # one or two projects
    KNOWN = "K"  # general knowledge


@dataclass(frozen=True)
class Selector:
    """One element. `source` says where the facts have it.

    Where one element is wanted, `css` is tried first and then each of `fallbacks`; where a list is read, what any of
    them finds counts.
    """

    name: str
    css: str
    level: Level
    source: str
    fallbacks: tuple[str, ...] = ()

    @property
    def ways(self) -> tuple[str, ...]:
        """`css` and its fall-backs, in the order in which they are tried."""
        return (self.css, *self.fallbacks)

    @property
    def any_css(self) -> str:
        """`css` and its fall-backs as one selector list."""
        return ", ".join(self.ways)


def _testid(value: str) -> str:
    return f'[data-testid="{value}"]'


_A, _B, _C, _K = Level.CAPTURED, Level.COMMON, Level.LIKELY, Level.KNOWN

# Layout, logged in
OWN_AVATAR = Selector(
    "own_avatar",
    '[data-testid="SideNav_AccountSwitcher_Button"] [data-testid^="UserAvatar-Container-"]',
    _A,
    "Layout, logged in: own handle (most robust)",
)
OWN_PROFILE_LINK = Selector(
    "own_profile_link", '[data-testid="AppTabBar_Profile_Link"]', _A, "Layout, logged in: own profile link"
)
HOME_LINK = Selector("home_link", _testid("AppTabBar_Home_Link"), _A, "Layout, logged in: home link")
PRIMARY_COLUMN = Selector("primary_column", _testid("primaryColumn"), _A, "Layout, logged in: main columns")
COOKIE_BANNER = Selector("cookie_banner", _testid("BottomBar"), _A, "Layout, logged in: cookie banner")
COOKIE_MASK = Selector("cookie_mask", _testid("twc-cc-mask"), _C, "Layout, logged in: cookie banner")
LAYERS = Selector("layers", "#layers", _A, "Layout, logged in: other constants")
SCRIPT_FAILURE = Selector("script_failure", "#ScriptLoadFailure", _A, "App shell (raw HTML)")

# Logged out, login flow: only to recognise them
LOGIN_BAR = Selector(
    "login_bar", '[data-testid="BottomBar"] [data-testid="login"]', _A, "Layout, logged out: bottom login bar"
)
CODE_INPUT = Selector(
    "code_input", _testid("ocfEnterTextTextInput"), _A, "Login flow: challenge (unusual login, confirmation codes)"
)
LOGIN_INPUT = Selector(
    "login_input",
    'input[name="text"][autocomplete="username"]',
    _B,
    "Login flow: identifier",
    ('input[name="username_or_email"]', 'input[name="password"][autocomplete="current-password"]'),
)

# Composer
COMPOSER_TEXT = Selector("composer_text", _testid("tweetTextarea_0"), _A, "Composer: text field")
COMPOSER_SUBMIT = Selector("composer_submit", _testid("tweetButtonInline"), _A, "Composer: submit, inline")
FILE_INPUT = Selector("file_input", 'input[data-testid="fileInput"][type="file"]', _A, "Composer: file input (hidden)")
ATTACHMENTS = Selector("attachments", _testid("attachments"), _B, "Composer: media previews")
REPLY_BOX = Selector("reply_box", _testid("inline_reply_offscreen"), _A, "Composer: reply box wrapper on a post page")
TYPEAHEAD = Selector("typeahead", '[role="listbox"]', _C, "Composer: typing, typeahead")
TOAST = Selector("toast", _testid("toast"), _A, "Composer: after_submit")

# Lists
LIST = Selector("list", 'section[role="region"]', _A, "Home timeline: list")
CELL = Selector("cell", _testid("cellInnerDiv"), _A, "Home timeline: list")

# Post
POST = Selector("post", 'article[data-testid="tweet"]', _A, "Post (article): post")
POST_AUTHOR = Selector("post_author", '[data-testid="User-Name"] a[href]', _A, "Post (article): author; trust the href")
POST_LINK = Selector("post_link", 'a[href*="/status/"]:has(> time[datetime])', _A, "Post (article): id and time")
POST_TEXT = Selector("post_text", _testid("tweetText"), _A, "Post (article): text")
QUOTED_POST = Selector(
    "quoted_post",
    'div[role="link"][tabindex="0"]:has([data-testid="User-Name"])',
    _A,
    "Post (article): quoted post",
)
SOCIAL_CONTEXT = Selector("social_context", _testid("socialContext"), _A, "Post (article): social context")
REPLY = Selector("reply", _testid("reply"), _A, "Action bar: reply")
REPOST = Selector("repost", _testid("retweet"), _A, "Action bar: repost", (_testid("unretweet"),))
LIKE = Selector("like", _testid("like"), _A, "Action bar: like")
UNLIKE = Selector("unlike", _testid("unlike"), _A, "Action bar: like -> after")
BOOKMARK = Selector("bookmark", _testid("bookmark"), _A, "Action bar: bookmark")
# Captured by the facts' count, but not among the saved pages; five projects rely on it.
UNBOOKMARK = Selector("unbookmark", _testid("removeBookmark"), _B, "Action bar: bookmark -> after")
ACTION_BAR = Selector("action_bar", 'div[role="group"][aria-label]', _A, "Action bar: selector")
VIEWS = Selector("views", 'a[href$="/analytics"]', _A, "Action bar: views")

# Profile
# The facts count one genuine capture, not among the saved pages, and one project that invents test ids: likely.
FOLLOWS_YOU = Selector("follows_you", _testid("userFollowIndicator"), _C, "Profile and user cells: follows you")
PROFILE_NAME = Selector("profile_name", _testid("UserName"), _A, "Profile and user cells: header")
PROFILE_TEXT = Selector("profile_text", _testid("UserDescription"), _A, "Profile and user cells: header")
PROFILE_ITEMS = Selector("profile_items", _testid("UserProfileHeader_Items"), _A, "Profile and user cells: header")
FOLLOWING_COUNT = Selector("following_count", 'a[href$="/following"]', _A, "Profile and user cells: counts")
FOLLOWERS_COUNT = Selector(
    "followers_count",
    'a[href$="/verified_followers"]',
    _A,
    "Profile and user cells: counts",
    ('a[href$="/followers"]',),
)
PROFILE_HEADING = Selector(
    "profile_heading", '[data-testid="primaryColumn"] h2[role="heading"]', _A, "Profile and user cells: counts"
)
FOLLOW = Selector("follow", '[data-testid$="-follow"]', _A, "Profile and user cells: follow button")
UNFOLLOW = Selector("unfollow", '[data-testid$="-unfollow"]', _A, "Profile and user cells: unfollow state")
FOLLOW_PENDING = Selector("follow_pending", '[data-testid$="-cancel"]', _B, "Profile and user cells: other states")
UNBLOCK = Selector("unblock", '[data-testid$="-unblock"]', _B, "Profile and user cells: other states")
EDIT_PROFILE = Selector("edit_profile", _testid("editProfileButton"), _B, "Profile and user cells: own profile")
USER_CELL = Selector("user_cell", _testid("UserCell"), _A, "Profile and user cells: user cell")
EMPTY_STATE = Selector(
    "empty_state",
    _testid("emptyState"),
    _B,
    "Profile and user cells: empty / missing / suspended / protected",
    (_testid("empty_state_header_text"),),
)
NOT_FOUND = Selector("not_found", _testid("error-detail"), _B, "Profile and user cells: page not found")

# Dialogs
CONFIRM_SHEET = Selector("confirm_sheet", _testid("confirmationSheetDialog"), _B, "Dialogs and menus: confirm sheet")
CONFIRM_CANCEL = Selector("confirm_cancel", _testid("confirmationSheetCancel"), _C, "Dialogs and menus: confirm sheet")
DIALOG = Selector("dialog", '#layers [role="dialog"]', _B, "Dialogs and menus: sheet / menu", (_testid("sheetDialog"),))
DIALOG_CLOSE = Selector("dialog_close", _testid("app-bar-close"), _B, "Composer: close / drafts / mask")
MASK = Selector("mask", _testid("mask"), _B, "Composer: close / drafts / mask")

ALL: tuple[Selector, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Selector))


NAMES: frozenset[str] = frozenset(selector.name for selector in ALL)


class SelectorSet:
    """The selectors that one client works with: the ones above, some of them replaced by the operator.

    `replacements` is name -> CSS in the order to try (config/selectors.yaml). Raises KeyError for an unknown name.
    """

    def __init__(self, replacements: Mapping[str, Sequence[str]] | None = None) -> None:
        known = {selector.name: selector for selector in ALL}
        self._selectors = known | {
            name: replace(known[name], css=css[0], fallbacks=tuple(css[1:]))
            for name, css in (replacements or {}).items()
        }
        self.replaced = frozenset(replacements or ())
        """Names of those that the operator replaced."""

    def __getitem__(self, name: str) -> Selector:
        return self._selectors[name]

    def as_css(self) -> dict[str, str]:
        """Name -> selector list, as the page scripts take it."""
        return {name: selector.any_css for name, selector in self._selectors.items()}


BUILT_IN = SelectorSet()
