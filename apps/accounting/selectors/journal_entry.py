# SPDX-License-Identifier: Apache-2.0
"""Posted entries as people read them."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from apps.accounting.domain.errors import EntryMustExist
from apps.accounting.domain.policy_names import ENTRY
from apps.accounting.selectors.party_names import StoredName, read_names, shown_names
from apps.accounting.selectors.visibility import only_visible_each
from cortex.database.statements import prepared_cursor
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

# One row an entry: its lines come as one JSON array, in line order.
# The ends of a reversal are told to whoever may see them: `o` is what it reverses, `r` what reverses it.
_SELECT = """
SELECT e.id, e.ledger_id, e.journal_id, j.code, e.fiscal_year_id, y.code, e.period_id, e.accounting_date,
       e.number, e.reference, {original}, r.id, e.is_cancellation, e.narration_commitment, e.posted_by,
       e.recorded_at, t.narration, t.line_narrations, l.lines
  FROM accounting_journal_entry e
  JOIN accounting_journal j ON j.company_id = e.company_id AND j.id = e.journal_id
  JOIN accounting_fiscal_year y ON y.company_id = e.company_id AND y.id = e.fiscal_year_id
  LEFT JOIN accounting_journal_entry r ON r.company_id = e.company_id AND r.reverses_id = e.id{seen}
  LEFT JOIN accounting_journal_entry_text t ON t.company_id = e.company_id AND t.entry_id = e.id
  JOIN LATERAL (
    SELECT json_agg(json_build_array(l.line_no, l.account_id, a.code, a.name, l.currency, l.amount_minor,
                                     l.party_id, n.name, n.name_key_id, encode(n.name_sealed, 'hex'))
                    ORDER BY l.line_no)::text AS lines
      FROM accounting_journal_line l
      JOIN accounting_account a ON a.company_id = l.company_id AND a.id = l.account_id
      LEFT JOIN accounting_party_name n ON n.company_id = l.company_id AND n.party_id = l.party_id
     WHERE l.company_id = e.company_id AND l.entry_id = e.id) l ON true
