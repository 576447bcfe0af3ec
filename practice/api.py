"""The calls between the pages and the server: JSON under /i/api, and the only writer of the world there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from practice import faults
from practice.feeds import Feeds, page_of
from practice.model import User
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


def make_api(door: Door, media_base: Callable[[], str], upload_seconds: float) -> Blueprint:
    """The blueprint. `upload_seconds`: how long a picture is processed; a video takes three times that."""
    api = Blueprint("api", __name__, url_prefix="/i/api")
    world = door.world

    def eyes() -> Eyes:
        return Eyes(world, door.visitor(), media_base())

    def feeds() -> Feeds:
        return Feeds(world, door.visitor(), eyes())

    def cursor() -> int:
        return max(0, request.args.get("cursor", 0, type=int))

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

    @api.get("/home")
    def home() -> Response:
        door.account()
        return jsonify(page_of(feeds().home(following=request.args.get("tab") == "following"), cursor()))

    @api.get("/search")
    def search() -> Response:
        door.meet(door.account(), faults.SEARCH)
        found = feeds().search(request.args.get("q", ""), request.args.get("f", "top"))
        return jsonify(page_of(found, cursor()))

    @api.get("/profile/<handle>")
    def profile(handle: str) -> Response:
        door.meet(door.visitor(), faults.PROFILE)
        user = world.user(handle)
        if user.deleted:
            raise Refusal(Reason.GONE)
        return jsonify(eyes().profile(user))

    @api.get("/profile/<handle>/posts")
    def profile_posts(handle: str) -> Response:
        user = world.user(handle)
        shown = eyes().profile(user)["visible"]
        return jsonify(page_of(feeds().profile(user) if shown else [], cursor()))

    @api.get("/post/<post_id>")
    def conversation(post_id: str) -> Response:
        post = world.post(post_id)
        if not world.is_visible(post, door.visitor()):
            raise Refusal(Reason.GONE)
        return jsonify(page_of(feeds().conversation(post), cursor()))

    @api.get("/people")
    def people() -> Response:
        return jsonify([eyes().person(user) for user in feeds().suggestions()])

    @api.get("/typeahead")
    def typeahead() -> Response:
        start = request.args.get("q", "").lower().lstrip("@")
        door.account()
        found = [user for user in world.users() if user.handle.lower().startswith(start) and not user.deleted]
        return jsonify([eyes().person(user) for user in found[:5]])

    @api.post("/posts")
    def create_post() -> tuple[Response, int]:
        user = door.account()
        lost = door.meet(user, faults.POST)
        body = request.get_json()
        post = world.publish(user, str(body["text"]), list(body.get("media", [])), str(body.get("reply_to", "")))
        _lose(lost)
        return jsonify(id=post.id, handle=user.handle), 201

    @api.post("/post/<post_id>/<what>")
    def react(post_id: str, what: str) -> Response:
        user = door.account()
        lost = door.meet(user, faults.LIKE) if what == "likes" else False
        if what not in ("likes", "reposts", "bookmarks"):
            raise Refusal(Reason.GONE)
        world.react(user, post_id, what, bool(request.get_json()["on"]))
        _lose(lost)
        return jsonify(eyes().post(world.post(post_id)))

    @api.post("/profile/<handle>/follow")
    def follow(handle: str) -> Response:
        user = door.account()
        lost = door.meet(user, faults.FOLLOW)
        state = world.follow(user, handle, bool(request.get_json()["on"]))
        _lose(lost)
        return jsonify(button=state)

    @api.post("/media")
    def upload() -> tuple[Response, int]:
        user = door.account()
        door.meet(user, faults.MEDIA)
        file = request.files["media"]
        seconds = upload_seconds * (3 if file.mimetype.startswith("video/") else 1)
        media = world.store_media(user, file.filename or "", file.mimetype, file.read(), seconds)
        return jsonify(key=media.key, seconds=seconds), 201

    @api.get("/media/<key>")
    def processing(key: str) -> Response:
        user = door.account()
        media = world.media(key)
        if media is None or media.owner != user.handle:
            raise Refusal(Reason.MEDIA_FAILED)
        return jsonify(left=max(0.0, media.ready_at - time.monotonic()))

    @api.get("/page/<kind>")
    def page(kind: str) -> Response:
        user = door.visitor()
        return jsonify(_weather(door.book, user, kind, request.args.get("visit", "")) if user else {})

    @api.get("/overlay")
    def overlay() -> Response:
        g.overlay = door.book.meet_popup(door.account().handle, (faults.POST, faults.MEDIA))
        return jsonify(popup=g.overlay)

    return api


def _weather(book: faults.FaultBook, user: User, kind: str, visit: str) -> dict[str, Any]:
    return {
        "changed": book.changes(user.handle, visit) if visit else [],
        "popup": book.meet_popup(user.handle, _PAGE_EVENTS.get(kind, (faults.LOAD,))),
        "suspended": user.suspended,
    }


def _lose(lost: bool) -> None:
    if lost:
        raise Refusal(Reason.GENERIC, "done, but the answer is lost")
