"""Backups over the API: made, listed, taken away, deleted, put back."""

from __future__ import annotations

from bot.fleet_view import StateKind
from bot.storage.panel.tokens import Scope
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind
from tests.worlds import state


def made(admin: Api) -> str:
    answer = admin.post("/backups")
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == "/api/backup-work"
    wait(admin)
    return str(admin.json("/backups")["items"][-1]["name"])


def wait(admin: Api) -> None:
    thread = admin.manager.backups._thread
    assert thread is not None
    thread.join(60)
    assert admin.json("/backup-work")["trouble"] == ""


def test_one_is_made_listed_taken_away_and_deleted(api: Api) -> None:
    admin = api.with_scope(Scope.ADMIN)
    assert admin.json("/backup-work")["is_running"] is False
    name = made(admin)
    (each,) = admin.json("/backups")["items"]
    assert (each["kind"], each["accounts"][:2]) == ("by-hand", ["one", "two"])
    assert admin.get(f"/backups/{name}").data[:2] == b"PK"
    assert admin.ask("DELETE", f"/backups/{name}").json == {"items": [], "next": None}
    assert kind(admin.get(f"/backups/{name}")) == (404, "not-found")


def test_a_restore_is_previewed_and_done(api: Api) -> None:
    admin = api.with_scope(Scope.ADMIN)
    name = made(admin)
    seen = admin.json(f"/backups/{name}/restore?account=one")
    assert {each["id"]: each["fate"] for each in seen["accounts"]}["one"] == "replaced"
    answer = admin.post(f"/backups/{name}/restore", {"account": "one"})
    assert answer.status_code == 202, answer.text
    wait(admin)
    assert state(admin.manager, "one") is StateKind.NEEDS_ATTENTION
    assert kind(admin.get(f"/backups/{name}/restore?account=nobody")) == (409, "refused")


def test_they_are_for_admins_alone(api: Api) -> None:
    assert api.get("/backups").status_code == 403
    assert api.post("/backups").status_code == 403
