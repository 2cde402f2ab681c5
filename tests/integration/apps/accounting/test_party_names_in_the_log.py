# SPDX-License-Identifier: Apache-2.0
"""A party's name leaves a leaf that says nothing of it, and that nobody can test once it is erased."""

import json
from hashlib import sha256

import psycopg
import pytest

from apps.accounting.domain.party_name import PARTY_NAME
from apps.accounting.domain.party_name_digest import PARTY_NAME_OBJECT, name_digest
from apps.accounting.services.erase_party import erase_party
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Consent, consented
from cortex.ports.subjects import ERASE_SUBJECT
from cortex.sealed_fields.keys import replace_encryption_key
from cortex.sealed_fields.renewal import renew_sealed_fields
from tests.factories.books import Books, EntryDraftFactory, open_books
from tests.factories.chain import changes_in, found_of, night, rows, tamper
from tests.factories.leaves import watched_leaves
from tests.factories.people import just_signed_in, let_in, person
from tests.frame.clones import Clone

NAME, TABLE = "Orchard School", "accounting_party_name"
LEAVES = (
    "SELECT convert_from(body, 'UTF8'), object_id FROM audit_entry"
    f" WHERE object_type = '{PARTY_NAME_OBJECT}' ORDER BY id"
)


@pytest.fixture
def books(committed_database: Clone) -> Books:
    return open_books()


def erase(books: Books, party_id: object) -> None:
    alice, bob = person("alice"), person("bob")
    for user in (alice, bob):
        let_in(company_id=books.company_id, user_id=user.id, roles=["controller"])
    given = Consent(uuid7(), ERASE_SUBJECT, books.company_id, given_by=just_signed_in(bob))
    with books.entered(), consented(given):
        erase_party(company_id=books.company_id, subject_id=party_id, erased_by=just_signed_in(alice))  # type: ignore[arg-type]


class TestANewName:
    def test_leaves_one_leaf_with_the_posting_that_brings_it(self, books: Books) -> None:
        with watched_leaves() as first:
            books.post(EntryDraftFactory(party=NAME))
        assert first.verbs == ["accounting.party_name.write", "accounting.journal_entry.post"]
        with watched_leaves() as second:
            books.post(EntryDraftFactory(party=NAME))
        assert second.verbs == ["accounting.journal_entry.post"]

    def test_is_in_no_leaf_and_can_be_tested_with_the_salt_alone(
        self, books: Books, committed_database: Clone
    ) -> None:
        books.post(EntryDraftFactory(party=NAME))
        ((body, party_id),) = rows(committed_database, LEAVES)
        ((index, salt),) = rows(committed_database, f"SELECT name_index, name_salt FROM {TABLE}")
        assert json.loads(body)["digest"] == name_digest(index=index, salt=salt)
        assert NAME not in body
        assert sha256(bytes(index)).hexdigest() not in body
        assert found_of(PARTY_NAME_OBJECT) == []
        assert party_id is not None


class TestByNight:
    @pytest.mark.parametrize(
        "change", ["name_index = sha256('x')", "name_salt = sha256('x')", "name_salt = NULL"]
    )
    def test_another_name_in_a_row_is_found(
        self, books: Books, committed_database: Clone, change: str
    ) -> None:
        books.post(EntryDraftFactory(party=NAME))
        ((party_id,),) = tamper(committed_database, TABLE, f"UPDATE {TABLE} SET {change} RETURNING party_id")
        assert found_of(PARTY_NAME_OBJECT) == [party_id]

    def test_a_name_that_was_deleted_past_the_program_is_found(
        self, books: Books, committed_database: Clone
    ) -> None:
        books.post(EntryDraftFactory(party=NAME))
        ((party_id,),) = tamper(committed_database, TABLE, f"DELETE FROM {TABLE} RETURNING party_id")
        assert found_of(PARTY_NAME_OBJECT) == [party_id]

    def test_a_name_under_another_key_is_the_same(self, books: Books, committed_database: Clone) -> None:
        books.post(EntryDraftFactory(party=NAME))
        before = rows(committed_database, f"SELECT name_sealed FROM {TABLE}")
        with books.entered():
            made = transactional(replace_encryption_key)
            assert made(company_id=books.company_id, key_class=PARTY_NAME.key_class)
        renew_sealed_fields(company_id=books.company_id)
        assert rows(committed_database, f"SELECT name_sealed FROM {TABLE}") != before
        assert found_of(PARTY_NAME_OBJECT) == []
        assert len(rows(committed_database, LEAVES)) == 1

    def test_a_name_from_before_is_counted(self, books: Books, committed_database: Clone) -> None:
        books.post(EntryDraftFactory(party=NAME))
        known = night().results[0].earlier_count
        tamper(committed_database, TABLE, f"UPDATE {TABLE} SET name_salt = NULL")
        tamper(
            committed_database,
            "audit_entry",
            "DELETE FROM audit_entry WHERE object_type = %s",
            PARTY_NAME_OBJECT,
        )
        assert found_of(PARTY_NAME_OBJECT) == []
        assert night().results[0].earlier_count == known + 1


class TestAnErasedName:
    def test_leaves_a_leaf_of_what_went_and_nothing_that_opens_it(
        self, books: Books, committed_database: Clone
    ) -> None:
        books.post(EntryDraftFactory(party=NAME))
        ((party_id,),) = rows(committed_database, f"SELECT party_id FROM {TABLE}")
        erase(books, party_id)
        made, gone = (json.loads(body) for body, _ in rows(committed_database, LEAVES))
        assert (gone["verb"], gone["before"], gone["digest"]) == (
            "accounting.party_name.erase",
            made["digest"],
            None,
        )
        assert rows(committed_database, f"SELECT * FROM {TABLE}") == []
        assert found_of(PARTY_NAME_OBJECT) == []
        assert changes_in(committed_database)[0].gaps == []

    def test_from_before_leaves_the_leaf_of_the_erasure_alone(
        self, books: Books, committed_database: Clone
    ) -> None:
        books.post(EntryDraftFactory(party=NAME))
        ((party_id,),) = tamper(
            committed_database, TABLE, f"UPDATE {TABLE} SET name_salt = NULL RETURNING party_id"
        )
        with watched_leaves() as log:
            erase(books, party_id)
        assert [verb for verb in log.verbs if verb.startswith("accounting.")] == ["accounting.party.erase"]


class TestTheSalt:
    def test_never_changes(self, books: Books, committed_database: Clone) -> None:
        books.post(EntryDraftFactory(party=NAME))
        with (
            psycopg.connect(committed_database.admin_dsn) as admin,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            admin.execute(f"UPDATE {TABLE} SET name_salt = sha256('x')")
