"""cookies.json in the shapes of the field, and everything that is no session."""

from __future__ import annotations

import base64
import json
import pickle
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SessionFileError
from bot.storage.cookies import MOST_BYTES, Cookie, decode_export, parse_cookies, read_export, to_text
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
    text = (legacy.SHARED / "cookies.json").read_text(encoding="utf-8")
    assert sorted(parse(text)) == ["auth_token", "ct0"]


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
        ("", "is empty"),
        (" \n", "is empty"),
        ('""', "is not a list of cookies"),
        ("\0" + TOKEN, "holds bytes that no export of cookies has"),
        ("just some words", "is not valid JSON"),
        ("curl 'https://x.com' -H 'cookie: ct0=1", "holds no auth_token"),
        ("{", "is not valid JSON"),
        ('[\n{"name": "a",}]', "is not valid JSON .line 2, column 1"),
        ("[" * 200_000, "is not valid JSON"),
        ("1" * 5000, "is not valid JSON"),
        ("5", "is not a list of cookies"),
        ('"text"', "is not valid JSON"),
        (json.dumps(json.dumps(json.dumps(json.dumps(json.dumps({"auth_token": TOKEN}))))), "too many layers"),
        ("[]", "holds no auth_token"),
        ("{}", "holds no auth_token"),
        ('{"cookies": []}', "holds no auth_token"),
        ('["a", null, 3, {}]', "holds no auth_token"),
        (json.dumps([entry(name="ct0")]), "holds no auth_token"),
        (json.dumps([entry(value="")]), "holds no auth_token"),
        (json.dumps([entry(value=" \n")]), "holds no auth_token"),
        (json.dumps([entry(value=5)]), "holds no auth_token"),
        (json.dumps([entry(value=f"{TOKEN}\0")]), "holds no auth_token"),
        (json.dumps([entry(value=f"{TOKEN}\r\nX: y")]), "holds no auth_token"),
        (json.dumps([entry(value="a" * 5000)]), "holds no auth_token"),
        (json.dumps([entry(name=["auth_token"])]), "holds no auth_token"),
        (json.dumps([entry(domain={"a": 1})]), "holds no auth_token"),
        (json.dumps([entry(domain="x.com.evil.example")]), "holds no auth_token"),
        (json.dumps([entry(domain="notx.com")]), "holds no auth_token"),
        (json.dumps({"cookies": {"cookies": {"cookies": 1}}}), "holds no auth_token"),
        (json.dumps([entry(domain=".example.com")]), "holds no auth_token"),
        (json.dumps([entry(expires=1767225600)]), "ended on 01 Jan 2026"),
    ],
)
def test_what_is_no_session_is_told(text: str, message: str) -> None:
    with pytest.raises(SessionFileError, match=message) as caught:
        parse(text)
    assert TOKEN not in str(caught.value)
    assert "Export the cookies" in caught.value.remedy


