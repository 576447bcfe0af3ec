"""Secrets put in at every entrance, good and bad ones, and then looked for in all that the panel and the disk show."""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.account_manager import AccountManager
from bot.storage.panel.tokens import Scope
from tests.webapp.api.conftest import make_token
from tests.webapp.panel import COMPILED, WholeAnswers, agreed_access
from tests.worlds import World
from webapp import Access, create_app

CANARY = "c4n4ry"
"""In every secret below, and in nothing else."""
TOKENS = [f"{CANARY}{number}" + "0" * 33 for number in range(4)]
PASSWORD = f"{CANARY} kopi susu pagi hari"
PROXY = {"address": "http://proxy.example:8080", "user": f"{CANARY}-user", "password": f"{CANARY}:p@ss"}
WRITTEN_PROXY = f"http://{CANARY}-owner:{CANARY}-w@proxy.example:8080"
ACCOUNT = {"account_id": "one", "filename": "js/live.js", "kind": "promo", "form": "csv", "slot_name": "morning"}
ACCOUNT |= {"table": "days"}


def cookies(token: str) -> str:
    named = {"auth_token": token, "ct0": f"{CANARY}-of-ct0" + "0" * 20}
    return json.dumps([{"name": name, "value": value, "domain": ".x.com"} for name, value in named.items()])


