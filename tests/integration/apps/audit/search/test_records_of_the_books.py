# SPDX-License-Identifier: Apache-2.0
"""Every page of the books that shows one record has its audit trail beside it."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from cortex import clock
from cortex.approvals.delegate import delegate
from cortex.approvals.end_delegation import end_delegation
from cortex.approvals.limits import limits_of
from cortex.approvals.require_second_person import require_second_person
from cortex.approvals.set_entry_limit import set_entry_limit
from cortex.ids import uuid7
from cortex.policy.routes import Route, all_routes
from tests.architecture.test_routes import answered_methods
from tests.factories.books import BANK, CONSOLE
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in
from tests.integration.cortex.approvals.conftest import office
from tests.integration.cortex.approvals.office import Office

__all__ = ["office"]

# Pages with a record in their address that show none, and why.
WITHOUT_TRAIL = {
    "books/<str:company_code>/entries/<uuid:entry_id>/proof.zip": "a file: the archive of the entry's leaf",
    "books/<str:company_code>/audit-log/<uuid:leaf_id>/proof.zip": "a file: the archive of the leaf itself",
    "books/<str:company_code>/entries/<uuid:entry_id>/reverse/": "a form for another entry, led to from this",
    "books/<str:company_code>/import/<uuid:job_id>/": "work, no record: each entry of it has its own",
}
PARAMETER = re.compile(r"<\w+:(\w+)>")
TRAIL = '<aside class="panel leaves" aria-labelledby="leaves-title">'


def pages_of_records() -> list[Route]:
    """Return every page of the books with more than a company in its address."""
    return [
        route
        for route in all_routes()
        if route.path.startswith("books/")
        and set(PARAMETER.findall(route.path)) - {"company_code"}
        and "GET" in answered_methods(route)
    ]


class Records:
    """A record of each kind that the books show, changed at least once."""

    def __init__(self, office: Office) -> None:
        self.office = office
        proposal, entry = office.propose(), office.books.post()
        dana = person("dana")
        let_in(company_id=office.company_id, user_id=dana.id, roles=["controller"])
        now = clock.now()
        with office.entered():
            self.limit_id = set_entry_limit(
                company_id=office.company_id, role="accountant", entry_limit_minor=1_000_00, set_by=CONSOLE
            )
            self.delegation_id = delegate(
                company_id=office.company_id,
                delegated_by=office.who("alice"),
                to_user_id=dana.id,
                starts_at=now,
                ends_at=now + timedelta(days=1),
            ).id
        self.values = {
            "company_code": office.books.code,
            "entry_id": entry.id,
            "account_code": BANK,
            "period_code": "2026-01",
            "proposal_id": proposal.id,
            "limit_id": self.limit_id,
            "delegation_id": self.delegation_id,
        }

    def page(self, path: str, *, by: str = "alice") -> str:
        filled = PARAMETER.sub(lambda found: str(self.values[found[1]]), path)
        answer = sign_in(Client(), self.office.people[by]).get(f"/{filled}")
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()


@pytest.fixture
def records(office: Office) -> Records:
    return Records(office)


def verbs(page: str) -> list[str]:
    """Return the verbs of the trail beside a record, the oldest first."""
    beside = page[page.index(TRAIL) :]
    return re.findall(r"<dt>Verb</dt><dd><code>([^<]+)</code>", beside)


class TestTheTrail:
    def test_is_beside_every_record(self, records: Records) -> None:
        pages = [route.path for route in pages_of_records() if route.path not in WITHOUT_TRAIL]
        assert len(pages) >= 6
        without = [path for path in pages if not verbs(records.page(path))]
        assert without == []

    def test_is_left_out_where_there_is_a_page_and_a_reason(self) -> None:
        assert WITHOUT_TRAIL.keys() <= {route.path for route in pages_of_records()}

    def test_of_a_limit_tells_each_change(self, records: Records) -> None:
        with records.office.entered():
            set_entry_limit(
                company_id=records.office.company_id,
                role="accountant",
                entry_limit_minor=2_000_00,
                set_by=CONSOLE,
            )
        page = records.page("books/<str:company_code>/approvals/limits/<uuid:limit_id>/", by="bob")
        assert "Limit: Role accountant" in page
        assert "2,000.00 EUR" in page
        assert verbs(page) == ["approvals.limit.change"] * 2
        assert page.count("Digest before") == 1

    def test_of_a_limit_that_was_taken_away_is_in_the_log_alone(self, records: Records) -> None:
        with records.office.entered():
            set_entry_limit(
                company_id=records.office.company_id,
                role="accountant",
                entry_limit_minor=None,
                set_by=CONSOLE,
            )
            assert [row.role for row in limits_of(company_id=records.office.company_id)] == ["clerk"]
        bob = sign_in(Client(), records.office.people["bob"])
        assert bob.get(f"/books/DEMO/approvals/limits/{records.limit_id}/").status_code == 404
        assert str(records.limit_id) in bob.get("/books/DEMO/audit-log/").content.decode()

    def test_of_the_rule_of_a_company_is_on_the_page_of_limits(self, records: Records) -> None:
        page = records.page("books/<str:company_code>/approvals/limits/")
        assert verbs(page) == []
        with records.office.entered():
            require_second_person(company_id=records.office.company_id, is_required=True, set_by=CONSOLE)
        page = records.page("books/<str:company_code>/approvals/limits/")
        assert verbs(page) == ["approvals.limit.change"]
        assert f"?object={records.office.company_id}&amp;verb=approvals.limit.change" in page
        for row in limits_of(company_id=records.office.company_id):
            assert f'href="/books/DEMO/approvals/limits/{row.id}/"' in page

    def test_of_a_delegation_is_for_the_two_also_when_it_has_ended(self, records: Records) -> None:
        path = "books/<str:company_code>/approvals/delegations/<uuid:delegation_id>/"
        assert verbs(records.page(path)) == ["approvals.delegation.change"]
        assert "End it now" in records.page(path)
        with records.office.entered():
            end_delegation(
                company_id=records.office.company_id,
                delegation_id=records.delegation_id,
                ended_by=records.office.who("alice"),
            )
        assert verbs(records.page(path)) == ["approvals.delegation.change", "approvals.delegation.end"]
        assert "End it now" not in records.page(path)
        carol = sign_in(Client(), records.office.people["carol"])
        own = f"/books/DEMO/approvals/delegations/{records.delegation_id}/"
        other = f"/books/DEMO/approvals/delegations/{uuid7()}/"
        assert (carol.get(own).status_code, carol.get(other).status_code) == (404, 404)
