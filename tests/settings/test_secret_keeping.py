"""Settings files in a backup: without secrets, otherwise letter by letter, and whole again where they lay."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings.secret_keeping import leave_out_secrets, take_back_secrets
from bot.settings.yaml_reading import parse_yaml
from tests import legacy

FILE = Path("config/settings.yaml")
TEXT = """\
# my shop  \n
dashboard: {port: 5000, secret_key: hush-one}   # keep
ai:
  api_key: 'hush-two'
  max_tokens: 500
  api_url: http://me:hush-three@127.0.0.1/v1
# password: hush-four
account: {cookies_file: cookies.json, username: '@Toko'}
"""
LIST = """\
accounts:
- {id: one, folder: a, proxy: 'http://me:hush@proxy.example:80'}
- {id: two, folder: b, proxy: 'socks5://proxy.example:81'}
- {id: three, folder: c, proxy: 'hush:hush'}
"""


def test_what_may_be_a_secret_is_left_out_and_nothing_else() -> None:
    kept = leave_out_secrets(TEXT, FILE)
    assert "hush" not in kept
    for part in ("# my shop  \n", "port: 5000", "# keep", "max_tokens: 500", "cookies.json", "127.0.0.1/v1"):
        assert part in kept


def test_it_is_whole_again_over_the_file_it_was_made_of() -> None:
    kept = leave_out_secrets(TEXT, FILE)
    back = take_back_secrets(kept, TEXT, FILE)
    assert "secret_key: hush-one" in back
    assert "hush-two" in back
    assert "left-out" not in take_back_secrets(kept, "", FILE).replace("# password: left-out-of-the-backup", "")


def test_a_proxy_keeps_its_address_and_gets_its_login_back_for_that_address_alone() -> None:
    kept = leave_out_secrets(LIST, FILE, is_list=True)
    assert "hush" not in kept
    assert "http://proxy.example:80" in kept
    assert "me:hush@proxy.example:80" in take_back_secrets(kept, LIST, FILE)
    assert "hush@" not in take_back_secrets(kept, LIST.replace("example:80", "example:82"), FILE)


@pytest.mark.parametrize("text", [legacy.TEMPLATES, legacy.KEYWORDS, legacy.ACCOUNTS, "", "a: 1\r\nb: 2\r\n"])
def test_a_file_without_secrets_stays_as_it_is(text: str) -> None:
    assert leave_out_secrets(text, FILE) == text
    assert take_back_secrets(text, "", FILE) == text


def test_a_file_that_is_no_yaml_loses_its_secrets_all_the_same() -> None:
    assert "hush" not in leave_out_secrets("accounts: [\n  password: hush\n", FILE)


@pytest.mark.parametrize(
    "text",
    [
        "api_keys:\n- hush-1\n- hush-2\nx: 1\n",
        "x: 1\napi_keys: [hush-1, 'hush-2']\n",
        "credentials:\n  user: hush-1\n  pin: hush-2\nx: 1\n",
        "credentials: {user: hush-1, pin: hush-2}\nx: 1\n",
        "private_key: |\n  hush-1\n  hush-2\nx: 1\n",
        "a: {bearer_token: hush-1, x: 1}\nb: {api-key: hush-2, refresh_token: hush-3}\n",
        "headers:\n  Authorization: Bearer hush\nx: 1\n",
    ],
)
def test_lists_mappings_and_blocks_of_secrets_are_left_out_and_come_back(text: str) -> None:
    kept = leave_out_secrets(text, FILE)
    assert "hush" not in kept
    assert "x: 1" in kept
    assert parse_yaml(take_back_secrets(kept, text, FILE), FILE).data == parse_yaml(text, FILE).data
    assert "left-out" not in take_back_secrets(kept, "", FILE)


def test_a_secret_in_a_comment_is_left_out_and_words_like_it_stay() -> None:
    assert "hush" not in leave_out_secrets("x: 1  # api_keys: [hush-1, hush-2]\n# Authorization: Bearer hush\n", FILE)
    text = "token_listrik: [a, b]\nmax_tokens: 500\npassword:  # none yet\n"
    assert leave_out_secrets(text, FILE) == text
