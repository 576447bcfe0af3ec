"""`python app.py` as a process of its own, as a person or a service manager starts it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

import psutil

from bot.browser.processes import find_own
from bot.browser.reaper import reap

ROOT = Path(__file__).resolve().parents[2]


class ServedApp:
    """The panel with its engine; a context manager that ends it politely and checks that it went."""

    def __init__(self, home: Path, *words: str, **environment: str) -> None:
        self.home = home
        self.lines: list[str] = []
        self._told = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-u", str(ROOT / "app.py"), "--home", str(home), "--port", "0", *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONWARNINGS": "default", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def line(self, start: str, seconds: float = 60) -> str:
        """What follows `start` on the first line that begins with it."""
        with self._told:
            self._told.wait_for(lambda: self._find(start) is not None or self.process.poll() is not None, seconds)
            found = self._find(start)
        assert found is not None, f"no line begins with {start!r}: {self.lines}"
        return found.removeprefix(start).strip()

    def end(self, seconds: float = 40) -> int:
        """Ask it to end (SIGTERM; on Windows it is just ended), and wait; returns the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def processes_left(self) -> list[str]:
        return [f"{own.pid} {own.path}" for own in find_own(self.home)]

    def _find(self, start: str) -> str | None:
        return next((line for line in self.lines if line.startswith(start)), None)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._told:
                self.lines.append(line.rstrip("\n"))
                self._told.notify_all()
        with self._told:
            self._told.notify_all()
        self.process.stdout.close()

    def __enter__(self) -> ServedApp:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.end()
        except subprocess.TimeoutExpired:
            for child in psutil.Process(self.process.pid).children(recursive=True):
                child.kill()
            self.process.kill()
            raise
        finally:
            reap(self.home)
