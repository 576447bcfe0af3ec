"""How the program starts, refuses and ends. No browser is opened here, but each test runs real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.e2e.serving import ROOT, ServedApp
from tests.homes import HomeBuilder

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def run_app(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def assert_one_line(ended: subprocess.CompletedProcess[str], *words: str) -> None:
    """A refusal is one line that names the remedy, and no traceback."""
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("aviary: ")
    for word in words:
        assert word in line


def test_a_port_in_use_says_so_and_names_another(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_one_line(run_app("--home", str(tmp_path), "--port", str(port)), str(port), f"--port {port + 1}")


def test_a_second_process_on_one_home_says_so_and_leaves(tmp_path: Path) -> None:
    with ServedApp(tmp_path) as app:
        app.line("panel: ")
        refused = run_app("--home", str(tmp_path), "--port", "0")
        assert_one_line(refused, "another Aviary works on", "stop it first")
        assert app.process.poll() is None
        assert app.end() == 0


def test_a_second_demo_leaves_the_first_ones_home_alone(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with ServedApp(home, "--demo") as app:
        app.line("panel: ")
        mine = home / "accounts" / "mine.txt"
        mine.write_text("still here", encoding="utf-8")
        refused = run_app("--demo", "--home", str(home), "--port", "0")
        assert_one_line(refused, "another Aviary works on", "stop it first")
        assert mine.read_text(encoding="utf-8") == "still here"
        assert app.end() == 0
    with ServedApp(home, "--demo") as again:
        again.line("panel: ")
        assert not mine.exists(), "a later start begins anew"
        assert again.end() == 0


def test_a_home_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    assert_one_line(run_app("--home", str(blocked), "--port", "0"), "cannot write to", "--home")


def test_the_demo_leaves_a_folder_of_somebody_else_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")
    assert_one_line(run_app("--demo", "--home", str(tmp_path), "--port", "0"), "was not made by the demo", "--home")
    assert [file.name for file in tmp_path.iterdir()] == ["letters.txt"]


def test_a_home_without_accounts_starts_and_waits_for_them(tmp_path: Path) -> None:
    with ServedApp(tmp_path) as app:
        address = app.line("panel: ").split("/setup")[0]
        with urlopen(f"{address}/healthz") as answer:
            assert answer.status == 200
        assert app.end() == 0


def test_nothing_is_shown_without_a_login(tmp_path: Path) -> None:
    HomeBuilder(tmp_path).add("one", "OneShop")
    with ServedApp(tmp_path) as app:
        address = app.line("panel: ").split("/setup")[0]
        with urlopen(f"{address}/") as answer:
            page = answer.read().decode()
        assert "OneShop" not in page
        with pytest.raises(HTTPError) as refused, urlopen(f"{address}/setup?token=wrong") as answer:
            answer.read()
        refused.value.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with ServedApp(tmp_path) as app:
        app.line("panel: ")
        app.process.send_signal(number)
        assert app.process.wait(30) == 0
        assert not [line for line in app.lines if "Traceback" in line]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM to send")
def test_waitress_serve_runs_panel_and_engine_on_the_home_of_the_environment(tmp_path: Path) -> None:
    HomeBuilder(tmp_path).add("one", "OneShop")
    program = Path(sys.executable).with_name("waitress-serve")
    command = [str(program), "--listen=127.0.0.1:0", "app:app"]
    environment = {**os.environ, "AVIARY_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as server:
        try:
            assert server.stdout is not None
            lines = iter(server.stdout.readline, "")
            way_in = next(line for line in lines if line.startswith("panel: "))
            assert "/setup?token=" in way_in
            serving = next(line for line in lines if "Serving on" in line)
            address = serving.rsplit(" ", 1)[-1].strip()
            with urlopen(f"{address}/healthz") as answer:
                assert answer.status == 200
            assert_one_line(run_app("--home", str(tmp_path), "--port", "0"), "another Aviary works on")
            second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            assert "another Aviary works on" in second.stderr
            assert "Traceback" not in second.stderr
        finally:
            server.terminate()
        assert server.wait(40) == 0
    assert run_once_more(tmp_path) == 0


def run_once_more(home: Path) -> int:
    """The home is free again."""
    with ServedApp(home) as app:
        app.line("panel: ")
        return app.end()


@pytest.mark.parametrize("word", ["70000", "-1", "http"])
def test_what_is_no_port_is_told_by_the_usage(word: str, tmp_path: Path) -> None:
    ended = run_app("--home", str(tmp_path), f"--port={word}")
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


def test_an_address_of_another_machine_is_told_from_a_port_in_use(tmp_path: Path) -> None:
    assert_one_line(run_app("--home", str(tmp_path), "--host", "192.0.2.1", "--port", "0"), "no address", "--host")


def test_a_practice_address_that_is_none_is_refused_before_anything_runs(tmp_path: Path) -> None:
    ended = run_app("--home", str(tmp_path), "--port", "0", AVIARY_X_ADDRESS="garbage")
    assert_one_line(ended, "AVIARY_X_ADDRESS must be host:port")


def test_the_demo_in_place_of_a_file_says_so(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("mine", encoding="utf-8")
    assert_one_line(run_app("--demo", "--home", str(taken), "--port", "0"), "cannot write", "--home")
    assert taken.read_text(encoding="utf-8") == "mine"
