# SPDX-License-Identifier: Apache-2.0
"""`cortex boot report`: what a process of this installation starts, to be compared with another machine."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser

from cortex.boot.lifecycle.hooks import PROCESSES
from cortex.boot.report import Report, compose_report
from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks_nothing
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@asks_nothing("it tells what this machine would start, and looks into no database")
class Command(ScopedCommand):
    """Tell the start without starting: no server is asked."""

    help = "Tell what a process starts: hooks in order, versions, digests, ports, subscribers, actions."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to tell, for which process, and in which form."""
        parser.add_argument("what", choices=["report"], help="the boot report")
        parser.add_argument("--process", choices=PROCESSES, default="web", help="kind of process (web)")
        parser.add_argument("--format", choices=["json", "table"], default="table", help="form (table)")

    def handle(self, *_: object, **options: Any) -> None:
        """Print the report."""
        report = compose_report(process=options["process"], at=get(Clock).now())
        if options["format"] == "json":
            self.stdout.write(json.dumps(report, indent=2))
        else:
            self.stdout.write("\n".join(_rows(report)))


def _rows(report: Report) -> Iterator[str]:
    yield _row("report digest", report["digest"])
    yield _row("time", report["time"])
    yield from (_row(f"host {name}", value) for name, value in report["host"].items())
    for name, value in report["started"].items():
        if name == "hooks":
            yield from (_row(f"{hook['phase']}", _hook(hook)) for hook in value)
        elif isinstance(value, dict):
            yield from (_row(f"{name}: {key}", told) for key, told in value.items())
        else:
            yield _row(name.replace("_", " "), value if value is not None else "none")


def _hook(hook: dict[str, Any]) -> str:
    waits = f", after {', '.join(hook['after'])}" if hook["after"] else ""
    undone = ", undone on shutdown" if hook["is_undone"] else ""
    return f"{hook['name']} (at most {hook['timeout_seconds']} s{waits}{undone})"


def _row(name: str, value: object) -> str:
    return f"{name:<48} {value}"
