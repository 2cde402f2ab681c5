# SPDX-License-Identifier: Apache-2.0
"""Erasure by two: what was said of somebody is gone, and what was done is proved as before."""

import io
import json
import os
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import psycopg
import pytest
from django.test import Client

from apps.accounting.selectors.journal_entry import get_journal_entry
from apps.accounting.selectors.parties import list_parties
from apps.accounting.services.erase_party import erase_party
from apps.audit.domain.privacy.errors import ReasonMustBeGiven, SubjectKindMustBeKnown, SubjectMustBeKnown
from apps.audit.services.privacy.erase_hold_or_propose import erase_or_propose
from apps.audit.services.privacy.erase_subject import erase_subject
from cortex.ports.authorizer import AccessMustBeGranted, ApprovalMustComeFirst
from tests.factories.books import CONSOLE, EntryDraftFactory
from tests.factories.evidence_log import verdict
from tests.factories.sessions import sign_in
from tests.frame.census import census
from tests.integration.apps.audit.privacy.conftest import NAME, NARRATION, Bureau, party_of

LOGGED = ("audit_entry", "policy_decision")


def texts_opened(archive: bytes) -> list[str]:
    with ZipFile(io.BytesIO(archive)) as opened:
        return [
            line
            for name in opened.namelist()
            if name.startswith("openings")
            for line in opened.read(name).decode().splitlines()
        ]


class TestErasure:
    def test_takes_every_word_and_leaves_the_proof(self, bureau: Bureau) -> None:
        before = bureau.evidence()
        assert NARRATION.encode() in before
        approval = bureau.agree(bureau.erase())
        assert approval.failure is None
        after = bureau.evidence()
        assert NARRATION.encode() not in after
        # Both are accepted, the later one as a continuation of the earlier: nothing of the log was touched.
        with ZipFile(io.BytesIO(before)) as opened:
            note = opened.read("checkpoint")
        assert verdict(before, keys=bureau.keys).refused is None
        told = verdict(after, keys=bureau.keys, since=note)
        assert told.refused is None
        proved = "2 documents are the ones that leaves fixed, unchanged."
        assert proved in told.report.proved

    def test_leaves_no_trace_of_the_words_in_any_table(self, bureau: Bureau) -> None:
        bureau.agree(bureau.erase())
        tables = bureau.rows(
            "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
            " AND a.attname = 'company_id' ORDER BY 1"
        )
        found = [
            table
            for (table,) in tables
            if bureau.rows(f"SELECT 1 FROM {table} t WHERE t::text LIKE '%Erika%' LIMIT 1")
        ]
        assert found == []

    def test_is_shown_as_erased_and_forgets_the_name_in_lists(self, bureau: Bureau) -> None:
        bureau.agree(bureau.erase())
        company = bureau.books.company_id
        with bureau.books.entered():
            entry = get_journal_entry(company_id=company, entry_id=bureau.entry, reader=None)
            names = [party.name for party in list_parties(company_id=company)]
        assert (entry.narration, {line.party for line in entry.lines}) == (None, {None})
        assert {line.party_id for line in entry.lines} == {bureau.party}
        assert names == ["Somebody else"]
        client = Client()
        sign_in(client, bureau.people["alice"])
        page = client.get(f"/books/ACME/entries/{bureau.entry}/").content.decode()
        assert "The text was erased; its commitment stays in the audit log." in page

    def test_of_a_text_of_the_log_destroys_its_key(self, bureau: Bureau) -> None:
        bureau.close_january()
        query = f"SELECT count(*) FROM audit_subject_key WHERE subject_id = '{bureau.period()}'"
        assert bureau.rows(query) == [(1,)]
        assert any("As agreed" in text for text in texts_opened(bureau.evidence()))
        assert bureau.agree(bureau.erase(bureau.period(), kind="audit.object")).failure is None
        assert bureau.rows(query) == [(0,)]
        after = bureau.evidence()
        assert verdict(after, keys=bureau.keys).refused is None
        assert not any("As agreed" in text for text in texts_opened(after))

    def test_leaves_leaves_that_say_how_much_and_who_agreed(self, bureau: Bureau) -> None:
        bureau.agree(bureau.erase())
        ((body,),) = bureau.rows(
            "SELECT convert_from(body, 'UTF8') FROM audit_entry WHERE verb = 'audit.subject.erase'"
        )
        leaf = json.loads(str(body))
        assert leaf["actor"] == bureau.who("alice").urn
        assert leaf["approval"]["given_by"] == bureau.who("carol").urn
        assert list(leaf["commitments"]) == ["reason"]
        assert bureau.rows("SELECT subject_id, removed FROM audit_erasure") == [
            (
                bureau.party,
                {"names": 1, "texts of entries": 1, "keys of the log": 0, "texts of the log": 0},
            )
        ]
        assert bureau.rows("SELECT count(*) FROM audit_entry WHERE verb = 'accounting.party.erase'") == [(1,)]

    def test_lets_the_name_come_back_as_another_party(self, bureau: Bureau) -> None:
        bureau.agree(bureau.erase())
        bureau.books.post(EntryDraftFactory(party=NAME))
        assert party_of(bureau.books, NAME) != bureau.party


