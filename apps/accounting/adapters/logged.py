# SPDX-License-Identifier: Apache-2.0
"""What entries refer to, as the nightly comparison with its leaves reads it.

Entries themselves are compared with their leaves as documents are.
"""

from functools import partial

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from apps.accounting.adapters.logged_viewers import NO_VIEWERS, LoggedViewers
from apps.accounting.domain.logged_content import (
    account_content,
    ledger_content,
    period_content,
    year_content,
)
from apps.accounting.domain.party_name_digest import PARTY_NAME_OBJECT, name_digest
from apps.accounting.models import Account, FiscalPeriod, FiscalYear, Journal, JournalEntry, Ledger, PartyName
from apps.accounting.published import (
    AccountCreated,
    FiscalPeriodStateChanged,
    FiscalYearOpened,
    LedgerCreated,
)
from cortex.canonical_json import canonical_digest
from cortex.database.logged_rows import StoredRows
from cortex.ports.logged_objects import LoggedObjects, WithoutLeaf, logged_objects


def declare_logged() -> None:
    """Register ledgers, accounts, years, periods, and who sees single accounts and entries."""
    logged_objects(
        LoggedObjects(
            object_type=LedgerCreated.aggregate_type, rows=StoredRows(rows=_ledgers, digest=_ledger)
        ),
        LoggedObjects(
            object_type=AccountCreated.aggregate_type,
            rows=StoredRows(rows=Account.objects.all, digest=_account),
        ),
        LoggedObjects(
            object_type=FiscalYearOpened.aggregate_type,
            rows=StoredRows(rows=FiscalYear.objects.all, digest=_year),
        ),
        LoggedObjects(
            object_type=FiscalPeriodStateChanged.aggregate_type,
            rows=StoredRows(rows=FiscalPeriod.objects.all, digest=_period, made_with="fiscal_year_id"),
            made_with_type=FiscalYearOpened.aggregate_type,
        ),
        LoggedObjects(
            object_type=PARTY_NAME_OBJECT,
            rows=StoredRows(
                rows=PartyName.objects.all, digest=_name, key="party_id", without_leaf=_name_without_leaf
            ),
        ),
        *(
            LoggedObjects(
                object_type=f"accounting.{kind}.viewers",
                rows=LoggedViewers(model, permission),
                was_removed=partial(str.__eq__, NO_VIEWERS),
            )
            for kind, model, permission in (
                ("account", Account, "view_account"),
                ("journal_entry", JournalEntry, "view_journalentry"),
            )
        ),
    )


def _ledgers() -> QuerySet[Ledger]:
    journals = Journal.objects.filter(company_id=OuterRef("company_id"), ledger_id=OuterRef("id"))
    return Ledger.objects.annotate(journal_codes=ArraySubquery(journals.order_by("code").values("code")))


def _ledger(ledger: Ledger) -> str:
    codes = ledger.journal_codes  # type: ignore[attr-defined] # annotated above
    return canonical_digest(ledger_content(ledger, journals=codes))


def _account(account: Account) -> str:
    return canonical_digest(account_content(account))


def _name(name: PartyName) -> str:
    return name_digest(index=name.name_index, salt=name.name_salt)


def _name_without_leaf(name: PartyName) -> WithoutLeaf:
    """Return what a name without a leaf is: from before there were any, where it has no salt."""
    return WithoutLeaf.EARLIER if name.name_salt is None else WithoutLeaf.DIFFERS


def _year(year: FiscalYear) -> str:
    return canonical_digest(year_content(year))


def _period(period: FiscalPeriod) -> str:
    return canonical_digest(period_content(period, state=period.state))
