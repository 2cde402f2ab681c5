# SPDX-License-Identifier: Apache-2.0
"""A text that promises a second person where nothing can wait for one does not come into force."""

import pytest

from cortex.policy.packaged import packaged_text
from cortex.policy_versions.findings import findings_of

HOUSE = """
@id("house.two_for_this")
@title("This is done by two")
@requires("approval")
forbid (principal, action {head}, resource) unless {{ context.has_consent }};
"""
POST = 'Cortex::Action::"accounting.journal_entry.post"'
CLOSE = 'Cortex::Action::"accounting.fiscal_period.close"'


def told(head: str) -> list[tuple[str, str, str]]:
    found = findings_of(packaged_text() + HOUSE.format(head=head))
    return [(each.kind, each.policy_id, each.message) for each in found]


class TestApproval:
    def test_is_promised_by_the_program_where_it_can_be_had(self) -> None:
        assert findings_of(packaged_text()) == []

    @pytest.mark.parametrize("head", [f"== {POST}", f"in [{POST}]", 'in Cortex::Action::"accounting:write"'])
    def test_may_be_asked_for_where_something_waits(self, head: str) -> None:
        assert told(head) == []

    @pytest.mark.parametrize("head", [f"== {CLOSE}", f"in [{POST}, {CLOSE}]"])
    def test_is_not_promised_for_what_nothing_lets_wait(self, head: str) -> None:
        sentence = "nothing lets accounting.fiscal_period.close wait for a second person."
        assert told(head) == [("unapprovable", "house.two_for_this", sentence)]
