# SPDX-License-Identifier: Apache-2.0
"""What can be done with the log; who may is said in `policies/`."""

from apps.audit.domain import policy_names
from cortex.policy.actions import Action, declare

READ = policy_names.READ
RECONCILE = "audit.log.reconcile"
EXPORT = policy_names.EXPORT
READ_BUNDLES = policy_names.READ_BUNDLES
ENTRY = policy_names.ENTRY

# A pack that somebody brings in counts once another person approved it.
WRITE_PACK = "audit.pack.write"
APPROVE_PACK = "audit.pack.approve"
PACK = "Audit::Pack"
READ_COMPLIANCE = "audit.compliance.read"
RUN_CHECKS = "audit.check.run"
EXCEPT_CONTROL = "audit.control.except"


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
    declare(
        Action(READ_COMPLIANCE, "See how controls stand", "platform:read"),
        Action(RUN_CHECKS, "Run the checks of compliance packs", "platform:write"),
        Action(EXCEPT_CONTROL, "Let a control fail for a while", "platform:write", is_proposed=True),
    )
    declare(Action(code=RECONCILE, title="Compare books and audit log", scope="audit:write"))
    declare(Action(code=EXPORT, title="Export evidence for auditors", scope="audit:read"))
