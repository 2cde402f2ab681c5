# SPDX-License-Identifier: Apache-2.0
"""The one door to the books, called by hand with whatever SQL can say."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import psycopg
import pytest

from cortex.ids import uuid7
from tests.frame.census import census
from tests.integration.isolation.attack import CALL, CLOSED_DAY, LOCKED_DAY, TYPES, Scene

NOT_NULL, FOREIGN, UNIQUE, CHECK = "23502", "23503", "23505", "23514"
OUT_OF_RANGE, TOO_LONG, NO_OPEN_PERIOD, ARRAYS = "22003", "22001", "CX001", "2202E"
Hostile = Callable[[Scene], Mapping[str, Any]]
ENTRY_ARRAYS = [name for name in TYPES if name.startswith("e_")]
LINE_ARRAYS = [name for name in TYPES if name.startswith("l_")]

ATTACKS: dict[str, tuple[str, Hostile]] = {
    "unbalanced by a cent": (CHECK, lambda s: {"l_amount": [1_234, -1_233]}),
    "two debits": (CHECK, lambda s: {"l_amount": [1_234, 1_234]}),
    "lines of zero": (CHECK, lambda s: {"l_amount": [0, 0]}),
    "more than a line can carry": (CHECK, lambda s: {"l_amount": [10**15 + 1, -(10**15) - 1]}),
    "the least of all integers": (OUT_OF_RANGE, lambda s: {"l_amount": [-(2**63), 2**63 - 1]}),
    "amounts of NULL": (NOT_NULL, lambda s: {"l_amount": [None, None]}),
    "a single line": (CHECK, lambda s: _single(s) | {"e_line_count": [1]}),
    "a single line that says it is two": (CHECK, lambda s: {**_single(s)}),
    "fewer lines than it says": (CHECK, lambda s: {"e_line_count": [3]}),
    "more lines than it says": (CHECK, lambda s: _four(s) | {"e_line_count": [2]}),
    "no lines for one of two entries": (CHECK, lambda s: {**_two(s)}),
    "an account of another company": (FOREIGN, lambda s: {"l_account": [s.own.bank, s.other.sales]}),
    "only accounts of another company": (FOREIGN, lambda s: {"l_account": [s.other.bank, s.other.sales]}),
    "an account of nobody": (FOREIGN, lambda s: {"l_account": [s.own.bank, uuid7()]}),
    "an account of NULL": (NOT_NULL, lambda s: {"l_account": [s.own.bank, None]}),
    "an inactive account": (CHECK, lambda s: {"l_account": [s.own.bank, s.own.inactive]}),
    "a party of another company": (FOREIGN, lambda s: {"l_party": [None, s.other.party]}),
    "the journal of another company": (FOREIGN, lambda s: {"p_journal": s.other.journal}),
    "the ledger of another company": (FOREIGN, lambda s: {"p_ledger": s.other.books.ledger_id}),
    "another company": (FOREIGN, lambda s: {"p_company": s.other.company}),
    "another company with all that is its own": (FOREIGN, lambda s: {**_as_other(s)}),
    "a company of NULL": (FOREIGN, lambda s: {"p_company": None}),
    "a closed period": (NO_OPEN_PERIOD, lambda s: {"e_date": [CLOSED_DAY]}),
    "a locked period": (NO_OPEN_PERIOD, lambda s: {"e_date": [LOCKED_DAY]}),
    "a day after the calendar": (NO_OPEN_PERIOD, lambda s: {"e_date": "{2027-01-01}"}),
    "the last of all days": (NO_OPEN_PERIOD, lambda s: {"e_date": "{infinity}"}),
    "a day of NULL": (NO_OPEN_PERIOD, lambda s: {"e_date": [None]}),
    "lines of the entry after the last": (NOT_NULL, lambda s: {"l_entry": [1, 2]}),
    "lines of the entry before the first": (NOT_NULL, lambda s: {"l_entry": [0, 0]}),
    "lines of a negative entry": (NOT_NULL, lambda s: {"l_entry": [-1, -1]}),
    "lines of the entry NULL": (NOT_NULL, lambda s: {"l_entry": [None, None]}),
    "two lines of one number": (UNIQUE, lambda s: {"l_line_no": [1, 1]}),
    "a line number of zero": (CHECK, lambda s: {"l_line_no": [0, 1]}),
    "a negative line number": (CHECK, lambda s: {"l_line_no": [-1, 1]}),
    "line numbers with a gap": (CHECK, lambda s: {"l_line_no": [1, 3]}),
    "a line number beyond its type": (OUT_OF_RANGE, lambda s: {"l_line_no": [1, 40_000]}),
    "a line number of NULL": (NOT_NULL, lambda s: {"l_line_no": [1, None]}),
    "the id of a posted entry": (UNIQUE, lambda s: {"e_id": [s.own.entry]}),
    "an id of NULL": (NOT_NULL, lambda s: {"e_id": [None]}),
    "a reference that is posted": (UNIQUE, lambda s: {"e_reference": ["A-1"]}),
    "an empty reference": (CHECK, lambda s: {"e_reference": [""]}),
    "a reference that is too long": (TOO_LONG, lambda s: {"e_reference": ["A" * 101]}),
    "the reversal of another company's entry": (FOREIGN, lambda s: {"e_reverses": [s.other.entry]}),
    "the reversal of itself": (CHECK, lambda s: _itself(uuid7())),
    "a cancellation of nothing": (CHECK, lambda s: {"e_is_cancellation": [True]}),
    "neither a cancellation nor none": (NOT_NULL, lambda s: {"e_is_cancellation": [None]}),
    "a commitment that is too short": (CHECK, lambda s: {"e_commitment": [bytes(31)]}),
    "a salt that is too short": (CHECK, lambda s: {"e_salt": [bytes(31)]}),
    "no narration": (NOT_NULL, lambda s: {"e_narration": [None]}),
    "a narration for a line too many": (CHECK, lambda s: {"e_line_narrations": ['["a", "b", "c"]']}),
    "narrations that are numbers": (CHECK, lambda s: {"e_line_narrations": ["[1, 2]"]}),
    "narrations that are no list": ("22023", lambda s: {"e_line_narrations": ['{"a": 1}']}),
    "nobody who posted it": (NOT_NULL, lambda s: {"p_posted_by": None}),
    "no entries": (ARRAYS, lambda s: dict.fromkeys(ENTRY_ARRAYS + LINE_ARRAYS, "{}")),
}  # fmt: skip


def _single(scene: Scene) -> dict[str, Any]:
    return {
        "l_entry": [1],
        "l_line_no": [1],
        "l_account": [scene.own.bank],
        "l_party": [None],
        "l_amount": [5],
    }


def _four(scene: Scene) -> dict[str, Any]:
    return {
        "l_entry": [1] * 4,
        "l_line_no": [1, 2, 3, 4],
        "l_account": [scene.own.bank, scene.own.sales] * 2,
        "l_party": [None] * 4,
        "l_amount": [5, -5, 7, -7],
    }


def _two(scene: Scene) -> dict[str, Any]:
    arguments = scene.call()
    return {name: list(arguments[name]) * 2 for name in ENTRY_ARRAYS} | {"e_id": [uuid7(), uuid7()]}


def _as_other(scene: Scene) -> dict[str, Any]:
    other = scene.other
    return {
        "p_company": other.company,
        "p_ledger": other.books.ledger_id,
        "p_journal": other.journal,
        "l_account": [other.bank, other.sales],
    }


def _itself(entry_id: UUID) -> dict[str, Any]:
    return {"e_id": [entry_id], "e_reverses": [entry_id]}


def shifted(values: list[Any]) -> str:
    """Return the array literal of the same values counted from 0."""
    return f"[0:{len(values) - 1}]={{{','.join(map(_literal, values))}}}"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return f'"\\\\x{value.hex()}"' if isinstance(value, bytes) else f'"{value}"'


class TestPostingByHand:
    def refused(self, scene: Scene, arguments: Mapping[str, Any]) -> str | None:
        """Return the SQLSTATE of the refusal, which left nothing behind."""
        before = census(scene.clone.admin_dsn)
        with scene.session(scene.own.company) as raw, pytest.raises(psycopg.Error) as refusal:
            raw.execute(CALL, arguments)
            raw.commit()
        assert census(scene.clone.admin_dsn) == before
        return refusal.value.sqlstate

    def test_is_taken_where_everything_is_sound(self, scene: Scene) -> None:
        with scene.session(scene.own.company) as raw:
            posted = raw.execute(CALL, scene.call()).fetchall()
            raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
            recorded = "SELECT recorded_at, recorded_xid::text, cluster_epoch, digest_version"
            entry = raw.execute(
                f"{recorded} FROM accounting_journal_entry WHERE id = %s", [posted[0][0]]
            ).fetchone()
        assert [row[3:5] for row in posted] == [(2, "open")]
        # What the digest covers and the database alone knows.
        assert entry == (*posted[0][5:], 2)

    @pytest.mark.parametrize("attack", ATTACKS)
    def test_is_refused_with(self, scene: Scene, attack: str) -> None:
        sqlstate, hostile = ATTACKS[attack]
        assert self.refused(scene, scene.call(**hostile(scene))) == sqlstate

    @pytest.mark.parametrize("name", ENTRY_ARRAYS + LINE_ARRAYS)
    def test_is_refused_with_arrays_of_different_length(self, scene: Scene, name: str) -> None:
        sound = scene.call()[name]
        for hostile in ([*sound, sound[0]], "{}", None):
            assert self.refused(scene, scene.call(**{name: hostile})) == ARRAYS

    @pytest.mark.parametrize("name", ENTRY_ARRAYS + LINE_ARRAYS)
    def test_is_refused_with_an_array_that_counts_from_zero(self, scene: Scene, name: str) -> None:
        """Subscripts and unnest would mean different elements: gross balances would differ from lines."""
        sound = scene.call()[name]
        assert self.refused(scene, scene.call(**{name: shifted(sound)})) == ARRAYS

    @pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
    def test_is_refused_on_a_snapshot_that_cannot_see_a_period_close(self, scene: Scene, level: str) -> None:
        with scene.session(scene.own.company) as raw:
            raw.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
            with pytest.raises(psycopg.errors.InvalidTransactionState, match="READ COMMITTED"):
                raw.execute(CALL, scene.call())

    def test_cannot_put_off_the_check_that_an_entry_has_lines(self, scene: Scene) -> None:
        with scene.session(scene.own.company) as raw:
            with pytest.raises(psycopg.errors.CheckViolation, match="has 0 lines, expected 2"):
                raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
                raw.execute(CALL, scene.call(**_two(scene)))
            raw.rollback()
            raw.execute("SET CONSTRAINTS ALL DEFERRED")
            raw.execute(CALL, scene.call(**_two(scene)))
            # Leaving the scope does not blind the check either.
            raw.execute("SELECT set_config('app.company_ids', '', false)")
            with pytest.raises(psycopg.errors.CheckViolation, match="has 0 lines, expected 2"):
                raw.commit()

    def test_is_refused_without_any_scope(self, scene: Scene) -> None:
        with scene.session() as raw, pytest.raises(psycopg.errors.ForeignKeyViolation):
            raw.execute(CALL, scene.call())
