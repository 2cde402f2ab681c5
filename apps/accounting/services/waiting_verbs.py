# SPDX-License-Identifier: Apache-2.0
"""Verbs of the books as doors call them: where the policies ask for a second person they are proposed."""

from apps.accounting.adapters.policy_entities import (
    CLOSE_PERIOD,
    CREATE_ACCOUNT,
    CREATE_LEDGER,
    LOCK_PERIOD,
    OPEN_FISCAL_YEAR,
    SHARE,
    UPDATE_ACCOUNT,
)
from apps.accounting.published import (
    AccountUpdated,
    FiscalPeriodStateChanged,
    FiscalYearOpened,
    LedgerCreated,
)
from apps.accounting.services.close_period import close_period
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.create_ledger import create_ledger
from apps.accounting.services.lock_period import lock_period
from apps.accounting.services.open_fiscal_years import open_fiscal_years
from apps.accounting.services.share_object import share_object
from apps.accounting.services.update_account import update_account
from cortex.ports.waiting_verbs import lets_wait

_PERIOD = (FiscalPeriodStateChanged.aggregate_type, "period_code")

close_or_wait = lets_wait(
    CLOSE_PERIOD, title="Close a period", action=CLOSE_PERIOD, by="closed_by", about=_PERIOD
)(close_period)
lock_or_wait = lets_wait(
    LOCK_PERIOD, title="Lock a period for good", action=LOCK_PERIOD, by="locked_by", about=_PERIOD
)(lock_period)
open_years_or_wait = lets_wait(
    OPEN_FISCAL_YEAR,
    title="Open a fiscal year",
    action=OPEN_FISCAL_YEAR,
    by="opened_by",
    about=(FiscalYearOpened.aggregate_type, "days"),
)(open_fiscal_years)
update_account_or_wait = lets_wait(
    UPDATE_ACCOUNT,
    title="Change an account",
    action=UPDATE_ACCOUNT,
    by="updated_by",
    about=(AccountUpdated.aggregate_type, "account_code"),
)(update_account)
create_ledger_or_wait = lets_wait(
    CREATE_LEDGER,
    title="Open the books",
    action=CREATE_LEDGER,
    by="created_by",
    about=(LedgerCreated.aggregate_type, "name"),
)(create_ledger)
create_accounts_or_wait = lets_wait(
    CREATE_ACCOUNT,
    title="Create accounts",
    action=CREATE_ACCOUNT,
    by="created_by",
    about=(AccountUpdated.aggregate_type, "drafts"),
)(create_accounts)
share_or_wait = lets_wait(
    SHARE,
    title="Share an entry or an account, or take that back",
    action=SHARE,
    by="shared_by",
    about=("accounting.viewers", "object_id"),
)(share_object)
