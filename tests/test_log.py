"""Logs: one JSON object a line, and never a secret, by whichever way it comes."""

from __future__ import annotations

import json
import logging
import string
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.log import configure, redact
from tests.logs import own_logging

TOKEN, CT0 = "0f" * 20, "1E" * 80


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    with own_logging():
        configure(tmp_path / "aviary.log")
        yield tmp_path / "aviary.log"


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_line_is_an_object_with_its_time_level_and_origin(file: Path) -> None:
    structlog.get_logger("bot.x").warning("posted", account="one", text="Promo 🔥", count=3, ok=True, none=None)
    (line,) = lines(file)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "posted",
        "level": "warning",
        "logger": "bot.x",
        "account": "one",
        "text": "Promo 🔥",
        "count": 3,
        "ok": True,
        "none": None,
    }


class Shown:
    """Something whose repr shows a secret."""

    def __repr__(self) -> str:
        return f"<Shown {TOKEN}>"


@pytest.mark.parametrize(
    "fields",
    [
        {"text": f"the session is {TOKEN}"},
        {"text": f"x{CT0}y"},
        {"text": f"_{TOKEN}_"},
        {"error": ValueError(TOKEN)},
        {"thing": Shown()},
        {"path": Path("/tmp") / TOKEN},
        {"raw": TOKEN.encode()},
        {"many": [TOKEN, (TOKEN, {TOKEN})]},
        {"deep": {"a": {"b": [{"c": f"x {TOKEN}"}]}}},
        {"deep": {TOKEN: 1}},
        {"account": TOKEN},
    ],
)
def test_nothing_that_looks_like_a_token_is_written(file: Path, fields: dict[str, Any]) -> None:
    structlog.get_logger().info("event", **fields)
    structlog.get_logger().info(f"event {TOKEN}")
    content = file.read_text(encoding="utf-8")
    assert len(lines(file)) == 2
    assert TOKEN.lower() not in content.lower()
    assert CT0.lower() not in content.lower()
    assert "struck out" in content


@pytest.mark.parametrize(
    "key",
    ["cookie", "cookies", "Set-Cookie", "auth_token", "csrf_token", "password", "passwd", "secret_key", "ct0", "kdt",
     "twid", "Authorization", "proxy", "api_key", "apikey", "session_id", "auth_multi", "credentials"],
)  # fmt: skip
def test_what_stands_under_the_name_of_a_secret_is_struck_out(file: Path, key: str) -> None:
    structlog.get_logger().info("event", **{key: "hush"}, deep=[{key: {"a": "hush"}}])
    assert "hush" not in file.read_text(encoding="utf-8")
    assert lines(file)[0]["deep"] == [{key: "[struck out]"}]


@pytest.mark.parametrize("key", ["author", "account", "text", "event_id", "topic", "limit", "url"])
def test_other_keys_keep_their_values(file: Path, key: str) -> None:
    structlog.get_logger().info("event", **{key: "kept"})
    assert lines(file)[0][key] == "kept"


@pytest.mark.parametrize(
    "text",
    [
        "GET /login?token=hush-hush",
        "GET /login?a=1&TOKEN=hush-hush&b=2",
        "Cookie: auth_token=hush-hush; lang=en",
        "Cookie: lang=en; ct0=hush-hush",
        '{"auth_token": "hush-hush"}',
        "{'kdt': 'hush-hush'}",
        "password: hush-hush",
        "secret_key='hush-hush'",
        "Authorization: Bearer hush-hush-hush-hush",
        "cannot reach http://user:hush-hush@10.0.0.1:8080",
        "socks5://hush-hush@h:1 and more",
    ],
)
def test_what_follows_the_name_of_a_secret_in_a_text_is_struck_out(text: str) -> None:
    assert "hush" not in redact(text)
    assert "[struck out]" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "the token file is missing",
        "posted: diskon 50%",
        "https://x.com/a/status/1900000000000000001",
        "cookies.json holds no auth_token of x.com, so",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text


@given(st.text(), st.integers(32, 200), st.integers(0, 2**32), st.text())
def test_no_run_of_hexadecimal_digits_survives(before: str, length: int, seed: int, after: str) -> None:
    token = "".join(Random(seed).choices(string.hexdigits, k=length))
    assert token not in redact(before + token + after)


def test_errors_are_written_with_their_trace_but_without_their_secrets(file: Path) -> None:
    try:
        raise ValueError(f"cannot use {TOKEN}")
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("plain").exception("failed too")
    first, second = lines(file)
    assert "ValueError: cannot use [struck out]" in first["exception"]
    assert "Traceback" in second["exception"]
    assert TOKEN not in file.read_text(encoding="utf-8")


def test_what_other_packages_log_goes_the_same_way(file: Path) -> None:
    logging.getLogger("waitress").warning("GET /login?token=%s %s", "hush", TOKEN)
    logging.getLogger("urllib3").debug("not of interest")
    (line,) = lines(file)
    assert (line["event"], line["logger"]) == ("GET /login?token=[struck out] [struck out]", "waitress")


def test_a_text_with_half_an_emoji_or_line_ends_is_still_one_line(file: Path) -> None:
    structlog.get_logger().info("half \ud83d", text="two\nlines")
    assert [line["text"] for line in lines(file)] == ["two\nlines"]


def test_positional_values_are_filled_in(file: Path) -> None:
    structlog.get_logger().info("%s posted %d", "one", 3)
    assert lines(file)[0]["event"] == "one posted 3"


def test_configuring_anew_closes_the_file_before(file: Path, tmp_path: Path) -> None:
    before = logging.getLogger().handlers[0]
    assert isinstance(before, logging.FileHandler)
    configure(tmp_path / "second.log")
    structlog.get_logger().info("to the second")
    assert before.stream is None
    assert file.read_text(encoding="utf-8") == ""
    assert len(lines(tmp_path / "second.log")) == 1


def test_a_log_that_has_grown_is_kept_in_parts(file: Path) -> None:
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.handlers.RotatingFileHandler)
    assert (handler.maxBytes, handler.backupCount) == (5_000_000, 3)
    handler.maxBytes = 2000
    for number in range(60):
        structlog.get_logger().info("event", number=number)
    assert {each.name for each in file.parent.iterdir()} == {"aviary.log", *(f"aviary.log.{n}" for n in (1, 2, 3))}
