# SPDX-License-Identifier: Apache-2.0
"""All that the books keep about one party."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from apps.accounting.domain.errors import PartyMustBeSeenWhole
from apps.accounting.models import PartyName
from apps.accounting.selectors.journal_entry import EntryView, LineView, fetch_entries
from apps.accounting.selectors.party_names import StoredName, read_names
from cortex.database.transactions import transactional
from cortex.money import format_amount
from cortex.ports.principal import Principal
from cortex.ports.subjects import SubjectFile


@transactional
def entries_of_party(*, company_id: UUID, subject_id: UUID) -> Sequence[UUID]:
    """Return the ids of the entries that have a line with the party, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT entry_id FROM accounting_journal_line"
            " WHERE company_id = %s AND party_id = %s ORDER BY entry_id",
            [company_id, subject_id],
        )
        return [entry_id for (entry_id,) in cursor.fetchall()]


@transactional
def party_file(*, company_id: UUID, subject_id: UUID, reader: Principal) -> SubjectFile | None:
    """Return name, entries and lines of the party.

    Raises: PartyMustBeSeenWhole, PartyNamesMustBeReadable: without its name, the answer would be a false one.
    """
    rows = PartyName.objects.filter(company_id=company_id, party_id=subject_id)
    stored = [
        StoredName.of(*row) for row in rows.values_list("party_id", "name", "name_key_id", "name_sealed")
    ]
    known = read_names(company_id=company_id, stored=stored).get(subject_id)
    wanted = entries_of_party(company_id=company_id, subject_id=subject_id)
    if known is None and not wanted:
        return None
    entries = fetch_entries(
        condition="WHERE e.company_id = %s AND e.id = ANY(%s)",
        parameters=[company_id, wanted],
        company_id=company_id,
        reader=reader,
        order="ORDER BY e.accounting_date, e.id",
    )
    if len(entries) != len(wanted):
        raise _must_be_seen_whole(subject_id, expected=len(wanted), got=len(entries))
    told = "its name was erased" if known is None else known
    return SubjectFile(
        title=f"party {subject_id}",
        sections={
            "Party": [{"id": str(subject_id), "name": told}],
            "Journal entries": [_entry(entry, subject_id) for entry in entries],
        },
    )


def _entry(entry: EntryView, party_id: UUID) -> dict[str, Any]:
    return {
        "entry": entry.label,
        "id": str(entry.id),
        "date": entry.accounting_date.isoformat(),
        "reference": entry.reference,
        "text": "erased" if entry.narration is None else entry.narration,
        "lines": [_line(line) for line in entry.lines if line.party_id == party_id],
    }


def _line(line: LineView) -> dict[str, Any]:
    return {
        "account": f"{line.account_code} {line.account_name}",
        "amount": f"{format_amount(line.amount_minor, line.currency)} {line.currency}",
        "text": "erased" if line.narration is None else line.narration,
    }


def _must_be_seen_whole(party_id: UUID, *, expected: int, got: int) -> PartyMustBeSeenWhole:
    return PartyMustBeSeenWhole(
        f"Party {party_id}: expected to show all of its {expected} entries, got {got} that you may see. "
        "Somebody who may see all of them must hand them out.",
        evidence={
            "object": str(party_id),
            "expected": expected,
            "got": got,
            "difference": expected - got,
            "remedy": "ask somebody who may see all of them",
        },
    )