HEADER = f'auth_token={TOKEN}; ct0={legacy.CT0}; twid=u%3D42; personalization_id="v1_A=="; lang=en'
NETSCAPE = f"""# Netscape HTTP Cookie File
# Eine erzeugte Datei

#HttpOnly_.x.com\tTRUE\t/\tTRUE\t1893456000\tauth_token\t{TOKEN}
.x.com\tTRUE\t/\tTRUE\t1893456000\tct0\t{legacy.CT0}
.x.com\tTRUE\t/\tTRUE\t1893456000\ttwid\tu%3D42
.x.com\tTRUE\t/\tTRUE\t1893456000\tempty
.x.com\tTRUE\t/\tTRUE\t1893456000\tpersonalization_id\t"v1_A=="
.example.com\tTRUE\t/\tTRUE\t1893456000\tsid\tabc
x.com\tFALSE\t/\tFALSE\t0\tlang\ten
"""
LWP = f"""#LWP-Cookies-2.0
Set-Cookie3: auth_token={TOKEN}; path="/"; domain=".x.com"; path_spec; secure; expires="2030-01-01 00:00:00Z"; version=0
Set-Cookie3: ct0={legacy.CT0}; path="/"; domain=".x.com"; path_spec; secure; discard; version=0
Set-Cookie3: twid="u%3D42"; path="/"; domain=".x.com"; path_spec; secure; discard; version=0
Set-Cookie3: personalization_id="\\"v1_A==\\""; path="/"; domain=".x.com"; path_spec; discard; version=0
Set-Cookie3: lang=en; path="/"; domain="x.com"; discard; version=0
"""
FIREFOX = [
    {
        "Host raw": "https://.x.com/",
        "Name raw": "auth_token",
        "Path raw": "/",
        "Content raw": TOKEN,
        "Expires raw": "1893456000",
        "HTTP only raw": "true",
        "Send for raw": "true",
        "SameSite raw": "no_restriction",
    },
    {"Host raw": "https://.x.com/", "Name raw": "ct0", "Content raw": legacy.CT0, "HTTP only raw": "false"},
    {"host": ".x.com", "name": "twid", "value": "u%3D42"},
    {"Host raw": "https://.x.com/", "Name raw": "personalization_id", "Content raw": '"v1_A=="'},
    {"Host raw": "https://x.com/", "Name raw": "lang", "Content raw": "en"},
]
FLAT = {"auth_token": TOKEN, "ct0": legacy.CT0, "twid": "u%3D42", "personalization_id": '"v1_A=="', "lang": "en"}
CURL = f"curl 'https://x.com/home' \\\n  -H 'accept: */*' \\\n  -H 'cookie: {HEADER}' \\\n  --compressed"
CURL_OF_CMD = 'curl ^"https://x.com/home^" ^\r\n  -b ^"' + HEADER.replace('"', '^\\^"').replace("%", "^%^") + '^"'
PACKED = base64.b64encode(json.dumps(FLAT).encode()).decode()
STORAGE_STATE = {
    "cookies": [{"name": name, "value": value, "domain": ".x.com", "expires": -1} for name, value in FLAT.items()],
    "origins": [{"origin": "https://x.com", "localStorage": [{"name": "auth_token", "value": "of a page"}]}],
}
FORMATS = {
    "flat": json.dumps(FLAT),
    "names to mappings": json.dumps({name: {"value": value, "domain": ".x.com"} for name, value in FLAT.items()}),
    "storage_state": json.dumps(STORAGE_STATE),
    "firefox": json.dumps(FIREFOX),
    "netscape": NETSCAPE,
    "netscape of Windows": NETSCAPE.replace("\n", "\r\n"),
    "netscape without prefix": NETSCAPE.replace("#HttpOnly_", ""),
    "netscape with blanks": NETSCAPE.replace("\t", "   "),
    "netscape of one line more": "\ufeff\n" + NETSCAPE,
    "lwp": LWP,
    "header": HEADER,
    "header without blanks": HEADER.replace("; ", ";"),
    "header with its name": f"Cookie: {HEADER};",
    "header among others": f"Host: x.com\nCookie: {HEADER}\nAccept: */*",
    "header under its name": f"cookie:\n{HEADER}\naccept:\n*/*",
    "header in quotes": f"'{HEADER}'",
    "header in double quotes": f'"{HEADER}"',
    "header as JSON text": json.dumps(HEADER),
    "header under a key": json.dumps({"cookies": HEADER}),
    "header below a comment": f"// Semicolon separated cookie file\n{HEADER}",
    "curl": CURL,
    "curl of cmd": CURL_OF_CMD,
    "base64": PACKED,
    "base64 of the web in lines": "\n".join(re.findall(".{1,60}", PACKED.replace("+", "-").replace("/", "_"))),
    "base64 of a header": base64.b64encode(HEADER.encode()).decode(),
    "line of an account": f"acct:pass:a@example.invalid:mail pass:{HEADER}\n",
    "line of an account with an equals sign": f"acct:pa=ss;:a@example.invalid:mail=pass:{HEADER}",
    "line of an account with JSON": f"acct:pass:a@example.invalid:mailpass:{json.dumps(FLAT)}",
    "line of an account with base64": f"acct:pass:a@example.invalid:mailpass:{PACKED}",
}


@pytest.mark.parametrize("text", FORMATS.values(), ids=FORMATS)
def test_every_way_to_hand_cookies_over_gives_the_same_session(text: str) -> None:
    found = parse(text)
    assert {name: cookie.value for name, cookie in found.items()} == FLAT
    assert found["auth_token"].http_only
    assert found["auth_token"].secure
    assert not found["ct0"].http_only


