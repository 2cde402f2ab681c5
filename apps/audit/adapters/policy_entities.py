# SPDX-License-Identifier: Apache-2.0
"""What can be done with the log; who may is said in `policies/`."""

from cortex.policy.actions import Action, declare

READ = "audit.log.read"
ENTRY = "Audit::Entry"


def declare_actions() -> None:
    """Register the one action: the log is read, and written by the verbs of other contexts only.

    It is the right to the whole log. The leaf beside an entry holds opaque ids, digests and commitments
    only, and is part of the entry for whoever may read the books.
    """
    declare(
        Action(code=READ, title="Read the whole audit log", scope="audit:read", resources=frozenset({ENTRY}))
    )
