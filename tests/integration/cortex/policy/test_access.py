# SPDX-License-Identifier: Apache-2.0
"""One way into a company, and it is closed unless somebody opened it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.test import Client

from cortex.container.scopes import scope as request_scope
from cortex.identity import standing
from cortex.policy.access import AccessMustBeGranted, entered
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope, scoped_companies
from cortex.tenancy.companies import CompanyMustExist
from cortex.tenancy.models import Company
from tests.factories.people import Cast, cast, create_company, let_in
from tests.factories.sessions import sign_in
from tests.frame.statements import statements

pytestmark = pytest.mark.django_db
READ, POST = "accounting.books.read", "accounting.journal_entry.post"


@pytest.fixture
def people() -> Cast:
    return cast()


def may(principal: Principal, action: str, company: Company) -> bool:
    return get(Authorizer).decide(principal=principal, action=action, company_id=company.id).is_allowed


@contextmanager
def in_another_request() -> Iterator[None]:
    """Do something beside the scope that is open."""
    with request_scope(kind="request"):
        yield


def client_of(user_id: object, *scopes: str) -> Principal:
    return Principal(kind="client", id="demo-service", user_id=user_id, scopes=frozenset(scopes))  # type: ignore[arg-type]


class TestEntering:
    def test_binds_the_scope_inside_and_not_after(self, people: Cast) -> None:
        with entered(principal=people.alice_principal, company_code="DEMO", action=READ) as company:
            assert company == people.company
            assert scoped_companies() == (people.company.id,)
        assert scoped_companies() == ()

    def test_tells_an_outsider_that_there_is_no_such_company(self, people: Cast) -> None:
        charlie = Principal(kind="user", id=str(people.charlie.id), user_id=people.charlie.id)
        with (
            pytest.raises(CompanyMustExist),
            entered(principal=charlie, company_code="DEMO", action=READ),
        ):
            raise AssertionError("an outsider got in")

    def test_refuses_a_member_whose_role_does_not_list_the_action(self, people: Cast) -> None:
        bob = Principal(kind="user", id=str(people.bob.id), user_id=people.bob.id)
        with (
            pytest.raises(AccessMustBeGranted) as refusal,
            entered(principal=bob, company_code="DEMO", action=POST),
        ):
            raise AssertionError("an auditor posted")
        assert refusal.value.evidence["got"] == "auditors change nothing, whatever else they are"

    def test_lets_the_console_in_and_no_other_service(self, people: Cast) -> None:
        with entered(principal=Principal.service("console"), company_code="DEMO", action=POST) as company:
            assert company == people.company
        with (
            pytest.raises(AccessMustBeGranted),
            entered(principal=Principal.service("stranger"), company_code="DEMO", action=READ),
        ):
            raise AssertionError("a strange service got in")

    def test_asks_the_database_once_of_each_in_a_request(
        self, people: Cast, django_assert_num_queries
    ) -> None:  # type: ignore[no-untyped-def]
        with (
            request_scope(kind="request"),
            # The memberships, and what was opened in an emergency; Alice has just shown her second factor.
            django_assert_num_queries(2),
            entered(principal=people.alice_principal, company_code="DEMO", action=READ) as company,
        ):
            assert (
                get(Authorizer)
                .decide(principal=people.alice_principal, action=READ, company_id=company.id)
                .is_allowed
            )

    def test_reads_the_limits_of_a_poster_once_in_a_request(self, people: Cast) -> None:
        with request_scope(kind="request"), statements() as asked:
            for _ in range(3):
                assert may(people.alice_principal, POST, people.company)
        assert sum("limit" in sql for sql in asked) == 1

    def test_asks_every_time_where_nothing_ends(self, people: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        with django_assert_num_queries(4):
            assert may(people.alice_principal, READ, people.company)
            assert may(people.alice_principal, READ, people.company)

    def test_asks_for_limits_once_before_changes(self, people: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        with request_scope(kind="request"):
            assert may(people.alice_principal, POST, people.company)
            with django_assert_num_queries(0):
                assert may(people.alice_principal, POST, people.company)


class TestMemory:
    """A decision must not outlive the membership that it rests on."""

    def test_ends_with_the_request(self, people: Cast) -> None:
        with request_scope(kind="request"):
            assert may(people.alice_principal, POST, people.company)
            with in_another_request():
                let_in(company_id=people.company.id, user_id=people.alice.id, roles=["viewer"])
        with request_scope(kind="request"):
            assert not may(people.alice_principal, POST, people.company)

    def test_ends_after_a_second_in_long_work(self, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        with request_scope(kind="task"):
            assert may(people.alice_principal, POST, people.company)
            with in_another_request():
                let_in(company_id=people.company.id, user_id=people.alice.id, roles=["viewer"])
            assert may(people.alice_principal, POST, people.company)
            monkeypatch.setattr(standing, "AGE_SECONDS_MAX", 0.0)
            assert not may(people.alice_principal, POST, people.company)

    def test_ends_with_a_change_of_ones_own(self, people: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        with request_scope(kind="command"):
            assert may(people.alice_principal, POST, people.company)
            let_in(company_id=people.company.id, user_id=people.alice.id, roles=["viewer"])
            assert not may(people.alice_principal, POST, people.company)
            # The change may yet be undone: what is read of it is not kept.
            with django_assert_num_queries(2):
                assert may(people.alice_principal, READ, people.company)

    def test_serves_the_services_of_our_own(self, people: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        console = Principal.service("console")
        with request_scope(kind="command"):
            assert may(console, POST, people.company)
            with django_assert_num_queries(0):
                assert may(console, POST, people.company)

    def test_keeps_companies_apart(self, people: Cast) -> None:
        other = create_company(code="OTHER", name="Other")
        with request_scope(kind="request"):
            assert may(people.alice_principal, READ, people.company)
            assert not may(people.alice_principal, READ, other)
            assert not may(Principal(kind="user", id="x", user_id=people.charlie.id), READ, people.company)

    @pytest.mark.parametrize(
        "path",
        ["/books/DEMO/", "/books/", "/admin/", "/admin/audit/auditentry/", "/api/v1/companies/DEMO/accounts"],
    )
    def test_lets_a_page_read_memberships_once(
        self, people: Cast, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for code in ("FIRST", "SECOND"):
            company = create_company(code=code, name=code)
            let_in(company_id=company.id, user_id=people.alice.id, roles=["auditor"])
        people.alice.is_staff = True
        people.alice.save()
        monkeypatch.setattr(standing, "AGE_SECONDS_MAX", 60.0)
        client = Client()
        sign_in(client, people.alice)
        with statements() as asked:
            assert client.get(path).status_code < 400
        assert sum("identity_memberships_of" in sql for sql in asked) == 1


class TestAuthorizer:
    def test_denies_an_action_that_nobody_declared(self, people: Cast) -> None:
        assert not may(people.alice_principal, "accounting.books.burn", people.company)
        assert not may(Principal.service("console"), "accounting.books.burn", people.company)

    def test_denies_in_a_company_without_membership(self, people: Cast) -> None:
        assert not may(people.alice_principal, READ, create_company(code="OTHER", name="Other"))

    def test_does_not_carry_a_membership_over_to_another_company(self, people: Cast) -> None:
        other = create_company(code="OTHER", name="Other")
        with entered(principal=people.alice_principal, company_code="DEMO", action=READ):
            assert not may(people.alice_principal, READ, other)

    def test_denies_without_a_company(self, people: Cast) -> None:
        decision = get(Authorizer).decide(principal=people.alice_principal, action=READ, company_id=None)
        assert not decision.is_allowed

    def test_denies_a_user_that_does_not_exist(self, people: Cast) -> None:
        assert not may(Principal(kind="user", id="x", user_id=uuid4()), READ, people.company)
        assert not may(Principal(kind="user", id="x"), READ, people.company)

    def test_asks_a_client_for_role_and_scope(self, people: Cast) -> None:
        assert may(client_of(people.alice.id, "accounting:write"), POST, people.company)
        assert not may(client_of(people.alice.id, "accounting:read"), POST, people.company)
        assert not may(client_of(people.bob.id, "accounting:write"), POST, people.company)
        assert not may(client_of(people.alice.id), READ, people.company)

    def test_only_reads_in_a_suspended_company(self, people: Cast) -> None:
        with scope([people.company.id]):
            Company.objects.filter(id=people.company.id).update(status="suspended")
        for principal in (people.alice_principal, Principal.service("console")):
            assert may(principal, READ, people.company)
            assert not may(principal, POST, people.company)
