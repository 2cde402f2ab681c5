# SPDX-License-Identifier: Apache-2.0
"""Posted rows against hand-written SQL: of the application role, and of the owner, whom triggers bind too."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from cortex.ids import uuid7
from tests.frame.census import census
from tests.integration.isolation.attack import CALL, CLOSED_DAY, LOCKED_DAY, OPEN_DAY, Scene, Target

KEPT = (
    "accounting_journal_entry",
    "accounting_journal_entry_text",
    "accounting_journal_line",
    "accounting_journal_counter",
    "accounting_account_day_balance",
    "accounting_account_period_balance",
    "audit_entry",
    "events_outbox_event",
)
APPEND_ONLY = ("accounting_journal_entry", "accounting_journal_line", "audit_entry", "events_outbox_event")
# Generated columns and identities refuse everybody before rights are asked for.
COLUMNS = """
SELECT attname::text FROM pg_attribute
 WHERE attrelid = %s::regclass AND attnum > 0 AND attgenerated = '' AND attidentity = ''
"""
ENTRY = """
INSERT INTO accounting_journal_entry (company_id, id, ledger_id, journal_id, fiscal_year_id, period_id,
  accounting_date, number, is_cancellation, line_count, narration_commitment, posted_by, cluster_epoch)
SELECT %(company)s, %(entry)s, p.ledger_id, %(journal)s, p.fiscal_year_id, p.id, %(day)s, 1000, false,
       %(line_count)s, decode(repeat('00', 32), 'hex'), 'service:console', cortex_cluster_epoch()
  FROM accounting_fiscal_period p
 WHERE p.company_id = %(company)s AND %(day)s BETWEEN p.start_date AND p.end_date
"""
LINES = """
INSERT INTO accounting_journal_line (company_id, entry_id, line_no, account_id, party_id, period_id,
  accounting_date, currency, amount_minor, cluster_epoch)
SELECT %(company)s, %(entry)s, l.line_no, l.account, %(party)s, p.id, %(line_day)s, %(currency)s, l.amount,
       cortex_cluster_epoch()
  FROM unnest(%(numbers)s::int[], %(accounts)s::uuid[], %(amounts)s::bigint[]) AS l(line_no, account, amount),
       accounting_fiscal_period p
 WHERE p.company_id = %(company)s AND %(period_day)s BETWEEN p.start_date AND p.end_date
