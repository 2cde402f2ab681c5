# SPDX-License-Identifier: Apache-2.0
"""A recorded decision told to people: the policies that decided as they were, and what today's would say."""

from collections.abc import Collection, Mapping
from typing import Any

from cortex.policy.active import active_engine
from cortex.policy.cedar import Answer, Question
from cortex.policy.models import PolicyVersion
from cortex.policy.packaged import VERSION, packaged_text
from cortex.policy.policy_text import Policy, policies_of


def policies_of_version(*, number: int, ids: Collection[str]) -> list[Policy]:
    """Return the policies of these ids in a version; those that the version does not hold are left out.

    Version 0 is what the program brings along now: a newer program may have replaced a text since.
    """
    if number == VERSION:
        text = packaged_text()
    else:
        text = PolicyVersion.objects.filter(number=number).values_list("text", flat=True).first() or ""
    return [policy for policy in policies_of(text) if policy.id in ids] if text else []


def asked_again(*, question: Mapping[str, Any]) -> Answer:
    """Return what the policies in force say to exactly what was asked then."""
    return active_engine().answer(Question(**question))
