# SPDX-License-Identifier: Apache-2.0
"""Who can do what is the engine's answer, with the policies that gave it."""

from cortex.policy.engine import PolicyEngine
from cortex.policy.rights import policies_with, rights_of_roles
from cortex.policy.roles import ROLES, roles_let_in

ONLY_VIEWERS = """
@id("test.viewers") @title("Viewers alone")
permit (principal in Cortex::Role::"viewer", action, resource);
"""


class TestRightsOfRoles:
    def test_are_those_that_decisions_give(self) -> None:
        for row in rights_of_roles():
            allowed = {right.holder for right in row.rights if right.is_allowed}
            assert allowed == roles_let_in(action=row.action.code)

    def test_name_the_policies_that_decided(self) -> None:
        (row,) = rights_of_roles(word="jobs.job.cancel")
        by_role = {right.holder: right for right in row.rights}
        assert by_role["clerk"].policy_ids == ("jobs.workers_cancel",)
        assert by_role["viewer"].policy_ids == ()
        (policy,) = policies_with(ids=by_role["clerk"].policy_ids)
        assert policy.effect == "permit"

    def test_of_another_version_are_asked_of_that_version(self) -> None:
        engine = PolicyEngine(ONLY_VIEWERS, version=7)
        (row,) = rights_of_roles(engine=engine, word="jobs.job.cancel")
        assert [right.holder for right in row.rights if right.is_allowed] == ["viewer"]

    def test_are_found_by_a_word_of_code_or_title(self) -> None:
        assert [row.action.code for row in rights_of_roles(word="CANCEL a job")] == ["jobs.job.cancel"]
        assert rights_of_roles(word="nothing like it") == []
        assert len(rights_of_roles(word="jobs.job.cancel")[0].rights) == len(ROLES)
