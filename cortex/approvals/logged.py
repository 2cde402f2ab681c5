# SPDX-License-Identifier: Apache-2.0
"""Proposals and rules of approval as the nightly comparison with their leaves reads them."""

from functools import partial

from cortex.approvals.delegate import DELEGATION, delegation_digest
from cortex.approvals.digest import digest_of
from cortex.approvals.models import CompanyRule, Delegation, EntryLimit, Proposal
from cortex.approvals.published import PROPOSAL
from cortex.approvals.require_second_person import COMPANY_RULE, rule_digest
from cortex.approvals.set_entry_limit import ENTRY_LIMIT, limit_digest, says_no_limit
from cortex.database.logged_rows import StoredRows
from cortex.ports.logged_objects import LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register them; proposals are of companies and of the platform."""
    proposals = StoredRows(rows=Proposal.objects.all, digest=digest_of)
    proposal = partial(LoggedObjects, object_type=PROPOSAL, rows=proposals)
    logged_objects(
        proposal(),
        proposal(is_platforms=True),
        LoggedObjects(
            object_type=DELEGATION, rows=StoredRows(rows=Delegation.objects.all, digest=delegation_digest)
        ),
        LoggedObjects(
            object_type=ENTRY_LIMIT,
            rows=StoredRows(rows=EntryLimit.objects.all, digest=limit_digest),
            was_removed=says_no_limit,
        ),
        LoggedObjects(
            object_type=COMPANY_RULE,
            rows=StoredRows(rows=CompanyRule.objects.all, digest=rule_digest, key="company_id"),
        ),
    )
