"""Names of pages in the engine's words lead there."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from bot.fleet.fake import FakeFleet
from webapp.page_links import with_links


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ("cookies.json is missing: import it on its tab Session.", '<a href="/accounts/warung/session">Session</a>'),
        ("its page Queue says why", '<a href="/accounts/warung/queue">Queue</a>'),
        ("they wait on the page Approvals", '<a href="/approvals">Approvals</a>'),
        ("write one on its page “Content”.", '<a href="/accounts/warung/content">Content</a>”'),
    ],
)
def test_a_page_that_a_warning_names_is_a_link(operator: FlaskClient, fleet: FakeFleet, words: str, link: str) -> None:
    fleet.change("warung", warnings=(words,))
    assert link in operator.get("/accounts/warung").text
    assert link in operator.get("/").text


def test_what_else_a_warning_says_stays_text(operator: FlaskClient, fleet: FakeFleet) -> None:
    fleet.change("warung", warnings=("<b>bold</b> on its tab Latest, <i>then</i> its tab Session & more",))
    html = operator.get("/").text
    assert "&lt;b&gt;bold&lt;/b&gt; on its tab Latest, &lt;i&gt;then&lt;/i&gt; its tab <a" in html
    assert "</a> &amp; more" in html


def test_a_page_that_one_may_not_open_stays_text(operator: FlaskClient) -> None:
    with operator.application.test_request_context():
        assert with_links("add a session on its tab Session", "one", lambda endpoint: endpoint != "session.show") == (
            "add a session on its tab Session"
        )
