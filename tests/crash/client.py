"""The fast stand-in for the browser: asks `Site` over loopback, tells the same steps, raises the same troubles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from typing import Any

from bot.connecting import ConnectRequest
from bot.errors import ActionRefused, SendUndecided, SessionExpired, SessionNotTaken, XDown
from bot.x.contract import Cookie, Draft, Evidence, LoggedIn, PostSeen, ProfileSeen, Step, StepKind
from bot.x.report import PageLook


class SiteClient:
    """One account's visit. It posts and reads the own profile; its slots engage nobody."""

    def __init__(self, port: int, request: ConnectRequest) -> None:
        self._port = port
        self._handle = request.handle
        self._stop = request.stop
        self._progress = request.progress

    def log_in(self, cookies: Sequence[Cookie]) -> str:
        self._progress(Step(StepKind.LOGGING_IN))
        self._stop.check()
        if not any(cookie.name == "auth_token" for cookie in cookies):
            raise SessionExpired("The cookies hold no X session (auth_token).")
        return self._handle

    def let_person_log_in(self, seconds: float) -> LoggedIn:
        raise SessionNotTaken(f"nobody comes within {seconds} s")

    def post(self, draft: Draft, *, before_send: Callable[[], None]) -> str:
        self._progress(Step(StepKind.COMPOSING))
        self._stop.check()
        if self._ask("weather")["down"]:
            raise XDown("The home page did not open.")
        for number, file in enumerate(draft.media, start=1):
            self._progress(Step(StepKind.UPLOADING, number, len(draft.media), file.name))
        self._progress(Step(StepKind.TYPING))
        self._stop.check()
        self._progress(Step(StepKind.SENDING))
        before_send()
        try:
            answer = self._click(draft.text)
        except (OSError, HTTPException) as error:
            raise SendUndecided("The answer to the post was lost.") from error
        self._progress(Step(StepKind.CONFIRMING))
        if "refused" in answer:
            raise ActionRefused(answer["refused"])
        return str(answer["id"])

    def _click(self, text: str) -> dict[str, Any]:
        """The one click that sends."""
        return self._request("post", {"handle": self._handle, "text": text})

    def read_profile(self, handle: str) -> ProfileSeen:
        self._progress(Step(StepKind.READING_PROFILE, detail=handle))
        self._stop.check()
        head = self._ask("profile")
        return ProfileSeen(handle, head["followers"], head["following"], head["posts"])

    def read_own_posts(self, limit: int = 20, *, since: datetime | None = None) -> list[PostSeen]:
        self._progress(Step(StepKind.READING_PROFILE, detail=self._handle))
        self._stop.check()
        answer = self._ask("own_posts", limit=limit)
        if answer.get("down"):
            raise XDown("x.com could not load the list.")
        return [
            PostSeen(post["id"], self._handle, post["text"], datetime.fromisoformat(post["at"]))
            for post in answer["posts"]
        ]

    def search_latest(self, query: str, limit: int = 20) -> list[PostSeen]:
        self._progress(Step(StepKind.SEARCHING, detail=query))
        return []

    def like(self, post: PostSeen) -> bool:
        raise ActionRefused("nobody likes here")

    def follow(self, handle: str) -> bool:
        raise ActionRefused("nobody follows here")

    def check_pages(self, cookies: Sequence[Cookie]) -> Iterator[PageLook]:
        return iter(())  # it has no pages

    def evidence(self) -> Evidence:
        return Evidence("https://x.com/home", "X (stand-in)", b"", "<html></html>")

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def _ask(self, call: str, **body: Any) -> dict[str, Any]:
        try:
            return self._request(call, {"handle": self._handle, **body})
        except (OSError, HTTPException) as error:
            raise XDown(f"The site did not answer: {error}") from error

    def _request(self, call: str, body: dict[str, Any]) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("POST", f"/{call}", json.dumps(body))
            answer: dict[str, Any] = json.load(connection.getresponse())
            return answer
        finally:
            connection.close()
