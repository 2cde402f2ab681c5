# SPDX-License-Identifier: Apache-2.0
"""Fill books with generated entries, to try and to measure."""

from datetime import date
from itertools import islice
from uuid import UUID

from apps.accounting.domain.generated_books import generate_entries as planned_entries
from apps.accounting.domain.trading_chart import trading_chart
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.import_journal import ENTRIES_PER_STATEMENT, Progress, no_progress
from apps.accounting.services.open_fiscal_years import open_fiscal_years
from apps.accounting.services.post_journal_entries import post_journal_entries
from cortex.ports.principal import Principal


def generate_entries(
    *,
    company_id: UUID,
    entries: int,
    seed: int,
    first_day: date,
    last_day: date,
    generated_by: Principal,
    progress: Progress = no_progress,
) -> int:
    """Post generated entries in batches of their own and return how many were new.

    The same seed and days again add nothing, so that a run cut short can be taken up.
    """
    currency = get_ledger(company_id=company_id).base_currency
    create_accounts(company_id=company_id, drafts=trading_chart(), created_by=generated_by)
    open_fiscal_years(company_id=company_id, days=_days(first_day, last_day), opened_by=generated_by)
    drafts = planned_entries(
        seed=seed,
        count=entries,
        first_day=first_day,
        last_day=last_day,
        currency=currency,
        prefix=f"G{seed}",
    )
    done = posted = 0
    while batch := list(islice(drafts, ENTRIES_PER_STATEMENT)):
        results = post_journal_entries(company_id=company_id, drafts=batch, posted_by=generated_by)
        posted += sum(result.was_posted for result in results)
        done += len(batch)
        progress(done, entries)
    return posted


def _days(first_day: date, last_day: date) -> set[date]:
    """Return the two days and every first of a month between them: enough to name each fiscal year."""
    firsts = {
        date(year, month, 1) for year in range(first_day.year, last_day.year + 1) for month in range(1, 13)
    }
    return {first_day, last_day} | {day for day in firsts if first_day <= day <= last_day}
