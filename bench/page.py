# SPDX-License-Identifier: Apache-2.0
"""docs/benchmarks.md as parts: a run of some of them leaves the others as they were."""

import os
import platform
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

PAGE = Path("docs/benchmarks.md")
_HEAD = "# Benchmarks\n\n`make bench` writes this page, `python -m bench --only PART …` some parts of it.\n"
# Written by people after a long run, with the command in the text; they stay as they are.
BY_HAND = ("purge",)
_PART = re.compile(r"<!-- part: (\w+) -->\n(.*?)<!-- end of part -->\n", re.DOTALL)
_WRITTEN = """`{command}` wrote this part on {day}, on {machine}, with an embedded
PostgreSQL with fsync, full-page writes and synchronous commit on. Rates are those of the machine at that
hour; ratios travel. The load average was {load:.1f} when it ended: more than one means beside other work.
"""


def said(*, command: str, day: date) -> str:
    """Return the sentence that says how a part came to be."""
    system = f"{platform.system()} {platform.machine()}"
    machine = f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"
    return _WRITTEN.format(command=command, day=day, machine=machine, load=os.getloadavg()[0])


def update(parts: Mapping[str, str], *, order: list[str], page: Path = PAGE) -> str:
    """Replace these parts of the page, write it and return it."""
    kept = dict(_PART.findall(page.read_text(encoding="utf-8"))) if page.exists() else {}
    known = {**kept, **parts}
    blocks = [
        f"<!-- part: {name} -->\n{known[name].rstrip()}\n<!-- end of part -->\n"
        for name in (*order, *BY_HAND)
        if name in known
    ]
    text = "\n".join([_HEAD, *blocks])
    page.write_text(text, encoding="utf-8")
    return text
