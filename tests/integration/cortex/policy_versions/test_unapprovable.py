# SPDX-License-Identifier: Apache-2.0
"""A text that promises a second person where nothing can wait for one does not come into force."""

import pytest

from cortex.policy.actions import declared_actions
from cortex.policy.packaged import packaged_text
from cortex.policy_versions.cannot_wait import CANNOT_WAIT
from cortex.policy_versions.findings import findings_of
from cortex.ports.approvals import all_kinds

HOUSE = """
@id("house.two_for_this")
@title("This is done by two")
@requires("approval")
forbid (principal, action {head}, resource) unless {{ context.has_consent }};
"""
BOOKS = 'in Cortex::Action::"accounting:write"'
POST = 'Cortex::Action::"accounting.journal_entry.post"'
CLOSE = 'Cortex::Action::"accounting.fiscal_period.close"'
END = 'Cortex::Action::"identity.session.end"'
READ = 'Cortex::Action::"accounting.books.read"'


def told(head: str) -> list[tuple[str, str, str]]:
    found = findings_of(packaged_text() + HOUSE.format(head=head))
    return [(each.kind, each.policy_id, each.message) for each in found]


class TestApproval:
    def test_is_promised_by_the_program_where_it_can_be_had(self) -> None:
        assert findings_of(packaged_text()) == []

    @pytest.mark.parametrize("head", [f"== {POST}", f"== {CLOSE}", f"in [{POST}, {CLOSE}]", BOOKS])
    def test_may_be_asked_for_where_something_waits(self, head: str) -> None:
        assert told(head) == []

    @pytest.mark.parametrize("head", [f"== {END}", f"in [{POST}, {END}]"])
    def test_is_not_promised_for_what_nothing_lets_wait(self, head: str) -> None:
        sentence = (
            "nothing lets identity.session.end wait for a second person: it takes something dangerous away: "
            "what waits is in use meanwhile."
        )
        assert told(head) == [("unapprovable", "house.two_for_this", sentence)]

    def test_is_not_promised_for_looking(self) -> None:
        sentence = "nothing lets accounting.books.read wait for a second person: it changes nothing."
        assert told(f"== {READ}") == [("unapprovable", "house.two_for_this", sentence)]


def test_every_verb_that_changes_something_waits_or_says_why_it_does_not() -> None:
    """Compared for equality: a verb that waits has no excuse, and a new one without either is missed."""
    changing = {action.code for action in declared_actions() if action.group == "write"}
    waiting = {kind.action for kind in all_kinds()}
    waiting |= {action.code for action in declared_actions() if action.is_proposed}
    assert changing - waiting == set(CANNOT_WAIT)
