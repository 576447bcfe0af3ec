"""Which trouble a page or a message means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import (
    AccountLocked,
    AccountSuspended,
    ActionRefused,
    ChallengeShown,
    DuplicateRefused,
    MediaRefused,
    PostLimitReached,
    ProxyRefused,
    SessionExpired,
    SlowDown,
    TargetGone,
    Trouble,
    XDown,
)
from bot.x.trouble import PageState, is_access_undecided, trouble_of_page, trouble_of_words

FINE = PageState(
    path="/home",
    status=200,
    logged_in=True,
    login_shown=False,
    code_asked=False,
    frame_shown=False,
    script_failed=False,
    column_shown=True,
    own_handle="ayu",
    posts=10,
    cells=100,
    list_shown=True,
    nothing_here=False,
    not_found=False,
    words="For you Following",
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Whoops! You already said that.", DuplicateRefused),
        ("You are over the daily limit for sending posts.", PostLimitReached),
        (
            "This request looks like it might be automated. To protect our users from spam and other malicious "
            "activity, we can’t complete this action right now. Please try again later.",
            SlowDown,
        ),
        ("You have reached your daily limit for this action.", SlowDown),
        ("Sorry, you are rate limited. Please wait a few moments then try again.", SlowDown),
        ("Your account is suspended and is not permitted to send posts.", AccountSuspended),
        ("Some of your media failed to upload.", MediaRefused),
        ("Your media failed to upload. Please try again.", MediaRefused),
        ("Sorry, that post has been deleted.", TargetGone),
        ("The text of your post exceeds the maximum allowed limit.", ActionRefused),
    ],
)
def test_words_of_x_are_known_by_their_type(words: str, expected: type[Trouble]) -> None:
    trouble = trouble_of_words(words)
    assert type(trouble) is expected
    assert words in str(trouble)


@pytest.mark.parametrize(
    "words",
    [
        "Your post was sent.",
        "Something went wrong. Try sending your post again in a minute.",
        "Postingan Anda terkirim.",
        "",
    ],
)
def test_other_words_are_no_known_refusal(words: str) -> None:
    assert trouble_of_words(words) is None


def test_a_healthy_page_is_in_no_trouble() -> None:
    assert trouble_of_page(FINE) is None
    assert trouble_of_page(replace(FINE, script_failed=True, frame_shown=True)) is None


@pytest.mark.parametrize("path", ["/login", "/i/flow/login", "/i/jf/onboarding/web"])
def test_the_login_means_that_the_session_is_over(path: str) -> None:
    assert isinstance(trouble_of_page(replace(FINE, path=path)), SessionExpired)


def test_signs_of_being_logged_out_count_on_any_page() -> None:
    assert isinstance(trouble_of_page(replace(FINE, logged_in=False)), SessionExpired)
    assert isinstance(trouble_of_page(replace(FINE, login_shown=True)), SessionExpired)


def test_a_stopped_account_is_locked_or_challenged_by_what_the_page_asks() -> None:
    access = replace(FINE, path="/account/access", words="")
    assert is_access_undecided(access)
    assert isinstance(trouble_of_page(access), AccountLocked)
    assert isinstance(trouble_of_page(replace(access, frame_shown=True)), ChallengeShown)
    locked = replace(access, words="Your account has been locked.", frame_shown=True)
    assert isinstance(trouble_of_page(locked), AccountLocked)
    assert not is_access_undecided(locked)


def test_a_code_asked_for_is_a_challenge_even_in_the_login() -> None:
    state = replace(FINE, path="/i/flow/login", code_asked=True)
    assert isinstance(trouble_of_page(state), ChallengeShown)


def test_a_suspended_account_is_known_by_its_banner() -> None:
    assert isinstance(trouble_of_page(replace(FINE, words="Your account is suspended")), AccountSuspended)


def test_an_error_of_the_server_is_the_sites_trouble() -> None:
    assert isinstance(trouble_of_page(replace(FINE, status=503, logged_in=None)), XDown)


def test_a_proxy_that_wants_a_login_is_no_page_of_x() -> None:
    trouble = trouble_of_page(replace(FINE, status=407, logged_in=None))
    assert type(trouble) is ProxyRefused
