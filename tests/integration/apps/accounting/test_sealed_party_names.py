# SPDX-License-Identifier: Apache-2.0
"""Names of parties lie sealed in the database, are found by their index, and books are read without them."""

from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from psycopg import sql

from apps.accounting.domain.errors import PartyNameMustBeAName, PartyNamesMustBeReadable
from apps.accounting.domain.party_name import UNREADABLE
from apps.accounting.selectors.general_ledger import general_ledger_page
from apps.accounting.selectors.journal_entry import get_journal_entry
from apps.accounting.selectors.parties import list_parties, offered_parties, parties_named
from apps.accounting.selectors.party_file import party_file
from apps.accounting.services.find_or_create_parties import find_or_create_parties
from apps.accounting.services.import_journal import import_journal
from apps.audit.tasks import renew_texts_at_night
from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.ports.key_management import KeyManagement
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.ports.vault import VaultMustBeReachable
from cortex.sealed_fields.errors import FieldMustBeIntact
from cortex.sealed_fields.open_keys import open_keys
from cortex.sealed_fields.renewal import renew_sealed_fields
from tests.factories.books import BANK, CONSOLE, Books, EntryDraftFactory, open_books
from tests.factories.keepers import AbsentKeeper, keeper_away
from tests.frame.census import DECISIONS, census
from tests.frame.clones import Clone
from tests.integration.apps.accounting.journals import ACCOUNTS, JOURNAL

NAME, ROWS = "Orchard School", "SELECT * FROM accounting_party_name ORDER BY company_id, party_id"


@pytest.fixture
def books(committed_database: Clone) -> Books:
    return open_books()


def rows(clone: Clone, query: str = ROWS) -> list[tuple[Any, ...]]:
    with psycopg.connect(clone.admin_dsn) as admin:
        return admin.execute(query.encode()).fetchall()


def as_superuser(clone: Clone, statement: str) -> None:
    """Change rows as somebody who holds the database."""
    with psycopg.connect(clone.admin_dsn, autocommit=True) as admin:
        admin.execute("ALTER TABLE accounting_party_name DISABLE TRIGGER USER")
        admin.execute(statement.encode())
        admin.execute("ALTER TABLE accounting_party_name ENABLE ALWAYS TRIGGER refuse_other_name")


def into_the_clear(clone: Clone, *names: str) -> None:
    """Make rows what they were before names were sealed, in the order in which they came."""
    for name, row in zip(
        names, rows(clone, "SELECT party_id FROM accounting_party_name ORDER BY 1"), strict=False
    ):
        as_superuser(
            clone,
            f"UPDATE accounting_party_name SET name = '{name}', name_key_id = NULL, name_sealed = NULL,"
            f" name_index = NULL WHERE party_id = '{row[0]}'",
        )


def names_in(books: Books) -> list[str]:
    with books.entered():
        return [party.name for party in list_parties(company_id=books.company_id)]


