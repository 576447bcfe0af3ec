"""The calls between the pages and the server: JSON under /i/api, and the only writer of the world there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from practice import faults
from practice.feeds import Feeds, page_of
from practice.refusals import Reason, Refusal
from practice.shown import Eyes
from practice.visits import Door

_PAGE_EVENTS: dict[str, tuple[str, ...]] = {  # where an overlay that waits for an event is shown
    "home": (faults.LOAD,),
    "compose": (faults.LOAD,),
    "search": (faults.LOAD, faults.SEARCH, faults.LIKE),
    "status": (faults.LOAD, faults.LIKE),
    "profile": (faults.LOAD, faults.PROFILE, faults.FOLLOW),
}


@dataclass(frozen=True)
class _Counter:
    """What every call needs. `upload_seconds`: how long a picture is processed; a video three times that."""

    door: Door
    media_base: Callable[[], str]
    upload_seconds: float

    def eyes(self) -> Eyes:
        return Eyes(self.door.world, self.door.visitor(), self.media_base())

    def feeds(self) -> Feeds:
        return Feeds(self.door.world, self.door.visitor(), self.eyes())


def make_api(door: Door, media_base: Callable[[], str], upload_seconds: float) -> Blueprint:
    """The blueprint with every call of the pages."""
    api = Blueprint("api", __name__, url_prefix="/i/api")
    counter = _Counter(door, media_base, upload_seconds)
    _add_manners(api)
    _add_lists(api, counter)
    _add_people(api, counter)
    _add_acts(api, counter)
    _add_media(api, counter)
    _add_weather(api, counter)
    return api


def _add_manners(api: Blueprint) -> None:
    @api.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> tuple[Response, int]:
        told = {"code": refusal.code, "reason": refusal.reason.value, "message": str(refusal)}
        return jsonify(errors=[told]), refusal.status

    @api.before_request
    def check_token() -> None:
        if request.method != "GET" and request.headers.get("x-csrf-token", "-") != request.cookies.get("ct0"):
            raise Refusal(Reason.FORBIDDEN, "x-csrf-token and the cookie ct0 differ")

    @api.after_request
    def keep_fresh(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response


def _page(entries: list[dict[str, Any]]) -> Response:
    return jsonify(page_of(entries, max(0, request.args.get("cursor", 0, type=int))))


def _add_lists(api: Blueprint, counter: _Counter) -> None:
    door, world = counter.door, counter.door.world

    @api.get("/home")
    def home() -> Response:
        door.account()
        return _page(counter.feeds().home(following=request.args.get("tab") == "following"))

    @api.get("/search")
    def search() -> Response:
        door.meet(door.account(), faults.SEARCH)
        return _page(counter.feeds().search(request.args.get("q", ""), request.args.get("f", "top")))

    @api.get("/profile/<handle>/posts")
    def profile_posts(handle: str) -> Response:
        user = world.user(handle)
        shown = counter.eyes().profile(user)["visible"]
        return _page(counter.feeds().profile(user) if shown else [])

    @api.get("/post/<post_id>")
    def conversation(post_id: str) -> Response:
        post = world.post(post_id)
        if not world.is_visible(post, door.visitor()):
            raise Refusal(Reason.GONE)
        return _page(counter.feeds().conversation(post))


def _add_people(api: Blueprint, counter: _Counter) -> None:
    door, world = counter.door, counter.door.world

    @api.get("/profile/<handle>")
    def profile(handle: str) -> Response:
        door.meet(door.visitor(), faults.PROFILE)
        user = world.user(handle)
        if user.deleted:
            raise Refusal(Reason.GONE)
        return jsonify(counter.eyes().profile(user))

    @api.get("/people")
    def people() -> Response:
        return jsonify([counter.eyes().person(user) for user in counter.feeds().suggestions()])

    @api.get("/typeahead")
    def typeahead() -> Response:
        start = request.args.get("q", "").lower().lstrip("@")
        door.account()
        found = [user for user in world.users() if user.handle.lower().startswith(start) and not user.deleted]
        return jsonify([counter.eyes().person(user) for user in found[:5]])


def _add_acts(api: Blueprint, counter: _Counter) -> None:
    door, world = counter.door, counter.door.world

    @api.post("/posts")
    def create_post() -> tuple[Response, int]:
        user = door.account()
        lost = door.meet(user, faults.POST)
        body = request.get_json()
        media = [str(key) for key in body.get("media", [])]
        post = world.publish(user, str(body["text"]), media, str(body.get("reply_to", "")))
        _lose(lost)
        return jsonify(id=post.id, handle=user.handle), 201

    @api.post("/post/<post_id>/<any(likes, reposts, bookmarks):what>")
    def react(post_id: str, what: str) -> Response:
        user = door.account()
        lost = what == "likes" and door.meet(user, faults.LIKE)
        world.react(user, post_id, what, bool(request.get_json()["on"]))
        _lose(lost)
        return jsonify(counter.eyes().post(world.post(post_id)))

    @api.post("/profile/<handle>/follow")
    def follow(handle: str) -> Response:
        user = door.account()
        lost = door.meet(user, faults.FOLLOW)
        state = world.follow(user, handle, bool(request.get_json()["on"]))
        _lose(lost)
        return jsonify(button=state)


def _add_media(api: Blueprint, counter: _Counter) -> None:
    door, world = counter.door, counter.door.world

    @api.post("/media")
    def upload() -> tuple[Response, int]:
        user = door.account()
        door.meet(user, faults.MEDIA)
        file = request.files["media"]
        seconds = counter.upload_seconds * (3 if file.mimetype.startswith("video/") else 1)
        media = world.store_media(user, file.filename or "", file.mimetype, file.read(), seconds)
        return jsonify(key=media.key, seconds=seconds), 201

    @api.get("/media/<key>")
    def processing(key: str) -> Response:
        user = door.account()
        media = world.media(key)
        if media is None or media.owner != user.handle:
            raise Refusal(Reason.MEDIA_FAILED)
        return jsonify(left=max(0.0, media.ready_at - time.monotonic()))


def _add_weather(api: Blueprint, counter: _Counter) -> None:
    door, book = counter.door, counter.door.book

    @api.get("/page/<kind>")
    def page(kind: str) -> Response:
        """What the faults change on this page, asked once when it is shown."""
        user = door.visitor()
        if user is None:
            return jsonify(changed=[], popup=False, suspended=False)
        visit = request.args.get("visit", "")
        return jsonify(
            changed=book.changes(user.handle, visit) if visit else [],
            popup=book.meet_popup(user.handle, _PAGE_EVENTS.get(kind, (faults.LOAD,))),
            suspended=user.suspended,
        )

    @api.get("/overlay")
    def overlay() -> Response:
        """Asked once something is in the composer."""
        return jsonify(popup=book.meet_popup(door.account().handle, (faults.POST, faults.MEDIA)))


def _lose(lost: bool) -> None:
    if lost:
        raise Refusal(Reason.GENERIC, "done, but the answer is lost")
