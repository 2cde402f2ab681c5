# SPDX-License-Identifier: Apache-2.0
"""Delegations as doors call them: where the policies ask for a second person they are proposed."""

from cortex.approvals.actions import DELEGATE
from cortex.approvals.delegate import DELEGATION, delegate
from cortex.approvals.end_delegation import END, end_delegation
from cortex.ports.waiting_verbs import lets_wait

delegate_or_wait = lets_wait(
    DELEGATE,
    title="Let somebody decide in one's stead",
    action=DELEGATE,
    by="delegated_by",
    about=(DELEGATION, "to_user_id"),
)(delegate)
end_or_wait = lets_wait(
    END,
    title="Take one's right to decide back",
    action=DELEGATE,
    by="ended_by",
    about=(DELEGATION, "delegation_id"),
)(end_delegation)