class House:
    """A panel over two accounts that work on a fake x.com, and an admin in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        for account_id, handle in (("one", "OneShop"), ("two", "TwoShop")):
            world.add(account_id, handle, ai={"enabled": True, "api_url": "http://127.0.0.1:9/v1", "model": "tiny"})
        world.home.entries[1]["proxy"] = WRITTEN_PROXY
        world.home.write()
        self.manager: AccountManager = world.open()
        self.access: Access = agreed_access(world.home.root / "data", world.clock)
        self.app = create_app(self.manager, self.access, clock=world.clock, config={"WTF_CSRF_ENABLED": False})
        self.app.test_client_class = WholeAnswers
        self.app.jinja_env.bytecode_cache = COMPILED
        self.admin = self.app.test_client()
        self.admin.get(f"/login?token={self.access.issue_login_token()}")
        self.api_token = make_token(self.access, world, Scope.ADMIN)
        self.program = self.app.test_client()
        self.program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.api_token}"
        self.factor_secret = ""

    @property
    def root(self) -> Path:
        return self.world.home.root

    def use_every_entrance(self) -> None:
        """Each secret as it is meant, and some where they do not belong."""
        one = "/accounts/one"
        self.world.x.add_account("OneShop", session=TOKENS[0])
        for anyway in ({}, {"anyway": "y"}):
            self.admin.post(f"{one}/session", data={"cookies": cookies(TOKENS[0]), **anyway})
        self.admin.post(f"{one}/session", data={"cookies": f'{{"auth_token": "{TOKENS[1]}", '})
        file = (io.BytesIO(cookies(TOKENS[2]).encode()), f"{CANARY}.json")
        self.admin.post(f"{one}/session", data={"file": file}, content_type="multipart/form-data")
        self.program.put(f"/api{one}/cookies", json={"cookies": cookies(TOKENS[3])})
        self.program.put(f"/api{one}/cookies", json={"cookies": [TOKENS[3]]})
        self.admin.post(f"{one}/proxy", data=PROXY)
        self.admin.post(f"{one}/proxy", data={**PROXY, "address": f"ftp://{CANARY}:{CANARY}@proxy"})
        self.program.put(f"/api{one}/proxy", json={"proxy": WRITTEN_PROXY})
        self.program.put(f"/api{one}/proxy", json={"proxy": f"{CANARY}:80:{CANARY}"})
        self.admin.post(f"{one}/writing/key", data={"key": f"sk-{CANARY}"})
        self._add_channels()
        self.admin.post("/me/password", data={"present": CANARY, "new": PASSWORD, "again": PASSWORD})
        self.access.set_first_password(self.access.issue_setup_token(), PASSWORD)
        self._log_in_badly()
        self.admin.post("/me/second-factor", data={"present": PASSWORD})
        self.program.get(f"/api/accounts?token={self.api_token}")

    def _add_channels(self) -> None:
        """Ways to tell people, good and bad ones, and a test of each."""
        channels = "/me/notifications/channels"
        self.admin.post(f"{channels}/telegram", data={"token": f"123456789:{CANARY}{'A' * 30}", "chat": "-100777"})
        self.admin.post(f"{channels}/telegram", data={"token": f"{CANARY}-of-a-bot", "chat": CANARY})
        mail = {"host": "127.0.0.1", "port": "9", "to": "a@b.example", "user": "a", "password": f"{CANARY}-mail"}
        self.admin.post(f"{channels}/email", data={**mail, "security": "none"})
        self.admin.post(f"{channels}/email", data={**mail, "port": CANARY})
        self.admin.post(
            f"{channels}/webhook", data={"address": f"http://user:{CANARY}@127.0.0.1:9/{CANARY}?k={CANARY}"}
        )
        self.admin.post(f"{channels}/webhook", data={"address": f"{CANARY}://127.0.0.1"})
        self.admin.post(f"{channels}/other", data={"url": f"json://127.0.0.1:9/{CANARY}-hook"})
        self.admin.post(f"{channels}/other", data={"url": f"nosuch://{CANARY}"})
        self.manager.notifications.stay_on_this_machine()  # the test of Telegram and of mail goes nowhere
        for channel_id in set(re.findall(r'id="channel-([0-9a-f]{16})"', self.admin.get("/me/notifications").text)):
            self.admin.post(f"{channels}/{channel_id}/test")

    def _log_in_badly(self) -> None:
        stranger = self.app.test_client()
        stranger.post("/login", data={"username": "operator", "password": f"{PASSWORD} "})
        stranger.get("/api/accounts", headers={"Authorization": f"Bearer {CANARY}"})

    def work(self) -> None:
        """Runs with these secrets, a former state of each file, an archive."""
        for account_id in ("one", "two"):
            self.manager.run_account(account_id)
        assert self.manager.wait_until_idle(60)
        self.manager.roster.change("two", {"description": "changed"})
        for account_id in ("one", "two"):
            self.admin.post(f"/accounts/{account_id}/archive")
            self.admin.post("/backups/bundles", data={"account": account_id})
        self.manager.backups.write(self.root / "backups" / "by-hand_20260302-080000.zip")

    def answers(self, client: FlaskClient) -> Iterator[tuple[str, str]]:
        """Each GET route with what it answers, to each account."""
        for rule in self.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in {"static", "access.setup"}:
                continue
            for account_id in ("one", "two"):
                arguments = {**ACCOUNT, "account_id": account_id}
                for name in ("settings", "keywords", *[file.name for file in self.root.glob("*/*.zip")]):
                    with contextlib.suppress(ValueError):  # no route takes all of these names
                        built = rule.build(
                            {each: {**arguments, "name": name}.get(each, "1") for each in rule.arguments}
                        )
                        assert built is not None
                        yield built[1], client.get(built[1]).get_data().decode("utf-8", "replace")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    world = World(tmp_path / "home")
    found = House(world)
    found.use_every_entrance()
    found.work()
    yield found
    world.close()


def test_no_secret_is_shown_logged_named_archived_or_left_readable(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert house.manager.roster.proxy("one").has_login
    assert house.manager.sessions.look("one").saved_at is not None
    assert "there is one, encrypted" in house.admin.get("/accounts/one/writing").text
    assert house.admin.get("/me/notifications").text.count("Not taken") == 4
    seen = 0
    for client in (house.admin, house.program):
        for address, text in house.answers(client):
            assert CANARY not in text, address
            assert house.api_token not in text, address
            seen += 1
    assert seen > 300
    for version in house.manager.roster.versions():
        assert CANARY not in house.admin.get(f"/roster/versions/{version.id}").text
        assert CANARY not in house.program.get(f"/api/accounts-file/versions/{version.id}").text
    log = capsys.readouterr()
    assert CANARY not in log.out + log.err
    assert house.api_token not in log.out + log.err
    _look_at_the_disk(house.root, house.api_token)


def _look_at_the_disk(root: Path, api_token: str) -> None:
    """Nothing but what its owner wrote into accounts.yaml, and the former states of that, can be read."""
    own = re.compile(r"config/(accounts\.yaml|versions/.*accounts.*)")
    archives = 0
    for file in (each for each in root.rglob("*") if each.is_file()):
        name = file.relative_to(root).as_posix()
        assert CANARY not in name
        content = file.read_bytes()
        assert api_token.encode() not in content, name
        if not own.fullmatch(name):
            assert CANARY.encode() not in content, name
        if file.suffix == ".zip":
            archives += 1
            _look_into(file)
    assert archives == 4


def _look_into(archive: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        for name in packed.namelist():
            assert CANARY.encode() not in packed.read(name), f"{archive.name}: {name}"
            assert not name.endswith(("panel.db", "secret_key", "session.key")), f"{archive.name}: {name}"
