"""The control port: the truth about the world, and the switches for faults. Plain HTTP, loopback only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from practice.faults import Fault, FaultBook, FaultError
from practice.model import Post, User
from practice.refusals import Refusal
from practice.world import World, cookies_for

_COUNTS = {"followers": "base_followers", "following": "base_following"}
_SWITCHES = ("locked", "suspended", "protected", "verified", "deleted")
_POST_COUNTS = ("likes", "views", "replies", "reposts", "bookmarks")


class BadRequest(Exception):
    """The request cannot be done; the message says why."""


def make_control(world: World, book: FaultBook) -> Flask:
    """The Flask application of the control port."""
    app = Flask("practice_control", static_folder=None)
    _add_answers(app)
    _add_accounts(app, world)
    _add_faults(app, world, book)
    return app


def _add_answers(app: Flask) -> None:
    @app.errorhandler(BadRequest)
    @app.errorhandler(FaultError)
    def bad(error: Exception) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400

    @app.errorhandler(Refusal)
    def unknown(error: Refusal) -> tuple[Response, int]:
        return jsonify(error=str(error)), 404

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=error.description), error.code or 500


def _add_accounts(app: Flask, world: World) -> None:
    @app.get("/state")
    def state() -> Response:
        return jsonify(world.state())

    @app.post("/accounts")
    def add_account() -> tuple[Response, int]:
        body = _body("handle", "name")
        user = world.add_account(_text(body, "handle").lstrip("@"), str(body.get("name") or body["handle"]))
        return jsonify(handle=user.handle, cookies=cookies_for(user)), 201

    @app.post("/accounts/<handle>")
    def change_account(handle: str) -> Response:
        user = world.user(handle)
        body = _body(*_COUNTS, *_SWITCHES, "pinned", "posts")
        for key, value in body.items():
            _change(world, user, key, value)
        return jsonify(_told(world, user))

    @app.post("/accounts/<handle>/posts")
    def add_older_posts(handle: str) -> tuple[Response, int]:
        user = world.user(handle)
        posts = _body("posts").get("posts")
        if not isinstance(posts, list):
            raise BadRequest('posts is [{"text": "Halo", "time": "2026-11-01T08:00:00Z", "likes": 12}]')
        made = [_add_older(world, user, one) for one in posts]
        return jsonify(ids=[post.id for post in made]), 201

    @app.get("/accounts/<handle>/cookies")
    def cookies(handle: str) -> Response:
        user = world.user(handle)
        if not user.sessions:
            raise BadRequest(f"{user.handle} is no managed account; make it one with POST /accounts")
        return jsonify(cookies_for(user))

    @app.post("/sessions/end")
    def end_sessions() -> Response:
        return jsonify(ended=world.end_sessions(_text(_body("handle"), "handle")))


def _add_faults(app: Flask, world: World, book: FaultBook) -> None:
    @app.post("/faults")
    def add() -> tuple[Response, int]:
        body = _body("handle", "kind", "count", "at", "seconds", "part")
        user = world.user(_text(body, "handle"))
        fault = Fault(
            handle=user.handle,
            kind=_text(body, "kind"),
            left=_whole(body.get("count"), 1),
            at=str(body.get("at") or ""),
            seconds=_number(body.get("seconds"), 3.0),
            part=str(body.get("part") or ""),
        )
        return jsonify(book.add(fault).told()), 201

    @app.get("/faults")
    def listed() -> Response:
        return jsonify(faults=book.told())

    @app.delete("/faults")
    def clear() -> Response:
        return jsonify(cleared=book.clear(request.args.get("handle", "")))


def _told(world: World, user: User) -> dict[str, Any]:
    return next(one for one in _everybody(world) if one["handle"] == user.handle)


def _add_older(world: World, user: User, body: Any) -> Post:
    """`{"text": "Halo", "time": "2026-11-01T08:00:00Z", "likes": 12, ...}`"""
    if not isinstance(body, dict):
        raise BadRequest("a post is a JSON object with text and time")
    counts = {key: value for key, value in body.items() if key not in {"text", "time"}}
    post = world.add_older_post(user, _text(body, "text"), _moment(_text(body, "time")))
    _change_post(world, post, counts)
    return post


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"{text!r} is no moment; send one such as 2026-11-01T08:00:00Z") from error
    if moment.tzinfo is None:
        raise BadRequest(f"{text!r} has no zone; send one such as 2026-11-01T08:00:00Z")
    return moment.astimezone(UTC)


def _everybody(world: World) -> list[dict[str, Any]]:
    state = world.state()
    return [*state["accounts"], *state["strangers"]]


def _change(world: World, user: User, key: str, value: Any) -> None:
    if key in _COUNTS:
        own = getattr(world, key)(user) - getattr(user, _COUNTS[key])
        setattr(user, _COUNTS[key], max(0, _whole(value, 0) - own))
    elif key in _SWITCHES:
        setattr(user, key, bool(value))
    elif key == "pinned":
        user.pinned = world.post(str(value)).id if value else ""
    else:
        _change_posts(world, user, value)


def _change_posts(world: World, user: User, changes: Any) -> None:
    """`{"posts": {id: {"likes": 12, "views": 900, "deleted": true}}}`: set what a post shows."""
    if not isinstance(changes, dict):
        raise BadRequest('posts is {"<post id>": {"likes": 12, "views": 900}}')
    for post_id, counts in changes.items():
        post = world.post(post_id)
        if post.author != user.handle:
            raise BadRequest(f"post {post_id} is not by {user.handle}")
        _change_post(world, post, counts)


def _change_post(world: World, post: Post, counts: dict[str, Any]) -> None:
    for name, value in counts.items():
        if name == "deleted":
            post.deleted = bool(value)
        elif name in _POST_COUNTS:
            own = world.count(post, name) - getattr(post, f"base_{name}") if name in _COUNTED else 0
            setattr(post, f"base_{name}", max(0, _whole(value, 0) - own))
        else:
            raise BadRequest(f"a post has no {name!r}; known: {', '.join((*_POST_COUNTS, 'deleted'))}")


_COUNTED = ("likes", "reposts", "bookmarks")


def _body(*known: str) -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadRequest("send a JSON object, with Content-Type: application/json")
    unknown = [key for key in body if key not in known]
    if unknown:
        raise BadRequest(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    return body


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise BadRequest(f"{key} is missing")
    return value


def _whole(value: Any, default: int) -> int:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadRequest(f"{value!r} is no whole number")
    return value


def _number(value: Any, default: float) -> float:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRequest(f"{value!r} is no number")
    return float(value)
