# SPDX-License-Identifier: Apache-2.0
"""A company in which Alice and Carol answer for the books, Bob audits, and a party is spoken of."""

import io
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import psycopg
import pytest

from apps.accounting.domain.journal_entry import EntryDraft, LineDraft
from apps.accounting.selectors.parties import parties_named
from apps.accounting.services.close_period import close_period
from apps.audit.domain.archive.frame import Period
from apps.audit.domain.note.algorithms import ED25519
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.models import Erasure
from apps.audit.services.export_evidence import export_company
from apps.audit.services.privacy.erase_hold_or_propose import (
    erase_or_propose,
    hold_or_propose,
    lift_or_propose,
)
from apps.audit.services.publish_checkpoint import publish_checkpoint
from cortex.approvals.approve import Approval, approve
from cortex.database.transactions import transactional
from cortex.events.leases import release_lease
from cortex.identity.models import User
from cortex.ports.approvals import ProposalRef
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.books import BANK, CONSOLE, CURRENCY, SALES, Books, EntryDraftFactory, open_books
from tests.factories.log import ORIGIN, LocalSigner, LocalWitnesses, claimed, integrate_and_seal
from tests.factories.people import just_signed_in, let_in, person
from tests.frame.clones import Clone

NAME, NARRATION = "Erika Mustermann", "Repair of the flat of Erika"
STAFF = (("alice", "controller"), ("carol", "controller"), ("bob", "auditor"))


@dataclass(frozen=True)
class Bureau:
    """The company, its people, and the log that signs when it is told to."""

    clone: Clone
    books: Books
    people: dict[str, User]
    party: UUID
    entry: UUID
    signer: LocalSigner = field(default_factory=LocalSigner)

    def who(self, name: str) -> Principal:
        return just_signed_in(self.people[name])

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.clone.admin_dsn) as admin:
            return admin.execute(query).fetchall()

    def erase(
        self, subject: UUID | None = None, *, by: str = "alice", kind: str = "accounting.party"
    ) -> ProposalRef:
        with self.books.entered():
            return proposed(
                erase_or_propose(
                    company_id=self.books.company_id,
                    subject_type=kind,
                    subject_id=subject or self.party,
                    reason="Request of 3 March",
                    erased_by=self.who(by),
                )
            )

    def hold(self, subject: UUID | None, *, by: str = "alice") -> ProposalRef:
        with self.books.entered():
            return proposed(
                hold_or_propose(
                    company_id=self.books.company_id,
                    subject_id=subject,
                    reason="Lawsuit 12/26",
                    placed_by=self.who(by),
                )
            )

    def lift(self, hold_id: UUID, *, by: str = "alice") -> ProposalRef:
        with self.books.entered():
            return proposed(
                lift_or_propose(
                    company_id=self.books.company_id, hold_id=hold_id, reason="Over", lifted_by=self.who(by)
                )
            )

    def agree(self, proposal: ProposalRef, *, by: str = "carol") -> Approval:
        with self.books.entered():
            return approve(
                company_id=self.books.company_id,
                proposal_id=proposal.id,
                digest=proposal.digest,
                approved_by=self.who(by),
            )

    def held(self, subject: UUID | None) -> UUID:
        """Hold by two and return the hold's id."""
        result = self.agree(self.hold(subject)).proposal.result_id
        assert result is not None
        return result

    @property
    def keys(self) -> str:
        public = self.signer.key.public_key().public_bytes_raw()
        return f"log {VerifierKey(name=ORIGIN, kind=ED25519, public=public).text}\nquorum none\n"

    def evidence(self) -> bytes:
        """Return an archive of everything up to now."""
        size, out = integrate_and_seal(), io.BytesIO()
        lease = claimed()
        publish_checkpoint(lease=lease, size=size, signer=self.signer, witnesses=LocalWitnesses(words={}))
        release_lease(lease)
        with self.books.entered():
            export_company(
                company_id=self.books.company_id, size=size, period=Period(), out=out, exported_by=CONSOLE
            )
        return out.getvalue()

    def draft_with(self, other: str) -> EntryDraft:
        """Return a draft that speaks of the party and of another one."""
        lines = [LineDraft(BANK, 700, CURRENCY, NAME), LineDraft(SALES, -700, CURRENCY, other)]
        return EntryDraftFactory(narration="Settled between both", lines=lines)

    def note_on(self, object_id: UUID) -> None:
        """Leave a leaf about an object, with a text beside it."""
        details = {"note": "Erika asked for it"}
        record = AuditRecord(verb="testing.note", object_type="testing", object_id=object_id, details=details)
        leave = transactional(get(AuditLog).append)
        with self.books.entered():
            leave(company_id=self.books.company_id, actor=CONSOLE, records=[record])

    def close_january(self) -> None:
        """Leave a leaf with a reason, which is a text beside the log."""
        with self.books.entered():
            close_period(
                company_id=self.books.company_id,
                period_code="2026-01",
                closed_by=CONSOLE,
                reason="As agreed with Erika",
            )

    def period(self) -> UUID:
        with psycopg.connect(self.clone.admin_dsn) as admin:
            found = admin.execute(
                "SELECT id FROM accounting_fiscal_period WHERE company_id = %s AND code = '2026-01'",
                [self.books.company_id],
            ).fetchone()
        assert found is not None
        return UUID(str(found[0]))


def proposed(done: Erasure | UUID | ProposalRef) -> ProposalRef:
    assert isinstance(done, ProposalRef)
    return done


@pytest.fixture
def bureau(committed_database: Clone) -> Bureau:
    books = open_books(code="ACME")
    people = {name: person(name) for name, _role in STAFF}
    for name, role in STAFF:
        let_in(company_id=books.company_id, user_id=people[name].id, roles=[role])
    amounts = {BANK: 500, SALES: -500}
    draft = EntryDraftFactory(
        accounting_date=date(2026, 2, 3), narration=NARRATION, party=NAME, amounts=amounts
    )
    entry = books.post(draft)
    books.post(EntryDraftFactory(narration="Something else", party="Somebody else"))
    return Bureau(committed_database, books, people, party_of(books, NAME), entry.id)


def party_of(books: Books, name: str) -> UUID:
    """Return the party of this name, which lies sealed."""
    with books.entered():
        return parties_named(company_id=books.company_id, names=[name])[name]
