# SPDX-License-Identifier: Apache-2.0
"""Why a policy cannot become a condition on rows."""

import json
from collections.abc import Mapping
from typing import Any

from cortex.errors import CortexError

_SHOWN_MAX = 200


class PolicyMustBeFilterable(CortexError):
    """A policy asks of an object what no column of its table answers."""

    code = "policy.policy_must_be_filterable"


def not_filterable(
    expression: Mapping[str, Any], *, entity_type: str, expected: str
) -> PolicyMustBeFilterable:
    """Return the error that names the part of the policy that no condition on rows can say."""
    shown = json.dumps(expression, sort_keys=True)[:_SHOWN_MAX]
    return PolicyMustBeFilterable(
        f"Policy about {entity_type}: expected {expected}, got {shown}. "
        "Lists are filtered by this policy, so write it with attributes that lists know.",
        evidence={
            "object": entity_type,
            "expected": expected,
            "got": shown,
            "remedy": "use attributes and operators that lists know",
        },
    )
