# SPDX-License-Identifier: Apache-2.0
"""After a rotation a job brings files and texts of a company under the latest key, and tells its progress."""

import pytest
from django.conf import settings

from apps.accounting.selectors.parties import list_parties
from apps.audit.domain.policy_names import RENEW_KEYS_JOB
from apps.audit.services.privacy.order_renewal import order_renewal
from apps.audit.services.privacy.renew_keys import Renewed, renew_keys
from cortex.container.override import override
from cortex.jobs.enqueue import enqueue
from cortex.jobs.run import run_job
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.key_management import KeyManagement
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.secrets.keyring.installation import InstallationKeys
from cortex.secrets.keyring.local import LocalKeyManagement
from tests.factories.books import open_books
from tests.integration.apps.audit.privacy.conftest import NAME, Bureau

KEYS = (
    "SELECT wrapped_key FROM audit_subject_key UNION ALL SELECT wrapped_key FROM storage_stored_file"
    " UNION ALL SELECT wrapped_key FROM sealed_fields_key"
)


def rotated() -> LocalKeyManagement:
    return LocalKeyManagement(InstallationKeys(secret_key="new", fallbacks=[settings.SECRET_KEY]))


def test_job_renews_one_company_and_tells_how_far_it_is(bureau: Bureau) -> None:
    company, others = bureau.books.company_id, open_books(code="OTHER")
    for books in (bureau.books, others):
        with books.entered():
            get(Storage).put(company_id=books.company_id, name="journal.csv", content=b"reference")
    before = set(bureau.rows(KEYS))
    with override(KeyManagement, rotated()), bureau.books.entered():
        job = enqueue(kind=RENEW_KEYS_JOB, company_id=company, principal=bureau.who("alice"))
        run_job(company_id=company, job_id=job)
        ((state, done, total, result),) = bureau.rows("SELECT state, done, total, result FROM jobs_job")
        content = get(Storage).read(company_id=company, file_id=_file(bureau))
    assert content == b"reference"
    # A key for each of the three people, two for names; the file of the other company keeps its own.
    assert (state, done, total) == ("succeeded", 6, 6)
    assert result == {
        "files": 1,
        "files_renewed": 1,
        "keys": 3,
        "keys_renewed": 3,
        "texts_sealed": 0,
        "field_keys": 2,
        "field_keys_renewed": 2,
        "fields_sealed": 0,
        "fields_sealed_anew": 0,
    }
    assert len(before & set(bureau.rows(KEYS))) == 1
    assert bureau.rows("SELECT count(*) FROM audit_entry WHERE verb = 'audit.key.renew'") == [(1,)]


def test_whoever_only_audits_renews_nothing(bureau: Bureau) -> None:
    before = bureau.rows(KEYS)
    with override(KeyManagement, rotated()), bureau.books.entered(), pytest.raises(AccessMustBeGranted):
        renew_keys(company_id=bureau.books.company_id, renewed_by=bureau.who("bob"), progress=lambda *_: None)
    assert bureau.rows(KEYS) == before


def test_a_second_run_finds_nothing_to_do(bureau: Bureau) -> None:
    told: list[tuple[int, int]] = []
    with override(KeyManagement, rotated()), bureau.books.entered():
        done = [
            renew_keys(
                company_id=bureau.books.company_id,
                renewed_by=bureau.who("alice"),
                progress=lambda *how_far: told.append(how_far),
            )
            for _run in range(2)
        ]
    assert done == [Renewed(0, 0, 3, 3, 0, 2, 2, 0, 0), Renewed(0, 0, 3, 0, 0, 2, 0, 0, 0)]
    assert told == [(3, 5), (5, 5), (3, 5), (5, 5)]


def test_with_new_data_keys_seals_every_name_anew_and_leaves_the_index(bureau: Bureau) -> None:
    names = (
        "SELECT party_id, name_key_id, name_sealed, name_index FROM accounting_party_name ORDER BY party_id"
    )
    company, before = bureau.books.company_id, bureau.rows(names)
    with bureau.books.entered():
        job = order_renewal(company_id=company, ordered_by=bureau.who("alice"), with_new_data_keys=True)
        for _run in range(2):
            run_job(company_id=company, job_id=job)
        shown = [party.name for party in list_parties(company_id=company)]
    after = bureau.rows(names)
    assert shown == [NAME, "Somebody else"]
    assert [row[0] for row in after] == [row[0] for row in before]
    assert [row[3] for row in after] == [row[3] for row in before]
    assert not {row[1] for row in after} & {row[1] for row in before}
    assert not {row[2] for row in after} & {row[2] for row in before}
    ((done, total, result),) = bureau.rows("SELECT done, total, result FROM jobs_job")
    assert (done, total) == (8, 8)
    assert isinstance(result, dict)
    assert (result["field_keys"], result["fields_sealed_anew"]) == (3, 2)
    assert bureau.rows("SELECT count(*) FROM audit_entry WHERE verb = 'audit.key.replace'") == [(1,)]


def test_with_new_data_keys_asks_first(bureau: Bureau) -> None:
    before = bureau.rows(KEYS)
    with bureau.books.entered(), pytest.raises(AccessMustBeGranted):
        order_renewal(
            company_id=bureau.books.company_id, ordered_by=bureau.who("bob"), with_new_data_keys=True
        )
    assert bureau.rows(KEYS) == before


def _file(bureau: Bureau) -> object:
    ((file_id,),) = bureau.rows(
        f"SELECT id FROM storage_stored_file WHERE company_id = '{bureau.books.company_id}'"
    )
    return file_id
