# SPDX-License-Identifier: Apache-2.0
"""A legal hold beats every erasure, whoever asks for it and whatever they hold in hand."""

import os
from uuid import UUID, uuid4

import psycopg
import pytest

from apps.audit.domain.privacy.errors import HoldMustBeInForce, SubjectMustNotBeHeld
from apps.audit.selectors.privacy.holds import holds_of
from cortex.ports.authorizer import AccessMustBeGranted
from tests.factories.chain import change_guarded_row, changes_in, found_at_night
from tests.frame.census import census
from tests.integration.apps.audit.privacy.conftest import NARRATION, Bureau, party_of

LOGGED = ("audit_entry", "policy_decision")


class TestHold:
    @pytest.mark.parametrize("what", ["party", "entry", "company"])
    def test_refuses_erasures_and_says_why(self, bureau: Bureau, what: str) -> None:
        subject = {"party": bureau.party, "entry": bureau.entry, "company": None}[what]
        hold = bureau.held(subject)
        before = census(bureau.clone.admin_dsn, besides=LOGGED)
        with pytest.raises(SubjectMustNotBeHeld) as refused:
            bureau.erase()
        assert census(bureau.clone.admin_dsn, besides=LOGGED) == before
        assert refused.value.evidence == {
            "object": str(bureau.party),
            "expected": "no legal hold",
            "got": str(hold),
            "remedy": "lift the hold when its reason is over",
        }

    @pytest.mark.parametrize("kind", ["accounting.party", "audit.object"])
    def test_covers_entries_that_speak_of_others_as_well(self, bureau: Bureau, kind: str) -> None:
        shared = bureau.books.post(bureau.draft_with("Somebody else"))
        other = party_of(bureau.books, "Somebody else")
        hold = bureau.held(bureau.party)
        before = census(bureau.clone.admin_dsn, besides=LOGGED)
        with pytest.raises(SubjectMustNotBeHeld) as refused:
            bureau.erase({"accounting.party": other, "audit.object": shared.id}[kind], kind=kind)
        assert refused.value.evidence["got"] == str(hold)
        assert census(bureau.clone.admin_dsn, besides=LOGGED) == before

    def test_stops_an_erasure_that_waited_when_it_was_placed(self, bureau: Bureau) -> None:
        erasure = bureau.erase()
        bureau.held(bureau.party)
        failure = bureau.agree(erasure).failure
        assert isinstance(failure, SubjectMustNotBeHeld)
        texts = bureau.rows("SELECT narration FROM accounting_journal_entry_text ORDER BY narration")
        assert texts == [(NARRATION,), ("Something else",)]
        assert bureau.rows("SELECT count(*) FROM audit_erasure") == [(0,)]

    def test_of_another_subject_is_in_nobodys_way(self, bureau: Bureau) -> None:
        bureau.held(uuid4())
        assert bureau.agree(bureau.erase()).failure is None

    def test_binds_the_database_itself(self, bureau: Bureau) -> None:
        bureau.close_january()
        bureau.held(bureau.period())
        with psycopg.connect(os.environ["DATABASE_URL"]) as raw:
            raw.execute("SELECT set_config('app.company_ids', %s, false)", [str(bureau.books.company_id)])
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="under a legal hold"):
                raw.execute(
                    "SELECT * FROM audit_erase_texts(%s, %s)", [bureau.books.company_id, [bureau.period()]]
                )

    def test_changes_in_nothing_but_its_end(self, bureau: Bureau) -> None:
        bureau.held(bureau.party)
        with psycopg.connect(bureau.clone.admin_dsn) as admin:
            for change in ("SET subject_id = NULL", "SET reason = 'other'", "SET placed_by = 'user:x'"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), admin.transaction():
                    admin.execute(f"UPDATE audit_hold {change}")
            with pytest.raises(psycopg.errors.InsufficientPrivilege), admin.transaction():
                admin.execute("DELETE FROM audit_hold")

    def test_is_not_placed_by_whoever_only_audits(self, bureau: Bureau) -> None:
        before = census(bureau.clone.admin_dsn, besides=LOGGED)
        with pytest.raises(AccessMustBeGranted):
            bureau.hold(bureau.party, by="bob")
        assert census(bureau.clone.admin_dsn, besides=LOGGED) == before


class TestLiftedHold:
    def test_lets_erasures_through_again(self, bureau: Bureau) -> None:
        hold = bureau.held(bureau.party)
        assert bureau.agree(bureau.lift(hold)).failure is None
        assert bureau.agree(bureau.erase()).failure is None
        assert bureau.rows(
            f"SELECT count(*) FROM accounting_party_name WHERE party_id = '{bureau.party}'"
        ) == [(0,)]
        with bureau.books.entered():
            (row,) = holds_of(company_id=bureau.books.company_id)
        assert (row.id, row.lifted_at is None) == (hold, False)

    def test_is_lifted_by_two_and_once(self, bureau: Bureau) -> None:
        hold: UUID = bureau.held(bureau.party)
        waiting, other = bureau.lift(hold), bureau.lift(hold)
        with pytest.raises(SubjectMustNotBeHeld):
            bureau.erase()
        assert bureau.agree(waiting).failure is None
        assert isinstance(bureau.agree(other).failure, HoldMustBeInForce)
        with pytest.raises(HoldMustBeInForce):
            bureau.lift(hold)

    def test_is_what_its_newest_leaf_says_each_night(self, bureau: Bureau) -> None:
        hold = bureau.held(bureau.party)
        assert found_at_night() == []
        assert bureau.agree(bureau.lift(hold)).failure is None
        assert found_at_night() == []


class TestChain:
    def test_has_no_gap(self, bureau: Bureau) -> None:
        for subject in (bureau.party, None):
            assert bureau.agree(bureau.lift(bureau.held(subject))).failure is None
        changes, verbs = changes_in(bureau.clone)
        assert changes.gaps == []
        assert {"audit.hold.place", "audit.hold.lift"} <= verbs

    def test_breaks_where_a_hold_was_moved_to_another(self, bureau: Bureau) -> None:
        hold = bureau.held(bureau.party)
        moved = "UPDATE audit_hold SET subject_id = %s WHERE id = %s"
        change_guarded_row(bureau.clone, moved, uuid4(), hold, table="audit_hold")
        bureau.agree(bureau.lift(hold))
        (found,) = changes_in(bureau.clone)[0].gaps
        assert found.startswith(f"audit.hold {hold} was changed between leaf ")
