"""The Flask application of the site: the shell page at x.com's addresses, its files, its pictures."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, make_response, redirect, render_template, request, send_file
from flask import typing as flask_typing
from flask.helpers import send_from_directory

from practice import faults, pictures
from practice.api import make_api
from practice.model import User
from practice.refusals import Reason, Refusal
from practice.visits import Door

HERE = Path(__file__).parent
NEEDS_LOGIN = ("home", "search", "compose", "intent", "notifications", "messages", "settings", "i")
"""First parts of the paths that lead to the login when nobody is logged in (x_dom_facts: logged out)."""
_A_YEAR = 31_536_000  # seconds
_VENDOR = ("react.production.min.js", "react-dom.production.min.js", "immutable.min.js", "Draft.min.js", "Draft.css")

Answer = flask_typing.ResponseReturnValue


def make_app(door: Door, vendor: Path, upload_seconds: float) -> Flask:
    """The site for this door's world. `vendor` is the folder with React and Draft.js."""
    app = Flask("practice", root_path=str(HERE), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 600 * 1024 * 1024
    assets = f"/responsive-web/{_version(vendor)}"
    app.context_processor(lambda: {"assets": assets})
    app.register_blueprint(make_api(door, media_base, upload_seconds))
    _add_pages(app, door)
    _add_log_in(app, door)
    _add_pictures(app, door)
    _add_assets(app, assets, vendor)
    return app


@cache
def _version(vendor: Path) -> str:
    """Stands in the address of each script, as on the real site: a browser keeps it for good, and takes a new one."""
    files = [file for file in (HERE / "static").rglob("*") if file.is_file()]
    files += [file for name in _VENDOR if (file := vendor / name).is_file()]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def media_base() -> str:
    """Where pictures come from: pbs.twimg.com when the page is x.com, else this very site."""
    return "https://pbs.twimg.com" if _is_x() else ""


def _is_x() -> bool:
    return request.host.split(":")[0] in ("x.com", "www.x.com")


def _add_pages(app: Flask, door: Door) -> None:
    @app.get("/")
    def root() -> Answer:
        return redirect("/home") if door.visitor() else _shell(door, None)

    @app.get("/login")
    @app.get("/i/jf/onboarding/web")
    def login() -> Answer:
        return redirect("/home" if door.visitor() else "/i/flow/login")

    @app.get("/account/access")
    def access() -> Answer:
        user = door.visitor()
        if user is None:
            return redirect(_login_address())
        check = "locked" if user.locked else user.access_check
        return _shell(door, user, access=check) if check else redirect("/home")

    @app.get("/intent/post")
    @app.get("/compose/tweet")
    def old_compose() -> Answer:
        return redirect("/compose/post?" + request.query_string.decode())

    @app.get("/<path:path>")
    def page(path: str) -> Answer:
        if request.host.split(":")[0] in ("twitter.com", "www.twitter.com"):
            return redirect(f"https://x.com/{quote(path)}")
        return _visit(door, path)


def _add_log_in(app: Flask, door: Door) -> None:
    @app.get("/i/flow/<name>")
    def flow(name: str) -> Answer:
        return _shell(door, None, f"flow_{name}")

    @app.post("/i/flow/login")
    def log_in() -> Answer:
        body = request.get_json()
        user = door.world.person_with_login(str(body.get("handle", "")).removeprefix("@"))
        if user is None:
            return {"errors": [{"reason": "generic"}]}, 400
        answer = make_response({})
        domain = ".x.com" if _is_x() else None
        token = door.world.open_session(user).token
        answer.set_cookie(
            "auth_token", token, max_age=34_000_000, domain=domain, secure=True, httponly=True, samesite="None"
        )
        return answer


def _visit(door: Door, path: str) -> Answer:
    """One page load of somebody, or of nobody."""
    user = door.visitor()
    if user is None:
        return redirect(_login_address()) if path.partition("/")[0] in NEEDS_LOGIN else _shell(door, None)
    try:
        door.meet(user, faults.LOAD)
        door.account()
    except Refusal as refusal:
        return _refused_load(door, user, refusal)
    user.access_check = ""
    return _shell(door, user, suspended=user.suspended)


def _refused_load(door: Door, user: User, refusal: Refusal) -> Answer:
    if refusal.reason is Reason.EXPIRED:
        return redirect(_login_address())
    if refusal.reason is Reason.ACCESS:
        return redirect("/account/access")
    if refusal.reason is Reason.SUSPENDED:
        return _shell(door, user, suspended=True)
    return make_response(render_template("down.html"), 503)


def _login_address() -> str:
    return f"/i/flow/login?redirect_after_login={quote(request.full_path.rstrip('?'), safe='')}"


def _shell(door: Door, user: User | None, page: str = "", **told: Any) -> Response:
    nonce = secrets.token_urlsafe(12)
    language = door.language()
    state = _initial_state(door, user, language)
    meta = {
        "env": "prod",
        "isCanary": False,
        "sha": "0" * 40,
        "isLoggedIn": user is not None,
        "hasMultiAccountCookie": False,
        "serverDate": int(datetime.now(UTC).timestamp() * 1000),
    }
    if user is not None:
        meta["userId"] = user.user_id
    own = {"language": language, "page": page, "pictures": media_base(), "emoji": _emoji_base()} | told
    html = render_template(
        "shell.html", language=language, nonce=nonce, state=_script(state), meta=_script(meta), own=_script(own)
    )
    response = make_response(html)
    response.headers["Content-Security-Policy"] = _policy(nonce)
    response.headers["Cache-Control"] = "no-store"
    _renew_cookies(response, user)
    return response


def _initial_state(door: Door, user: User | None, language: str) -> dict[str, Any]:
    people: dict[str, Any] = {}
    settings: dict[str, Any] = {"display_sensitive_media": False}
    session: dict[str, Any] = {"country": "ID", "guestId": "1700000000000000", "isRestrictedSession": False}
    session["language"] = language
    if user is not None:
        people[user.user_id] = _own_entity(door, user)
        settings = {"screen_name": user.handle, "language": language, "protected": user.protected}
        session["user_id"] = user.user_id
    return {
        "optimist": [],
        "entities": {"users": {"entities": people, "errors": {}, "fetchStatus": dict.fromkeys(people, "loaded")}},
        "settings": {"remote": {"settings": settings, "fetchStatus": "loaded" if user else "none"}},
        "session": session,
    }


def _own_entity(door: Door, user: User) -> dict[str, Any]:
    return {
        "screen_name": user.handle,
        "name": user.name,
        "id_str": user.user_id,
        "is_blue_verified": user.verified,
        "protected": user.protected,
        "has_graduated_access": True,
        "needs_phone_verification": False,
        "profile_interstitial_type": "",
        "followers_count": door.world.followers(user),
        "friends_count": door.world.following(user),
        "statuses_count": len(door.world.posts_of(user.handle)),
    }


def _emoji_base() -> str:
    return "https://abs-0.twimg.com" if _is_x() else ""


def _script(data: Any) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _policy(nonce: str) -> str:
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' blob: data: https://*.twimg.com; media-src 'self' blob: https://*.twimg.com; "
        "connect-src 'self'; frame-src 'self'"
    )


