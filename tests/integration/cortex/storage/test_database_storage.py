# SPDX-License-Identifier: Apache-2.0
"""Files stay inside their company and are never changed."""

import hashlib
from uuid import UUID

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from pytest_django.fixtures import Settings

from cortex.container.override import override
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.ports.key_management import CiphertextMustBeIntact, KeyManagement
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.secrets.keyring.installation import InstallationKeys
from cortex.secrets.keyring.local import LocalKeyManagement
from cortex.storage.database_storage import FileMustExist, FileMustNotBeTooLarge
from cortex.storage.envelope import FileMustBeIntact
from cortex.storage.models import StoredFile
from cortex.storage.renewal import renew_stored_files
from cortex.tenancy import scope
from cortex.tenancy.models import Company
from tests.factories.people import create_company
from tests.frame.clones import Clone
from tests.frame.server import server

CONTENT = b"reference,debit\n\x00\xff"


@pytest.fixture
def company(committed_database: Clone) -> Company:
    return create_company(code="DEMO", name="Demo")


def row_of(company_id: UUID, file_id: UUID) -> StoredFile:
    with scope([company_id]):
        return transactional(StoredFile.objects.get)(id=file_id)


def as_superuser(statement: str) -> None:
    """Change rows as somebody who holds the database: triggers and row-level security do not stop them."""
    database = connection.settings_dict["NAME"]
    with psycopg.connect(server().admin_dsn(database), autocommit=True) as admin:
        admin.execute("ALTER TABLE storage_stored_file DISABLE TRIGGER USER")
        admin.execute(statement.encode())
        admin.execute("ALTER TABLE storage_stored_file ENABLE ALWAYS TRIGGER refuse_other_content")


def into_the_clear(file_id: UUID) -> None:
    """Make the row what it was before encryption."""
    as_superuser(
        f"UPDATE storage_stored_file SET content = '\\x{CONTENT.hex()}', wrapped_key = NULL"
        f" WHERE id = '{file_id}'"
    )


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

    def test_keeps_ciphertext_alone(self, company: Company) -> None:
        stored = get(Storage).put(company_id=company.id, name="x", content=CONTENT * 9)
        row = row_of(company.id, stored.id)
        assert CONTENT not in bytes(row.content)
        assert bytes(row.wrapped_key or b"").startswith(b"cortex-key:installation:cortex-files:")
        assert (bytes(row.digest).hex(), row.size_bytes) == (stored.digest, stored.size_bytes)

    def test_reads_a_file_from_before_encryption_and_renews_it(self, company: Company) -> None:
        stored = get(Storage).put(company_id=company.id, name="x", content=CONTENT)
        into_the_clear(stored.id)
        assert get(Storage).read(company_id=company.id, file_id=stored.id) == CONTENT
        assert renew_stored_files() == (1, 1)
        assert CONTENT not in bytes(row_of(company.id, stored.id).content)
        assert get(Storage).read(company_id=company.id, file_id=stored.id) == CONTENT
        assert renew_stored_files() == (1, 0)

    def test_brings_files_under_a_new_key_by_a_command(
        self, company: Company, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = [get(Storage).put(company_id=company.id, name="x", content=CONTENT) for _ in range(3)]
        before = bytes(row_of(company.id, files[0].id).content)
        keys = LocalKeyManagement(InstallationKeys(secret_key="new", fallbacks=[django_settings.SECRET_KEY]))
        with override(KeyManagement, keys):
            call_command("renew_stored_files")
        assert capsys.readouterr().out == "3 files, 3 renewed\n"
        alone = LocalKeyManagement(InstallationKeys(secret_key="new"))
        with override(KeyManagement, alone):
            for file in files:
                assert get(Storage).read(company_id=company.id, file_id=file.id) == CONTENT
        assert bytes(row_of(company.id, files[0].id).content) == before

    @pytest.mark.parametrize(
        "change",
        [
            "content = set_byte(content, 0, 255 - get_byte(content, 0))",
            "content = (SELECT content FROM storage_stored_file o WHERE o.id <> f.id)",
            "wrapped_key = (SELECT wrapped_key FROM storage_stored_file o WHERE o.id <> f.id)",
            "digest = sha256('other')",
            "content = ''",
        ],
        ids=["a byte", "content of another", "key of another", "digest", "nothing"],
    )
    def test_refuses_bytes_that_were_changed_below_the_program(self, company: Company, change: str) -> None:
        stored, _ = (get(Storage).put(company_id=company.id, name="x", content=CONTENT) for _ in range(2))
        as_superuser(f"UPDATE storage_stored_file f SET {change} WHERE id = '{stored.id}'")
        with pytest.raises((FileMustBeIntact, CiphertextMustBeIntact)):
            get(Storage).read(company_id=company.id, file_id=stored.id)

    @pytest.mark.parametrize(
        "change", ["content = ''", "wrapped_key = NULL", "digest = sha256('x')", "name = 'y'"]
    )
    def test_lets_nobody_change_a_file_by_renewing_it(self, company: Company, change: str) -> None:
        get(Storage).put(company_id=company.id, name="x", content=CONTENT)
        with (
            pytest.raises(DatabaseError, match=r"refused|permission denied"),
            service_transaction() as cursor,
        ):
            cursor.execute(f"UPDATE storage_stored_file SET {change}")

    def test_refuses_to_change_a_file(self, company: Company) -> None:
        get(Storage).put(company_id=company.id, name="x", content=CONTENT)

        @transactional
        def change() -> None:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE storage_stored_file SET content = ''")

        with scope([company.id]), pytest.raises(DatabaseError, match="permission denied"):
            change()