def ask(bureau: Bureau, *, by: str = "alice", **given: Any) -> None:
    """Ask for the erasure of the party, or of what is given."""
    asked = {"subject_type": "accounting.party", "subject_id": bureau.party, "reason": "Request"} | given
    with bureau.books.entered():
        erase_or_propose(company_id=bureau.books.company_id, erased_by=bureau.who(by), **asked)


class TestRefusal:
    @pytest.mark.parametrize(
        ("error", "by", "given"),
        [
            (AccessMustBeGranted, "bob", {}),
            (SubjectMustBeKnown, "alice", {"subject_id": uuid4()}),
            (SubjectKindMustBeKnown, "alice", {"subject_type": "accounting.dog"}),
            (ReasonMustBeGiven, "alice", {"reason": "   "}),
        ],
        ids=["whoever only audits", "an unknown subject", "an unknown kind", "no reason"],
    )
    def test_leaves_everything_as_it_was(
        self, bureau: Bureau, error: type[Exception], by: str, given: dict[str, Any]
    ) -> None:
        before = census(bureau.clone.admin_dsn, besides=LOGGED)
        with pytest.raises(error):
            ask(bureau, by=by, **given)
        assert census(bureau.clone.admin_dsn, besides=LOGGED) == before

    def test_of_what_was_erased_before(self, bureau: Bureau) -> None:
        bureau.agree(bureau.erase())
        before = census(bureau.clone.admin_dsn, besides=LOGGED)
        with pytest.raises(SubjectMustBeKnown):
            ask(bureau)
        assert census(bureau.clone.admin_dsn, besides=LOGGED) == before

    @pytest.mark.parametrize("verb", [erase_subject, erase_party])
    def test_of_one_person_alone_even_at_the_console(self, bureau: Bureau, verb: object) -> None:
        before = census(bureau.clone.admin_dsn, besides=LOGGED)
        with bureau.books.entered(), pytest.raises(ApprovalMustComeFirst):
            if verb is erase_party:
                erase_party(company_id=bureau.books.company_id, subject_id=bureau.party, erased_by=CONSOLE)
            else:
                erase_subject(
                    company_id=bureau.books.company_id,
                    subject_type="accounting.party",
                    subject_id=bureau.party,
                    reason="Request",
                    erased_by=CONSOLE,
                )
        assert census(bureau.clone.admin_dsn, besides=LOGGED) == before

    def test_below_the_program_of_another_companys_texts(self, bureau: Bureau) -> None:
        """The database's function sees what the scope shows, and no more."""
        bureau.close_january()
        with psycopg.connect(os.environ["DATABASE_URL"]) as raw:
            done = raw.execute(
                "SELECT keys, texts FROM audit_erase_texts(%s, %s)",
                [bureau.books.company_id, [bureau.period()]],
            ).fetchone()
        assert done == (0, 0)
