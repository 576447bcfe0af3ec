"""Sending for real, to a service on the loopback: what arrives, what failure is called, and what is never told."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.notifications.addresses import Address, AddressRefused, read_address
from bot.notifications.causes import Kind
from bot.notifications.sending import check, send
from bot.storage.messages import MessageState
from tests.notifications.house import House, Service, cause

TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz_012345"


def webhook(service: Service, path: str = "/hook/s3cret?key=s3cret") -> str:
    return read_address("webhook", {"address": service.address + path}).url


def test_a_message_arrives_as_it_was_written(service: Service) -> None:
    assert send(webhook(service), "Aviary: trouble", "<b>one</b> & *two*\nthree").is_taken
    [(path, message)] = service.came
    assert path == "/hook/s3cret?key=s3cret"
    assert (message["title"], message["message"]) == ("Aviary: trouble", "<b>one</b> & *two*\nthree")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not let Aviary in"),
        (404, "knows no such place"),
        (429, "too many messages"),
        (500, "trouble of its own"),
        (302, "leads to another one"),
        (418, "did not take it (error 418)"),
    ],
)
def test_each_failure_has_its_words_and_none_has_the_secret(service: Service, status: int, words: str) -> None:
    service.status = status
    sent = send(webhook(service), "subject", "body")
    assert words in sent.problem
    assert "s3cret" not in sent.problem
    assert len(service.came) == 1  # no redirect is followed, nothing is tried again here


def test_a_service_that_is_not_there_is_told(service: Service) -> None:
    sent = send("json://127.0.0.1:9/s3cret", "subject", "body")
    assert "cannot be reached" in sent.problem


def test_nothing_of_it_comes_into_the_log(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    """What reaches the root logger reaches Aviary's log. (pytest's own caplog listens to others, too.)"""
    records: list[logging.LogRecord] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    listener = Listener()
    logging.getLogger().addHandler(listener)
    try:
        service.status = 500
        send(webhook(service), "subject", "body")
        send("json://user:s3cret@127.0.0.1:9/s3cret", "subject", "body")
    finally:
        logging.getLogger().removeHandler(listener)
    out = capfd.readouterr()
    assert [record.getMessage() for record in records if record.name.startswith("apprise")] == []
    assert "s3cret" not in out.out + out.err + "".join(record.getMessage() for record in records)


def test_a_cause_comes_to_a_real_service_from_end_to_end(service: Service, tmp_path: Path) -> None:
    house = House(tmp_path, send=send)
    channel_id = house.desk.add(house.user, "", "webhook", {"address": f"{service.address}/hook"})
    house.desk.choose(house.user, {channel_id: [Kind.TROUBLE]}, house.desk.hours(house.user))
    house.show(cause())
    assert service.came[0][1]["title"] == "Aviary: trouble · Shop one"
    assert house.desk.messages.last_of(channel_id)[0].state is MessageState.SENT
    house.database.close()


@pytest.mark.parametrize(
    ("service_name", "fields", "url", "shown"),
    [
        ("telegram", {"token": TOKEN, "chat": "-1001234567"}, f"tgram://{TOKEN}/-1001234567/", "chat …4567"),
        (
            "email",
            {"host": "smtp.example.com", "user": "me@example.com", "password": "a/b c", "to": "you@example.com"},
            "mailtos://me%40example.com:a%2Fb%20c@smtp.example.com:587/?smtp=smtp.example.com&from=me%40example.com"
            "&to=you%40example.com&mode=starttls",
            "to you@example.com",
        ),
        ("webhook", {"address": "https://hooks.example.com/x?a=b"}, "jsons://hooks.example.com/x?-a=b", "at hooks."),
        ("other", {"url": "ntfy://topic1234"}, "ntfy://topic1234", "…1234"),
    ],
)
def test_what_is_entered_becomes_an_address_that_the_library_knows(
    service_name: str, fields: dict[str, str], url: str, shown: str
) -> None:
    address = check(read_address(service_name, fields))
    assert address.url == url
    assert address.shown.startswith(shown)
    assert address.service
    assert fields.get("password", "nothing") not in repr(address)


@pytest.mark.parametrize(
    ("service_name", "fields", "words"),
    [
        ("telegram", {"token": "s3cret", "chat": "1234"}, "no token"),
        ("telegram", {"token": TOKEN, "chat": "s3cret"}, "no chat"),
        ("email", {"host": "", "to": "a@example.com"}, "no mail server"),
        ("email", {"host": "smtp.example.com", "to": "s3cret"}, "the mail goes to is none"),
        ("email", {"host": "smtp.example.com", "to": "a@b.c", "user": "s3cret@b.c"}, "belong together"),
        ("email", {"host": "smtp.example.com", "to": "a@b.c", "port": "s3cret"}, "no port"),
        ("webhook", {"address": "s3cret.example.com/hook"}, "no address of a webhook"),
        ("webhook", {"address": "ftp://example.com/s3cret"}, "no address of a webhook"),
        ("webhook", {"address": "http://[s3cret/"}, "no address of a webhook"),
        ("other", {"url": "s3cret"}, "no address of a service"),
        ("other", {"url": "nosuchservice://s3cret"}, "no service takes"),
        ("other", {"url": "syslog://s3cret"}, "no service takes"),
        ("other", {"url": "tgram://s3cret"}, "no service takes"),
        ("other", {"url": "ntfy://topic\ns3cret"}, "no address has"),
        ("telegram", {"token": "s3cret" * 200, "chat": "1"}, "too long"),
    ],
)
def test_what_can_be_no_address_is_refused_with_a_remedy_and_never_repeated(
    service_name: str, fields: dict[str, str], words: str
) -> None:
    with pytest.raises(AddressRefused, match=words) as refused:
        check(read_address(service_name, fields))
    assert refused.value.remedy
    assert "s3cret" not in refused.value.message + refused.value.remedy


def test_an_address_does_not_tell_itself() -> None:
    assert "s3cret" not in repr(Address("json://s3cret", "Webhook", "at example.com"))
