"""The session page: what is known of a session, how it is replaced, and that nothing of it is ever shown."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet
from bot.fleet_view import AccountState, RunState, StateKind
from bot.settings.home import AccountFolder
from bot.storage.cookies import MOST_BYTES
from bot.storage.panel.audit import AuditQuery, Outcome
from bot.storage.sealing import KEY_FILE, is_sealed
from bot.storage.session_file import TRIAL_FILE, SessionCheck, note_check
from bot.x.contract import Step, StepKind
from tests.webapp.panel import HTMX, NOW, Panel, csrf_token, make_panel, mark

PAGE = "/accounts/warung/session"
TOKEN, CT0, TWID = "5ec2e7a0" * 5, "Canary-of-ct0-" + "c7" * 16, "u%3D770077"


@pytest.fixture
def fleet(fleet: FakeFleet, tmp_path: Path) -> FakeFleet:
    """Its accounts have folders."""
    fleet.home = tmp_path / "home"
    for account in fleet.overview().accounts:
        (fleet.home / account.folder).mkdir(parents=True)
    return fleet


@pytest.fixture
def folder(fleet: FakeFleet) -> AccountFolder:
    assert fleet.home is not None
    return AccountFolder(fleet.home / fleet.account_view("warung").folder)


def export(days: float = 90, **values: str) -> str:
    named = {"auth_token": TOKEN, "ct0": CT0, "twid": TWID, **values}
    ends = (NOW + timedelta(days=days)).timestamp()
    entries = [
        {"name": name, "value": value, "domain": ".x.com", "expirationDate": ends} for name, value in named.items()
    ]
    return json.dumps([entry for entry in entries if entry["value"]])


BOUNDARY = "a-line-between"


def send(client: FlaskClient, text: str = "", *, file: bytes = b"", htmx: bool = False, **fields: str) -> TestResponse:
    """As a browser sends the form. The test client would leave the file open that it puts large bodies in."""
    parts = [(f'name="{name}"', value.encode()) for name, value in {"cookies": text, **fields}.items()]
    parts.append((f'name="file"; filename="{"cookies.json" if file else ""}"', file))
    lines = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {of}\r\n\r\n".encode() + content for of, content in parts
    ]
    body = b"\r\n".join([*lines, f"--{BOUNDARY}--\r\n".encode()])
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return client.post(PAGE, data=body, headers=HTMX if htmx else None, content_type=kind)


def test_the_account_page_leads_there(operator: FlaskClient) -> None:
    assert f'href="{PAGE}"' in operator.get("/accounts/warung").text


def test_without_a_session_the_page_says_the_next_step(operator: FlaskClient) -> None:
    html = operator.get(PAGE).text
    assert "There is no session yet." in html
    assert "export the cookies, and import them here" in html


@pytest.mark.parametrize("way", ["pasted", "file"])
def test_an_import_is_encrypted_and_told(operator: FlaskClient, folder: AccountFolder, way: str) -> None:
    answer = send(operator, export()) if way == "pasted" else send(operator, file=export().encode())
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert is_sealed(folder.cookies_json.read_bytes())
    html = operator.get(PAGE).text
    assert "The session was imported; it ends in 90 days." in html
    assert "Nothing here speaks against it." in html
    assert "It ends in 90 days." in html
    assert "encrypted" in html
    for name in ("auth_token", "ct0", "twid"):
        assert f"<code>{name}</code>" in html


def test_a_session_without_ct0_names_what_is_missing(operator: FlaskClient) -> None:
    send(operator, export(ct0=""))
    assert "Missing: ct0" in operator.get(PAGE).text


def test_a_session_that_ends_soon_is_told_in_days(operator: FlaskClient) -> None:
    send(operator, export(days=9.5))
    html = operator.get(PAGE).text
    assert "It ends soon." in html
    assert "It ends in 9 days." in html


def test_a_session_that_has_ended_says_so_and_what_to_do(operator: FlaskClient, panel: Panel, clock: FakeClock) -> None:
    send(operator, export(days=1.5))
    clock.advance(timedelta(days=2).total_seconds())
    html = operator.get(PAGE).text
    assert "It cannot work." in html
    assert "ended on" in html
    assert "import them on its tab Session" in html


def test_whose_it_is_stands_there_once_it_was_checked(
    operator: FlaskClient, fleet: FakeFleet, folder: AccountFolder
) -> None:
    send(operator, export())
    assert "not checked yet" in operator.get(PAGE).text
    session_id = json.loads(folder.cookies_json.read_bytes())["id"]
    note_check(folder, SessionCheck(session_id, NOW, "warung_asli"))
    assert "@warung_asli" in operator.get(PAGE).text
    note_check(folder, SessionCheck(session_id, NOW, "", "x.com shows its login"))
    html = operator.get(PAGE).text
    assert "x.com shows its login" in html
    assert "It did not work when it was last checked." in html
    note_check(folder, SessionCheck("another", NOW, "somebody"))
    assert "not checked yet" in operator.get(PAGE).text


def test_the_button_asks_the_engine_for_a_check(operator: FlaskClient, fleet: FakeFleet) -> None:
    answer = operator.post(f"{PAGE}/check")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert fleet.asked == [("check session", "warung")]
    assert fleet.account_view("warung").state.kind is StateKind.QUEUED
    assert "the look whose the session is begins now" in operator.post(f"{PAGE}/check", headers=HTMX).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Choose a file, or paste the cookies, first."),
        ("[{,]", "What you sent is not valid JSON"),
        (json.dumps({"ct0": CT0}), "What you sent holds no auth_token"),
        (export(days=-3), "ended on 20 Nov 2026"),
        ("x" * (MOST_BYTES + 1), "is larger than 2048 KiB"),
    ],
)
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_what_is_no_session_is_refused_and_nothing_is_replaced(
    operator: FlaskClient, folder: AccountFolder, text: str, words: str, htmx: bool
) -> None:
    answer = send(operator, text, htmx=htmx)
    assert answer.status_code == (200 if htmx else 422)
    assert words in answer.text
    assert ("<h1" in answer.text) != htmx
    assert not folder.cookies_json.exists()
    assert TOKEN not in answer.text
    assert CT0 not in answer.text


def test_a_file_and_pasted_cookies_at_once_are_refused(operator: FlaskClient, folder: AccountFolder) -> None:
    assert "send one of them" in send(operator, export(), file=export().encode()).text
    assert not folder.cookies_json.exists()


def test_a_request_larger_than_any_export_is_refused(operator: FlaskClient, folder: AccountFolder) -> None:
    assert send(operator, file=b" " * (4 * 1024 * 1024)).status_code == 413
    assert not folder.cookies_json.exists()


def test_pasted_cookies_of_a_whole_browser_are_taken(operator: FlaskClient, folder: AccountFolder) -> None:
    others = [{"name": f"c{number}", "value": "v" * 200, "domain": ".example.com"} for number in range(5000)]
    answer = send(operator, json.dumps([*others, *json.loads(export())]))
    assert answer.status_code == 302
    assert folder.cookies_json.stat().st_size < 3000


def test_what_is_worse_needs_a_tick(operator: FlaskClient, folder: AccountFolder) -> None:
    send(operator, export())
    before = folder.cookies_json.read_bytes()
    answer = send(operator, export(twid="u%3D43", days=20))
    assert "it belongs to another account on X" in answer.text
    assert "before the present one" in answer.text
    assert "Tick “Replace it anyway”" in answer.text
    assert folder.cookies_json.read_bytes() == before
    assert send(operator, export(twid="u%3D43", days=20), anyway="yes").status_code == 302
    assert folder.cookies_json.read_bytes() != before


def test_for_htmx_an_import_brings_the_new_state_and_an_empty_form(operator: FlaskClient) -> None:
    answer = send(operator, export(), htmx=True)
    assert answer.status_code == 200
    for part in ('id="session-state"', 'id="session-import"', 'id="account-warung-warnings"', "was imported"):
        assert part in answer.text
    assert "<h1" not in answer.text
    assert answer.headers["HX-Trigger"] == "aviary:acted"


def test_a_refusal_for_htmx_leaves_the_form_as_it_is(operator: FlaskClient) -> None:
    answer = send(operator, "[", htmx=True)
    assert 'id="session-trouble"' in answer.text
    assert 'id="session-import"' not in answer.text


def test_the_poll_brings_the_state_when_something_changed(operator: FlaskClient, fleet: FakeFleet) -> None:
    ask = {"since": mark(operator.get(PAGE).text)}
    assert operator.get(f"{PAGE}/statuses", query_string=ask, headers=HTMX).status_code == 204
    send(operator, export())
    answer = operator.get(f"{PAGE}/statuses", query_string=ask, headers=HTMX)
    assert answer.status_code == 200
    assert "It ends in 90 days." in answer.text
    assert 'id="session-import"' not in answer.text, "what somebody is typing stays"


def test_a_window_to_log_in_in_is_asked_for_followed_and_closed(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert "Log in in a window</button>" in operator.get(PAGE).text
    answer = operator.post(f"{PAGE}/log-in")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    html = operator.get(PAGE).text
    assert "The window opens as soon as a seat is free." in html
    assert "Log in there as @warung." in html
    assert 'id="session-window-open"' not in html
    assert "the window is closed" in operator.post(f"{PAGE}/log-in/cancel", headers=HTMX).text
    html = operator.get(PAGE).text
    assert "The log-in in the window was cancelled." in html
    assert 'id="session-window-open"' in html
    assert fleet.asked == [("log in", "warung"), ("cancel log in", "warung")]


def test_the_poll_brings_what_the_window_does(operator: FlaskClient, fleet: FakeFleet) -> None:
    operator.post(f"{PAGE}/log-in")
    ask = {"since": mark(operator.get(PAGE).text)}
    fleet.change_run("warung", state=RunState.RUNNING, started_at=NOW)
    step = Step(StepKind.AWAITING_LOG_IN, total=10)
    fleet.set_state("warung", AccountState(StateKind.WORKING, step=step))
    answer = operator.get(f"{PAGE}/statuses", query_string=ask, headers=HTMX)
    assert "Waiting for your log-in in the window, for up to 10 min." in answer.text


def test_how_a_window_ended_is_told_until_there_is_another_session(
    operator: FlaskClient, fleet: FakeFleet, folder: AccountFolder
) -> None:
    send(operator, export())
    os.utime(folder.cookies_json, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    operator.post(f"{PAGE}/log-in")
    told = {"reason": "The log-in was as @kopi.", "remedy": "Log in as @warung."}
    fleet.change_run("warung", state=RunState.FAILED, ended_at=NOW, **told)
    html = operator.get(PAGE).text
    assert "The log-in was as @kopi. Log in as @warung." in html
    os.utime(folder.cookies_json, (NOW.timestamp() + 60, NOW.timestamp() + 60))
    assert "The log-in was as @kopi" not in operator.get(PAGE).text


def test_where_no_window_can_be_the_page_says_why_and_what_else_to_do(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.no_window = "There is no screen. Import cookies instead."
    html = operator.get(PAGE).text
    assert "There is no screen. Import cookies instead." in html
    assert 'id="session-window-open"' not in html
    assert "There is no screen." in operator.post(f"{PAGE}/log-in", headers=HTMX).text


def test_an_account_that_waits_for_a_person_is_resumed_from_here_once_its_session_is_another_one(
    operator: FlaskClient, fleet: FakeFleet, folder: AccountFolder
) -> None:
    fleet.set_state("warung", AccountState(StateKind.NEEDS_ATTENTION, "x.com shows its login"))
    assert 'id="session-resume"' not in operator.get(PAGE).text, "there is no session to go on with"
    send(operator, export())
    assert "Check this session; when it is good, press Resume." in operator.get(PAGE).text
    session_id = json.loads(folder.cookies_json.read_bytes())["id"]
    note_check(folder, SessionCheck(session_id, NOW, "", "x.com shows its login"))
    assert 'id="session-resume"' not in operator.get(PAGE).text
    note_check(folder, SessionCheck(session_id, NOW, "warung"))
    assert "This session is good. The account still waits for you: press Resume." in operator.get(PAGE).text
    answer = operator.post("/accounts/warung/start", data={"from": "session"})
    assert answer.headers["Location"] == PAGE
    assert 'id="session-resume"' not in operator.get(PAGE).text


def test_cookies_for_a_session_that_could_work_wait_for_a_log_in_and_that_is_told(
    operator: FlaskClient, fleet: FakeFleet, folder: AccountFolder
) -> None:
    send(operator, export())
    before = folder.cookies_json.read_bytes()
    assert send(operator, export(auth_token="5ec2e7a1" * 5)).status_code == 302
    html = operator.get(PAGE).text
    assert "The present session stays until a log-in has shown that the new one works and whose it is." in html
    assert "Imported cookies wait beside it" in html
    assert "That comes next, or is under way." in html
    assert fleet.asked == [("check session", "warung")]
    fleet.set_state("warung", AccountState(StateKind.WAITING))
    assert "Press Check session to try them." in operator.get(PAGE).text
    assert folder.cookies_json.read_bytes() == before
    send(operator, export(auth_token="5ec2e7a1" * 5), anyway="yes")
    assert "Imported cookies wait beside it" not in operator.get(PAGE).text
    assert folder.cookies_json.read_bytes() != before


def test_cookies_that_were_not_taken_are_told_beside_the_session_that_stayed(
    operator: FlaskClient, folder: AccountFolder
) -> None:
    send(operator, export())
    present = json.loads(folder.cookies_json.read_bytes())["id"]
    said = SessionCheck(present, NOW, "kopi", "The cookies belong to @kopi, not to @warung.")
    note_check(folder, said, TRIAL_FILE)
    html = operator.get(PAGE).text
    assert (
        "The imported cookies were not taken: The cookies belong to @kopi, not to @warung. This session stays." in html
    )
    send(operator, export(days=95), anyway="yes")
    assert "were not taken" not in operator.get(PAGE).text


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_refused_import_is_refused_in_the_audit_log_too(operator: FlaskClient, panel: Panel, htmx: bool) -> None:
    send(operator, "[", htmx=htmx)
    [entry] = panel.store.audit.search(AuditQuery(words="session.replace"), 10)
    assert entry.outcome is Outcome.REFUSED


def test_an_account_whose_settings_cannot_be_read_has_no_form(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.home = None
    html = operator.get(PAGE).text
    assert "The settings of this account cannot be read." in html
    assert 'id="session-import"' not in html
    assert send(operator, export()).status_code == 409


@pytest.mark.parametrize("path", ["", "/statuses"])
def test_an_unknown_account_is_not_found(operator: FlaskClient, path: str) -> None:
    assert operator.get(f"/accounts/nobody/session{path}").status_code == 404


def test_nothing_is_sent_to_an_unknown_account(operator: FlaskClient, fleet: FakeFleet) -> None:
    assert operator.post("/accounts/nobody/session", data={"cookies": export()}).status_code == 404
    for deed in ("check", "log-in", "log-in/cancel"):
        assert operator.post(f"/accounts/nobody/session/{deed}").status_code == 404
    assert fleet.asked == []


def test_a_form_without_its_token_changes_nothing(panel: Panel, folder: AccountFolder) -> None:
    client = panel.operator()
    assert send(client, export()).status_code == 400
    assert not folder.cookies_json.exists()
    token = csrf_token(client.get(PAGE).text)
    assert send(client, export(), csrf_token=token).status_code == 302
    assert folder.cookies_json.exists()


def test_nobody_sends_anything_without_a_login(panel: Panel, folder: AccountFolder) -> None:
    visitor = panel.visitor()
    assert visitor.get(PAGE).status_code == 302
    assert send(visitor, export()).status_code == 401
    assert not folder.cookies_json.exists()


def test_no_value_of_a_cookie_is_in_any_answer_header_log_or_file(
    operator: FlaskClient, fleet: FakeFleet, folder: AccountFolder, caplog: pytest.LogCaptureFixture
) -> None:
    shown: list[str] = []

    def look(answer: TestResponse) -> None:
        shown.extend((answer.text, str(answer.headers)))

    ways = [export(), json.dumps({"auth_token": TOKEN, "ct0": CT0}), f"auth_token={TOKEN}; ct0={CT0}; twid={TWID}"]
    bad = [
        f"[{export()}",
        f"{export()},",
        f'{{"auth_token": "{TOKEN}"',
        f"auth_token {TOKEN}",
        f"ct0={CT0}",
        export(days=-1),
    ]
    for text in ways + bad:
        for anyway in ("", "yes"):
            for htmx in (False, True):
                look(send(operator, text, htmx=htmx, anyway=anyway))
                look(send(operator, file=text.encode(), htmx=htmx, anyway=anyway))
    note_check(folder, SessionCheck(json.loads(folder.cookies_json.read_bytes())["id"], NOW, "warung"))
    for path in ("/", "/accounts/warung", PAGE, f"{PAGE}/statuses", "/accounts/warung/activity", "/statuses"):
        look(operator.get(path))
    assert fleet.home is not None
    files = [file for file in fleet.home.parent.rglob("*") if file.is_file()]
    assert KEY_FILE in {file.name for file in files}
    for secret in (TOKEN, CT0, TWID):
        assert not [text for text in (*shown, caplog.text) if secret in text]
        assert not [file for file in files if secret.encode() in file.read_bytes()]


def test_a_crash_does_not_log_what_was_sent(
    fleet: FakeFleet, clock: FakeClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(FakeFleet):
        def why_no_post_today(self, account_id: str) -> str:
            raise RuntimeError("nobody foresaw this")

    fleet.__class__ = Broken
    config = {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False}
    client = make_panel(fleet, clock, tmp_path / "other", config=config).operator()
    answer = send(client, export(), htmx=True)
    assert answer.status_code == 500
    assert "nobody foresaw this" in caplog.text
    assert not [secret for secret in (TOKEN, CT0, TWID) if secret in answer.text + caplog.text]
