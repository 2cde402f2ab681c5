# SPDX-License-Identifier: Apache-2.0
"""Keys of sealed fields stay whose they are, below the program as well."""

import psycopg
import pytest
from django.db import DatabaseError, connection

from cortex.database.transactions import transactional
from cortex.sealed_fields.keys import INDEX, find_key, find_or_make_key, replace_encryption_key
from tests.factories.books import Books, open_books
from tests.frame.clones import Clone

CLASS = "testing"
REMOVE = "DELETE FROM sealed_fields_key"
SECOND = """
INSERT INTO sealed_fields_key (company_id, id, key_class, purpose, version, wrapped_key)
SELECT company_id, gen_random_uuid(), key_class, purpose, 2, wrapped_key FROM sealed_fields_key
"""


@pytest.fixture
def books(committed_database: Clone) -> Books:
    return open_books()


def made(books: Books, purpose: str) -> object:
    with books.entered():
        make = transactional(find_or_make_key)
        return make(company_id=books.company_id, key_class=CLASS, purpose=purpose).id


class TestKeys:
    def test_are_made_once(self, books: Books) -> None:
        assert made(books, INDEX) == made(books, INDEX)

    def test_of_another_company_are_others(self, books: Books) -> None:
        assert made(books, INDEX) != made(open_books(code="OTHER"), INDEX)

    def test_are_not_made_by_whoever_looks_or_replaces_none(self, books: Books) -> None:
        with books.entered():
            of_class = {"company_id": books.company_id, "key_class": CLASS}
            assert not transactional(replace_encryption_key)(**of_class)
            assert transactional(find_key)(**of_class, purpose=INDEX) is None

    @pytest.mark.parametrize("statement", ["UPDATE sealed_fields_key SET version = 2", REMOVE])
    def test_are_changed_and_removed_by_no_program(self, books: Books, statement: str) -> None:
        made(books, INDEX)

        def run() -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement)

        with books.entered(), pytest.raises(DatabaseError, match="permission denied"):
            transactional(run)()

    @pytest.mark.parametrize(
        ("statement", "error"),
        [
            (REMOVE, psycopg.errors.InsufficientPrivilege),
            ("UPDATE sealed_fields_key SET key_class = 'another'", psycopg.errors.InsufficientPrivilege),
            (SECOND, psycopg.errors.CheckViolation),
        ],
        ids=["removed", "given to another class", "a second index"],
    )
    def test_are_kept_by_the_database_itself(
        self, books: Books, committed_database: Clone, statement: str, error: type[Exception]
    ) -> None:
        made(books, INDEX)
        with psycopg.connect(committed_database.admin_dsn) as admin, pytest.raises(error):
            admin.execute(statement.encode())
