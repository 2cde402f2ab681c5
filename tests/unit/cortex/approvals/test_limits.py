# SPDX-License-Identifier: Apache-2.0
"""Which limit counts for somebody with several roles."""

from uuid import UUID

import pytest

from cortex.approvals.limits import Rules

CLARA = UUID(int=1)
DAVE = UUID(int=2)
RULES = Rules(by_role={"clerk": 100, "accountant": 1_000}, by_member={DAVE: 5})


class TestEntryLimit:
    @pytest.mark.parametrize(
        ("roles", "limit_minor"),
        [
            ({"clerk"}, 100),
            ({"clerk", "accountant"}, 1_000),
            ({"clerk", "viewer", "auditor", "administrator"}, 100),
            ({"clerk", "controller"}, None),
            ({"viewer"}, None),
            (set(), None),
        ],
    )
    def test_is_the_highest_of_the_roles_that_enter(self, roles: set[str], limit_minor: int | None) -> None:
        assert RULES.entry_limit_minor(user_id=CLARA, roles=frozenset(roles)) == limit_minor

    @pytest.mark.parametrize("roles", [{"clerk"}, {"controller"}, {"viewer"}])
    def test_of_a_member_counts_before_those_of_its_roles(self, roles: set[str]) -> None:
        assert RULES.entry_limit_minor(user_id=DAVE, roles=frozenset(roles)) == 5

    def test_is_not_there_in_a_new_company(self) -> None:
        assert Rules().entry_limit_minor(user_id=CLARA, roles=frozenset({"clerk"})) is None
        assert not Rules().requires_second_person

    def test_of_zero_is_a_limit(self) -> None:
        rules = Rules(by_role={"clerk": 0})
        assert rules.entry_limit_minor(user_id=None, roles=frozenset({"clerk"})) == 0
