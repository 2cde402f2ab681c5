# SPDX-License-Identifier: Apache-2.0
"""The state of the log on its pages, and in the probe."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from pytest_django import Settings

from apps.audit.domain import standing
from apps.audit.services.advance_log import advance_log
from apps.audit.services.denials.compare_denials import compare_denials
from apps.audit.services.denials.seal_denials import seal_denials
from apps.audit.services.reconcile_documents import reconcile_all
from cortex.container.override import override
from cortex.identity.grant_platform_role import grant_platform_role
from cortex.identity.models import PLATFORM_ADMINISTRATOR
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.books import BANK, CONSOLE, Books, open_books
from tests.factories.chain import tamper
from tests.factories.clocks import StoppedClock
from tests.factories.log import LocalSigner, LocalWitnesses
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone

BOOKS, ADMIN = "/books/DEMO/audit-log/state/", "/admin/audit/auditentry/state/"
RUNBOOKS = Path(__file__).parents[5] / "runbooks"


@pytest.fixture
def books(committed_database: Clone) -> Books:
    return open_books()


@pytest.fixture
def bob(books: Books) -> Client:
    user = person("bob")
    let_in(company_id=books.company_id, user_id=user.id, roles=["auditor"])
    return sign_in(Client(), user)


@pytest.fixture
def petra(books: Books) -> Client:
    user = person("petra")
    # Through the program: whoever was made one past it would be found by the comparison.
    grant_platform_role(user_id=user.id, role=PLATFORM_ADMINISTRATOR, granted_by=CONSOLE)
    user.refresh_from_db()
    return sign_in(Client(), user)


def compare() -> None:
    reconcile_all(reconciled_by=Principal.service("scheduler"))


def change_a_line(clone: Clone) -> None:
    """Do as a superuser what no role of the application can."""
    with psycopg.connect(clone.admin_dsn) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("ALTER TABLE accounting_journal_entry DISABLE TRIGGER ALL")
        admin.execute("UPDATE accounting_journal_entry SET accounting_date = accounting_date + 1")


def told(page: str) -> str:
    return " ".join(page.split())


def probe() -> object:
    return Client().get("/health/ready").json()["parts"].get("books")


class TestPages:
    def test_tell_tree_root_witness_and_comparison(
        self, books: Books, bob: Client, petra: Client, settings: Settings
    ) -> None:
        settings.AUDIT_SIGNER_SOCKET = "/run/signer.sock"
        books.post()
        signer = LocalSigner()
        size = advance_log(signer=signer, witnesses=LocalWitnesses())
        compare()
        for browser, address in ((bob, BOOKS), (petra, ADMIN)):
            page = told(browser.get(address).content.decode())
            for text in (str(size), signer.root.hex(), "In order", "No witness is configured"):
                assert text in page, (address, text)
        assert "1 documents, 0 differences" in told(bob.get(BOOKS).content.decode())

    def test_name_what_differs_and_what_to_do(
        self, books: Books, bob: Client, petra: Client, committed_database: Clone
    ) -> None:
        posted = books.post()
        change_a_line(committed_database)
        compare()
        for browser, address in ((bob, BOOKS), (petra, ADMIN)):
            page = told(browser.get(address).content.decode())
            for text in (
                "Act now",
                "differences between books and log",
                str(posted.id),
                "accounting_date",
            ):
                assert text in page, (address, text)
            assert "runbooks/books-differ-from-log.md" in page

    def test_name_objects_of_a_company_and_of_the_platform(
        self, books: Books, bob: Client, petra: Client, committed_database: Clone
    ) -> None:
        account = "UPDATE accounting_account SET type = 'expense' WHERE code = %s RETURNING id"
        ((account_id,),) = tamper(committed_database, "accounting_account", account, BANK)
        user = "UPDATE identity_user SET is_plugin_reviewer = true WHERE username = 'bob' RETURNING id"
        ((user_id,),) = tamper(committed_database, "identity_user", user)
        compare()
        for browser, address, ids in ((bob, BOOKS, {account_id}), (petra, ADMIN, {account_id, user_id})):
            page = told(browser.get(address).content.decode())
            assert {each for each in (account_id, user_id) if str(each) in page} == ids
            # What is the platform's is nothing that a company's readers are told.
            of_platform = "Differences between objects of the platform and log: 1."
            assert (of_platform in page) is (address == ADMIN)
            assert "accounting.account.create (leaf " in page
            assert "Act now" in page

    def test_are_for_watchers_and_for_the_platform(self, bob: Client, petra: Client) -> None:
        assert Client().get(BOOKS).status_code == 302
        assert petra.get(BOOKS).status_code == 404
        assert bob.get(ADMIN).status_code == 302

    @pytest.mark.parametrize("name", [standing._LOG, standing._BOOKS, standing._LEAVES, standing._STANDBYS])
    def test_name_runbooks_that_are_there(self, name: str) -> None:
        assert (RUNBOOKS / name).is_file()


class TestProbe:
    def test_warns_when_a_comparison_is_late(self, books: Books) -> None:
        now = get(Clock).now()
        assert probe() == "ok"
        with override(Clock, StoppedClock(now + timedelta(hours=27))):
            assert probe() == "degraded"
            compare()
            # Of denials there was none yet, either.
            assert probe() == "degraded"
            seal_denials(sealed_by=Principal.service("scheduler"))
            compare_denials(compared_by=Principal.service("scheduler"))
            assert probe() == "ok"

    def test_warns_when_a_comparison_found_a_difference(
        self, books: Books, committed_database: Clone
    ) -> None:
        books.post()
        change_a_line(committed_database)
        assert probe() == "ok"
        compare()
        assert probe() == "degraded"

    def test_warns_when_an_object_of_the_platform_differs(
        self, books: Books, committed_database: Clone
    ) -> None:
        compare()
        assert probe() == "ok"
        tamper(committed_database, "tenancy_company", "UPDATE tenancy_company SET code = 'OTHER'")
        compare()
        assert probe() == "degraded"

    def test_warns_when_companies_were_compared_and_the_platform_never_was(
        self, books: Books, committed_database: Clone
    ) -> None:
        compare()
        tamper(committed_database, "audit_platform_comparison", "DELETE FROM audit_platform_comparison")
        assert probe() == "degraded"
