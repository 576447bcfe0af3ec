"""How large a request may be, for the few addresses that take files. Everything else keeps the app's small limit.

A file goes to disk as it comes (the form parser keeps no more than 500 kB of it in memory), never to memory as a whole.
"""

from __future__ import annotations

from flask import Flask, request

from bot.content import post_table
from bot.content.media import FORMATS
from bot.settings.yaml_reading import MAX_BYTES
from bot.storage.cookies import MOST_BYTES

_FORM = 1024 * 1024  # bytes: the other fields, and the lines between the parts
LARGEST_UPLOAD = max(each.most_bytes for each in FORMATS) + _FORM
LARGEST_TEXT = 2 * MAX_BYTES + _FORM
"""A YAML file: a browser sends each of its line ends as two signs."""
LARGEST_TABLE = 2 * post_table.MOST_BYTES + _FORM
LARGEST_BUNDLE = 4 * 1024**3
LARGEST = {
    "backups.take_bundle": LARGEST_BUNDLE,
    "media.upload": LARGEST_UPLOAD,
    "queue.add": LARGEST_UPLOAD,
    "queue.save": LARGEST_UPLOAD,
    "rotation.add": LARGEST_UPLOAD,
    "rotation.save": LARGEST_UPLOAD,
    "rotation.add_table": LARGEST_TABLE,
    "outcomes.preview": LARGEST_TABLE,
    "outcomes.apply": LARGEST_TABLE,
    "calendar.preview": LARGEST_TABLE,
    "calendar.apply": LARGEST_TABLE,
    "session.replace": MOST_BYTES + _FORM,
    "roster.add": MOST_BYTES + _FORM,
    "files.save": LARGEST_TEXT,
    "keywords.save": LARGEST_TEXT,
    "content.save_lists": LARGEST_TEXT,
    "content.look_at_import": 2 * LARGEST_TEXT,
    "content.save_import": LARGEST_TEXT,
    "api.add_media": LARGEST_UPLOAD,
    "api.import_outcomes": LARGEST_TABLE,
    "api.put_file": LARGEST_TEXT,
    "api.put_cookies": LARGEST_TEXT,
}
"""Endpoint -> bytes."""
OF_TEXT = {
    "session.replace",  # cookies may be pasted, too
    "roster.add",
    "files.save",
    "keywords.save",
    "outcomes.preview",
    "outcomes.apply",
    "calendar.preview",
    "calendar.apply",
    "content.save_lists",
    "content.look_at_import",
    "content.save_import",
}
"""Their fields are long texts, which stay in memory."""
MOST_FILES = 100  # in one request
MOST_PARTS = 2 * MOST_FILES + 10  # of its form: files, or groups of keywords with their names


def _set_limits() -> None:
    largest = LARGEST.get(request.endpoint or "")
    if largest is not None and request.method in {"POST", "PUT"}:
        request.max_content_length = largest
        if request.endpoint in OF_TEXT:
            request.max_form_memory_size = largest
        request.max_form_parts = MOST_PARTS


def init_app(app: Flask) -> None:
    """After the login, so that nobody else gets the large limit; before the first look at the form."""
    app.before_request(_set_limits)
