# SPDX-License-Identifier: Apache-2.0
"""Foreign keys inside a company compare the company; between contexts there are none."""

import pytest
from django.db import connections

from tests.architecture.catalogue import keys_between_contexts, keys_that_leave_the_company


@pytest.mark.django_db
class TestForeignKeys:
    def test_inside_a_company_compare_the_company(self) -> None:
        assert keys_that_leave_the_company() == []

    def test_never_lead_into_another_context(self) -> None:
        assert keys_between_contexts() == []


@pytest.mark.django_db(databases=["owner"])
class TestForbiddenForeignKeys:
    def given(self, statements: str) -> None:
        """Change the schema inside the transaction of this test, which is rolled back."""
        with connections["owner"].cursor() as cursor:
            cursor.execute(statements)

    def test_by_id_alone_is_found(self) -> None:
        self.given(
            "ALTER TABLE accounting_party ADD UNIQUE (id);"
            "CREATE TABLE accounting_note (company_id uuid, party_id uuid REFERENCES accounting_party (id))"
        )
        assert keys_that_leave_the_company(using="owner") == [
            "accounting_note -> accounting_party (party_id)"
        ]

    def test_into_another_context_is_found(self) -> None:
        self.given(
            "CREATE TABLE audit_note (company_id uuid, party_id uuid,"
            " FOREIGN KEY (company_id, party_id) REFERENCES accounting_party)"
        )
        assert keys_between_contexts(using="owner") == ["audit_note -> accounting_party"]