def _renew_cookies(response: Response, user: User | None) -> None:
    """Cookies a page load hands out: a guest id, and ct0 and twid when the visitor lacks them."""
    if "guest_id" not in request.cookies:
        digits = int(hashlib.sha256(secrets.token_bytes(8)).hexdigest()[:13], 16)
        response.set_cookie("guest_id", f"v1%3A{digits}", max_age=34_000_000, secure=True, samesite="None")
    if user is None:
        return
    session = next(one for one in user.sessions if one.token == request.cookies["auth_token"])
    if "ct0" not in request.cookies:
        response.set_cookie("ct0", session.ct0, max_age=34_000_000, secure=True, samesite="Lax")
    if "twid" not in request.cookies:
        response.set_cookie("twid", f"u%3D{user.user_id}", max_age=34_000_000, secure=True, samesite="None")


def _add_assets(app: Flask, base: str, vendor: Path) -> None:
    @app.get(f"{base}/<path:name>")
    def own_file(name: str) -> Response:
        return _kept(send_from_directory(HERE / "static", name, max_age=_A_YEAR))

    @app.get(f"{base}/vendor/<name>")
    def vendor_file(name: str) -> Answer:
        return _kept(send_from_directory(vendor, name, max_age=_A_YEAR)) if name in _VENDOR else ("not here", 404)


def _kept(response: Response) -> Response:
    response.cache_control.immutable = True
    return response


def _add_pictures(app: Flask, door: Door) -> None:
    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(pictures.emoji("1d54f"), mimetype="image/svg+xml")

    @app.get("/profile_images/<path:name>.svg")
    def face(name: str) -> Response:
        return _drawn(pictures.face(name.rpartition("/")[2]))

    @app.get("/emoji/v2/svg/<codes>.svg")
    def emoji(codes: str) -> Answer:
        try:
            return _drawn(pictures.emoji(codes))
        except ValueError:
            return "no such emoji", 404

    @app.get("/media/<key>")
    @app.get("/video/<key>")
    def media(key: str) -> Answer:
        found = door.world.media(key)
        if found is None:
            return _drawn(pictures.photo(key)) if key.startswith("seed") else ("no such media", 404)
        return send_file(BytesIO(found.data), mimetype=found.type, conditional=True, download_name=found.name)

    @app.get("/i/challenge")
    def challenge() -> Answer:
        return render_template("challenge.html")


def _drawn(svg: str) -> Response:
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "max-age=3600"
    return response
