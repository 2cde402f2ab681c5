# SPDX-License-Identifier: Apache-2.0
"""All that is kept about somebody, in one archive for them; that it was handed out is written down."""

import hashlib
import io
import json
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from apps.accounting.domain.errors import PartyMustBeSeenWhole
from apps.accounting.selectors import party_file
from apps.audit.domain.privacy.errors import SubjectMustBeKnown
from apps.audit.services.privacy.export_subject import export_subject
from cortex.canonical_json import canonical_json
from cortex.ports.authorizer import AccessMustBeGranted
from tests.factories.people import just_signed_in, person
from tests.frame.census import census
from tests.integration.apps.audit.privacy.conftest import NAME, NARRATION, Bureau

LOGGED = ("audit_entry", "policy_decision")


def export(bureau: Bureau, *, kind: str = "accounting.party", by: str = "alice", **given: object) -> bytes:
    asked = {"subject_id": bureau.party} | given
    with bureau.books.entered():
        return export_subject(
            company_id=bureau.books.company_id,
            subject_type=kind,
            exported_by=bureau.who(by),
            **asked,  # type: ignore[arg-type]
        )


def document(archive: bytes) -> dict[str, dict[str, list[dict[str, object]]]]:
    with ZipFile(io.BytesIO(archive)) as opened:
        return json.loads(opened.read("subject.json"))  # type: ignore[no-any-return]


class TestExport:
    @pytest.mark.parametrize("by", ["alice", "bob"])
    def test_holds_name_entries_and_leaves(self, bureau: Bureau, by: str) -> None:
        archive = export(bureau, by=by)
        sections = document(archive)["sections"]
        assert sections["Party"] == [{"id": str(bureau.party), "name": NAME}]
        (entry,) = sections["Journal entries"]
        assert (entry["text"], entry["date"]) == (NARRATION, "2026-02-03")
        assert entry["lines"] == [
            {"account": "Assets:Bank Assets:Bank", "amount": "5.00 EUR", "text": NARRATION},
            {"account": "Income:Sales Income:Sales", "amount": "-5.00 EUR", "text": NARRATION},
        ]
        assert {(leaf["verb"], leaf["object"]) for leaf in sections["Audit log"]} == {
            ("accounting.party_name.write", f"accounting.party_name {bureau.party}"),
            ("accounting.journal_entry.post", f"accounting.journal_entry {bureau.entry}"),
        }
        assert b"Somebody else" not in archive

    def test_of_a_person_holds_account_roles_and_what_they_did(self, bureau: Bureau) -> None:
        bureau.hold(bureau.party)
        alice = bureau.people["alice"]
        sections = document(export(bureau, kind="identity.user", by="bob", subject_id=alice.id))["sections"]
        (account,) = sections["Account"]
        assert (account["user name"], account["roles"]) == ("alice", ["controller"])
        told = {(leaf["verb"], leaf["by"]) for leaf in sections["Audit log"]}
        assert told == {
            ("identity.membership.granted", "service:console"),
            ("policy.access.refused", f"user:{alice.id}"),
            ("approvals.proposal.propose", f"user:{alice.id}"),
        }
        assert sections["Audit log"][0]["texts"] == {"roles": "controller"}

    def test_of_a_person_holds_notes_on_their_membership(self, bureau: Bureau) -> None:
        alice = bureau.people["alice"]
        ((membership,),) = bureau.rows(f"SELECT id FROM identity_membership WHERE user_id = '{alice.id}'")
        bureau.note_on(UUID(str(membership)))
        sections = document(export(bureau, kind="identity.user", by="bob", subject_id=alice.id))["sections"]
        assert {"note": "Erika asked for it"} in [leaf.get("texts") for leaf in sections["Audit log"]]

    def test_is_readable_by_people_and_says_its_own_digests(self, bureau: Bureau) -> None:
        with ZipFile(io.BytesIO(export(bureau))) as opened:
            text = opened.read("subject.txt").decode()
            manifest = opened.read("MANIFEST.sha256").decode()
            digest = hashlib.sha256(opened.read("subject.json")).hexdigest()
        assert "Contents of proposals, jobs, imported files and letters are not searched" in text
        assert f"name: {NAME}\n" in text
        assert f"text: {NARRATION}\n" in text
        assert f"{digest}  subject.json\n" in manifest

    def test_opens_the_texts_beside_leaves(self, bureau: Bureau) -> None:
        bureau.close_january()
        archive = export(bureau, kind="audit.object", subject_id=bureau.period())
        leaves = document(archive)["sections"]["Audit log"]
        told = {leaf["verb"]: leaf.get("texts") for leaf in leaves}
        assert told == {
            "accounting.fiscal_year.open": None,
            "accounting.fiscal_period.close": {"reason": "As agreed with Erika"},
        }

    def test_of_an_erased_party_says_so(self, bureau: Bureau) -> None:
        bureau.agree(bureau.erase())
        archive = export(bureau)
        sections = document(archive)["sections"]
        assert sections["Party"] == [{"id": str(bureau.party), "name": "its name was erased"}]
        assert sections["Journal entries"][0]["text"] == "erased"

    def test_leaves_a_leaf_with_the_digest_of_what_was_handed_out(self, bureau: Bureau) -> None:
        archive = export(bureau)
        content = {"subject": str(bureau.party), "archive": hashlib.sha256(archive).hexdigest()}
        ((body,),) = bureau.rows(
            "SELECT convert_from(body, 'UTF8') FROM audit_entry WHERE verb = 'audit.subject.export'"
        )
        assert json.loads(str(body))["digest"] == hashlib.sha256(canonical_json(content)).hexdigest()


class TestRefusal:
    def test_of_what_nothing_is_known_of(self, bureau: Bureau) -> None:
        dora = person("dora")
        before = census(bureau.clone.admin_dsn, besides=LOGGED)
        # Dora is known to the platform, and of no business to this company.
        for kind, subject in (("accounting.party", uuid4()), ("identity.user", dora.id)):
            with pytest.raises(SubjectMustBeKnown):
                export(bureau, kind=kind, subject_id=subject)
        assert census(bureau.clone.admin_dsn, besides=LOGGED) == before

    def test_of_strangers(self, bureau: Bureau) -> None:
        charlie = just_signed_in(person("charlie"))
        before = census(bureau.clone.admin_dsn, besides=LOGGED)
        with bureau.books.entered(), pytest.raises(AccessMustBeGranted):
            export_subject(
                company_id=bureau.books.company_id,
                subject_type="accounting.party",
                subject_id=bureau.party,
                exported_by=charlie,
            )
        assert census(bureau.clone.admin_dsn, besides=LOGGED) == before

    def test_of_an_answer_that_would_leave_entries_out(
        self, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Policies may hide entries from whoever exports; here they hide all of them."""
        monkeypatch.setattr(party_file, "fetch_entries", lambda **_given: [])
        with pytest.raises(PartyMustBeSeenWhole) as refused:
            export(bureau)
        assert (refused.value.evidence["expected"], refused.value.evidence["got"]) == (1, 0)