def places_of(clone: Clone, text: str) -> list[str]:
    """Return the tables in which the text stands, as it is or as bytes."""
    with psycopg.connect(clone.admin_dsn) as admin:
        tables = admin.execute(
            "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p', 'm')"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
        look = "SELECT EXISTS (SELECT FROM {} t WHERE t::text LIKE %s OR t::text LIKE %s)"
        patterns = [f"%{text}%", f"%{text.encode().hex()}%"]
        return [
            table
            for (table,) in tables
            if admin.execute(sql.SQL(look).format(sql.Identifier(table)), patterns).fetchone() == (True,)
        ]


class TestSealedName:
    def test_stands_nowhere_in_the_database_after_an_import(self, committed_database: Clone) -> None:
        books = open_books(code="SHOP")
        with books.entered():
            get(Storage).put(company_id=books.company_id, name="journal.csv", content=JOURNAL)
            import_journal(
                company_id=books.company_id,
                accounts=ACCOUNTS,
                journal=JOURNAL,
                imported_by=CONSOLE,
                may_create=True,
            )
        assert names_in(books) == [NAME]
        assert places_of(committed_database, "Chairs") == ["accounting_journal_entry_text"]
        assert places_of(committed_database, NAME) == []

    def test_is_shown_by_every_page_of_the_books(self, books: Books) -> None:
        entry = books.post(EntryDraftFactory(party=NAME))
        with books.entered():
            seen = get_journal_entry(company_id=books.company_id, entry_id=entry.id, reader=None)
            page = general_ledger_page(company_id=books.company_id, account_code=BANK, reader=None)
        assert {line.party for line in seen.lines} == {NAME} == {row.party for row in page.rows}

    def test_is_found_by_its_exact_letters_alone(self, books: Books) -> None:
        books.post(EntryDraftFactory(party=NAME))
        with books.entered():
            found = parties_named(
                company_id=books.company_id, names=[NAME, NAME.lower(), f"{NAME} ", "Orchard"]
            )
        assert list(found) == [NAME]

    def test_is_looked_for_without_a_trace_where_there_is_none(
        self, books: Books, committed_database: Clone
    ) -> None:
        before = census(committed_database.admin_dsn)
        with books.entered():
            assert parties_named(company_id=books.company_id, names=[NAME]) == {}
        assert census(committed_database.admin_dsn) == before

    def test_has_an_index_that_is_another_in_each_company(
        self, books: Books, committed_database: Clone
    ) -> None:
        for each in (books, open_books(code="OTHER")):
            for _twice in range(2):
                each.post(EntryDraftFactory(party=NAME))
        stored = rows(committed_database, "SELECT name, name_index FROM accounting_party_name")
        assert [name for name, _index in stored] == [None, None]
        assert stored[0][1] != stored[1][1]

    def test_of_a_transaction_that_failed_leaves_no_index_behind(self, books: Books) -> None:
        """The first name makes the key of the index: one that was rolled back must be used no more."""

        def fail() -> None:
            find_or_create_parties(company_id=books.company_id, names=[NAME], named_by=CONSOLE)
            raise ValueError("rolled back")

        with books.entered(), pytest.raises(ValueError, match="rolled back"):
            transactional(fail)()
        for _twice in range(2):
            books.post(EntryDraftFactory(party=NAME))
            open_keys.forget()
        assert names_in(books) == [NAME]

    @pytest.mark.parametrize("column", ["name_sealed", "name_key_id"])
    def test_that_was_put_into_another_row_is_refused(
        self, books: Books, committed_database: Clone, column: str
    ) -> None:
        other = open_books(code="OTHER")
        books.post(EntryDraftFactory(party=NAME))
        books.post(EntryDraftFactory(party="Harbour Hotel"))
        other.post(EntryDraftFactory(party=NAME))
        source = other if column == "name_key_id" else books
        change = (
            f"UPDATE accounting_party_name n SET {column} = o.{column} FROM accounting_party_name o"
            f" WHERE n.company_id = '{books.company_id}' AND o.company_id = '{source.company_id}'"
            " AND o.party_id <> n.party_id"
        )
        if source is other:
            # The key of another company is none of this one: the database itself refuses it.
            with pytest.raises(psycopg.errors.ForeignKeyViolation):
                as_superuser(committed_database, change)
            return
        as_superuser(committed_database, change)
        with pytest.raises(FieldMustBeIntact):
            names_in(books)

    @pytest.mark.parametrize(
        "change",
        ["name = 'Ada'", "name_index = sha256('a')", "party_id = gen_random_uuid()"],
    )
    def test_never_becomes_another(self, books: Books, committed_database: Clone, change: str) -> None:
        books.post(EntryDraftFactory(party=NAME))
        with (
            psycopg.connect(committed_database.admin_dsn) as admin,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            admin.execute(f"UPDATE accounting_party_name SET {change}".encode())

    def test_is_never_what_pages_show_in_its_place(self, books: Books, committed_database: Clone) -> None:
        before = census(committed_database.admin_dsn, besides=DECISIONS)
        with pytest.raises(PartyNameMustBeAName):
            books.post(EntryDraftFactory(party=UNREADABLE))
        assert census(committed_database.admin_dsn, besides=DECISIONS) == before


class TestWithoutItsKeeper:
    def test_books_are_read_with_a_marker(self, books: Books) -> None:
        entry = books.post(EntryDraftFactory(party=NAME))
        with keeper_away(), books.entered():
            seen = get_journal_entry(company_id=books.company_id, entry_id=entry.id, reader=None)
            page = general_ledger_page(company_id=books.company_id, account_code=BANK, reader=None)
            offered = offered_parties(company_id=books.company_id, limit=9)
        assert {line.party for line in seen.lines} == {UNREADABLE}
        assert (page.rows[0].party, page.rows[0].running_balance_minor) == (UNREADABLE, seen.total_minor)
        assert offered == []
        assert names_in(books) == [NAME]

    def test_an_erased_name_is_not_one_that_cannot_be_read(
        self, books: Books, committed_database: Clone
    ) -> None:
        entry = books.post(EntryDraftFactory(party=NAME))
        as_superuser(committed_database, "DELETE FROM accounting_party_name")
        with keeper_away(), books.entered():
            seen = get_journal_entry(company_id=books.company_id, entry_id=entry.id, reader=None)
        assert {line.party for line in seen.lines} == {None}

    @pytest.mark.parametrize("party", [NAME, "Harbour Hotel"], ids=["a known name", "a new name"])
    def test_nothing_is_posted_with_a_party(
        self, books: Books, committed_database: Clone, party: str
    ) -> None:
        books.post(EntryDraftFactory(party=NAME))
        before = census(committed_database.admin_dsn, besides=DECISIONS)
        with keeper_away(), pytest.raises(PartyNamesMustBeReadable) as refused:
            books.post(EntryDraftFactory(party=party))
        assert census(committed_database.admin_dsn, besides=DECISIONS) == before
        assert refused.value.code == "accounting.party_names_must_be_readable"
        assert refused.value.evidence["got"] == "secrets.vault_must_be_reachable"

    def test_entries_without_a_party_are_posted(self, books: Books) -> None:
        with keeper_away():
            assert books.post(EntryDraftFactory()).number == 1

    def test_an_entry_that_comes_again_is_not_told_to_differ(self, books: Books) -> None:
        draft = EntryDraftFactory(reference="R-1", party=NAME)
        books.post(draft)
        with keeper_away(), pytest.raises(PartyNamesMustBeReadable):
            books.post(draft)
        assert not books.post(draft).was_posted

    def test_nothing_is_handed_out_or_searched(self, books: Books) -> None:
        books.post(EntryDraftFactory(party=NAME))
        with books.entered():
            (party,) = list_parties(company_id=books.company_id)
            with keeper_away():
                with pytest.raises(PartyNamesMustBeReadable):
                    party_file(company_id=books.company_id, subject_id=party.id, reader=CONSOLE)
                with pytest.raises(PartyNamesMustBeReadable):
                    parties_named(company_id=books.company_id, names=[NAME])

    def test_what_the_process_remembers_goes_on_working(self, books: Books) -> None:
        books.post(EntryDraftFactory(party=NAME))
        with override(KeyManagement, AbsentKeeper()):  # type: ignore[arg-type]
            books.post(EntryDraftFactory(party="Harbour Hotel"))
            assert names_in(books) == [NAME, "Harbour Hotel"]


class TestNamesFromBefore:
    def test_are_read_and_found_before_during_and_after_the_move(
        self, books: Books, committed_database: Clone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written = ["Ada & Sons", "Harbour Hotel", NAME]
        for name in written:
            books.post(EntryDraftFactory(party=name))
        before = rows(committed_database, "SELECT party_id FROM accounting_party_name ORDER BY 1")
        into_the_clear(committed_database, *written)
        monkeypatch.setattr("cortex.sealed_fields.renewal.BATCH", 1)
        seen: list[list[str]] = [names_in(books)]

        def look(_count: int) -> None:
            seen.append(names_in(books))
            books.post(EntryDraftFactory(party=NAME))

        done = renew_sealed_fields(tell=look)
        assert (done.sealed, done.keys, done.rewrapped) == (3, 2, 0)
        assert len(seen) == 6
        assert all(names == written for names in seen)
        assert rows(committed_database, "SELECT party_id FROM accounting_party_name ORDER BY 1") == before
        assert places_of(committed_database, NAME) == []

    def test_are_sealed_where_the_renewal_stopped(
        self, books: Books, committed_database: Clone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = open_books(code="OTHER")
        for each in (books, other):
            each.post(EntryDraftFactory(party=NAME))
        into_the_clear(committed_database, NAME, NAME)
        monkeypatch.setattr("cortex.sealed_fields.renewal.BATCH", 1)

        def stop(_count: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            renew_sealed_fields(tell=stop)
        clear = "SELECT count(*) FROM accounting_party_name WHERE name IS NOT NULL"
        assert rows(committed_database, clear) == [(1,)]
        call_command("renew_sealed_fields")
        assert rows(committed_database, clear) == [(0,)]
        assert names_in(books) == names_in(other) == [NAME]

    def test_are_sealed_by_the_night(self, books: Books, committed_database: Clone) -> None:
        books.post(EntryDraftFactory(party=NAME))
        into_the_clear(committed_database, NAME)
        renew_texts_at_night()
        assert places_of(committed_database, NAME) == []
        assert names_in(books) == [NAME]

    def test_stay_as_they_are_while_no_keeper_answers(self, books: Books, committed_database: Clone) -> None:
        books.post(EntryDraftFactory(party=NAME))
        into_the_clear(committed_database, NAME)
        before = rows(committed_database)
        with keeper_away():
            with pytest.raises(VaultMustBeReachable):
                renew_sealed_fields()
            assert names_in(books) == [NAME]
        assert rows(committed_database) == before

    def test_cannot_be_written_any_more(self, books: Books) -> None:
        from django.db import DatabaseError, connection

        def write() -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO accounting_party_name (company_id, party_id, name) VALUES (%s, %s, 'Ada')",
                    [books.company_id, books.ledger_id],
                )

        with books.entered(), pytest.raises(DatabaseError, match="permission denied"):
            transactional(write)()
