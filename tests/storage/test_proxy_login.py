"""Logins of proxies at rest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.errors import SessionFileError
from bot.settings.home import AccountFolder
from bot.settings.proxy import Proxy, parse_proxy
from bot.storage.proxy_login import LOGIN_FILE, ProxyLoginFile
from bot.storage.sealing import KeyTrouble, SessionKeys

PROXY = parse_proxy("http://canary-user:canary-password@h:1")
BARE = Proxy(PROXY.scheme, PROXY.host, PROXY.port)


@pytest.fixture
def folder(tmp_path: Path) -> AccountFolder:
    return AccountFolder(tmp_path / "account")


@pytest.fixture
def file(folder: AccountFolder, tmp_path: Path) -> ProxyLoginFile:
    return ProxyLoginFile(folder, SessionKeys(tmp_path / "data", ""))


def test_a_login_that_was_kept_comes_back_for_its_address_alone(file: ProxyLoginFile) -> None:
    file.keep(PROXY)
    assert file.complete(BARE) == PROXY
    for other in ("http://other:1", "http://h:2", "https://h:1"):
        assert not file.complete(parse_proxy(other)).has_login


def test_one_that_is_written_in_the_list_goes_before_it(file: ProxyLoginFile) -> None:
    file.keep(PROXY)
    written = parse_proxy("http://ayu:kopi@h:1")
    assert file.complete(written) == written


def test_it_lies_sealed_and_nobody_else_may_read_it(file: ProxyLoginFile, folder: AccountFolder) -> None:
    file.keep(PROXY)
    kept = folder.data / LOGIN_FILE
    assert b"canary" not in kept.read_bytes()
    assert b"login of this account's proxy" in kept.read_bytes()
    if os.name != "nt":
        assert kept.stat().st_mode & 0o777 == 0o600


def test_one_that_is_forgotten_is_gone(file: ProxyLoginFile, folder: AccountFolder) -> None:
    file.keep(PROXY)
    before = file.content()
    file.forget()
    file.forget()
    assert file.complete(BARE) == Proxy("http", "h", 1)
    file.put_back(before)
    assert file.complete(BARE) == PROXY
    file.put_back(None)
    assert not (folder.data / LOGIN_FILE).exists()


def test_without_its_key_the_account_says_what_to_do(
    file: ProxyLoginFile, folder: AccountFolder, tmp_path: Path
) -> None:
    file.keep(PROXY)
    other = ProxyLoginFile(folder, SessionKeys(tmp_path / "elsewhere", Fernet.generate_key().decode()))
    with pytest.raises(KeyTrouble, match="the login of the proxy was encrypted with another key") as told:
        other.complete(BARE)
    assert "page Account" in told.value.remedy


@pytest.mark.parametrize("content", [b"", b"canary", b'{"format": "aviary-session", "version": 1}'])
def test_a_damaged_file_is_told_and_not_taken_for_no_login(
    file: ProxyLoginFile, folder: AccountFolder, content: bytes
) -> None:
    folder.data.mkdir(parents=True)
    (folder.data / LOGIN_FILE).write_bytes(content)
    with pytest.raises(SessionFileError, match="damaged") as told:
        file.complete(BARE)
    assert "page Account" in told.value.remedy


def test_it_is_sealed_anew_when_the_key_changes(folder: AccountFolder, tmp_path: Path) -> None:
    data, key = tmp_path / "data", Fernet.generate_key().decode()
    ProxyLoginFile(folder, SessionKeys(data, "")).keep(PROXY)
    assert ProxyLoginFile(folder, SessionKeys(data, key)).complete(BARE) == PROXY
    (data / "session.key").unlink()
    assert ProxyLoginFile(folder, SessionKeys(data, key)).complete(BARE) == PROXY
