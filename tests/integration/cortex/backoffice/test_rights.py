# SPDX-License-Identifier: Apache-2.0
"""Who can do what, on a page: of one's own companies alone, and with the reason for each answer."""

import csv
import io

import pytest

from cortex.policy.actions import declared_actions
from cortex.policy.roles import roles_let_in
from tests.factories.people import Cast, cast, create_company, member
from tests.integration.cortex.backoffice.administration import page, staff

pytestmark = pytest.mark.django_db
AT, WHY = "/admin/rights/", "/admin/rights/explain/"
POST = "accounting.journal_entry.post"


@pytest.fixture
def people() -> Cast:
    return cast()


class TestTable:
    def test_of_roles_says_what_decisions_say(self, people: Cast) -> None:
        answer = staff(people.bob).get(f"{AT}?format=csv")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        assert answer.headers["Content-Disposition"] == 'attachment; filename="who-can-do-what-roles.csv"'
        assert {row["action"] for row in rows} == {action.code for action in declared_actions()}
        for row in rows:
            assert {role for role, word in row.items() if word == "yes"} == roles_let_in(action=row["action"])

    def test_of_members_says_what_each_may_do(self, people: Cast) -> None:
        client = staff(people.bob)
        shown = page(client.get(f"{AT}?company=DEMO&q={POST}"))
        assert "Members of DEMO Demo Trading" in shown
        answer = client.get(f"{AT}?company=DEMO&q={POST}&format=csv").content.decode()
        rows = {row["action"]: row for row in csv.DictReader(io.StringIO(answer))}
        assert (rows[POST]["alice"], rows[POST]["bob"]) == ("yes", "no")

    def test_that_finds_nothing_says_what_to_do(self, people: Cast) -> None:
        assert "Try a shorter word" in page(staff(people.bob).get(f"{AT}?q=zebra"))

    def test_shows_the_members_of_own_companies_alone(self, people: Cast) -> None:
        other = create_company(code="OTHER", name="Other")
        member(other, name="olga", role="controller")
        client = staff(people.bob)
        assert client.get(f"{AT}?company=OTHER").status_code == 403
        assert "OTHER" not in page(client.get(AT))
        assert client.get(f"{WHY}?company=OTHER&holder=olga&action={POST}").status_code == 403
        assert client.get(f"{WHY}?company=DEMO&holder=olga&action={POST}").status_code == 404

    def test_is_refused_to_those_who_only_work(self, people: Cast) -> None:
        for user in (member(people.company, name="erin", role="clerk"), people.charlie):
            client = staff(user)
            assert client.get(AT).status_code == 403
            assert client.get(f"{WHY}?holder=clerk&action={POST}").status_code == 403
            assert "Who can do what" not in client.get("/admin/").content.decode()

    def test_is_only_looked_at(self, people: Cast) -> None:
        assert staff(people.bob).post(AT).status_code == 405

    def test_pages_through_many_members(self, people: Cast) -> None:
        for number in range(16):
            member(people.company, name=f"z{number:02}", role="viewer")
        client = staff(people.bob)
        first = page(client.get(f"{AT}?company=DEMO&q={POST}"))
        assert "Further members" in first
        assert "z15" not in first
        assert "z15" in page(client.get(f"{AT}?company=DEMO&q={POST}&first=15"))


class TestExplanation:
    def test_shows_the_policy_that_decided(self, people: Cast) -> None:
        shown = page(staff(people.bob).get(f"{WHY}?holder=clerk&action=jobs.job.cancel"))
        assert "jobs.workers_cancel" in shown
        assert "Whoever works in the books may stop a job" in shown

    def test_says_that_nothing_allows_it(self, people: Cast) -> None:
        shown = page(staff(people.bob).get(f"{WHY}?company=DEMO&holder=bob&action=jobs.job.cancel"))
        assert "bob in DEMO Demo Trading" in shown
        assert "accountant, administrator, clerk, controller" in shown

    def test_of_nothing_is_not_found(self, people: Cast) -> None:
        client = staff(people.bob)
        assert client.get(f"{WHY}?holder=emperor&action={POST}").status_code == 404
        assert client.get(f"{WHY}?holder=clerk&action=no.such").status_code == 404
