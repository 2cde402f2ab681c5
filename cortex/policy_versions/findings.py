# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a text of policies, each finding with its place and a remedy."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from cortex.errors import CortexError
from cortex.policy.actions import declared_actions
from cortex.policy.cedar import problems_of, schema_of
from cortex.policy.engine import PolicyEngine
from cortex.policy.errors import PoliciesMustBeReadable
from cortex.policy.filters.filterable import what_lists_cannot_ask
from cortex.policy.policy_text import policies_of
from cortex.policy.schema import schema_text
from cortex.policy.text_problems import position, problems_in, statements_of
from cortex.policy_versions.lock_out import who_is_locked_out
from cortex.policy_versions.unapprovable import what_nobody_can_propose

FINDINGS_MAX = 100
_REMEDIES = {
    "unread": "Mend the text: a policy is an @id, a @title, and a permit or forbid that a semicolon ends.",
    "unsound": "Name actions, types, roles and attributes that the schema has; guard optional ones by `has`.",
    "unfilterable": "Write it with attributes and operators that lists know: docs/policy.md names them.",
    "unapprovable": "Name verbs that can wait for a second person: docs/policy.md. Or leave @requires out.",
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
        return _unread(text, error)
    found = list(_unsound(text))
    if not found:
        bodies = {policy.id: policy.body for policy in policies}
        found = [
            _finding("unfilterable", text, error.message, policy_id=policy_id)
            for policy_id, error in what_lists_cannot_ask(bodies).items()
        ]
        found += [
            _finding("unapprovable", text, told, policy_id=policy_id)
            for policy_id, told in what_nobody_can_propose(policies)
        ]
        found += [_finding("locked_out", text, told) for told in _locked_out(text)]
    return found[:FINDINGS_MAX]


def _unread(text: str, error: PoliciesMustBeReadable) -> list[Finding]:
    """Return each statement that cannot be read, at its word; a text without any holds nothing to place."""
    found = [
        Finding("unread", each.policy_id, each.message, each.line, each.column, _REMEDIES["unread"])
        for each in problems_in(text)
    ]
    return found or [_finding("unread", text, str(error.evidence["got"]))]


def _unsound(text: str) -> Iterator[Finding]:
    for problem in problems_of(text, schema_of(schema_text(declared_actions()))):
        yield _finding("unsound", text, problem.message, policy_id=problem.policy_id)


def _locked_out(text: str) -> list[str]:
    try:
        return who_is_locked_out(PolicyEngine(text, version=0))
    except CortexError as error:
        return [error.message]


def _finding(kind: str, text: str, message: str, *, policy_id: str = "") -> Finding:
    line, column = _place_of(text, policy_id)
    return Finding(kind, policy_id, message.rstrip(".") + ".", line, column, _REMEDIES[kind])


def _place_of(text: str, policy_id: str) -> tuple[int, int]:
    """Return where the policy stands, or the beginning."""
    named = (each.start for each in statements_of(text) if policy_id and each.policy_id == policy_id)
    return position(text, next(named, 0))
