# SPDX-License-Identifier: Apache-2.0
"""What the books keep for a time: texts of entries. Entries, lines and amounts stay for good."""

from cortex.ports.retention import RetainedData, RetainedRows, retained

# By ledger, so that the index by date is used however many entries there are.
_OLD = (
    "SELECT e.id FROM accounting_ledger g JOIN accounting_journal_entry e"
    " ON e.company_id = g.company_id AND e.ledger_id = g.id"
    " WHERE g.company_id = %(company)s AND e.accounting_date < %(before)s"
)
# A hold may name the entry, or a party that a line of it speaks of.
_SUBJECTS = (
    "ARRAY(SELECT l.party_id FROM accounting_journal_line l WHERE l.company_id = t.company_id"
    " AND l.entry_id = t.entry_id AND l.party_id IS NOT NULL) || t.entry_id"
)


def declare_retained() -> None:
    """Register the texts of entries."""
    retained(
        RetainedData(
            name="accounting.journal_entry_text",
            title="Texts of journal entries",
            read_action="accounting.books.read",
            rows=RetainedRows(
                table="accounting_journal_entry_text",
                key="entry_id",
                is_due=f"t.entry_id IN ({_OLD})",
                subjects=_SUBJECTS,
            ),
        )
    )
