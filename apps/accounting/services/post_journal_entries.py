# SPDX-License-Identifier: Apache-2.0
"""Post entries: business rows, audit leaves and events in one transaction, set-based."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.accounting.adapters.policy_entities import POST_ENTRY, POST_IN_SOFT_CLOSED_PERIOD
from apps.accounting.adapters.posting_function import GivenNumber, PreparedEntry, write_entries
from apps.accounting.adapters.posting_trail import PostingBooks, leave_trail
from apps.accounting.adapters.validated_entries import subjects_of
from apps.accounting.domain.errors import AccountMustBeActive, ReferenceMustBeUniqueInTheBatch
from apps.accounting.domain.journal_code import GENERAL
from apps.accounting.domain.journal_entry import EntryDraft, check_entry
from apps.accounting.domain.period_state import PeriodState
from apps.accounting.domain.same_content import check_same_content
from apps.accounting.selectors.accounts import AccountRow, account_must_exist, accounts_by_code
from apps.accounting.selectors.journal_entry import EntryView, entries_by_reference
from apps.accounting.selectors.ledger import JournalRef, LedgerRef, get_journal, get_ledger
from apps.accounting.services.find_or_create_parties import find_or_create_parties
from apps.accounting.services.require_for_drafts import require_for_drafts
from apps.audit.published import SALT_BYTES, commit
from cortex.canonical_json import canonical_json
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports import registry
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.verb_validators import VerbValidators


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry in the books. `was_posted` is False where the reference stood there before."""

    id: UUID
    number: int
    accounting_date: date
    reference: str | None
    was_posted: bool


@dataclass(frozen=True, slots=True)
class _Books:
    company_id: UUID
    ledger: LedgerRef
    journal: JournalRef


@transactional
def post_journal_entries(
    *,
    company_id: UUID,
    drafts: Sequence[EntryDraft],
    posted_by: Principal,
    journal_code: str = GENERAL,
    action: str = POST_ENTRY,
) -> list[PostedEntry]:
    """Post all drafts or none, in order, and return what each became.

    A reference that the journal has already adds nothing when the content is the same; other content
    is refused. `action` is what the caller's own verb needs instead of posting, such as importing.
    Raises: CortexError of accounting, AccessMustBeGranted.
    """
    _require_at_all(company_id, action, posted_by)
    ledger = get_ledger(company_id=company_id)
    books = _Books(company_id, ledger, get_journal(company_id=company_id, code=journal_code))
    for draft in drafts:
        check_entry(draft=draft, base_currency=ledger.base_currency)
    existing = _existing(books, drafts)
    fresh = [draft for draft in drafts if draft.reference is None or draft.reference not in existing]
    # What stands in the books already adds nothing, so that no limit is asked about it.
    require_for_drafts(
        company_id=company_id, ledger_id=ledger.id, drafts=fresh, posted_by=posted_by, action=action
    )
    accounts = _accounts(books, fresh)
    _require_accepted(books, fresh, accounts, posted_by)
    entries = _prepare(
        books, fresh, {code: account.id for code, account in accounts.items()}, posted_by=posted_by
    )
    numbers = _write(books, entries, posted_by) if entries else {}
    return _in_order(drafts, existing, entries, numbers)


def _require_at_all(company_id: UUID, action: str, posted_by: Principal) -> None:
    """Refuse whoever may not post here at all before anything is read; a yes is recorded with the amount."""
    authorizer = registry.get(Authorizer)
    if not authorizer.decide(principal=posted_by, action=action, company_id=company_id).is_allowed:
        authorizer.require(principal=posted_by, action=action, company_id=company_id)


def _existing(books: _Books, drafts: Sequence[EntryDraft]) -> dict[str, EntryView]:
    references = [draft.reference for draft in drafts if draft.reference is not None]
    if len(set(references)) != len(references):
        raise _duplicate_reference(references)
    existing = entries_by_reference(
        company_id=books.company_id, journal_id=books.journal.id, references=references
    )
    for draft in drafts:
        if draft.reference in existing:
            check_same_content(draft=draft, posted=existing[draft.reference], journal=books.journal.code)
    return existing


