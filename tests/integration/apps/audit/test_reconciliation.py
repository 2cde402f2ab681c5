# SPDX-License-Identifier: Apache-2.0
"""Whoever edits posted rows past the program is found by the next comparison with the leaves."""

import hashlib

import psycopg
import pytest
from structlog.testing import capture_logs

from apps.accounting.domain.journal_entry import LineDraft
from apps.accounting.services.post_journal_entries import PostedEntry
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from apps.audit import tasks
from apps.audit.models import AuditReconciliation
from apps.audit.published import Difference, PostedDocuments
from apps.audit.services import reconcile_documents as service
from apps.audit.services.reconcile_documents import (
    BooksMustBeCompared,
    Reconciled,
    reconcile_documents,
)
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ports.audit_log import AuditLog
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.books import BANK, CONSOLE, SALES, Books, EntryDraftFactory, open_books
from tests.factories.chain import rows, tamper
from tests.frame.census import census
from tests.frame.clones import Clone

SCHEDULER = Principal.service("scheduler")
# Which verbs may change: the ledger, its five accounts, and a year with its months; and the name of a party.
OBJECTS = 1 + 5 + 1 + 12
WITH_A_PARTY = OBJECTS + 1


@pytest.fixture
def books(committed_database: Clone) -> Books:
    return open_books()


def reconcile(books: Books) -> Reconciled:
    with books.entered():
        return reconcile_documents(company_id=books.company_id, reconciled_by=SCHEDULER)


def of_documents(result: Reconciled) -> list[Difference]:
    """Return what was found in entries: a line that is edited is not what sums were made of, either."""
    return [each for each in result.differences if not each.column.startswith("balance in EUR by ")]


def posted(books: Books) -> PostedEntry:
    draft = EntryDraftFactory(
        narration="Sale",
        reference="R-1",
        lines=[LineDraft(BANK, 1_234, "EUR", "Alice", "Cash"), LineDraft(SALES, -1_234, "EUR", "Alice")],
    )
    return books.post(draft)


# Somebody keeps the results of one company from being stored.
BREAK_RESULTS = "ALTER TABLE audit_reconciliation ADD CHECK (company_id <> '{}')"
# A refusal is written down, too.
LOGGED = ("audit_entry", "policy_decision")
LINE, ENTRY, TEXT = "accounting_journal_line", "accounting_journal_entry", "accounting_journal_entry_text"


