"""Tables that a person sends or takes away, as CSV."""

from __future__ import annotations

from flask import Response, request

SEPARATORS = {"comma": ",", "semicolon": ";"}


def sent_table() -> bytes:
    """The file that was sent, or what was pasted. What a preview carries on is UTF-8 whatever came."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return _as_utf8(file.stream.read())
    return request.form.get("table", "").lstrip("\r\n").encode("utf-8", "replace")


def wanted_separator() -> str:
    """The sign between cells that the address asks for."""
    return SEPARATORS.get(request.args.get("separator", ""), ",")


def csv_answer(content: bytes, name: str) -> Response:
    """A file to take away."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="text/csv", headers=headers)


def _as_utf8(content: bytes) -> bytes:
    for encoding in ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding).encode("utf-8")
        except UnicodeDecodeError:
            continue
    return content
