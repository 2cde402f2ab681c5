# SPDX-License-Identifier: Apache-2.0
"""What can be done with the log; who may is said in `policies/`."""

from apps.audit.domain import policy_names
from cortex.policy.actions import Action, declare

READ = policy_names.READ
RECONCILE = "audit.log.reconcile"
EXPORT = policy_names.EXPORT
READ_BUNDLES = policy_names.READ_BUNDLES
ENTRY = policy_names.ENTRY

# Compliance packs are to come; who may approve one is decided already.
WRITE_PACK = "audit.pack.write"
APPROVE_PACK = "audit.pack.approve"
PACK = "Audit::Pack"


def declare_actions() -> None:
    """Register the actions: the log is read and compared; it is written by the verbs of other contexts.

    To read it is the right to all leaves of a company, to read bundles that to the leaves of all. The leaf
    beside an entry holds opaque ids, digests and commitments only, and is part of the entry for whoever may
    read the books.
    """
    declare(
        Action(code=READ, title="Read the whole audit log", scope="audit:read", resources=frozenset({ENTRY})),
        Action(READ_BUNDLES, "Read the leaves of all companies", "platform:read"),
        Action(WRITE_PACK, "Bring in a compliance pack", "platform:write", frozenset({PACK})),
        Action(APPROVE_PACK, "Approve a compliance pack", "platform:write", frozenset({PACK})),
    )
    declare(Action(code=RECONCILE, title="Compare books and audit log", scope="audit:write"))
    declare(Action(code=EXPORT, title="Export evidence for auditors", scope="audit:read"))
