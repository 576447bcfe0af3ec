"""Functions stay small, and whoever catches everything says why."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, source_files

LARGEST_90TH_PERCENTILE = 40  # lines, docstring included
LARGEST_MEDIAN = 11
CATCH_ALL = {"Exception", "BaseException"}


def function_lengths(source: str) -> Iterator[tuple[int, str]]:
    """Lines and name of every function, from `def` to its end."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1, node.name


def all_lengths() -> list[tuple[int, str]]:
    return sorted(
        (length, f"{path.relative_to(ROOT)}:{name}")
        for path in source_files()
        for length, name in function_lengths(path.read_text(encoding="utf-8"))
    )


def test_functions_are_small() -> None:
    lengths = all_lengths()
    sizes = [length for length, _ in lengths]
    median, high = statistics.median(sizes), sizes[int(len(sizes) * 0.9)]
    report = f"{len(sizes)} functions: median {median} lines, 90th percentile {high}, longest {lengths[-5:]}"
    print(report)  # noqa: T201  pytest -rP shows it
    assert median <= LARGEST_MEDIAN, report
    assert high <= LARGEST_90TH_PERCENTILE, report


def test_lengths_are_counted_from_def_to_the_last_line() -> None:
    source = "@wrap\ndef a():\n    '''Say.'''\n    return 1\n\nclass B:\n    async def c(self): ...\n"
    assert sorted(function_lengths(source)) == [(1, "c"), (3, "a")]


def catches_all(handler: ast.ExceptHandler) -> bool:
    """A bare except, or one of Exception or BaseException, that does not raise it again."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    broad = any(kind is None or (isinstance(kind, ast.Name) and kind.id in CATCH_ALL) for kind in kinds)
    last = handler.body[-1]
    return broad and not (isinstance(last, ast.Raise) and last.exc is None)


def unexplained(source: str) -> list[int]:
    """The lines that catch everything without a reason beside them."""
    lines = source.splitlines()
    handlers = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ExceptHandler)]
    return [node.lineno for node in handlers if catches_all(node) and not has_reason(lines[node.lineno - 1])]


def has_reason(line: str) -> bool:
    words = line.partition("#")[2].replace("noqa: BLE001", "").replace("#", " ").split()
    return sum(word.isalpha() for word in words) >= 3


@pytest.mark.parametrize("path", source_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_whoever_catches_everything_says_why(path: Path) -> None:
    assert unexplained(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("handler", "found"),
    [
        ("except Exception:  # noqa: BLE001\n    log()", [3]),
        ("except (ValueError, Exception):\n    log()", [3]),
        ("except:\n    log()", [3]),
        ("except Exception:  # noqa: BLE001  the other accounts must go on\n    log()", []),
        ("except BaseException:\n    undo()\n    raise", []),
        ("except ValueError:\n    log()", []),
    ],
)
def test_the_look_for_reasons_finds_what_it_should(handler: str, found: list[int]) -> None:
    assert unexplained(f"try:\n    work()\n{handler}\n") == found