class TestReconcileDocuments:
    def test_finds_nothing_in_books_that_nobody_touched(self, books: Books) -> None:
        posted(books)
        books.post()
        assert reconcile(books) == Reconciled(books.company_id, 2, 0, [], WITH_A_PARTY)

    @pytest.mark.parametrize("is_cancellation", [False, True])
    def test_finds_nothing_in_reversals(self, books: Books, is_cancellation: bool) -> None:
        entry = posted(books)
        books.post()
        with books.entered():
            reverse_journal_entry(
                company_id=books.company_id,
                entry_id=entry.id,
                reversed_by=CONSOLE,
                is_cancellation=is_cancellation,
            )
        assert reconcile(books) == Reconciled(books.company_id, 3, 0, [], WITH_A_PARTY)

    def test_finds_the_amount_that_a_superuser_edited(self, books: Books, committed_database: Clone) -> None:
        books.post()
        entry = posted(books)
        tamper(
            committed_database,
            LINE,
            f"UPDATE {LINE} SET amount_minor = 9234 WHERE entry_id = %s AND line_no = 1",
            entry.id,
        )
        with capture_logs() as logs:
            result = reconcile(books)
        assert of_documents(result) == [Difference(entry.id, "line 1 amount_minor", "1234", "9234")]
        alarm, *_ = [line for line in logs if line["event"] == "books_differ_from_log"]
        assert (alarm["log_level"], alarm["object_id"], alarm["expected"]) == ("error", str(entry.id), "1234")

    @pytest.mark.parametrize(
        ("table", "change", "column", "expected", "got"),
        [
            (ENTRY, "posted_by = 'user:mallory'", "posted_by", "service:console", "user:mallory"),
            (ENTRY, "number = number + 1", "number", "1", "2"),
            (ENTRY, "reference = 'R-2'", "content", None, None),
            (ENTRY, "line_count = 3", "line_count", "2", "3"),
            (ENTRY, "recorded_xid = '7'", "recorded_xid", None, None),
            (ENTRY, "recorded_at = recorded_at - interval '1 year'", "content", None, None),
            (ENTRY, "digest_version = 1", "digest_version", "2", "1"),
            (LINE, "recorded_xid = '7'", "line 1 recorded_xid", None, "7 of 1"),
            (LINE, "accounting_date = '2026-04-01'", "line 1 accounting_date", "2026-03-15", "2026-04-01"),
            (TEXT, "narration = 'Gift'", "narration", None, "another text"),
        ],
    )
    def test_names_the_column(
        self,
        books: Books,
        committed_database: Clone,
        table: str,
        change: str,
        column: str,
        expected: str | None,
        got: str | None,
    ) -> None:
        entry = posted(books)
        tamper(committed_database, table, f"UPDATE {table} SET {change}")
        found = reconcile(books).differences[0]
        assert (found.object_id, found.column) == (entry.id, column)
        assert expected in (None, found.expected)
        assert got in (None, found.got)

    def test_says_in_which_transaction_an_entry_was_recorded(
        self, books: Books, committed_database: Clone
    ) -> None:
        entry = posted(books)
        ((xid, epoch),) = rows(
            committed_database,
            f"SELECT recorded_xid::text, cluster_epoch FROM {ENTRY} WHERE id = %s",
            entry.id,
        )
        tamper(committed_database, ENTRY, f"UPDATE {ENTRY} SET recorded_xid = '7'")
        found = reconcile(books).differences
        was, is_ = f"{xid} of cluster {epoch}", f"7 of cluster {epoch}"
        assert found[0] == Difference(entry.id, "recorded_xid", was, is_)
        # Of an entry of an earlier version its lines alone say so.
        assert found[1] == Difference(
            entry.id, "line 1 recorded_xid", f"transaction {is_}", f"{xid} of {epoch}"
        )

    def test_compares_entries_of_earlier_versions_with_the_digest_of_their_leaf(
        self, books: Books, committed_database: Clone
    ) -> None:
        entry = posted(books)
        books.post()
        tamper(committed_database, ENTRY, f"UPDATE {ENTRY} SET digest_version = 1 WHERE id = %s", entry.id)
        with books.entered():
            (earlier,) = get(PostedDocuments).of_objects(company_id=books.company_id, object_ids=[entry.id])
        assert b'"v":1}' in earlier.canonical
        assert b"recorded" not in earlier.canonical
        digest = hashlib.sha256(earlier.canonical).hexdigest()
        tamper(
            committed_database,
            "audit_entry",
            "UPDATE audit_entry SET body = convert_to(regexp_replace(convert_from(body, 'UTF8'),"
            " '\"digest\":\"[0-9a-f]+\"', %s), 'UTF8') WHERE object_id = %s",
            f'"digest":"{digest}"',
            entry.id,
        )
        assert reconcile(books).differences == []
        tamper(committed_database, LINE, f"UPDATE {LINE} SET amount_minor = -1 WHERE line_no = 2")
        assert {each.column for each in of_documents(reconcile(books))} == {"line 2 amount_minor"}

    def test_finds_rows_that_were_deleted_and_rows_without_a_leaf(
        self, books: Books, committed_database: Clone
    ) -> None:
        first, second = posted(books), books.post()
        for table in (TEXT, LINE):
            tamper(committed_database, table, f"DELETE FROM {table} WHERE entry_id = %s", first.id)
        tamper(committed_database, ENTRY, f"DELETE FROM {ENTRY} WHERE id = %s", first.id)
        tamper(committed_database, "audit_entry", "DELETE FROM audit_entry WHERE object_id = %s", second.id)
        found = {(one.object_id, one.column, one.got) for one in of_documents(reconcile(books))}
        assert found == {(first.id, "rows", "no rows"), (second.id, "leaf", "0 leaves")}

    @pytest.mark.parametrize(
        ("table", "bucket"),
        [
            ("accounting_account_day_balance", "accounting_date"),
            ("accounting_account_period_balance", "period_id"),
        ],
    )
    @pytest.mark.parametrize("change", ["debit_minor = debit_minor + 1", "line_count = 9"])
    def test_finds_sums_that_are_not_those_of_the_lines(
        self, books: Books, committed_database: Clone, table: str, bucket: str, change: str
    ) -> None:
        posted(books)
        # Sums may change, so that no trigger has to sleep for it.
        with psycopg.connect(committed_database.admin_dsn) as admin:
            admin.execute(f"UPDATE {table} SET {change} WHERE debit_minor > 0 RETURNING account_id".encode())
        (found,) = reconcile(books).differences
        assert found.column.startswith(f"balance in EUR by {bucket} ")
        assert found.expected == "debit 1234, credit 0 of 1 lines"
        assert found.got != found.expected

    def test_finds_sums_without_lines(self, books: Books, committed_database: Clone) -> None:
        entry = posted(books)
        for table in (TEXT, LINE):
            tamper(committed_database, table, f"DELETE FROM {table} WHERE entry_id = %s", entry.id)
        sums = [each for each in reconcile(books).differences if each.column.startswith("balance")]
        assert [each.expected for each in sums] == ["debit 0, credit 0 of 0 lines"] * 4

    def test_compares_in_batches(self, books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(service, "BATCH", 2)
        for _ in range(4):
            books.post()
        assert reconcile(books) == Reconciled(books.company_id, 4, 0, [], OBJECTS)

    def test_stores_its_result_and_leaves_a_leaf(self, books: Books, committed_database: Clone) -> None:
        entry = posted(books)
        tamper(committed_database, LINE, f"UPDATE {LINE} SET amount_minor = -1 WHERE line_no = 2")
        reconcile(books)
        with books.entered():
            (row,) = transactional(lambda: list(AuditReconciliation.objects.all()))()
            (leaf,) = get(AuditLog).leaves_of(company_id=books.company_id, object_id=row.id)
        # The line, and the sums of its day and of its period.
        assert (row.document_count, row.difference_count) == (1, 3)
        assert row.differences[0] == {
            "object_id": str(entry.id),
            "column": "line 2 amount_minor",
            "expected": "-1234",
            "got": "-1",
        }
        assert (leaf.verb, leaf.actor) == ("audit.log.reconcile", SCHEDULER.urn)
        content = {"documents": 1, "objects": WITH_A_PARTY, "earlier": 0, "count": 3}
        content["differences"] = row.differences
        assert leaf.digest == canonical_digest(content)

    def test_tells_of_a_leaf_that_is_none_any_more_and_of_all_others(
        self, books: Books, committed_database: Clone
    ) -> None:
        first, second = posted(books), books.post()
        tamper(
            committed_database,
            "audit_entry",
            "UPDATE audit_entry SET body = '\\x7b7d' WHERE object_id = %s",
            first.id,
        )
        tamper(committed_database, LINE, f"UPDATE {LINE} SET amount_minor = 9 WHERE entry_id = %s", second.id)
        found = [(one.object_id, one.column, one.expected) for one in of_documents(reconcile(books))]
        assert found[:2] == [(first.id, "leaf", "a leaf"), (first.id, "leaf", "one leaf")]
        assert [(object_id, column) for object_id, column, _ in found[2:]] == [(second.id, "content")]

    def test_is_for_the_schedule_alone(self, books: Books, committed_database: Clone) -> None:
        before = census(committed_database.admin_dsn, besides=LOGGED)
        with books.entered(), pytest.raises(AccessMustBeGranted):
            reconcile_documents(company_id=books.company_id, reconciled_by=Principal.service("charlie"))
        assert census(committed_database.admin_dsn, besides=LOGGED) == before


class TestTask:
    def test_compares_every_company_and_counts_what_differs(
        self, books: Books, committed_database: Clone
    ) -> None:
        other = open_books(code="OTHER")
        posted(books)
        posted(other)
        tamper(committed_database, LINE, f"UPDATE {LINE} SET amount_minor = -1 WHERE line_no = 2")
        tasks.reconcile_documents()
        assert tasks.DIFFERENCES._value.get() == 6

    def test_compares_a_suspended_company_as_any_other(self, books: Books, committed_database: Clone) -> None:
        posted(books)
        tamper(committed_database, LINE, f"UPDATE {LINE} SET amount_minor = -1 WHERE line_no = 2")
        with psycopg.connect(committed_database.admin_dsn) as admin:
            admin.execute("UPDATE tenancy_company SET status = 'suspended'")
        tasks.reconcile_documents()
        assert tasks.DIFFERENCES._value.get() == 3

    def test_goes_on_behind_a_company_where_it_fails_and_says_so_at_the_end(
        self, books: Books, committed_database: Clone
    ) -> None:
        other = open_books(code="OTHER")
        posted(books)
        posted(other)
        tamper(committed_database, LINE, f"UPDATE {LINE} SET amount_minor = -1 WHERE line_no = 2")
        with psycopg.connect(committed_database.admin_dsn) as admin:
            admin.execute(BREAK_RESULTS.format(books.company_id))
        with pytest.raises(BooksMustBeCompared) as refused:
            tasks.reconcile_documents()
        assert refused.value.evidence["got"] == [str(books.company_id)]
        assert tasks.DIFFERENCES._value.get() == 3
