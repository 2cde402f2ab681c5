# SPDX-License-Identifier: Apache-2.0
"""Who opens a new way in: a link to a provider, or a program that acts for somebody."""

import pytest

from cortex.policy.active import active_engine
from tests.factories.policies import engine_without
from tests.unit.cortex.policy.cases import ALICE, ONE_FACTOR, OTHER, Case, account

LINK, SAY_YES = "identity.account.link_by_rule", "programs.authorization.grant_own"
FEDERATION = {"kind": "Service", "name": "federation"}
CASES: dict[str, tuple[Case, bool, str]] = {
    "a rule links by a verified address": (
        account(LINK, OTHER, **FEDERATION),
        True,
        "people.rules_of_providers_keep_members",
    ),
    "the entrance links nobody": (account(LINK, OTHER, kind="Service", name="entrance"), False, ""),
    "a platform administrator links another": (account(LINK, OTHER, "platform-admin"), False, ""),
    "one's own yes": (account(SAY_YES, ALICE), True, "people.everybody_looks_after_their_own_account"),
    "an auditor's own yes": (account(SAY_YES, ALICE, "auditor"), True, ""),
    "another's yes": (account(SAY_YES, OTHER, "platform-admin"), False, ""),
    "one's own yes by a token": (account(SAY_YES, ALICE, asker={"scopes": ["platform:write"]}), False, ""),
    "a client's own yes": (account(SAY_YES, ALICE, kind="Client"), False, ""),
    "an administrator's yes without a second factor": (
        account(SAY_YES, ALICE, "platform-admin", context=ONE_FACTOR),
        False,
        "people.platform_is_changed_with_a_second_factor",
    ),
}


class TestDoor:
    @pytest.mark.parametrize("name", CASES)
    def test_is_opened_by_whom_policies_let(self, name: str) -> None:
        case, expected, policy = CASES[name]
        engine = active_engine()
        answer = engine.answer(case.question(engine))
        assert (answer.is_allowed, answer.errors) == (expected, ())
        if policy:
            less = engine_without(policy)
            assert less.answer(case.question(less)).is_allowed != expected
