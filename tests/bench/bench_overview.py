"""How fast the overview of 200 accounts is, beside the plainest page of the same bytes: a bare Flask app.

Run it:  python -m tests.bench.bench_overview
The peer looks up no login, reads no fleet and fills no template; what is measured is the price of all three. Both are
asked by turns through Flask's test client, so that whatever else the machine does slows both. The processor's time is
told beside the time on the clock: the two differ as far as others had the processor.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from flask import Flask, Response
from flask.testing import FlaskClient

from bot.clock import SystemClock
from bot.fleet.fake import FakeFleet, every_state, make_account, make_run
from bot.fleet_view import AccountView, RunState, StateKind
from tests.webapp.panel import HTMX, make_panel, mark

ACCOUNTS, ASKED, WARM_UP = 200, 100, 5
PAGE_MS, POLL_MS = 50, 5
NOW = datetime.now(UTC)
ADDRESSES = {
    "the default page": "/?show=all&size=50&view=cards",  # said, since the panel remembers what was chosen last
    "all on one page, cards": "/?show=all&size=200&view=cards",
    "all on one page, table": "/?show=all&size=200&view=table",
}


def account(number: int) -> AccountView:
    """One of a fleet at work: most wait, one in five is in another state, each has a past and a plan."""
    kinds = list(StateKind)
    kind = StateKind.WAITING if number % 5 else kinds[number // 5 % len(kinds)]
    failed = {"state": RunState.FAILED, "reason": "x.com did not answer"} if number % 20 == 0 else {}
    return make_account(
        f"shop{number:03}",
        f"Shop {number:03}",
        description="paket data dan pulsa",
        groups=(("jakarta", "bandung", "surabaya")[number % 3],),
        state=every_state(NOW)[kind],
        enabled=kind is not StateKind.DISABLED,
        posts_today=number % 7,
        followers=number * 37,
        next_run=NOW + timedelta(minutes=number),
        next_slot="evening",
        last_run=make_run(NOW, id=number, **failed),
    )


def bare(bytes_of: dict[str, bytes]) -> FlaskClient:
    """The peer: Flask alone, with the same bytes at the same addresses (204 where there are none)."""
    app = Flask("bare")

    def answer(number: int) -> Response:
        body = list(bytes_of.values())[number]
        return Response(body, 200 if body else 204, mimetype="text/html")

    app.add_url_rule("/<int:number>", "answer", answer)
    return app.test_client()


@dataclass
class Times:
    """Milliseconds of each request."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def ask(self, client: FlaskClient, address: str, headers: dict[str, str]) -> bytes:
        clock, processor = time.perf_counter(), time.process_time()
        answer = client.get(address, headers=headers)
        body = bytes(answer.data)
        self.clock.append((time.perf_counter() - clock) * 1e3)
        self.processor.append((time.process_time() - processor) * 1e3)
        if answer.status_code != (200 if body else 204):
            sys.exit(f"{address}: {answer.status}")
        return body


def compare(ours: FlaskClient, address: str, headers: dict[str, str], peer: FlaskClient, number: int) -> list[Times]:
    """Ask both by turns; the first few are not counted."""
    times = [Times(), Times()]
    for each in range(WARM_UP + ASKED):
        if each == WARM_UP:
            times = [Times(), Times()]
        times[0].ask(ours, address, headers)
        times[1].ask(peer, f"/{number}", headers)
    return times


def changed(fleet: FakeFleet, person: FlaskClient, address: str) -> list[float]:
    """Milliseconds of the page when no card of it can be used again."""
    times = Times()
    for number in range(ASKED // 4):
        for each in fleet.overview().accounts:
            fleet.change(each.id, likes_today=number)
        times.ask(person, address, {})
    return times.processor


def told(name: str, size: int, limit: int, ours: Times, peer: Times) -> str:
    panel, flask = median(ours.clock), median(peer.clock)
    slow = sorted(ours.clock)[int(len(ours.clock) * 0.95)]
    verdict = "under" if panel < limit else "NOT under"
    return (
        f"{name}: panel {panel:.1f} ms ({median(ours.processor):.1f} ms of the processor; 95 %: {slow:.1f} ms), "
        f"{verdict} {limit} ms; bare Flask with the same {size:,} bytes {flask:.2f} ms, ratio {panel / flask:.0f}\n"
    )


def main() -> None:
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as folder:
        fleet = FakeFleet(clock, tuple(account(number) for number in range(ACCOUNTS)))
        panel = make_panel(fleet, clock, Path(folder))
        person = panel.operator()
        since = mark(person.get("/?show=all").text)
        requests = [(name, address, PAGE_MS, dict[str, str]()) for name, address in ADDRESSES.items()]
        requests.append(("an unchanged poll", f"/statuses?since={since}", POLL_MS, HTMX))
        bytes_of = {name: person.get(address, headers=headers).data for name, address, _, headers in requests}
        peer = bare(bytes_of)
        for number, (name, address, limit, headers) in enumerate(requests):
            ours, peers = compare(person, address, headers, peer, number)
            sys.stdout.write(told(name, len(bytes_of[name]), limit, ours, peers))
        for name, address in ADDRESSES.items():
            sys.stdout.write(
                f"{name}, each account changed since: processor {median(changed(fleet, person, address)):.1f} ms\n"
            )


if __name__ == "__main__":
    main()