"""
_ORIGINAL = (
    " LEFT JOIN accounting_journal_entry o ON o.company_id = e.company_id AND o.id = e.reverses_id{seen} "
)
_COMMITMENT = 13  # its place in the columns
_PARTY = 6  # its place in a line, with its name behind


@dataclass(frozen=True, slots=True)
class LineView:
    """A posted line; signed minor units, debit +, credit -."""

    line_no: int
    account_id: UUID
    account_code: str
    account_name: str
    party_id: UUID | None
    party: str | None
    currency: str
    amount_minor: int
    narration: str | None

    @property
    def debit_minor(self) -> int | None:
        """Return the amount where it is a debit."""
        return self.amount_minor if self.amount_minor > 0 else None

    @property
    def credit_minor(self) -> int | None:
        """Return the amount, unsigned, where it is a credit."""
        return -self.amount_minor if self.amount_minor < 0 else None


@dataclass(frozen=True, slots=True)
class EntryView:
    """A posted entry. `narration` is None once it was erased; the commitment (32 bytes) stays."""

    id: UUID
    ledger_id: UUID
    journal_id: UUID
    journal_code: str
    fiscal_year_id: UUID
    fiscal_year_code: str
    period_id: UUID
    accounting_date: date
    number: int
    reference: str | None
    # None also where the reader may not see that entry.
    reverses_id: UUID | None
    reversed_by_id: UUID | None
    is_cancellation: bool
    narration_commitment: bytes
    posted_by: str
    recorded_at: datetime
    narration: str | None
    lines: Sequence[LineView]

    @property
    def label(self) -> str:
        """Return the number under which people know the entry, as in GENERAL/2015/42."""
        return f"{self.journal_code}/{self.fiscal_year_code}/{self.number}"

    @property
    def total_minor(self) -> int:
        """Return the sum of its debits in minor units."""
        return sum(line.amount_minor for line in self.lines if line.amount_minor > 0)

    @property
    def currency(self) -> str:
        """Return the currency of its lines."""
        return self.lines[0].currency


@transactional
def get_journal_entry(*, company_id: UUID, entry_id: UUID, reader: Principal | None) -> EntryView:
    """Return the entry with its lines; raises EntryMustExist, also for one that `reader` may not see."""
    entries = fetch_entries(
        condition="WHERE e.company_id = %s AND e.id = %s",
        parameters=[company_id, entry_id],
        company_id=company_id,
        reader=reader,
    )
    if not entries:
        raise entry_must_exist(entry_id=entry_id)
    return entries[0]


def entry_must_exist(*, entry_id: UUID) -> EntryMustExist:
    """Return the error that says so, the same for a hidden entry and one that is not there."""
    return EntryMustExist(
        f"Journal entry {entry_id}: expected an entry of this company, got none.",
        evidence={"object": str(entry_id), "remedy": "check the id"},
    )


@transactional
def entries_by_reference(
    *, company_id: UUID, journal_id: UUID, references: Collection[str]
) -> dict[str, EntryView]:
    """Return the entries of the journal that carry one of `references`; raises PartyNamesMustBeReadable."""
    entry_ids = _ids_by_reference(journal_id, references) if references else []
    if not entry_ids:
        return {}
    entries = fetch_entries(
        condition="WHERE e.company_id = %s AND e.id = ANY(%s)",
        parameters=[company_id, entry_ids],
        company_id=company_id,
        reader=None,
        # They are compared with what comes in: a name that cannot be read would be told as another one.
        names_of=read_names,
    )
    return {entry.reference: entry for entry in entries if entry.reference is not None}


def _ids_by_reference(journal_id: UUID, references: Collection[str]) -> list[UUID]:
    """Return the ids alone: nearly every posting is new, and then there is nothing more to read."""
    with prepared_cursor() as cursor:
        cursor.execute(
            # A journal is of one company; naming it again would make the planner prefer the primary key.
            "SELECT id FROM accounting_journal_entry WHERE journal_id = %s AND reference = ANY(%s)",
            [journal_id, list(references)],
        )
        return [row[0] for row in cursor.fetchall()]


def fetch_entries(
    *,
    condition: str,
    parameters: list[Any],
    company_id: UUID,
    reader: Principal | None,
    order: str = "",
    limit: int | None = None,
    names_of: Callable[..., dict[UUID, str]] = shown_names,
) -> list[EntryView]:
    """Return the entries that `reader` may see of those that `condition` finds, in an order, up to a limit.

    Shapes: `condition` and `order` are SQL texts of our own, beginning with WHERE and ORDER BY. The other end
    of a reversal that the reader may not see is left out of an entry that they may see.
    """
    (seen, of_seen), (reversal, of_reversal), (original, of_original) = only_visible_each(
        ENTRY, reader=reader, company_id=company_id, places=[(f"{name}.id", name) for name in ("e", "r", "o")]
    )
    if reversal or original:
        select = _SELECT.format(original="o.id", seen=reversal) + _ORIGINAL.format(seen=original)
    else:
        select = _SELECT.format(original="e.reverses_id", seen="")
    with connection.cursor() as cursor:
        cursor.execute(
            f"{select}{condition}{seen} {order} LIMIT %s",
            [*of_reversal, *of_original, *parameters, *of_seen, limit],
        )
        rows = [(*row[:-1], json.loads(row[-1])) for row in cursor.fetchall()]
    names = names_of(company_id=company_id, stored=_stored_names(line for row in rows for line in row[-1]))
    return [_entry(names, *row) for row in rows]


def _stored_names(lines: Iterable[list[Any]]) -> Collection[StoredName]:
    """Return the name of each party of these lines, once."""
    named = {line[_PARTY]: line[_PARTY:] for line in lines if line[_PARTY] is not None}
    return [StoredName.of(*columns) for columns in named.values()]


def _entry(names: Mapping[UUID, str], *columns: Any) -> EntryView:
    *head, narration, line_narrations, lines = columns
    head[_COMMITMENT] = bytes(head[_COMMITMENT])
    texts: list[str] | None = json.loads(line_narrations) if line_narrations else None
    views = [_line(line, names, narration, texts) for line in lines]
    return EntryView(*[*head, narration, views])


def _line(
    line: list[Any], names: Mapping[UUID, str], narration: str | None, texts: list[str] | None
) -> LineView:
    line_no, account_id, code, name, currency, amount_minor, party, *_ = line
    party_id = UUID(party) if party else None
    return LineView(
        line_no=line_no,
        account_id=UUID(account_id),
        account_code=code,
        account_name=name,
        party_id=party_id,
        party=names.get(party_id) if party_id else None,
        currency=currency,
        amount_minor=amount_minor,
        narration=texts[line_no - 1] if texts else narration,
    )
