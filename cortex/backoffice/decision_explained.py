# SPDX-License-Identifier: Apache-2.0
"""The part of a page that explains a decision, of a company or of the platform."""

import orjson
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cortex.identity.actor_names import names_of_actors
from cortex.policy.actions import find_action
from cortex.policy.explain import asked_again
from cortex.policy.models import PolicyDecision
from cortex.policy.packaged_texts import text_that_decided
from cortex.policy.roles import roles_let_in


def decision_explained(decision: PolicyDecision) -> SafeString:
    """Return the policies that decided, what was known, and what would be said now."""
    question = decision.question
    now = asked_again(question=question) if question is not None else None
    decided_by = text_that_decided(decision)
    found = {policy.id for policy in decided_by.policies}
    context = {
        "policies": decided_by.policies,
        "not_kept": [name for name in decision.policy_ids if name not in found],
        "text_told": decided_by.told,
        "known": None if question is None else _shown(question),
        "now": now,
        "is_changed": now is not None and now.is_allowed != decision.is_allowed,
    }
    return render_to_string("admin/decision_explained.html", context)


def actor_told(decision: PolicyDecision) -> str:
    """Return who asked, by name."""
    name = names_of_actors(urns=[decision.principal])[decision.principal]
    return name if name == decision.principal else f"{name} ({decision.principal})"


def action_told(decision: PolicyDecision) -> str:
    """Return the action in words."""
    declared = find_action(decision.action)
    return f"{declared.title} ({decision.action})" if declared else decision.action


def roles_told(decision: PolicyDecision) -> str:
    """Return the roles each of which alone may do this now."""
    if find_action(decision.action) is None:
        return "none: nothing declares this action any more"
    return ", ".join(sorted(roles_let_in(action=decision.action))) or "none"


def _shown(question: object) -> str:
    return orjson.dumps(question, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()
