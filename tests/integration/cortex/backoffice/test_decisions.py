# SPDX-License-Identifier: Apache-2.0
"""What was decided is searched and explained in the administration, each company's for its own watchers."""

import re

import pytest

from cortex.container import scopes
from cortex.identity.principals import principal_of_user
from cortex.ports.authorizer import AccessMustBeGranted, Authorizer
from cortex.ports.registry import get
from cortex.tenancy import scope
from tests.factories.people import Cast, cast, create_company, member
from tests.integration.cortex.backoffice.administration import page, staff

pytestmark = pytest.mark.django_db
LIST = "/admin/policy/policydecision/"
CANCEL, READ = "jobs.job.cancel", "jobs.job.read"


@pytest.fixture
def people() -> Cast:
    found = cast()
    company_id = found.company.id
    with scopes.scope(kind="command"), scope([company_id]):
        bob = principal_of_user(found.bob)
        with pytest.raises(AccessMustBeGranted):
            get(Authorizer).require(principal=bob, action=CANCEL, company_id=company_id)
        get(Authorizer).require(principal=bob, action=READ, company_id=company_id)
    return found


def rows_of(text: str) -> list[str]:
    return re.findall(r"/admin/policy/policydecision/([0-9a-f-]{36})/change/", text)


class TestDecisions:
    @pytest.mark.parametrize("term", ["jobs.job.can", "bob", "user:{bob}", "{company}"])
    def test_are_found_by_action_actor_and_object(self, people: Cast, term: str) -> None:
        sought = term.format(bob=people.bob.id, company=people.company.id)
        assert CANCEL in page(staff(people.alice).get(LIST, {"q": sought, "is_allowed__exact": "0"}))

    def test_are_told_apart_by_answer(self, people: Cast) -> None:
        client = staff(people.alice)
        shown = page(client.get(LIST, {"q": "bob", "is_allowed__exact": "1"}))
        assert READ in shown
        assert CANCEL not in shown
        assert rows_of(page(client.get(LIST, {"q": "nobody"}))) == []

    def test_are_explained_with_the_policies_that_decided(self, people: Cast) -> None:
        client = staff(people.alice)
        (decision,) = set(rows_of(page(client.get(LIST, {"q": READ, "is_allowed__exact": "1"}))))
        shown = page(client.get(f"{LIST}{decision}/change/"))
        assert "jobs.members_look" in shown
        assert "to the same question, as then" in shown
        assert "Version 0 as release" in shown

    def test_that_were_refused_say_why_and_who_is_let_in(self, people: Cast) -> None:
        client = staff(people.alice)
        (decision,) = set(rows_of(page(client.get(LIST, {"q": CANCEL}))))
        shown = page(client.get(f"{LIST}{decision}/change/"))
        assert "kernel.auditors_change_nothing" in shown
        assert "accountant, administrator, clerk, controller" in shown

    def test_are_seen_by_watchers_of_the_company_alone(self, people: Cast) -> None:
        client = staff(people.alice)
        (decision,) = set(rows_of(page(client.get(LIST, {"q": CANCEL}))))
        olga = member(create_company(code="OTHER", name="Other"), name="olga", role="controller")
        for user in (people.charlie, olga):
            stranger = staff(user)
            assert decision not in stranger.get(LIST).content.decode()
            assert stranger.get(f"{LIST}{decision}/change/").status_code in (302, 403, 404)

    def test_are_changed_by_nobody(self, people: Cast) -> None:
        client = staff(people.alice)
        (decision,) = set(rows_of(page(client.get(LIST, {"q": CANCEL}))))
        for path in (f"{decision}/delete/", "add/"):
            assert client.post(f"{LIST}{path}").status_code == 403
        assert client.post(f"{LIST}{decision}/change/", {"reason": "x-rewritten"}).status_code == 403
        assert b"x-rewritten" not in client.get(f"{LIST}{decision}/change/").content
        assert decision in page(client.get(LIST, {"q": CANCEL}))
