# SPDX-License-Identifier: Apache-2.0
"""The limit: the thinnest honest journal, written and read by psycopg alone."""

from collections.abc import Iterator, Sequence

import psycopg

from bench.stream import BANK, Movement, movement

_SCHEMA = """
CREATE TABLE r_entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, date date NOT NULL, party int,
  descr text NOT NULL, created timestamptz NOT NULL DEFAULT now());
CREATE TABLE r_line (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entry_id bigint NOT NULL,
  account_id int NOT NULL, date date NOT NULL, amount bigint NOT NULL);
CREATE INDEX r_line_entry ON r_line (entry_id);
CREATE INDEX r_line_account ON r_line (account_id, date, id);
CREATE TABLE r_balance (account_id int, month date, debit bigint NOT NULL, credit bigint NOT NULL,
  PRIMARY KEY (account_id, month));
"""
_ENTRY = "INSERT INTO r_entry (date, party, descr) VALUES (%s, %s, %s) RETURNING id, date"
_LINES = "INSERT INTO r_line (entry_id, account_id, date, amount) VALUES (%s, %s, %s, %s), (%s, %s, %s, %s)"
_ONE = (
    f"WITH e AS ({_ENTRY}) INSERT INTO r_line (entry_id, account_id, date, amount)"
    " SELECT e.id, l.account, e.date, l.amount FROM e,"
    " (VALUES (%s::int, %s::bigint), (%s::int, %s::bigint)) l (account, amount)"
)
_FILL_BALANCES = """
INSERT INTO r_balance SELECT account_id, date_trunc('month', date)::date, sum(greatest(amount, 0)),
  sum(greatest(-amount, 0)) FROM r_line GROUP BY 1, 2
"""
_FROM_BALANCES = "SELECT account_id, sum(debit), sum(credit) FROM r_balance GROUP BY 1 ORDER BY 1"
_FROM_LINES = (
    "SELECT account_id, sum(greatest(amount, 0)), sum(greatest(-amount, 0)) FROM r_line GROUP BY 1 ORDER BY 1"
)
_PAGE = "SELECT date, id, entry_id, amount FROM r_line WHERE account_id = %s"
_ORDER = " ORDER BY date, id LIMIT 50"


class RawJournal:
    """Entries and lines without numbers, checks, audit or tenants. Every method commits."""

    def __init__(self, dsn: str, *, is_new: bool = False) -> None:
        """Connect; create the tables if they are new."""
        self._connection = psycopg.connect(dsn, autocommit=True, prepare_threshold=2)
        if is_new:
            self._connection.execute(_SCHEMA)

    def post_in_three_statements(self, entry: Movement) -> None:
        """Post as a careful program would: begin, entry, lines, commit."""
        with self._connection.transaction():
            row = self._connection.execute(
                _ENTRY, [entry.day, entry.party, f"Entry {entry.number}"]
            ).fetchone()
            entry_id = row[0] if row else None
            debit = [entry_id, entry.debit, entry.day, entry.amount_minor]
            credit = [entry_id, entry.credit, entry.day, -entry.amount_minor]
            self._connection.execute(_LINES, [*debit, *credit])

    def post_in_one_statement(self, entry: Movement) -> None:
        """Post in one round trip."""
        lines = [entry.debit, entry.amount_minor, entry.credit, -entry.amount_minor]
        self._connection.execute(_ONE, [*_head(entry), *lines])

    def copy(self, entries: Sequence[Movement]) -> None:
        """Load by COPY, the fastest way in."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            row = cursor.execute(
                "SELECT setval('r_entry_id_seq', nextval('r_entry_id_seq') + %s)", [len(entries)]
            ).fetchone()
            first = row[0] - len(entries) if row else 0
            with cursor.copy("COPY r_entry (id, date, party, descr) FROM STDIN") as copy:
                copy.write("".join(_entry_rows(entries, first)))
            with cursor.copy("COPY r_line (entry_id, account_id, date, amount) FROM STDIN") as copy:
                copy.write("".join(_line_rows(entries, first)))

    def grow(self, size: int) -> None:
        """Bring the journal to this number of entries, with balances, as an operator leaves it at night."""
        row = self._connection.execute("SELECT count(*) FROM r_entry").fetchone()
        for start in range(row[0] if row else 0, size, 50_000):
            self.copy([movement(number) for number in range(start, min(start + 50_000, size))])
        self._connection.execute("TRUNCATE r_balance")
        self._connection.execute(_FILL_BALANCES)
        self._connection.execute("VACUUM ANALYZE")

    def clear(self) -> None:
        """Remove all entries."""
        self._connection.execute("TRUNCATE r_entry, r_line, r_balance")

    def trial_balance_from_balances(self) -> list[tuple[object, ...]]:
        """Add up the balance rows."""
        return self._connection.execute(_FROM_BALANCES).fetchall()

    def trial_balance_from_lines(self) -> list[tuple[object, ...]]:
        """Add up all lines."""
        return self._connection.execute(_FROM_LINES).fetchall()

    def page_by_key(self, after: tuple[object, ...] | None) -> list[tuple[object, ...]]:
        """Read 50 lines of the bank account after a position (date, id)."""
        if after is None:
            return self._connection.execute(_PAGE + _ORDER, [BANK]).fetchall()
        return self._connection.execute(
            f"{_PAGE} AND (date, id) > (%s, %s){_ORDER}", [BANK, *after]
        ).fetchall()

    def page_by_offset(self, offset: int) -> list[tuple[object, ...]]:
        """Read 50 lines of the bank account after skipping some."""
        return self._connection.execute(f"{_PAGE}{_ORDER} OFFSET %s", [BANK, offset]).fetchall()

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()


def _head(entry: Movement) -> list[object]:
    return [entry.day, entry.party, f"Entry {entry.number}"]


def _entry_rows(entries: Sequence[Movement], first: int) -> Iterator[str]:
    for place, entry in enumerate(entries, start=first):
        yield f"{place}\t{entry.day}\t{entry.party}\tEntry {entry.number}\n"


def _line_rows(entries: Sequence[Movement], first: int) -> Iterator[str]:
    for place, entry in enumerate(entries, start=first):
        yield f"{place}\t{entry.debit}\t{entry.day}\t{entry.amount_minor}\n"
        yield f"{place}\t{entry.credit}\t{entry.day}\t{-entry.amount_minor}\n"
