"""One client for all accounts and all services: POST …/chat/completions, as OpenAI has it and many others took over.

What a service says of an error is not passed on: it may quote the key, or be anybody's text.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from bot.ai.contract import Question
from bot.clock import Clock, StopSignal
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

LARGEST_ANSWER = 256 * 1024  # bytes; a post has less than one KiB
_CHUNK = 16 * 1024
_BREATH = 1.0  # seconds before the one retry
_ENDING = "/chat/completions"


class ModelClient:
    """Implements `Model` with one pool of connections. Follows no redirect: a key goes to the address it is for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pool = urllib3.PoolManager(num_pools=8, maxsize=4, retries=False)

    def ask(self, question: Question) -> str:
        """Tries once more when the trouble may have passed in a second and there is time for it."""
        deadline = self._clock.monotonic() + question.seconds
        try:
            return self._try(question, deadline)
        except ModelTrouble as trouble:
            if not trouble.is_passing or self._clock.monotonic() + 2 * _BREATH > deadline:
                raise
        self._clock.pause(_BREATH, StopSignal())
        return self._try(question, deadline)

    def close(self) -> None:
        self._pool.clear()

    def _try(self, question: Question, deadline: float) -> str:
        left = deadline - self._clock.monotonic()
        host = urlsplit_checked(question.address).netloc
        try:
            response = self._pool.request(
                "POST",
                completions_address(question.address),
                body=_body(question),
                headers=_headers(question),
                timeout=urllib3.Timeout(connect=left, read=left),
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            content = self._read(response, deadline, host)
        except HTTPError as error:
            raise _explained(error, host) from None
        except ValueError:  # a header or an address that HTTP does not know; the message would quote the key
            raise ModelOff(f"{host} cannot be asked like this: the address or the key has a wrong letter") from None
        if response.status != 200:
            _refuse(response.status, content, host)
        return _text_of(content, host)

    def _read(self, response: urllib3.BaseHTTPResponse, deadline: float, host: str) -> bytes:
        """The body, but not more than is sensible and not for longer than agreed, however it drips."""
        content = bytearray()
        try:
            while chunk := response.read1(_CHUNK):
                content += chunk
                if len(content) > LARGEST_ANSWER:
                    raise ModelAnswerUnclear(f"{host} sent more than {LARGEST_ANSWER // 1024} KiB for one post")
                if self._clock.monotonic() > deadline:
                    raise ModelTooSlow(f"{host} had not said all in time")
            response.release_conn()
        finally:
            response.close()
        return bytes(content)


def urlsplit_checked(address: str) -> Any:
    """The parts of an address of http or https. Raises ModelOff for any other."""
    try:
        parts = urlsplit(address.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ModelOff("ai.api_url is no address" if address.strip() else "no ai.api_url is set")
    if parts.username or parts.password:
        raise ModelOff("ai.api_url holds a name or a password", remedy=ModelKeyRefused.remedy)
    return parts


def completions_address(address: str) -> str:
    """Where to ask, for the address of an API or that of its completions."""
    plain = address.strip().rstrip("/")
    return plain if plain.endswith(_ENDING) else plain + _ENDING


def _headers(question: Question) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
    return headers | ({"Authorization": f"Bearer {question.key}"} if question.key else {})


def _body(question: Question) -> bytes:
    body: dict[str, Any] = {
        "messages": [
            {"role": "system", "content": question.rules},
            {"role": "user", "content": question.request},
        ],
        "stream": False,
    }
    if question.model:
        body["model"] = question.model
    # Half an emoji is no UTF-8; JSON's own escapes carry it.
    return json.dumps(body).encode("ascii")


def _explained(error: HTTPError, host: str) -> ModelTrouble:
    if isinstance(error, ReadTimeoutError):
        return ModelTooSlow(f"{host} did not answer in time")
    if isinstance(error, NameResolutionError):
        return ModelUnreachable(f"{host} is not known: its name leads nowhere")
    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return ModelUnreachable(f"nothing answers at {host}")
    if isinstance(error, SSLError):
        return ModelUnreachable(f"{host} has no certificate that this machine trusts, or does not speak https")
    if isinstance(error, LocationParseError):
        return ModelOff("ai.api_url is no address")
    return ModelBusy(f"{host} broke off the connection")


def _refuse(status: int, content: bytes, host: str) -> NoReturn:
    """Raise what an answer other than 200 means."""
    names_model = b"model" in content.lower()
    if status in {401, 403}:
        raise ModelKeyRefused(f"{host} does not take the key, or wants one ({status})")
    if status in {400, 404, 422} and names_model:
        raise ModelUnknown(f"{host} does not know the model, or wants one to be named ({status})")
    if status in {402, 408, 409, 425, 429} or status >= 500:
        raise ModelBusy(f"{host} has too much to do, or its own limit is reached ({status})")
    if 300 <= status < 400:
        raise ModelAnswerUnclear(f"{host} points to another address ({status}), which is not followed")
    raise ModelAnswerUnclear(f"{host} does not take such a request ({status})")


def _text_of(content: bytes, host: str) -> str:
    """The text of the first choice. Raises ModelAnswerUnclear."""
    try:
        choice = json.loads(content)["choices"][0]
        text = _joined(choice["message"]["content"])
        is_whole = choice.get("finish_reason") not in {"length", "content_filter"}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ModelAnswerUnclear(f"what {host} answered is not understood") from None
    if not is_whole:
        raise ModelAnswerUnclear(f"{host} broke off its answer", remedy="Ask again, or take another model.")
    return text


def _joined(content: Any) -> str:
    """A text, or a list of parts with a text each."""
    if isinstance(content, str):
        return content
    return "".join(str(part["text"]) for part in content if part["type"] == "text")
