# SPDX-License-Identifier: Apache-2.0
"""Propose an entry that a plugin asks for: it waits for a person, whatever its amount."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.accounting.adapters.entry_content import entries_content
from apps.accounting.adapters.proposed_entry import FORM, proposed_draft
from apps.accounting.domain.journal_code import GENERAL
from apps.accounting.domain.journal_entry import check_entry
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.services.approval_kinds import POST
from cortex.database.transactions import transactional
from cortex.ports.approvals import Approvals, ProposalRef
from cortex.ports.plugin_commands import PluginCommand, plugin_commands
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def propose_entry(*, company_id: UUID, content: Mapping[str, Any], proposed_by: Principal) -> ProposalRef:
    """Store the proposal of one entry; it is rehearsed first.

    Raises: ProposedEntryMustBeWellFormed, CortexError of accounting, AccessMustBeGranted.
    """
    currency = get_ledger(company_id=company_id).base_currency
    draft = proposed_draft(untrusted_content=content, base_currency=currency)
    # Before it is described: a description of an entry that the books cannot take would be none.
    check_entry(draft=draft, base_currency=currency)
    return get(Approvals).propose(
        kind=POST,
        company_id=company_id,
        proposed_by=proposed_by,
        content=entries_content(drafts=[draft], journal_code=content.get("journal") or GENERAL),
    )


def declare_plugin_commands() -> None:
    """Register what plugins may ask for in the books."""
    plugin_commands(
        PluginCommand(
            entity="accounting.journal_entry",
            verb="propose",
            title="Propose an entry, which a person posts or rejects",
            content=FORM,
            scopes=frozenset({"accounting:read", "accounting:write", "approvals:write"}),
            propose=propose_entry,
        )
    )
