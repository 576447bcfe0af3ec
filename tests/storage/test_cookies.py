"""cookies.json in the shapes of the field, and everything that is no session."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SessionFileError
from bot.storage.cookies import Cookie, load_cookies, parse_cookies
from tests import legacy

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TOKEN = legacy.AUTH_TOKEN


def parse(data: Any) -> dict[str, Cookie]:
    text = data if isinstance(data, str) else json.dumps(data)
    return {cookie.name: cookie for cookie in parse_cookies(text, "cookies.json", NOW)}


def entry(**changes: Any) -> dict[str, Any]:
    return {"name": "auth_token", "value": TOKEN, "domain": ".x.com", "path": "/", **changes}


@pytest.mark.parametrize("shape", ["list", "wrapped", "flat"])
def test_the_three_shapes_of_the_field_are_one_session(shape: str) -> None:
    flat = {cookie["name"]: cookie["value"] for cookie in legacy.COOKIES}
    cookies = parse({"list": legacy.COOKIES, "wrapped": {"cookies": legacy.COOKIES}, "flat": flat}[shape])
    assert {name: cookie.value for name, cookie in cookies.items()} == {"auth_token": TOKEN, "ct0": legacy.CT0}
    assert cookies["auth_token"].http_only
    assert not cookies["ct0"].http_only
    assert {cookie.domain for cookie in cookies.values()} == {".x.com"}
    if shape != "flat":
        assert (cookies["auth_token"].expires, cookies["ct0"].expires) == (1893456000, None)
        assert (cookies["auth_token"].same_site, cookies["ct0"].same_site) == ("None", "Lax")


@pytest.mark.skipif(not legacy.SHARED.exists(), reason="the shared samples are not beside the project")
def test_the_shared_sample_is_a_session() -> None:
    names = [cookie.name for cookie in load_cookies(legacy.SHARED / "cookies.json", NOW)]
    assert sorted(names) == ["auth_token", "ct0"]


@pytest.mark.parametrize(
    ("key", "value", "seconds"),
    [
        ("expirationDate", 1893456000.987, 1893456000),
        ("expiry", 1893456000, 1893456000),
        ("expires", 1893456000.5, 1893456000),
        ("expirationDate", 1893456000987, 1893456000),
        ("expirationDate", 1893456000987654, 1893456000),
        ("expires", -1, None),
        ("expires", 0, None),
        ("expires", None, None),
        ("expires", True, None),
        ("expires", "Session", None),
    ],
)
def test_an_expiry_is_whole_seconds_however_a_tool_writes_it(key: str, value: Any, seconds: int | None) -> None:
    assert parse([entry(**{key: value})])["auth_token"].expires == seconds


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e999"])
def test_an_expiry_that_is_no_date_means_a_session_cookie(number: str) -> None:
    text = json.dumps([entry(expires="here")]).replace('"here"', number)
    assert parse(text)["auth_token"].expires is None


def test_an_expiry_of_hundreds_of_digits_is_far_away() -> None:
    expires = parse([entry(expires=int("9" * 400))])["auth_token"].expires
    assert expires is not None
    assert expires > NOW.timestamp()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no_restriction", "None"),
        ("None", "None"),
        ("lax", "Lax"),
        ("Strict", "Strict"),
        ("unspecified", None),
        (None, None),
        ("", None),
    ],
)
def test_same_site_is_put_as_browsers_take_it(written: str | None, meant: str | None) -> None:
    cookie = parse([entry(sameSite=written, secure=False)])["auth_token"]
    assert cookie.same_site == meant
    assert cookie.secure is (meant == "None"), "a browser refuses SameSite=None without Secure"


@pytest.mark.parametrize(
    ("changes", "domain"),
    [
        ({}, ".x.com"),
        ({"domain": "x.com"}, "x.com"),
        ({"domain": ".x.com", "hostOnly": True}, "x.com"),
        ({"domain": ".twitter.com"}, ".x.com"),
        ({"domain": ".X.com"}, ".x.com"),
        ({"domain": None}, ".x.com"),
        ({"domain": ""}, ".x.com"),
    ],
)
def test_the_domain_becomes_that_of_x(changes: dict[str, Any], domain: str) -> None:
    assert parse([entry(**changes)])["auth_token"].domain == domain


def test_of_two_cookies_with_one_name_that_of_x_is_taken() -> None:
    other = entry(domain=".twitter.com", value="ab" * 20)
    for cookies in ([other, entry()], [entry(), other]):
        assert parse(cookies)["auth_token"].value == TOKEN


def test_partitioned_copies_foreign_sites_and_what_is_tied_to_a_browser_stay_out() -> None:
    cookies = [
        entry(partitionKey={"topLevelSite": "https://a.example"}, value="ab" * 20),
        entry(),
        entry(name="sid", domain=".example.com"),
        entry(name="sid2", domain="notx.com"),
        entry(name="__cf_bm"),
        entry(name="auth_multi"),
        entry(name="twid", value='"u=1"'),
        entry(name="old", expires=1),
    ]
    found = parse(cookies)
    assert found.keys() == {"auth_token", "twid"}
    assert found["auth_token"].value == TOKEN
    assert found["twid"].value == '"u=1"', "quotes belong to the value"


def test_a_line_end_that_stuck_to_a_value_is_taken_off() -> None:
    assert parse([entry(value=TOKEN + "\r\n")])["auth_token"].value == TOKEN


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not valid JSON"),
        ("{", "is not valid JSON"),
        ('[\n{"name": "a",}]', "is not valid JSON .line 2"),
        ("[" * 200_000, "is not valid JSON"),
        ("1" * 5000, "is not valid JSON"),
        ("5", "is not a list of cookies"),
        ('"text"', "is not a list of cookies"),
        ("[]", "holds no auth_token"),
        ("{}", "holds no auth_token"),
        ('{"cookies": []}', "holds no auth_token"),
        ('["a", null, 3, {}]', "holds no auth_token"),
        (json.dumps([entry(name="ct0")]), "holds no auth_token"),
        (json.dumps([entry(value="")]), "holds no auth_token"),
        (json.dumps([entry(value=" \n")]), "holds no auth_token"),
        (json.dumps([entry(value=5)]), "holds no auth_token"),
        (json.dumps([entry(domain=".example.com")]), "holds no auth_token"),
        (json.dumps([entry(expires=1767225600)]), "ended on 01 Jan 2026"),
    ],
)
def test_what_is_no_session_is_told(text: str, message: str) -> None:
    with pytest.raises(SessionFileError, match=message) as caught:
        parse(text)
    assert TOKEN not in str(caught.value)
    assert "Export the cookies" in caught.value.remedy


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "cookies.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(legacy.COOKIES).encode())
    assert len(load_cookies(file, NOW)) == 2


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SessionFileError, match=r"cookies\.json is missing"):
        load_cookies(tmp_path / "cookies.json", NOW)
    with pytest.raises(SessionFileError, match="cannot be read"):
        load_cookies(tmp_path, NOW)
    (tmp_path / "cookies.json").write_bytes(json.dumps(legacy.COOKIES).encode("utf-16"))
    with pytest.raises(SessionFileError, match="not saved as UTF-8"):
        load_cookies(tmp_path / "cookies.json", NOW)
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(10**8)
    with pytest.raises(SessionFileError, match="larger than 2048 KiB"):
        load_cookies(tmp_path / "huge.json", NOW)


def test_a_cookie_never_shows_its_value() -> None:
    cookie = parse(legacy.COOKIES)["auth_token"]
    assert TOKEN not in repr(cookie)
    assert TOKEN not in f"{cookie}"
