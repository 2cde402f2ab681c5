# SPDX-License-Identifier: Apache-2.0
"""Two openings at once are one; and what an emergency decided stands in the log of decisions."""

from django.test import Client

from cortex.break_glass.errors import EmergencyAccessMustBeTheOnlyOne
from cortex.database.transactions import transactional
from cortex.policy.explain import explain_decision, explain_question
from cortex.policy.models import PolicyDecision
from cortex.tenancy import scope
from tests.factories.sessions import sign_in
from tests.frame.threads import outcome, together
from tests.integration.cortex.break_glass.emergency import READ, Emergency


class TestOpening:
    def test_of_two_at_once_is_one(self, real: Emergency) -> None:
        results = together([outcome(lambda: real.open("root"), EmergencyAccessMustBeTheOnlyOne)] * 2)
        won = [each for each in results if not isinstance(each, Exception)]
        lost = [each for each in results if isinstance(each, EmergencyAccessMustBeTheOnlyOne)]
        assert (len(won), len(lost)) == (1, 1)
        assert [each.id for each in real.rows()] == [won[0].id]


class TestDecision:
    def test_under_it_says_so_in_the_log_and_when_it_is_explained(self, real: Emergency) -> None:
        real.open("root")
        client = sign_in(Client(), real.people["root"], at=real.clock.at)
        assert client.get("/books/DEMO/entries/").status_code == 200
        with scope([real.company_id]):
            found = transactional(
                lambda: list(PolicyDecision.objects.filter(action=READ, is_break_glass=True))
            )()
            assert found
            explained = explain_decision(company_id=real.company_id, decision_id=found[0].id)
        assert explained.is_break_glass
        assert [each.id for each in explained.policies] == ["break_glass.everything_is_read"]
        assert explained.reason.endswith("by emergency access")
        asked = explain_question(principal=real.who("root"), action=READ, company_id=real.company_id)
        assert (asked.is_allowed, asked.is_break_glass) == (True, True)

    def test_beside_it_does_not(self, real: Emergency) -> None:
        real.open("root")
        client = sign_in(Client(), real.people["alice"], at=real.clock.at)
        assert client.get("/books/DEMO/entries/").status_code == 200
        with scope([real.company_id]):
            rows = transactional(
                lambda: list(PolicyDecision.objects.filter(action=READ).values_list("is_break_glass"))
            )()
        assert set(rows) == {(False,)}
