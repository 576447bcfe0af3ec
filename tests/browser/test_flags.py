"""The command line of our browsers: one switch for the practice site, and no secrets."""

from __future__ import annotations

from pathlib import Path

from selenium.webdriver.chrome.options import Options

from bot.browser.contract import BrowserRequest
from bot.browser.flags import arguments, fill_options, resolver_rules
from bot.settings.proxy import parse_proxy


def request(tmp_path: Path, **more: object) -> BrowserRequest:
    return BrowserRequest(profile=tmp_path / "profile", **more)  # type: ignore[arg-type]


def test_without_an_address_the_real_x_is_reached_and_certificates_are_checked(tmp_path: Path) -> None:
    asked = request(tmp_path)
    assert not any(word.startswith("--host-resolver-rules") for word in arguments(asked))
    options = fill_options(Options(), asked, None)
    assert not options.to_capabilities().get("acceptInsecureCerts", False)


def test_with_an_address_x_leads_there_and_all_else_to_nothing(tmp_path: Path) -> None:
    asked = request(tmp_path, x_address="127.0.0.1:8443")
    options = fill_options(Options(), asked, None)
    assert options.to_capabilities()["acceptInsecureCerts"] is True
    [rules] = [word for word in options.arguments if word.startswith("--host-resolver-rules=")]
    for host in ("x.com", "*.x.com", "twitter.com", "*.twitter.com", "*.twimg.com", "t.co"):
        assert f"MAP {host}:443 127.0.0.1:8443" in rules
    assert rules.endswith("MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")


def test_the_rules_name_x_before_they_close_everything() -> None:
    rules = resolver_rules("127.0.0.1:1")
    assert rules.index("MAP x.com:443") < rules.index("MAP * ~NOTFOUND")


def test_the_profile_window_and_headless_mode_are_as_asked(tmp_path: Path) -> None:
    words = arguments(request(tmp_path, window=(900, 700), language="id-ID"))
    assert f"--user-data-dir={(tmp_path / 'profile').resolve()}" in words
    assert {"--window-size=900,700", "--headless=new", "--lang=id-ID"} <= set(words)
    assert "--headless=new" not in arguments(request(tmp_path, headless=False))


def test_the_browser_stays_quiet_and_keeps_no_passwords(tmp_path: Path) -> None:
    options = fill_options(Options(), request(tmp_path), Path("/usr/bin/chromium"))
    assert {"--disable-background-networking", "--disable-sync", "--no-first-run", "--disable-quic"} <= set(
        options.arguments
    )
    preferences = options.experimental_options["prefs"]
    assert isinstance(preferences, dict)
    assert preferences["credentials_enable_service"] is False
    assert options.page_load_strategy == "eager"


def test_all_goes_through_the_proxy_and_its_login_is_on_no_command_line(tmp_path: Path) -> None:
    proxy = parse_proxy("http://canary:canary@proxy.example:8080")
    asked = request(tmp_path, proxy=proxy, language="en-US")
    words = arguments(asked)
    assert "--proxy-server=http://proxy.example:8080" in words
    assert "--proxy-bypass-list=<-loopback>" in words
    assert "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE proxy.example" in words
    assert words.index("--lang=en-US") > words.index("--proxy-server=http://proxy.example:8080")
    options = fill_options(Options(), asked, None)
    assert "canary" not in str(options.to_capabilities())
    preferences = options.experimental_options["prefs"]
    assert isinstance(preferences, dict)
    assert preferences["webrtc.ip_handling_policy"] == "disable_non_proxied_udp"


def test_with_a_proxy_the_browser_itself_knows_no_way_to_a_practice_site(tmp_path: Path) -> None:
    asked = request(tmp_path, proxy=parse_proxy("socks5://127.0.0.1:9"), x_address="127.0.0.1:8443")
    rules = [word for word in arguments(asked) if word.startswith("--host-resolver-rules=")]
    assert rules == ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    assert fill_options(Options(), asked, None).to_capabilities()["acceptInsecureCerts"] is True
