from __future__ import annotations

import json
import re

import pytest

from practice.faults import Fault


def initial(html: str, name: str):
    return json.loads(re.search(rf"window\.{name}=(\{{.*?\}});(?:window|</script>)", html).group(1))


@pytest.mark.parametrize("path", ["/home", "/search?q=kuota&f=live", "/compose/post", "/i/bookmarks"])
def test_without_a_session_the_inner_pages_lead_to_the_login(stranger_page, path):
    answer = stranger_page.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/i/flow/login?redirect_after_login=%2F")


def test_a_stale_cookie_is_no_session(stranger_page):
    stranger_page.set_cookie("auth_token", "0" * 40)
    assert "/i/flow/login" in stranger_page.get("/home").location


def test_login_leads_to_the_flow_and_who_is_logged_in_home(page, stranger_page):
    assert page.get("/login").location == "/home"
    page.delete_cookie("auth_token")
    assert page.get("/login").location == "/i/flow/login"


@pytest.mark.parametrize("path", ["/", "/toko_satu", "/toko_satu/status/1", "/i/flow/login"])
def test_profiles_and_posts_are_shown_to_anybody(stranger_page, shop, path):
    html = stranger_page.get(path).text
    assert initial(html, "__META_DATA__")["isLoggedIn"] is False
    assert "user_id" not in initial(html, "__INITIAL_STATE__")["session"]


def test_the_shell_says_who_is_logged_in(page, shop):
    html = page.get("/home").text
    state = initial(html, "__INITIAL_STATE__")
    assert initial(html, "__META_DATA__")["isLoggedIn"] is True
    assert state["session"]["user_id"] == shop.user_id
    assert state["entities"]["users"]["entities"][shop.user_id]["screen_name"] == "toko_satu"
    assert state["settings"]["remote"]["settings"]["screen_name"] == "toko_satu"


def test_the_shell_holds_the_texts_that_are_traps(page):
    html = page.get("/home").text
    assert "Something went wrong, but don’t fret" in html
    assert "JavaScript is not available." in html
    assert 'id="ScriptLoadFailure"' in html


def test_a_name_cannot_break_out_of_the_script(page, shop):
    shop.name = "</script><b>"
    assert "</script><b>" not in page.get("/home").text


def test_a_page_load_hands_out_the_cookies_that_are_missing(page, shop):
    page.delete_cookie("ct0")
    cookies = "; ".join(page.get("/home").headers.getlist("Set-Cookie"))
    assert f"ct0={shop.sessions[0].ct0}" in cookies
    assert f"twid=u%3D{shop.user_id}" in cookies
    assert "auth_token" not in cookies


def test_pictures_come_from_the_asset_hosts_on_x_and_from_here_else(stranger_page, shop):
    pictures = {
        base: initial(stranger_page.get("/toko_satu", base_url=base).text, "__PRACTICE__")["pictures"]
        for base in ("https://x.com", "https://127.0.0.1:8443")
    }
    assert pictures == {"https://x.com": "https://pbs.twimg.com", "https://127.0.0.1:8443": ""}


def test_the_old_host_leads_to_the_new_one(page):
    assert page.get("/toko_satu", base_url="https://twitter.com").location == "https://x.com/toko_satu"


def test_the_cookie_lang_picks_the_language(page):
    page.set_cookie("lang", "id")
    assert '<html dir="ltr" lang="id">' in page.get("/home").text
    page.set_cookie("lang", "tlh")
    assert '<html dir="ltr" lang="en">' in page.get("/home").text


def test_a_locked_account_is_led_to_account_access_from_everywhere(page, shop):
    shop.locked = True
    assert page.get("/home").location == "/account/access"
    assert initial(page.get("/account/access").text, "__PRACTICE__")["access"] == "locked"
    assert page.get("/i/api/home").json["errors"][0]["code"] == 326


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        (Fault("toko_satu", "locked"), "locked"),
        (Fault("toko_satu", "challenge"), "challenge"),
        (Fault("toko_satu", "challenge", part="code"), "code"),
    ],
)
def test_the_access_page_shows_what_the_fault_asks_and_then_lets_go(page, book, fault, shown):
    book.add(fault)
    assert page.get("/home").location == "/account/access"
    assert initial(page.get("/account/access").text, "__PRACTICE__")["access"] == shown
    assert page.get("/home").status_code == 200
    assert page.get("/account/access").location == "/home"


def test_faults_at_a_load(page, book):
    book.add(Fault("toko_satu", "expired", at="load"))
    book.add(Fault("toko_satu", "server_error", at="load"))
    book.add(Fault("toko_satu", "suspended", at="load"))
    assert "/i/flow/login" in page.get("/home").location
    assert page.get("/home").status_code == 503
    assert initial(page.get("/home").text, "__PRACTICE__")["suspended"] is True
    assert initial(page.get("/home").text, "__PRACTICE__")["suspended"] is False


def test_the_login_and_access_pages_use_up_no_fault(page, book):
    book.add(Fault("toko_satu", "server_error", at="load"))
    assert page.get("/i/flow/login").status_code == 200
    assert page.get("/home").status_code == 503


def assets_of(page):
    """The folder of the scripts, which has their version in its name."""
    return re.search(r'src="([^"]+)/js/main\.js"', page.get("/home").text)[1]


def test_scripts_are_kept_by_the_browser_and_have_their_version_in_their_address(page):
    with page.get(f"{assets_of(page)}/js/main.js") as answer:
        assert answer.cache_control.immutable
        assert answer.cache_control.max_age > 86_400
    assert page.get("/responsive-web/000000000000/js/main.js").mimetype == "text/html"  # no script: some page


def test_only_the_files_the_pages_need_are_given_out(page):
    assets = assets_of(page)
    for name in ("js/main.js", "vendor/Draft.min.js"):
        with page.get(f"{assets}/{name}") as answer:
            assert answer.status_code == 200
    assert page.get(f"{assets}/vendor/tabler.min.js").status_code == 404
    assert page.get(f"{assets}/../../app.py").status_code in (302, 404)
    assert page.get("/emoji/v2/svg/1f600.svg").mimetype == "image/svg+xml"
    assert page.get("/emoji/v2/svg/nothing.svg").status_code == 404
    assert page.get("/media/12").status_code == 404


def test_pages_carry_a_policy_that_keeps_them_at_home(page):
    policy = page.get("/home").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
