"""`--doctor`: whether all that is needed to work is there, and what to do about what is not."""

from __future__ import annotations

from dataclasses import asdict

from bot.commands.answer import Answer, ExitCode
from bot.commands.checkup.browsers import look_at_browsers
from bot.commands.checkup.files import look_at_files
from bot.commands.checkup.finding import Finding, Level
from bot.commands.checkup.machine import look_at_machine
from bot.commands.onlooker import Onlooker
from bot.commands.table import table

DEFAULT_PORT = 8080


def examine(onlooker: Onlooker, port: int, width: int = 0) -> Answer:
    """Look at everything; what is wrong gives the exit code 1, a warning does not."""
    findings = [*look_at_machine(onlooker.home, port), *look_at_browsers(onlooker.registry), *look_at_files(onlooker)]
    wrong = sum(each.level is Level.WRONG for each in findings)
    warnings = sum(each.level is Level.WARNING for each in findings)
    rows = [(each.what, each.level, _words(each)) for each in findings]
    text = f"{table(('what', 'result', 'seen, and what to do'), rows, width)}\n\n{_verdict(wrong, warnings)}"
    data = {"wrong": wrong, "warnings": warnings, "findings": [asdict(each) for each in findings]}
    return Answer(text, data, ExitCode.REFUSED if wrong else ExitCode.DONE)


def _words(finding: Finding) -> str:
    return f"{finding.told} - {finding.remedy}" if finding.remedy else finding.told


def _verdict(wrong: int, warnings: int) -> str:
    if not wrong and not warnings:
        return "Everything is there."
    parts = [f"{wrong} wrong" if wrong else "", f"{warnings} to look at" if warnings else ""]
    return f"{', '.join(part for part in parts if part)}."
