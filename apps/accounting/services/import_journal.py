# SPDX-License-Identifier: Apache-2.0
"""Import a journal: everything in the files is posted, or nothing is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from apps.accounting.adapters.accounts_csv import parse_accounts
from apps.accounting.adapters.journal_csv import parse_journal
from apps.accounting.adapters.policy_entities import IMPORT_JOURNAL
from apps.accounting.domain.account_draft import AccountDraft
from apps.accounting.domain.journal_code import IMPORT
from apps.accounting.domain.journal_import import ImportSummary, ParsedEntry, RowError, refuse_rows
from apps.accounting.selectors.accounts import list_accounts
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.open_fiscal_years import open_fiscal_years
from apps.accounting.services.post_journal_entries import post_journal_entries
from cortex.database.transactions import transactional
from cortex.ports import registry
from cortex.ports.approvals import Approvals
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal

ENTRIES_PER_STATEMENT = 1_000
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Report to nobody."""


def import_journal(
    *,
    company_id: UUID,
    accounts: bytes | None,
    journal: bytes,
    imported_by: Principal,
    may_create: bool = False,
    is_dry_run: bool = False,
    progress: Progress = no_progress,
) -> ImportSummary:
    """Post the journal (CSV) and say what was done; a dry run does everything and undoes it.

    `may_create` adds the accounts and fiscal years that are missing. References that stand in the import
    journal with the same content add nothing. `progress(done, total)` counts entries.
    Raises: ImportMustBeReadable with every bad row, ReferenceMustKeepItsContent, PeriodMustBeOpen and
    what else posting refuses; nothing is half done.
    """
    drafts, account_errors = parse_accounts(accounts) if accounts is not None else ([], [])
    entries, journal_errors = parse_journal(journal)
    refuse_rows([*account_errors, *journal_errors])

    def work() -> ImportSummary:
        return _import(
            company_id=company_id,
            drafts=drafts,
            entries=entries,
            imported_by=imported_by,
            may_create=may_create,
            progress=progress,
        )

    if not is_dry_run:
        return work()
    # Whoever must propose the import wants to see it first as anybody else does.
    rehearsed = registry.get(Approvals).rehearse(
        action=IMPORT_JOURNAL, company_id=company_id, principal=imported_by, work=work
    )
    return replace(rehearsed, is_dry_run=True)


@transactional
def _import(
    *,
    company_id: UUID,
    drafts: Sequence[AccountDraft],
    entries: Sequence[ParsedEntry],
    imported_by: Principal,
    may_create: bool,
    progress: Progress,
) -> ImportSummary:
    registry.get(Authorizer).require(principal=imported_by, action=IMPORT_JOURNAL, company_id=company_id)
    accounts_created = 0
    years_opened: list[str] = []
    if may_create:
        accounts_created = create_accounts(company_id=company_id, drafts=drafts, created_by=imported_by)
        days = {entry.draft.accounting_date for entry in entries}
        years_opened = open_fiscal_years(company_id=company_id, days=days, opened_by=imported_by)
    refuse_rows(_rows_without_account(company_id, entries))
    posted = _post(company_id, entries, imported_by, progress)
    return replace(
        _summary(get_ledger(company_id=company_id).base_currency, entries),
        entries_posted=posted,
        entries_known=len(entries) - posted,
        accounts_created=accounts_created,
        fiscal_years_opened=years_opened,
    )


def _rows_without_account(company_id: UUID, entries: Sequence[ParsedEntry]) -> list[RowError]:
    known = {account.code for account in list_accounts(company_id=company_id, reader=None)}
    missing: dict[str, int] = {}
    for entry in entries:
        for line in entry.draft.lines:
            if line.account_code not in known:
                missing.setdefault(line.account_code, entry.row)
    expected = "an account of the chart or, when missing ones are created, of the accounts file"
    return [
        RowError(
            file="journal",
            row=row,
            column="account",
            code="accounting.account_must_exist",
            expected=expected,
            got=code[:100],
            message=f"expected {expected}, got {code[:100]!r}.",
        )
        for code, row in missing.items()
    ]


def _post(
    company_id: UUID, entries: Sequence[ParsedEntry], imported_by: Principal, progress: Progress
) -> int:
    posted = 0
    for start in range(0, len(entries), ENTRIES_PER_STATEMENT):
        progress(start, len(entries))
        batch = entries[start : start + ENTRIES_PER_STATEMENT]
        results = post_journal_entries(
            company_id=company_id,
            drafts=[entry.draft for entry in batch],
            posted_by=imported_by,
            journal_code=IMPORT,
            action=IMPORT_JOURNAL,
        )
        posted += sum(result.was_posted for result in results)
    progress(len(entries), len(entries))
    return posted


def _summary(currency: str, entries: Sequence[ParsedEntry]) -> ImportSummary:
    days = [entry.draft.accounting_date for entry in entries]
    return ImportSummary(
        entries=len(entries),
        lines=sum(len(entry.draft.lines) for entry in entries),
        entries_posted=0,
        entries_known=0,
        accounts_created=0,
        fiscal_years_opened=(),
        total_minor=sum(entry.draft.total_minor() for entry in entries),
        currency=currency,
        first_date=min(days, default=None),
        last_date=max(days, default=None),
        is_dry_run=False,
    )
