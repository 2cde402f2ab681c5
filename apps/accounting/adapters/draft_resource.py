# SPDX-License-Identifier: Apache-2.0
"""What is to be posted, as policies see it."""

from collections.abc import Collection, Sequence
from uuid import UUID

from apps.accounting.domain.journal_entry import EntryDraft
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal

DRAFT = "Accounting::EntryDraft"


def draft_resource(
    *,
    company_id: UUID,
    drafts: Sequence[EntryDraft],
    entered_by: Principal,
    period_states: Collection[str] = (),
) -> Resource | None:
    """Return the entries of one call as one object with the largest amount, or None without any.

    The amount is the sum of an entry's debits in the base currency. Several entries in one call are
    measured by the largest, as they would be one by one.
    """
    if not drafts:
        return None
    return Resource(
        DRAFT,
        "draft",
        {
            "company": Resource("Cortex::Company", str(company_id)),
            **_entered_by(entered_by),
            "amount_minor": max(_amount_minor(draft) for draft in drafts),
            "is_reversal": any(draft.reverses_id is not None for draft in drafts),
            "period_states": sorted(set(period_states)),
        },
    )


def _entered_by(principal: Principal) -> dict[str, Resource]:
    """Name the person: whoever acts through a client is the same one; a service of our own is nobody."""
    user_id = principal.user_id
    return {} if user_id is None else {"entered_by": Resource("Cortex::User", str(user_id))}


def _amount_minor(draft: EntryDraft) -> int:
    # Red storno takes amounts from the sides that they were posted to: its debits are negative.
    return sum(abs(line.amount_minor) for line in draft.lines) // 2
