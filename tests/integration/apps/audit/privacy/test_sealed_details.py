# SPDX-License-Identifier: Apache-2.0
"""Texts beside the log are sealed under the key of what they speak of."""

import psycopg
import pytest
from django.conf import settings
from structlog.testing import capture_logs

from apps.audit.domain.privacy.errors import TextMustBeIntact
from apps.audit.models import AuditEntry
from apps.audit.selectors.privacy.openings import openings_of
from apps.audit.services.privacy.renew_texts import renew_texts
from apps.audit.tasks import renew_texts_at_night
from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.key_management import Context, DataKey, KeyManagement, KeyMustExist
from cortex.ports.registry import get
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.keyring.installation import InstallationKeys
from cortex.secrets.keyring.local import LocalKeyManagement
from tests.factories.books import CONSOLE
from tests.integration.apps.audit.privacy.conftest import Bureau

REASON = "As agreed with Erika"


class AbsentKeeper:
    """A keeper of keys that does not answer."""

    def generate_data_key(self, *, key_id: str, context: Context) -> DataKey:
        raise VaultMustBeReachable("Vault: expected an answer, got none.")


class EmptyKeeper:
    """A keeper of keys that has lost the one that wraps."""

    def generate_data_key(self, *, key_id: str, context: Context) -> DataKey:
        raise KeyMustExist("Key: expected to be kept here, got none.")


def append(bureau: Bureau, *records: AuditRecord) -> None:
    with bureau.books.entered():
        transactional(
            lambda: get(AuditLog).append(
                company_id=bureau.books.company_id, actor=CONSOLE, records=list(records)
            )
        )()


def record(**given: object) -> AuditRecord:
    fields = {"verb": "testing.note.write", "object_type": "testing.note", "object_id": uuid7()} | given
    return AuditRecord(**{"details": {"reason": REASON}, **fields})  # type: ignore[arg-type]


def opened(bureau: Bureau, written: AuditRecord) -> list[str]:
    with bureau.books.entered():
        leaves = transactional(
            lambda: list(
                AuditEntry.objects.filter(object_id=written.object_id).values_list("leaf_id", flat=True)
            )
        )()
        found = openings_of(company_id=bureau.books.company_id, leaf_ids=leaves)
    return [opening.value for opening in found]


class TestText:
    def test_is_stored_sealed_and_opened_for_readers(self, bureau: Bureau) -> None:
        written = record()
        append(bureau, written)
        stored = bureau.rows(
            "SELECT salt, value, position('Erika'::bytea IN sealed) FROM audit_detail"
            f" WHERE leaf_id IN (SELECT leaf_id FROM audit_entry WHERE object_id = '{written.object_id}')"
        )
        assert stored == [(None, None, 0)]
        assert opened(bureau, written) == [REASON]

    def test_shares_the_key_of_its_subject_and_no_other(self, bureau: Bureau) -> None:
        one, other = record(), record()
        append(bureau, one, other)
        append(bureau, record(object_id=one.object_id))
        assert opened(bureau, one) == [REASON, REASON]
        keys = bureau.rows(
            "SELECT subject_id FROM audit_subject_key"
            f" WHERE subject_id IN ('{one.object_id}', '{other.object_id}')"
        )
        assert len(keys) == 2

    def test_that_was_moved_to_another_leaf_is_refused(self, bureau: Bureau) -> None:
        one = record(details={"reason": REASON})
        other = record(object_id=one.object_id, details={"reason": "Because of Otto"})
        append(bureau, one, other)
        with psycopg.connect(bureau.clone.admin_dsn) as admin:
            admin.execute(
                "UPDATE audit_detail d SET sealed = o.sealed FROM audit_detail o JOIN audit_entry e"
                " ON e.leaf_id = o.leaf_id WHERE e.object_id = %s AND d.key_id = o.key_id"
                " AND d.leaf_id <> o.leaf_id",
                [one.object_id],
            )
        with pytest.raises(TextMustBeIntact):
            opened(bureau, one)

    @pytest.mark.parametrize("keeper", [AbsentKeeper, EmptyKeeper])
    def test_is_written_in_the_clear_while_no_keeper_answers(
        self, bureau: Bureau, keeper: type[AbsentKeeper | EmptyKeeper]
    ) -> None:
        written = record()
        with override(KeyManagement, keeper()):
            append(bureau, written)
        stored = bureau.rows("SELECT value, key_id FROM audit_detail WHERE key_id IS NULL")
        assert stored == [(REASON, None)]
        assert opened(bureau, written) == [REASON]

    def test_that_was_written_in_the_clear_is_sealed_at_night(self, bureau: Bureau) -> None:
        written = record()
        with override(KeyManagement, AbsentKeeper()):
            append(bureau, written)
            with capture_logs() as told:
                renew_texts_at_night()
        assert [line["event"] for line in told] == ["audit_texts_not_renewed"]
        renew_texts_at_night()
        assert bureau.rows("SELECT count(*) FROM audit_detail WHERE value IS NOT NULL") == [(0,)]
        assert opened(bureau, written) == [REASON]

    def test_of_the_platform_is_refused(self, bureau: Bureau) -> None:
        with pytest.raises(ValueError, match="belong to a company"):
            transactional(lambda: get(AuditLog).append(company_id=None, actor=CONSOLE, records=[record()]))()


class TestKey:
    def test_takes_its_texts_with_it(self, bureau: Bureau) -> None:
        written = record()
        append(bureau, written)
        with psycopg.connect(bureau.clone.admin_dsn) as admin:
            admin.execute("DELETE FROM audit_subject_key WHERE subject_id = %s", [written.object_id])
        assert opened(bureau, written) == []

    def test_is_wrapped_anew_after_a_rotation_and_no_text_is_touched(self, bureau: Bureau) -> None:
        written, stored = record(), "SELECT sealed FROM audit_detail ORDER BY leaf_id, name"
        append(bureau, written)
        before, keys = (
            bureau.rows(stored),
            bureau.rows("SELECT wrapped_key FROM audit_subject_key ORDER BY id"),
        )
        new = InstallationKeys(secret_key="new", fallbacks=[settings.SECRET_KEY])
        with override(KeyManagement, LocalKeyManagement(new)):
            done = renew_texts()
            assert (done.sealed, done.keys, done.rewrapped) == (0, len(keys), len(keys))
            assert renew_texts().rewrapped == 0
            assert opened(bureau, written) == [REASON]
        assert bureau.rows(stored) == before
        assert set(bureau.rows("SELECT wrapped_key FROM audit_subject_key")).isdisjoint(keys)

    def test_never_becomes_that_of_another_subject(self, bureau: Bureau) -> None:
        append(bureau, record())
        with (
            psycopg.connect(bureau.clone.admin_dsn) as admin,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="another subject's"),
        ):
            admin.execute("UPDATE audit_subject_key SET subject_id = gen_random_uuid()")
