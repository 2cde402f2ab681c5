# SPDX-License-Identifier: Apache-2.0
"""What would change is told before it does: recorded questions are asked again."""

from cortex.clock import now
from cortex.policy.actions import declared_action
from cortex.policy.askers import Asker
from cortex.policy.cedar import Question
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.policy.situation import situation_of
from cortex.policy_versions.matrix import Grant, grants_added
from cortex.policy_versions.simulation import Recorded, changed_groups
from cortex.ports.principal import Principal
from tests.integration.cortex.policy_versions.people import NO_CLERKS

POST = "accounting.journal_entry.post"
COMPANY = {"type": "Cortex::Company", "id": "here"}


def recorded(number: int, role: str, action: str = POST) -> Recorded:
    asker = Asker(Principal("user", f"{role}-{number}"), frozenset({role}), True, True)
    context = situation_of(asker=asker, action=declared_action(action), has_consent=False, now=now())
    entities = [asker.entity, {"uid": COMPANY, "attrs": {"requires_second_person": False}, "parents": []}]
    question = Question(asker.uid, action, COMPANY, entities, context)
    return Recorded(str(number), asker.principal.urn, action, "Cortex::Company::here", question)


class TestChangedGroups:
    def test_counts_by_action_role_and_direction_with_examples(self) -> None:
        before = PolicyEngine(packaged_text(), version=0)
        after = PolicyEngine(packaged_text() + NO_CLERKS, version=1)
        decisions = [recorded(number, "clerk") for number in range(12)]
        decisions += [recorded(number, "controller") for number in range(5)]
        told: list[tuple[int, int]] = []
        (group,) = changed_groups(
            decisions, before=before, after=after, progress=lambda done, total: told.append((done, total))
        )
        assert (group.action, group.roles, group.becomes_allowed, group.count) == (
            POST,
            ("clerk",),
            False,
            12,
        )
        assert [example["decision"] for example in group.examples] == ["0", "1", "2"]
        assert told == [(17, 17)]

    def test_is_nothing_between_a_version_and_itself(self) -> None:
        engine = PolicyEngine(packaged_text(), version=0)
        assert changed_groups([recorded(1, "clerk")], before=engine, after=engine) == []


class TestGrantsAdded:
    def test_names_what_a_role_gains_and_loses(self) -> None:
        before = PolicyEngine(packaged_text(), version=0)
        after = PolicyEngine(packaged_text() + NO_CLERKS, version=1)
        assert grants_added(before, after) == []
        assert grants_added(after, before) == [Grant("clerk", POST)]
