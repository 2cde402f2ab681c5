# SPDX-License-Identifier: Apache-2.0
"""Open the books of a company."""

from uuid import UUID

from apps.accounting.adapters.policy_entities import CREATE_LEDGER
from apps.accounting.domain.errors import CurrencyMustBeGiven, LedgerMustKeepItsCurrency
from apps.accounting.domain.journal_code import NAMES
from apps.accounting.domain.logged_content import ledger_content
from apps.accounting.models import Journal, Ledger
from apps.accounting.published import LedgerCreated
from apps.accounting.selectors.ledger import LedgerRef, find_ledger, get_ledger
from apps.accounting.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.money import exponent
from cortex.ports import registry
from cortex.ports.authorizer import Authorizer
from cortex.ports.event_bus import EventBus
from cortex.ports.principal import Principal

MAIN = "MAIN"


@transactional
def create_ledger(
    *,
    company_id: UUID,
    name: str,
    base_currency: str | None,
    created_by: Principal,
    fiscal_year_start_month: int = 1,
    locale: str = "en",
) -> LedgerRef:
    """Create the company's ledger and its journals where missing, and return it.

    Raises: CurrencyMustBeGiven for new books without a currency, LedgerMustKeepItsCurrency for books that
    are kept in another one, CurrencyMustBeKnown, AccessMustBeGranted.
    """
    existing = find_ledger(company_id=company_id)
    if existing is not None:
        return _checked(existing, base_currency)
    registry.get(Authorizer).require(principal=created_by, action=CREATE_LEDGER, company_id=company_id)
    ledger = _saved(
        Ledger(
            company_id=company_id,
            code=MAIN,
            name=name,
            base_currency=_known(base_currency),
            fiscal_year_start_month=fiscal_year_start_month,
            locale=locale,
        )
    )
    _leave_trail(ledger, created_by)
    return get_ledger(company_id=company_id)


def _known(currency: str | None) -> str:
    if currency is None:
        raise CurrencyMustBeGiven(
            "Ledger: expected a base currency for new books, got none. Give one, such as --currency EUR.",
            evidence={"object": "currency", "remedy": "give a base currency"},
        )
    exponent(currency)  # refuses a code that is no currency
    return currency


def _saved(ledger: Ledger) -> Ledger:
    ledger.save(force_insert=True)
    Journal.objects.bulk_create(
        Journal(id=uuid7(), company_id=ledger.company_id, ledger_id=ledger.id, code=code, name=title)
        for code, title in NAMES.items()
    )
    return ledger


def _leave_trail(ledger: Ledger, created_by: Principal) -> None:
    event = LedgerCreated(
        aggregate_id=ledger.id,
        code=ledger.code,
        base_currency=ledger.base_currency,
        fiscal_year_start_month=ledger.fiscal_year_start_month,
    )
    record_verb(
        company_id=ledger.company_id,
        actor=created_by,
        verb=CREATE_LEDGER,
        object_type=LedgerCreated.aggregate_type,
        object_id=ledger.id,
        content=ledger_content(ledger, journals=NAMES),
        is_new=True,
    )
    registry.get(EventBus).publish(company_id=ledger.company_id, events=[event])


def _checked(ledger: LedgerRef, wanted_currency: str | None) -> LedgerRef:
    if wanted_currency not in (None, ledger.base_currency):
        raise LedgerMustKeepItsCurrency(
            f"Ledger {ledger.code}: kept in {ledger.base_currency}, got {wanted_currency}. "
            "Books never change their base currency; leave the currency out, or choose another company.",
            evidence={"object": ledger.code, "expected": ledger.base_currency, "got": wanted_currency},
        )
    return ledger
