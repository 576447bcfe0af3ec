"""start.py as a real process: a real .venv, real npm, real signals. The packages and the app are tiny ones."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil
import pytest

import start

APP = """
import os, signal, sys, threading
ended = threading.Event()
code = []
def end(number, frame):
    code.append(int(os.environ.get("APP_CODE", "0")))
    ended.set()
signal.signal(signal.SIGINT, end)
signal.signal(signal.SIGTERM, end)
print("arguments:", *sys.argv[1:])
print("pid:", os.getpid())
print("panel: http://127.0.0.1:1/")
while not ended.wait(0.1):
    pass
print("the app has ended itself")
sys.exit(code[0])
"""
SECONDS = 60.0

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="the tiny checkout needs npm on PATH"),
]


def make_checkout(root: Path) -> Path:
    """A copy of start.py with nothing to install."""
    (root / "static").mkdir(parents=True)
    shutil.copy(start.__file__, root / "start.py")
    (root / "app.py").write_text(APP, encoding="utf-8")
    for name in ("requirements.txt", "constraints.txt", "requirements-dev.txt"):
        (root / name).write_text("# nothing\n", encoding="utf-8")
    package = {"name": "tiny", "version": "1.0.0"}
    lock = {**package, "lockfileVersion": 3, "requires": True, "packages": {"": package}}
    (root / "package.json").write_text(json.dumps(package), encoding="utf-8")
    (root / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    (root / "static" / "assets.json").write_text("{}", encoding="utf-8")
    return root


class Started:
    """A running start.py."""

    def __init__(self, root: Path, *words: str, **environ: str) -> None:
        browser = {"AVIARY_BROWSER": sys.executable, "AVIARY_DRIVER": sys.executable}
        self.process = subprocess.Popen(
            [sys.executable, str(root / "start.py"), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env={**os.environ, **browser, **environ},
        )
        self.lines: list[str] = []

    @property
    def _output(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout

    def read_until(self, part: str) -> str:
        """Read on to the first line that has the part."""
        for line in self._output:
            self.lines.append(line.rstrip())
            if part in line:
                return self.lines[-1]
        raise AssertionError(f"no {part!r} in {self.lines}")

    def app_pid(self) -> int:
        return int(self.read_until("pid:").split()[-1])

    def finish(self) -> int:
        """Read the rest; the exit code."""
        self.lines += [line.rstrip() for line in self._output]
        return self.process.wait(SECONDS)

    def clear(self) -> None:
        """Leave nothing behind, whatever the test did."""
        if self.process.poll() is None:
            for child in psutil.Process(self.process.pid).children(recursive=True):
                child.kill()
            self.process.kill()
            self.process.wait(SECONDS)
        self._output.close()


def wait_gone(pid: int) -> None:
    """Wait until a process that is not our child has ended."""
    deadline = time.monotonic() + SECONDS
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


class Launcher:
    """Starts start.py and clears up after it."""

    def __init__(self) -> None:
        self.all: list[Started] = []

    def __call__(self, root: Path, *words: str, **environ: str) -> Started:
        self.all.append(Started(root, *words, **environ))
        return self.all[-1]


@pytest.fixture
def launch() -> Iterator[Launcher]:
    launcher = Launcher()
    yield launcher
    for started in launcher.all:
        started.clear()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that is set up."""
    root = make_checkout(tmp_path_factory.mktemp("start") / "aviary")
    started = Started(root, "setup")
    assert started.finish() == 0, started.lines
    started.clear()
    return root


def port_words() -> list[str]:
    return ["--port", "0"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_app_and_its_exit_code_is_handed_on(ready: Path, launch: Launcher, number: int) -> None:
    started = launch(ready, "demo", *port_words(), APP_CODE="7")
    pid = started.app_pid()
    started.read_until("panel: ")
    started.process.send_signal(number)
    assert started.finish() == 7
    assert started.lines[-1] == "the app has ended itself"
    assert not psutil.pid_exists(pid)


def test_an_app_that_is_killed_is_told_in_the_last_line(ready: Path, launch: Launcher) -> None:
    started = launch(ready, "demo", *port_words())
    pid = started.app_pid()
    started.read_until("panel: ")
    os.kill(pid, signal.SIGKILL)
    assert started.finish() == 137
    assert started.lines[-1].startswith("start.py: Aviary was ended from outside (signal SIGKILL")


def test_the_app_gets_the_options_and_its_lines_come_through_as_they_are(ready: Path, launch: Launcher) -> None:
    started = launch(ready, "demo", *port_words(), "--home", str(ready / "home"))
    assert started.read_until("arguments:") == f"arguments: --demo --home {ready / 'home'} --port 0"
    assert started.read_until("panel: ") == "panel: http://127.0.0.1:1/"


def test_a_second_start_prints_the_url_within_5_seconds(ready: Path, launch: Launcher) -> None:
    began = time.monotonic()
    launch(ready, *port_words()).read_until("panel: ")
    assert time.monotonic() - began < 5.0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel of Linux ends the child")
def test_the_app_does_not_outlive_a_killed_start(ready: Path, launch: Launcher) -> None:
    started = launch(ready, *port_words())
    pid = started.app_pid()
    started.read_until("panel: ")
    started.process.kill()
    wait_gone(pid)


def test_an_interrupted_set_up_is_taken_up_by_the_next_start(tmp_path: Path, launch: Launcher) -> None:
    root = make_checkout(tmp_path / "aviary")
    first = launch(root, "setup")
    first.read_until("making .venv")
    first.process.send_signal(signal.SIGINT)
    assert first.finish() == 130
    assert "the next start goes on from here" in first.lines[-1]
    second = launch(root, "setup")
    assert second.finish() == 0, second.lines
    answer = start.Commands().ask([str(root / ".venv" / "bin" / "python"), "-m", "pip", "--version"])
    assert answer.code == 0, answer.output


def test_two_starts_at_once_share_one_set_up(tmp_path: Path, launch: Launcher) -> None:
    root = make_checkout(tmp_path / "aviary")
    first = launch(root, "setup")
    first.read_until("making .venv")
    second = launch(root, "setup")
    second.read_until("Another start.py is setting up")
    assert first.finish() == 0, first.lines
    assert second.finish() == 0, second.lines
    assert not any("making .venv" in line for line in second.lines)


def test_a_killed_set_up_leaves_no_lock_behind(tmp_path: Path, launch: Launcher) -> None:
    root = make_checkout(tmp_path / "aviary")
    first = launch(root, "setup")
    first.read_until("making .venv")
    first.process.kill()
    first.process.wait(SECONDS)
    second = launch(root, "setup")
    assert second.finish() == 0, second.lines
