# SPDX-License-Identifier: Apache-2.0
"""What is known of a request beside who asks and what for, and what it would be once a need is met."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cortex.identity.freshness import is_fresh
from cortex.policy.actions import Action
from cortex.policy.askers import Asker
from cortex.ports.authorizer import Need
from cortex.ports.principal import CONSOLE


def situation_of(*, asker: Asker, action: Action, has_consent: bool, now: datetime) -> dict[str, Any]:
    """Return the context of a question."""
    proof = asker.principal.authentication
    return {
        "scope": action.scope,
        "company_is_active": asker.company_is_active,
        # Whoever has the machine would prove nothing more by a code.
        "has_second_factor": proof.has_second_factor or CONSOLE in proof.methods,
        "is_fresh": is_fresh(principal=asker.principal, at=now),
        "has_consent": has_consent,
        "is_break_glass": asker.is_in_an_emergency,
        **({"certificate": proof.certificate} if proof.certificate else {}),
    }


def as_if_met(
    needs: Iterable[Need], *, context: Mapping[str, Any], asker: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the context as it would be once these needs are met; `asker` is the entity of whoever asks."""
    wanted = set(needs)
    met = dict(context)
    if "approval" in wanted:
        met["has_consent"] = True
    if "step_up" in wanted:
        met |= {"is_fresh": True, "has_second_factor": True}
    if "certificate" in wanted and "certificate" in asker["attrs"]:
        met["certificate"] = asker["attrs"]["certificate"]
    return met
