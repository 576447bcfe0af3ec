"""The client against a real server on loopback: what it sends, and what it makes of every kind of answer."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.ai.client import LARGEST_ANSWER, ModelClient, completions_address
from bot.ai.contract import Question
from bot.clock import StopSignal, SystemClock
from bot.errors import (
    ModelAnswerUnclear,
    ModelBusy,
    ModelKeyRefused,
    ModelOff,
    ModelTooSlow,
    ModelTrouble,
    ModelUnknown,
    ModelUnreachable,
)
from tests.ai.serving import Handling, ModelServer, chat, drips, fails, hangs_up, is_silent, says, sends, serving

KEY = "sk-canary-5ec2e7"


class _Impatient(SystemClock):
    """Real time, but for the rest before a second try."""

    def pause(self, seconds: float, stop: StopSignal) -> None:
        assert seconds > 0


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with serving() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    running.requests, running.ports, running.script, running.handling = [], set(), [], says("A better text")
    return running


@pytest.fixture
def client() -> Iterator[ModelClient]:
    client = ModelClient(_Impatient())
    yield client
    client.close()


def question(server: ModelServer, **changes: object) -> Question:
    made = Question(server.address, "Keep the links.", "Improve: halo 👋", "tiny", KEY, 5)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_it_asks_as_openai_has_it(server: ModelServer, client: ModelClient) -> None:
    assert client.ask(question(server)) == "A better text"
    ((path, headers, body),) = server.requests
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == {
        "model": "tiny",
        "messages": [
            {"role": "system", "content": "Keep the links."},
            {"role": "user", "content": "Improve: halo 👋"},
        ],
        "stream": False,
    }


def test_without_key_and_model_it_sends_none(server: ModelServer, client: ModelClient) -> None:
    client.ask(question(server, key="", model=""))
    ((_path, headers, body),) = server.requests
    assert "Authorization" not in headers
    assert "model" not in body


def test_a_text_in_parts_is_one_text(server: ModelServer, client: ModelClient) -> None:
    parts = [{"type": "reasoning", "text": "hm"}, {"type": "text", "text": "Halo "}, {"type": "text", "text": "lagi"}]
    server.handling = says(parts)
    assert client.ask(question(server)) == "Halo lagi"


def test_an_answer_in_chunks_is_read(server: ModelServer, client: ModelClient) -> None:
    content = chat("In two chunks")

    def chunked(handler: object) -> None:
        handler.send_response(200)  # type: ignore[attr-defined]
        handler.send_header("Transfer-Encoding", "chunked")  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]
        for part in (content[:20], content[20:], b""):
            handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")  # type: ignore[attr-defined]

    server.handling = chunked
    assert client.ask(question(server)) == "In two chunks"


STREAM = b'data: {"choices":[{"delta":{"content":"Halo"}}]}\n\ndata: [DONE]\n\n'


@pytest.mark.parametrize(
    ("handling", "kind"),
    [
        (fails(401, f"Incorrect API key provided: {KEY}"), ModelKeyRefused),
        (fails(403), ModelKeyRefused),
        (fails(404, "The model `tiny` does not exist"), ModelUnknown),
        (fails(400, "you must provide a model parameter"), ModelUnknown),
        (fails(404, "Not Found"), ModelAnswerUnclear),
        (fails(400), ModelAnswerUnclear),
        (fails(405), ModelAnswerUnclear),
        (fails(429), ModelBusy),
        (fails(503), ModelBusy),
        (hangs_up, ModelBusy),
        (sends(b"", status=302, Location="http://127.0.0.1:9/v1"), ModelAnswerUnclear),
        (sends(b"<html>It works!</html>", "text/html"), ModelAnswerUnclear),
        (sends(b""), ModelAnswerUnclear),
        (sends(b"[" * 100_000), ModelAnswerUnclear),
        (sends(b'{"choices": []}'), ModelAnswerUnclear),
        (sends(b'{"choices": [{"message": {"content": null}}]}'), ModelAnswerUnclear),
        (sends(b'{"choices": [{"message": {"content": 7}}]}'), ModelAnswerUnclear),
        (sends(b'{"choices": {"0": 1}}'), ModelAnswerUnclear),
        (sends(b"\xff\xfe\x00garbage"), ModelAnswerUnclear),
        (sends(STREAM, "text/event-stream"), ModelAnswerUnclear),
        (sends(chat("x"), Content_Encoding="gzip"), None),
        (sends(b" " * (LARGEST_ANSWER + 1)), ModelAnswerUnclear),
        (says("half of a", finish_reason="length"), ModelAnswerUnclear),
        (says("nothing", finish_reason="content_filter"), ModelAnswerUnclear),
    ],
)
def test_each_answer_that_is_none_is_told_by_its_kind_with_a_remedy_and_without_the_key(
    server: ModelServer, client: ModelClient, handling: Handling, kind: type[ModelTrouble] | None
) -> None:
    server.handling = handling
    if kind is None:  # it said gzip and sent plain text; nothing was unpacked
        assert client.ask(question(server)) == "x"
        return
    with pytest.raises(ModelTrouble) as caught:
        client.ask(question(server, seconds=2.5))
    assert type(caught.value) is kind
    assert caught.value.remedy
    assert KEY not in caught.value.in_words
    assert "127.0.0.1" in caught.value.message


def test_a_passing_trouble_is_tried_once_more(server: ModelServer, client: ModelClient) -> None:
    server.script = [fails(503)]
    assert client.ask(question(server)) == "A better text"
    server.script = [hangs_up]
    assert client.ask(question(server)) == "A better text"
    server.script = [fails(429), fails(429), says("never asked for")]
    with pytest.raises(ModelBusy):
        client.ask(question(server))
    assert len(server.requests) == 6


def test_what_does_not_pass_is_not_tried_again(server: ModelServer, client: ModelClient) -> None:
    for handling in (fails(401), sends(b"garbage")):
        server.handling, server.requests = handling, []
        with pytest.raises(ModelTrouble):
            client.ask(question(server))
        assert len(server.requests) == 1


@pytest.mark.parametrize("handling", [is_silent, drips])
def test_it_waits_no_longer_than_agreed_however_the_answer_comes(
    server: ModelServer, client: ModelClient, handling: Handling
) -> None:
    server.handling = handling
    began = time.monotonic()
    with pytest.raises(ModelTooSlow):
        client.ask(question(server, seconds=0.4))
    assert time.monotonic() - began < 3


def test_where_nothing_listens_it_says_so(client: ModelClient) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(ModelUnreachable, match=f"nothing answers at 127.0.0.1:{port}"):
            client.ask(Question(f"http://127.0.0.1:{port}/v1", "", "hi", seconds=2))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "  ",
        "localhost:11434",
        "ftp://host/v1",
        "file:///etc/passwd",
        "http://",
        "http://u:p@host/v1",
        "http://a:b/v1",
    ],
)
def test_what_is_no_address_is_told_before_anything_is_sent(client: ModelClient, address: str) -> None:
    with pytest.raises(ModelOff):
        client.ask(Question(address, "", "hi", seconds=1))


def test_a_key_with_a_line_break_is_refused_unsaid(server: ModelServer, client: ModelClient) -> None:
    with pytest.raises(ModelOff) as caught:
        client.ask(question(server, key=f"{KEY}\nX-Other: 1"))
    assert KEY not in caught.value.in_words
    assert server.requests == []


def test_many_accounts_share_its_connections(server: ModelServer, client: ModelClient) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _number: client.ask(question(server)), range(40)))
    assert answers == ["A better text"] * 40
    assert len(server.ports) <= 8, "connections are used again"


def test_the_key_is_in_no_repr(server: ModelServer) -> None:
    assert KEY not in repr(question(server))


@pytest.mark.parametrize(
    "written", ["http://h:1/v1", "http://h:1/v1/", " http://h:1/v1 ", "http://h:1/v1/chat/completions"]
)
def test_the_address_of_an_api_or_of_its_completions_will_do(written: str) -> None:
    assert completions_address(written) == "http://h:1/v1/chat/completions"


def test_half_an_emoji_can_be_sent(server: ModelServer, client: ModelClient) -> None:
    client.ask(question(server, request="half \ud83d of one"))
    assert json.dumps(server.requests[0][2]["messages"][1]["content"]) == '"half \\ud83d of one"'