def _require_accepted(
    books: _Books, drafts: Sequence[EntryDraft], accounts: Mapping[str, AccountRow], posted_by: Principal
) -> None:
    """Ask whoever was installed to judge entries, by whichever verb they come; nothing is written yet."""
    if drafts:
        registry.get(VerbValidators).require_accepted(
            verb=POST_ENTRY,
            company_id=books.company_id,
            subjects=lambda: subjects_of(
                drafts=drafts,
                account_types={code: account.type for code, account in accounts.items()},
                journal_code=books.journal.code,
            ),
            asked_by=posted_by,
        )


def _prepare(
    books: _Books, drafts: Sequence[EntryDraft], account_ids: Mapping[str, UUID], *, posted_by: Principal
) -> list[PreparedEntry]:
    names = {line.party for draft in drafts for line in draft.lines if line.party}
    party_ids = find_or_create_parties(company_id=books.company_id, names=names, named_by=posted_by)
    return [_prepared(draft, account_ids, party_ids) for draft in drafts]


def _prepared(
    draft: EntryDraft, account_ids: Mapping[str, UUID], party_ids: Mapping[str, UUID]
) -> PreparedEntry:
    salt = os.urandom(SALT_BYTES)
    return PreparedEntry(
        entry_id=uuid7(),
        draft=draft,
        account_ids=[account_ids[line.account_code] for line in draft.lines],
        party_ids=[party_ids[line.party] if line.party else line.party_id for line in draft.lines],
        narration_salt=salt,
        narration_commitment=commit(committed_text(draft), salt=salt).digest,
    )


def committed_text(draft: EntryDraft) -> str:
    """Return the text that the commitment covers: the narration and, where they differ, the lines'.

    A JSON list, so that no text can be shifted from one line to the next under the same commitment.
    """
    texts = [draft.narration, *(line.narration or draft.narration for line in draft.lines)]
    return canonical_json(texts[:1] if len(set(texts)) == 1 else texts).decode()


def _accounts(books: _Books, drafts: Sequence[EntryDraft]) -> dict[str, AccountRow]:
    codes = {line.account_code for draft in drafts for line in draft.lines}
    # A reversal takes back what was posted while the account was active.
    posted_to = {line.account_code for draft in drafts if draft.reverses_id is None for line in draft.lines}
    accounts = accounts_by_code(company_id=books.company_id, ledger_id=books.ledger.id, codes=codes)
    if missing := codes - accounts.keys():
        raise account_must_exist(codes=missing)
    for account in accounts.values():
        if not account.is_active and account.code in posted_to:
            raise AccountMustBeActive(
                f"Account {account.code}: expected an active account, got one that was deactivated. "
                "Choose another account, or activate it again.",
                evidence={"object": account.code, "expected": "active", "got": "inactive"},
            )
    return accounts


def _write(
    books: _Books, entries: Sequence[PreparedEntry], posted_by: Principal
) -> Mapping[UUID, GivenNumber]:
    numbers = write_entries(
        company_id=books.company_id,
        ledger_id=books.ledger.id,
        journal_id=books.journal.id,
        posted_by=posted_by.urn,
        entries=entries,
    )
    if any(given.period_state == PeriodState.SOFT_CLOSED for given in numbers.values()):
        registry.get(Authorizer).require(
            principal=posted_by, action=POST_IN_SOFT_CLOSED_PERIOD, company_id=books.company_id
        )
    leave_trail(
        books=PostingBooks(books.company_id, books.ledger.id, books.journal.id),
        entries=entries,
        numbers=numbers,
        posted_by=posted_by,
    )
    return numbers


def _in_order(
    drafts: Sequence[EntryDraft],
    existing: Mapping[str, EntryView],
    entries: Sequence[PreparedEntry],
    numbers: Mapping[UUID, GivenNumber],
) -> list[PostedEntry]:
    fresh = iter(entries)
    posted = []
    for draft in drafts:
        stood_there = existing.get(draft.reference) if draft.reference else None
        if stood_there:
            entry_id, number = stood_there.id, stood_there.number
        else:
            entry_id = next(fresh).entry_id
            number = numbers[entry_id].number
        posted.append(
            PostedEntry(entry_id, number, draft.accounting_date, draft.reference, was_posted=not stood_there)
        )
    return posted


def _duplicate_reference(references: Sequence[str]) -> ReferenceMustBeUniqueInTheBatch:
    twice = next(reference for reference, count in Counter(references).items() if count > 1)
    return ReferenceMustBeUniqueInTheBatch(
        f"Reference {twice}: expected once in a call, got it again. Give each entry a reference of its own.",
        evidence={"object": twice, "expected": 1, "got": references.count(twice)},
    )