"""


def by_hand(target: Target, **hostile: Any) -> dict[str, Any]:
    """Return what the owner needs to write an entry past the posting function."""
    day = hostile.get("day", OPEN_DAY)
    sound = {
        "company": target.company, "entry": uuid7(), "journal": target.journal, "day": day, "line_day": day,
        "period_day": day, "line_count": 2, "currency": "EUR", "numbers": [1, 2], "party": None,
        "accounts": [target.bank, target.sales], "amounts": [1_234, -1_234],
    }  # fmt: skip
    return sound | hostile


def hostile_lines(scene: Scene) -> dict[str, Mapping[str, Any]]:
    """Return what no role may write, by what is wrong with it."""
    own, other = scene.own, scene.other
    return {
        "unbalanced by a cent": {"amounts": [1_234, -1_233]},
        "another currency": {"currency": "USD"},
        "another day than the entry's": {"line_day": date(2026, 3, 16)},
        "another period than the entry's": {"period_day": date(2026, 4, 1)},
        "an inactive account": {"accounts": [own.bank, own.inactive]},
        "an account of another company": {"accounts": [own.bank, other.sales]},
        "a party of another company": {"party": other.party},
        "a closed period": {"day": CLOSED_DAY},
        "a locked period": {"day": LOCKED_DAY},
        "a single line": {"numbers": [1], "accounts": [own.bank], "amounts": [1_234]},
        "a line too many": {"numbers": [1, 2, 3], "accounts": [own.bank] * 3, "amounts": [1, 1, -2]},
        "numbers with a gap": {"numbers": [1, 3]},
        "lines of zero": {"amounts": [0, 0]},
    }


class TestApplicationRole:
    @pytest.mark.parametrize("table", KEPT)
    def test_cannot_insert_delete_or_truncate(self, scene: Scene, table: str) -> None:
        name = sql.Identifier(table)
        for statement in ("INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            with scene.session(scene.own.company) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
                raw.execute(sql.SQL(statement).format(name))

    @pytest.mark.parametrize("table", KEPT)
    def test_cannot_update_any_column(self, scene: Scene, table: str) -> None:
        with scene.session(scene.own.company) as raw:
            columns = [column for (column,) in raw.execute(COLUMNS, [table]).fetchall()]
            raw.commit()
            for column in columns:
                names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    raw.execute(sql.SQL("UPDATE {table} SET {column} = {column}").format(**names))
                raw.rollback()
        assert columns

    def test_cannot_say_when_something_was_recorded(self, scene: Scene) -> None:
        for table, column in (
            ("accounting_party", "created_at"),
            ("database_commit_position", "taken_at"),
            ("accounting_fiscal_period", "state"),
        ):
            statement = sql.SQL("INSERT INTO {} ({}) VALUES (NULL)").format(
                sql.Identifier(table), sql.Identifier(column)
            )
            with scene.session(scene.own.company) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
                raw.execute(statement)

    @pytest.mark.parametrize("state", ["open", "soft_closed", "closed"])
    def test_cannot_open_a_locked_period(self, scene: Scene, state: str) -> None:
        with scene.session(scene.own.company) as raw:
            with pytest.raises(psycopg.errors.CheckViolation, match="2026-01 is locked for good"):
                raw.execute("UPDATE accounting_fiscal_period SET state = %s WHERE code = '2026-01'", [state])
            raw.rollback()
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                raw.execute("UPDATE accounting_fiscal_period SET start_date = '2026-02-01'")

    def test_cannot_lay_an_open_period_over_a_locked_one(self, scene: Scene) -> None:
        copy = (
            "INSERT INTO accounting_fiscal_period"
            " (company_id, id, ledger_id, fiscal_year_id, code, start_date, end_date)"
            " SELECT company_id, gen_random_uuid(), ledger_id, fiscal_year_id, 'x', start_date, start_date"
            " FROM accounting_fiscal_period WHERE code = '2026-01'"
        )
        with scene.session(scene.own.company) as raw, pytest.raises(psycopg.errors.ExclusionViolation):
            raw.execute(copy)

    def test_cannot_put_a_period_outside_its_year(self, scene: Scene) -> None:
        outside = (
            "INSERT INTO accounting_fiscal_period"
            " (company_id, id, ledger_id, fiscal_year_id, code, start_date, end_date)"
            " SELECT company_id, gen_random_uuid(), ledger_id, id, 'x', end_date, end_date + 1"
            " FROM accounting_fiscal_year LIMIT 1"
        )
        with (
            scene.session(scene.own.company) as raw,
            pytest.raises(psycopg.errors.CheckViolation, match="outside its fiscal year"),
        ):
            raw.execute(outside)

    def test_cannot_give_a_leaf_a_text_afterwards(self, scene: Scene) -> None:
        late = (
            "INSERT INTO audit_detail (company_id, leaf_id, name, salt, value)"
            " SELECT company_id, leaf_id, 'reason', sha256('x'), 'another reason' FROM audit_entry LIMIT 1"
        )
        with (
            scene.session(scene.own.company) as raw,
            pytest.raises(psycopg.errors.CheckViolation, match="no leaf of this transaction"),
        ):
            raw.execute(late)

    def test_cannot_add_lines_to_an_entry_of_its_own_transaction(self, scene: Scene) -> None:
        with scene.session(scene.own.company) as raw:
            arguments = scene.call()
            raw.execute(CALL, arguments)
            with pytest.raises(psycopg.errors.UniqueViolation):
                raw.execute(CALL, arguments | {"l_line_no": [3, 4]})


class TestOwner:
    """The owner can drop triggers, and a log outside will tell; but it cannot slip past them."""

    def session(self, scene: Scene) -> Any:
        return scene.session(scene.own.company, scene.other.company, alias="DATABASE_OWNER_URL")

    def test_may_write_a_sound_entry_by_hand(self, scene: Scene) -> None:
        """So that the refusals below are for what they say."""
        with self.session(scene) as raw:
            sound = by_hand(scene.own)
            raw.execute(ENTRY, sound)
            raw.execute(LINES, sound)
            raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
            written = raw.execute(
                "SELECT amount_minor FROM accounting_journal_line WHERE entry_id = %s ORDER BY line_no",
                [sound["entry"]],
            )
            assert written.fetchall() == [(1_234,), (-1_234,)]

    @pytest.mark.parametrize("table", APPEND_ONLY)
    def test_is_refused_update_delete_and_truncate(self, scene: Scene, table: str) -> None:
        for statement in ("UPDATE {} SET cluster_epoch = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            with (
                self.session(scene) as raw,
                pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
            ):
                raw.execute(sql.SQL(statement).format(sql.Identifier(table)))

    @pytest.mark.parametrize("table", KEPT)
    def test_is_refused_truncate(self, scene: Scene, table: str) -> None:
        with (
            self.session(scene) as raw,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
        ):
            raw.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table)))

    def test_sees_nothing_without_a_scope(self, scene: Scene) -> None:
        with scene.session(alias="DATABASE_OWNER_URL") as raw:
            assert raw.execute("SELECT count(*) FROM accounting_journal_line").fetchone() == (0,)

    def test_is_refused_every_kind_of_unsound_lines(self, scene: Scene) -> None:
        before = census(scene.clone.admin_dsn)
        refused = {}
        for what, hostile in hostile_lines(scene).items():
            with self.session(scene) as raw:
                arguments = by_hand(scene.own, **hostile)
                raw.execute(ENTRY, arguments)
                try:
                    raw.execute(LINES, arguments)
                except (psycopg.errors.CheckViolation, psycopg.errors.ForeignKeyViolation):
                    refused[what] = True
        assert refused == dict.fromkeys(hostile_lines(scene), True)
        assert census(scene.clone.admin_dsn) == before

    def test_is_refused_lines_for_an_entry_of_an_earlier_transaction(self, scene: Scene) -> None:
        arguments = by_hand(scene.own, entry=scene.own.entry, numbers=[3, 4])
        with self.session(scene) as raw, pytest.raises(psycopg.errors.CheckViolation, match="refused"):
            raw.execute(LINES, arguments)

    def test_is_refused_more_lines_after_the_entry_was_checked(self, scene: Scene) -> None:
        with self.session(scene) as raw:
            arguments = by_hand(scene.own)
            raw.execute(ENTRY, arguments)
            raw.execute(LINES, arguments)
            raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(psycopg.errors.CheckViolation, match="refused"):
                raw.execute(LINES, arguments | {"numbers": [3, 4]})

    def test_is_refused_an_entry_without_lines(self, scene: Scene) -> None:
        with self.session(scene) as raw:
            raw.execute(ENTRY, by_hand(scene.own))
            with pytest.raises(psycopg.errors.CheckViolation, match="has 0 lines, expected 2"):
                raw.commit()

    def test_is_refused_to_open_a_locked_period(self, scene: Scene) -> None:
        with (
            self.session(scene) as raw,
            pytest.raises(psycopg.errors.CheckViolation, match="locked for good"),
        ):
            raw.execute("UPDATE accounting_fiscal_period SET state = 'open' WHERE code = '2026-01'")

    def test_is_refused_to_switch_triggers_off_for_its_session(self, scene: Scene) -> None:
        with self.session(scene) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute("SET session_replication_role = replica")


class TestSuperuserInReplicaMode:
    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM accounting_journal_line",
            "UPDATE accounting_journal_entry SET posted_by = 'nobody'",
            "TRUNCATE accounting_journal_line",
            "UPDATE accounting_fiscal_period SET state = 'open' WHERE state = 'locked'",
        ],
    )
    def test_still_meets_the_triggers(self, scene: Scene, statement: str) -> None:
        with psycopg.connect(scene.clone.admin_dsn) as admin:
            admin.execute("SET session_replication_role = replica")
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation)):
                admin.execute(statement)
            admin.rollback()


class TestServiceRole:
    def test_may_erase_texts_and_nothing_that_was_posted(self, scene: Scene) -> None:
        with scene.session(alias="DATABASE_SERVICE_URL") as raw:
            erased: UUID
            (erased,) = raw.execute(
                "DELETE FROM accounting_journal_entry_text WHERE entry_id = %s RETURNING entry_id",
                [scene.own.entry],
            ).fetchone()
            assert erased == scene.own.entry
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                raw.execute("DELETE FROM accounting_journal_line")
