# SPDX-License-Identifier: Apache-2.0
"""Filters of the bookkeeping pages: amounts, actors, verbs and states as people read them."""

from collections.abc import Mapping

from django import template

from apps.accounting.domain.period_state import PeriodState
from apps.accounting.selectors.ledger import LedgerRef
from cortex.money import format_localised_amount
from cortex.policy.actions import find_action

register = template.Library()
_STATES = {
    PeriodState.OPEN: "Open",
    PeriodState.SOFT_CLOSED: "Soft-closed",
    PeriodState.CLOSED: "Closed",
    PeriodState.LOCKED: "Locked",
}


@register.filter
def amount(amount_minor: int | None, ledger: LedgerRef) -> str:
    """Write minor units of the ledger's currency as its locale does; nothing where there is no amount."""
    if amount_minor is None:
        return ""
    return format_localised_amount(amount_minor, locale=ledger.locale, currency=ledger.base_currency)


@register.filter
def credit(amount_minor: int, ledger: LedgerRef) -> str:
    """Write a credit, which drafts hold below zero, as it stands in its column."""
    return amount(-amount_minor, ledger)


@register.filter
def actor_name(urn: str, names: Mapping[str, str]) -> str:
    """Name an actor of the audit log."""
    return names.get(urn, urn)


@register.filter
def verb_title(verb: str) -> str:
    """Write a verb of the audit log as a sentence where a context declared one."""
    action = find_action(verb)
    return action.title if action else verb


@register.filter
def state_title(state: str) -> str:
    """Write a period's state."""
    return _STATES[PeriodState(state)]
