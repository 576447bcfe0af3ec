"""One database of all accounts over the API."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from bot.storage.panel.tokens import Scope
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind, listed


def test_a_program_takes_away_one_database_of_all_accounts(api: Api, tmp_path: Path) -> None:
    answer = api.get("/export/metrics")
    assert (answer.status_code, answer.mimetype) == (200, "application/vnd.sqlite3")
    file = tmp_path / "taken.db"
    file.write_bytes(answer.data)
    with closing(sqlite3.connect(file)) as connection:
        assert {name for (name,) in connection.execute("SELECT id FROM accounts")} == set(listed(api))


def test_or_its_tables(api: Api) -> None:
    answer = api.get("/export/tables?separator=tab")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.read("runs.csv").startswith("account_id\tid\t".encode("utf-8-sig"))
    assert kind(api.get("/export/tables?separator=dash")) == (422, "values")


def test_a_token_that_only_reads_does_not_get_it(api: Api) -> None:
    for path in ("/export/metrics", "/export/tables"):
        assert api.with_scope(Scope.READ).get(path).status_code == 403