@pytest.mark.parametrize("text", [NETSCAPE, LWP, json.dumps(FIREFOX)], ids=["netscape", "lwp", "firefox"])
def test_text_tells_when_a_cookie_ends(text: str) -> None:
    found = parse(text)
    assert (found["auth_token"].expires, found["lang"].expires) == (1893456000, None)
    assert (found["auth_token"].domain, found["lang"].domain) == (".x.com", "x.com")


def test_passwords_of_a_line_of_an_account_are_not_kept() -> None:
    kept = to_text(tuple(parse(FORMATS["line of an account"]).values()))
    assert "acct" not in kept
    assert "mail pass" not in kept


def test_cookies_of_two_accounts_are_never_mixed() -> None:
    older = [entry(domain=".twitter.com", value="ab" * 20), entry(domain=".twitter.com", name="ct0", value="cd" * 16)]
    assert parse([*older, entry()]).keys() == {"auth_token"}
    same = [entry(domain=".twitter.com"), older[1]]
    assert parse([*same, entry()]).keys() == {"auth_token", "ct0"}


def test_an_export_of_twitter_com_is_told_apart() -> None:
    assert read_export(json.dumps([entry(domain=".twitter.com")]), "pasted").is_of_twitter
    assert not read_export(json.dumps([entry(), entry(domain=".twitter.com")]), "pasted").is_of_twitter


@pytest.mark.parametrize(
    ("twid", "number"), [("u%3D42", "42"), ("u=42", "42"), ('"u=42"', "42"), ("u=a", ""), ("", "")]
)
def test_the_number_of_the_account_is_read_where_it_is_told(twid: str, number: str) -> None:
    assert read_export(json.dumps([entry(), entry(name="twid", value=twid)]), "pasted").user_id == number


def test_a_host_cookie_has_no_domain_of_its_own() -> None:
    assert parse([entry(), entry(name="__Host-a")])["__Host-a"].domain == "x.com"


def test_what_was_chosen_is_read_again_as_it_was() -> None:
    for text in FORMATS.values():
        cookies = parse_cookies(text, "pasted", NOW)
        assert parse_cookies(to_text(cookies), "pasted", NOW) == cookies


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (json.dumps(legacy.COOKIES).encode("utf-16"), "not saved as UTF-8"),
        (b" " * (MOST_BYTES + 1), "larger than 2048 KiB"),
        (b"SQLite format 3\0" + TOKEN.encode(), "cookie store of a browser"),
        (pickle.dumps(legacy.COOKIES), "pickle"),
        (b"PK\x03\x04" + TOKEN.encode(), "is a zip"),
    ],
)
def test_a_file_of_another_kind_is_told(content: bytes, message: str) -> None:
    with pytest.raises(SessionFileError, match=message) as caught:
        decode_export(content, "cookies.json")
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    text = decode_export(b"\xef\xbb\xbf" + json.dumps(legacy.COOKIES).encode(), "cookies.json")
    assert len(parse(text)) == 2


SAMPLES = legacy.SHARED.parent / "x-dom" / "cookies"


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not beside the project")
@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.expected.json")), ids=lambda file: file.name[:2])
def test_each_shared_sample_gives_what_is_expected_of_it(sample: Path) -> None:
    expected = json.loads(sample.read_text(encoding="utf-8"))
    content = sample.with_name(expected["file"]).read_bytes()
    now = datetime(2026, 11, 26, tzinfo=UTC)
    if "auth_token" not in expected:
        with pytest.raises(SessionFileError, match=r"auth_token|ended on|line \d+, column \d+"):
            read_export(decode_export(content, "it"), "it").usable("it", now)
        return
    export = read_export(decode_export(content, "it"), "it")
    found = {cookie.name: cookie for cookie in export.usable("it", now)}
    assert (found["auth_token"].value, found["ct0"].value) == (expected["auth_token"], expected["ct0"])
    assert (export.user_id or None) == expected["user_id"]
    assert found["auth_token"].domain == expected.get("target_domain", ".x.com")


def test_a_cookie_never_shows_its_value() -> None:
    cookie = parse(legacy.COOKIES)["auth_token"]
    assert TOKEN not in repr(cookie)
    assert TOKEN not in f"{cookie}"
