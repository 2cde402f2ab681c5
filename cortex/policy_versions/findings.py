# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a text of policies, each finding with its place and a remedy."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from cortex.errors import CortexError
from cortex.policy.actions import declared_actions
from cortex.policy.cedar import problems_of, read_policies, schema_of
from cortex.policy.engine import PolicyEngine
from cortex.policy.errors import PoliciesMustBeReadable
from cortex.policy.filters.filterable import what_lists_cannot_ask
from cortex.policy.policy_text import policies_of
from cortex.policy.schema import schema_text
from cortex.policy_versions.lock_out import who_is_locked_out

FINDINGS_MAX = 100
_UNENDED = "unexpected end of input"
_REMEDIES = {
    "unread": "Mend the text: a policy is an @id, a @title, and a permit or forbid that a semicolon ends.",
    "unsound": "Name actions, types, roles and attributes that the schema has; guard optional ones by `has`.",
    "unfilterable": "Write it with attributes and operators that lists know: docs/policy.md names them.",
    "locked_out": "Keep a policy by which a platform administrator writes, approves and activates versions.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. Lines and columns count from 1; `policy_id` is empty for the whole text."""

    kind: str
    policy_id: str
    message: str
    line: int
    column: int
    remedy: str

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}"
        return f"{place}: {self.policy_id or 'text'}: {self.message} {self.remedy}"


def findings_of(text: str) -> list[Finding]:
    """Return what is wrong, at most a hundred findings; none when the text may come into force."""
    try:
        policies = policies_of(text)
    except PoliciesMustBeReadable as error:
        line = _line_of_error(text)
        return [_finding("unread", text, str(error.evidence["got"]), line=line)]
    found = list(_unsound(text))
    if not found:
        bodies = {policy.id: policy.body for policy in policies}
        found = [
            _finding("unfilterable", text, error.message, policy_id=policy_id)
            for policy_id, error in what_lists_cannot_ask(bodies).items()
        ]
        found += [_finding("locked_out", text, told) for told in _locked_out(text)]
    return found[:FINDINGS_MAX]


def _unsound(text: str) -> Iterator[Finding]:
    for problem in problems_of(text, schema_of(schema_text(declared_actions()))):
        yield _finding("unsound", text, problem.message, policy_id=problem.policy_id)


def _locked_out(text: str) -> list[str]:
    try:
        return who_is_locked_out(PolicyEngine(text, version=0))
    except CortexError as error:
        return [error.message]


def _finding(kind: str, text: str, message: str, *, policy_id: str = "", line: int | None = None) -> Finding:
    row, column = (line, 1) if line is not None else _place_of(text, policy_id)
    if line is not None:
        shown = text.splitlines()[line - 1 : line] or [""]
        column = len(shown[0]) - len(shown[0].lstrip()) + 1
    return Finding(kind, policy_id, message.rstrip(".") + ".", row, column, _REMEDIES[kind])


def _place_of(text: str, policy_id: str) -> tuple[int, int]:
    """Return where the policy's @id stands, or the beginning."""
    at = text.find(f'@id("{policy_id}")') if policy_id else -1
    if at < 0:
        return 1, 1
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def _line_of_error(text: str) -> int | None:
    """Return the line at which the text stops being one of policies: the library tells no place.

    Up to there a text that is cut off is only unfinished; from there on it is wrong.
    """
    lines = text.splitlines()
    if _error_of(text) is None:
        return None
    low, high = 1, len(lines)
    while low < high:
        middle = (low + high) // 2
        is_wrong = (_error_of("\n".join(lines[:middle])) or _UNENDED) != _UNENDED
        low, high = (low, middle) if is_wrong else (middle + 1, high)
    return low


def _error_of(text: str) -> str | None:
    try:
        read_policies(text)
    except PoliciesMustBeReadable as error:
        return str(error.evidence["got"])
    return None
