# SPDX-License-Identifier: Apache-2.0
"""A review shows when each member last did something in the company, in person or by a program."""

import pytest

from cortex import clock
from cortex.access_reviews.last_use import last_uses
from cortex.container import scopes
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.ports.authorizer import Authorizer
from cortex.ports.registry import get
from cortex.tenancy import scope
from tests.factories.people import Cast, cast, create_company, token_of_client
from tests.factories.programs import opens

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def ask(user: User, people: Cast, *, action: str) -> None:
    company_id = people.company.id
    with scopes.scope(kind="command"), scope([company_id]):
        get(Authorizer).decide(principal=principal_of_user(user), action=action, company_id=company_id)
        if action == "jobs.job.read":
            get(Authorizer).require(principal=principal_of_user(user), action=action, company_id=company_id)


class TestLastUse:
    def test_is_the_last_act_that_was_allowed(self, people: Cast) -> None:
        before = clock.now()
        ask(people.bob, people, action="jobs.job.read")
        found = last_uses(company_id=people.company.id)
        assert found.keys() == {people.bob.id}
        assert before <= found[people.bob.id] <= clock.now()

    def test_is_not_what_was_refused(self, people: Cast) -> None:
        ask(people.bob, people, action="jobs.job.cancel")
        assert last_uses(company_id=people.company.id) == {}

    def test_of_a_service_is_that_of_its_program(self, people: Cast) -> None:
        token = token_of_client(people.company, "identity:read", role="controller")
        assert opens(token, "/api/v1/companies/DEMO/members") == 200
        service = User.objects.get(username="demo-service")
        assert service.id in last_uses(company_id=people.company.id)

    def test_in_another_company_is_none_here(self, people: Cast) -> None:
        ask(people.bob, people, action="jobs.job.read")
        other = create_company(code="OTHER", name="Other Trading")
        assert last_uses(company_id=other.id) == {}
