# SPDX-License-Identifier: Apache-2.0
"""Files stay inside their company and are never changed."""

import hashlib

import pytest
from django.db import DatabaseError, connection
from pytest_django.fixtures import Settings

from cortex.database.transactions import transactional
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.storage.database_storage import FileMustExist, FileMustNotBeTooLarge
from cortex.storage.models import StoredFile
from cortex.tenancy import scope
from cortex.tenancy.companies import create_company
from cortex.tenancy.models import Company
from tests.frame.clones import Clone

CONTENT = b"reference,debit\n\x00\xff"


@pytest.fixture
def company(committed_database: Clone) -> Company:
    return create_company(code="DEMO", name="Demo")


class TestStorage:
    def test_gives_back_the_bytes_and_their_digest(self, company: Company) -> None:
        stored = get(Storage).put(company_id=company.id, name="journal.csv", content=CONTENT)
        assert (stored.name, stored.size_bytes) == ("journal.csv", len(CONTENT))
        assert stored.digest == hashlib.sha256(CONTENT).hexdigest()
        assert get(Storage).read(company_id=company.id, file_id=stored.id) == CONTENT
        with scope([company.id]):
            row = transactional(StoredFile.objects.get)(id=stored.id)
        assert bytes(row.digest).hex() == stored.digest

    def test_tells_another_company_that_there_is_no_such_file(self, company: Company) -> None:
        stored = get(Storage).put(company_id=company.id, name="x", content=CONTENT)
        other = create_company(code="OTHER", name="Other")
        with pytest.raises(FileMustExist):
            get(Storage).read(company_id=other.id, file_id=stored.id)

    def test_refuses_a_file_over_the_limit(self, company: Company, settings: Settings) -> None:
        settings.STORED_FILE_BYTES_MAX = 10
        with pytest.raises(FileMustNotBeTooLarge) as refusal:
            get(Storage).put(company_id=company.id, name="x", content=b"x" * 12)
        assert refusal.value.evidence["difference"] == 2

    def test_is_rolled_back_with_the_verb(self, company: Company) -> None:
        @transactional
        def fail() -> None:
            get(Storage).put(company_id=company.id, name="x", content=CONTENT)
            raise RuntimeError("the verb fails")

        with scope([company.id]):
            with pytest.raises(RuntimeError, match="the verb fails"):
                fail()
            assert transactional(StoredFile.objects.count)() == 0

    def test_refuses_to_change_a_file(self, company: Company) -> None:
        get(Storage).put(company_id=company.id, name="x", content=CONTENT)

        @transactional
        def change() -> None:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE storage_stored_file SET content = ''")

        with scope([company.id]), pytest.raises(DatabaseError, match="permission denied"):
            change()
