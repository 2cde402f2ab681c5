# SPDX-License-Identifier: Apache-2.0
"""A version under which nobody could put another one in force must not come into force."""

from typing import Any

from cortex.approvals.actions import APPROVE, PROPOSAL, PROPOSE, here
from cortex.policy.actions import declared_action
from cortex.policy.cedar import Question, Uid
from cortex.policy.engine import PolicyEngine
from cortex.policy.policy_actions import (
    ACTIVATE_VERSION,
    APPROVE_VERSION,
    READ_VERSIONS,
    ROLL_BACK_VERSION,
    VERSION,
    WRITE_VERSION,
)

_AUTHOR = {"type": "Cortex::User", "id": "the-author"}
_ANOTHER = {"type": "Cortex::User", "id": "another"}
_CONSOLE = {"type": "Cortex::Service", "id": "console"}
_VERSION = {"type": VERSION, "id": "a-version"}
_PROPOSAL = {"type": PROPOSAL, "id": "a-proposal"}
_PROPOSE, _APPROVE_PROPOSAL = here(PROPOSE, company_id=None), here(APPROVE, company_id=None)
_ATTRIBUTES: dict[str, dict[str, Any]] = {
    VERSION: {"author": {"__entity": _AUTHOR}},
    PROPOSAL: {"action": APPROVE_VERSION, "proposed_by": {"__entity": _AUTHOR}},
}
_PLATFORM = {"type": "Cortex::Platform", "id": "platform"}


def who_is_locked_out(engine: PolicyEngine) -> list[str]:
    """Return a sentence for each step that nobody could do under these policies."""
    steps = (
        (_AUTHOR, READ_VERSIONS, _PLATFORM, "a platform administrator could see the versions"),
        (_AUTHOR, WRITE_VERSION, _PLATFORM, "a platform administrator could write a version"),
        (_ANOTHER, APPROVE_VERSION, _VERSION, "a second platform administrator could approve a version"),
        (_AUTHOR, _PROPOSE, _PLATFORM, "a platform administrator could ask for approval"),
        (_ANOTHER, _APPROVE_PROPOSAL, _PROPOSAL, "a second platform administrator could agree to a proposal"),
        (_ANOTHER, ACTIVATE_VERSION, _VERSION, "a second platform administrator could activate a version"),
        (_AUTHOR, ROLL_BACK_VERSION, _PLATFORM, "a platform administrator could go back"),
        (_CONSOLE, ROLL_BACK_VERSION, _PLATFORM, "the console could go back"),
    )
    found = [
        f"expected that {told}, got a no to {action}"
        for asker, action, about, told in steps
        if not engine.answer(_question(asker, action, about)).is_allowed
    ]
    if engine.answer(_question(_AUTHOR, APPROVE_VERSION, _VERSION)).is_allowed:
        found.append("expected that whoever wrote a version does not approve it, got a yes")
    return found


def _question(asker: Uid, action: str, about: Uid) -> Question:
    role = {"type": "Cortex::Role", "id": "platform-admin"}
    parents = [role] if asker["type"] == "Cortex::User" else []
    return Question(
        principal=asker,
        action=action,
        resource=about,
        entities=[
            {"uid": asker, "attrs": {}, "parents": parents},
            {"uid": about, "attrs": _ATTRIBUTES.get(about["type"], {}), "parents": []},
        ],
        context={
            "scope": declared_action(action).scope,
            "company_is_active": True,
            "has_second_factor": True,
            "is_fresh": True,
            "has_consent": True,
            "is_break_glass": False,
        },
    )
