# SPDX-License-Identifier: Apache-2.0
"""An import with an entry above the limit waits as a whole."""

import hashlib
from uuid import UUID

import pytest

from apps.accounting.domain.errors import FileMustBeTheApproved
from apps.accounting.services.import_journal import import_journal
from apps.accounting.services.import_or_propose import import_or_propose
from cortex.database.transactions import transactional
from cortex.ports.approvals import ProposalRef
from cortex.ports.authorizer import ApprovalMustComeFirst
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.storage.envelope import closed
from cortex.storage.models import StoredFile
from tests.factories.books import BANK, SALES
from tests.factories.people import let_in
from tests.integration.cortex.approvals.office import Office

HEAD = "reference,accounting_date,party,narration,account,debit,credit,currency\n"


def journal(*amounts: str) -> bytes:
    rows = [
        f"R-{number},2026-03-02,,Sale,{account},{debit},{credit},EUR\n"
        for number, amount in enumerate(amounts)
        for account, debit, credit in ((BANK, amount, ""), (SALES, "", amount))
    ]
    return (HEAD + "".join(rows)).encode()


@pytest.fixture
def keeper(office: Office) -> Office:
    """Let Clara import, still within 100.00."""
    let_in(company_id=office.company_id, user_id=office.people["clara"].id, roles=["accountant"])
    office.limit("accountant", 100_00)
    return office


def stored(office: Office, content: bytes) -> UUID:
    with office.entered():
        return get(Storage).put(company_id=office.company_id, name="journal.csv", content=content).id


def imported(office: Office, content: bytes) -> object:
    file_id = stored(office, content)
    with office.entered():
        return import_or_propose(
            company_id=office.company_id,
            accounts_file_id=None,
            journal_file_id=file_id,
            imported_by=office.who("clara"),
        )


@transactional
def replace_file(company_id: UUID, file_id: UUID, content: bytes) -> None:
    """Put other bytes under the id of a file, sealed as the program would."""
    StoredFile.objects.filter(id=file_id).delete()
    file = StoredFile(id=file_id, company_id=company_id, name="journal.csv")
    envelope = closed(company_id=company_id, file_id=file_id, content=content)
    file.content, file.wrapped_key = envelope.content, envelope.wrapped_key
    file.digest, file.size_bytes = hashlib.sha256(content).digest(), len(content)
    file.save(force_insert=True)


def test_an_import_within_the_limit_posts(keeper: Office) -> None:
    imported(keeper, journal("1.00", "100.00"))
    assert (keeper.entries(), keeper.count("approvals_proposal")) == (2, 0)


def test_what_waits_is_posted_only_from_the_bytes_that_were_agreed_to(keeper: Office) -> None:
    """Whoever can write the table puts other bytes under the name of the file that waits."""
    proposal = imported(keeper, journal("1.00", "100.01"))
    assert isinstance(proposal, ProposalRef)
    with keeper.entered():
        file_id = UUID(keeper.look(proposal).content["journal"])
        replace_file(keeper.company_id, file_id, journal("1.00", "999.99"))
    with pytest.raises(FileMustBeTheApproved):
        keeper.approve(proposal)
    assert (keeper.entries(), keeper.look(proposal).state) == (0, "waiting")


def test_one_entry_above_the_limit_lets_all_of_it_wait(keeper: Office) -> None:
    proposal = imported(keeper, journal("1.00", "100.01"))
    assert isinstance(proposal, ProposalRef)
    found = keeper.look(proposal)
    assert (keeper.entries(), found.amount_minor) == (0, 100_01)
    assert "Sum 101.01 EUR" in found.summary
    assert keeper.approve(proposal).failure is None
    assert keeper.entries() == 2
    assert {leaf["actor"] for leaf in keeper.leaves("accounting.journal_entry.post")} == {
        keeper.who("clara").urn
    }


def test_a_rehearsal_shows_it_and_an_import_without_proposing_is_refused(keeper: Office) -> None:
    given = {
        "company_id": keeper.company_id,
        "accounts": None,
        "journal": journal("500.00"),
        "imported_by": keeper.who("clara"),
    }
    with keeper.entered():
        assert import_journal(**given, is_dry_run=True).entries_posted == 1
        with pytest.raises(ApprovalMustComeFirst):
            import_journal(**given)
    assert keeper.entries() == 0
