# SPDX-License-Identifier: Apache-2.0
"""What an automated check found: passed, failed, or could not be made, each with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cortex.one_line import one_line

REASON_MAX, FINDINGS_MAX, FINDING_MAX = 500, 50, 300
# In the order in which they are made.
NAMES = (
    *("manifest", "licence", "sbom", "secrets", "static_rules", "dependencies", "rights"),
    *("build", "smoke_run", "size_and_speed"),
)


class Outcome(StrEnum):
    """How a check ended; what could not be made is neither good nor bad, and a person looks at it."""

    PASSED = "passed"
    FAILED = "failed"
    COULD_NOT = "could_not"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check. Texts may quote strangers: they are one line each, and bounded."""

    name: str
    outcome: Outcome
    reason: str
    findings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "name": self.name,
            "outcome": str(self.outcome),
            "reason": self.reason,
            "findings": list(self.findings),
        }


@dataclass(slots=True)
class Checked:
    """What was found, and the bundle without signatures where there is one."""

    results: list[CheckResult] = field(default_factory=list)
    bundle: bytes | None = None

    @property
    def has_failed(self) -> bool:
        """Return whether a check failed."""
        return any(each.outcome is Outcome.FAILED for each in self.results)


def passed(name: str, reason: str, findings: Iterable[str] = ()) -> CheckResult:
    """Return a check that passed; findings are what a reviewer may want to read all the same."""
    return _result(name, Outcome.PASSED, reason, findings)


def failed(name: str, reason: str, findings: Iterable[str] = ()) -> CheckResult:
    """Return a check that failed."""
    return _result(name, Outcome.FAILED, reason, findings)


def could_not(name: str, reason: str, findings: Iterable[str] = ()) -> CheckResult:
    """Return a check that could not be made."""
    return _result(name, Outcome.COULD_NOT, reason, findings)


def _result(name: str, outcome: Outcome, reason: str, findings: Iterable[str]) -> CheckResult:
    told = [_bounded(each, FINDING_MAX) for each in findings]
    more = len(told) - FINDINGS_MAX
    shown = (*told[:FINDINGS_MAX], *([f"and {more} more"] if more > 0 else []))
    return CheckResult(name, outcome, _bounded(reason, REASON_MAX), shown)


def _bounded(text: str, length_max: int) -> str:
    line = one_line(text)
    return line if len(line) <= length_max else f"{line[: length_max - 1]}…"
