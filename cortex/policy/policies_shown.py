# SPDX-License-Identifier: Apache-2.0
"""Policies as people read them, of whichever release: what this one cannot read is shown as it stands.

A release that was put back meets texts of a newer one, which may hold what it does not know. Nothing is
decided here.
"""

import re
from dataclasses import dataclass

from cortex.errors import CortexError
from cortex.policy.cedar import read_policies
from cortex.policy.policy_text import Policy, policies_of
from cortex.policy.text_problems import Statement, statements_of

_TITLE = re.compile(r'@title\s*\(\s*"((?:[^"\\]|\\.)*)"')
TITLE_MAX = 200


@dataclass(frozen=True, slots=True)
class PolicyShown:
    """One policy; `effect` is empty where this release cannot read it, and the title may be."""

    id: str
    title: str
    effect: str
    text: str


def shown(policy: Policy) -> PolicyShown:
    """Return a policy that this release can read."""
    return PolicyShown(policy.id, policy.title, policy.effect, policy.text)


def policies_shown(text: str) -> list[PolicyShown]:
    """Return the policies of a text in their order; by the letter where this release cannot read it all."""
    try:
        return [shown(policy) for policy in policies_of(text)]
    except CortexError:
        return [_by_the_letter(statement) for statement in statements_of(text)]


def _by_the_letter(statement: Statement) -> PolicyShown:
    """Return one policy as it stands; by rules of the language alone, and else by its annotations."""
    try:
        ((_, body),) = read_policies(statement.text)
    except (CortexError, ValueError):
        title = _TITLE.search(statement.text)
        return PolicyShown(statement.policy_id, title[1][:TITLE_MAX] if title else "", "", statement.text)
    notes = body.get("annotations", {})
    title_told = (notes.get("title") or "")[:TITLE_MAX]
    return PolicyShown(notes.get("id") or "", title_told, body["effect"], statement.text)
