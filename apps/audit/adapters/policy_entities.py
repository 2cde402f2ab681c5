# SPDX-License-Identifier: Apache-2.0
"""What can be done with the log; who may is said in `policies/`."""

from apps.audit.domain import policy_names
from cortex.policy.actions import Action, declare

READ = policy_names.READ
RECONCILE = "audit.log.reconcile"
COMPARE_LOG = "audit.log.compare"
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
END_EXCEPTION = "audit.exception.end"
RECORD_PROCEDURE = "audit.procedure.record"


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
        Action(END_EXCEPTION, "End an exception before its day", "platform:write"),
        Action(RECORD_PROCEDURE, "Record that a procedure was carried out by hand", "platform:write"),
    )
    declare(Action(policy_names.SEAL_SEGMENT, "Seal what processes wrote into their logs", "platform:write"))
    declare(
        Action(policy_names.SEAL_DENIALS, "Seal what was denied", "platform:write"),
        Action(policy_names.COMPARE_DENIALS, "Compare denials with their seals", "platform:write"),
    )
    # It changes no books, so that it goes on where a company is suspended.
    declare(Action(code=RECONCILE, title="Compare books and audit log", scope="audit:read"))
    declare(Action(code=COMPARE_LOG, title="Compare the log with its signed tree", scope="platform:write"))
    declare(Action(code=EXPORT, title="Export evidence for auditors", scope="audit:read"))
    _declare_privacy()
    _declare_governance()


def _declare_privacy() -> None:
    """Register what is done with texts about people; what cannot be taken back is done by two."""
    declare(
        Action(policy_names.READ_PRIVACY, "See what was erased and what is held", "audit:read"),
        Action(policy_names.EXPORT_SUBJECT, "Hand out all that is kept about somebody", "audit:read"),
    )
    for code, title in (
        (policy_names.ERASE, "Erase what is kept about somebody"),
        (policy_names.PLACE_HOLD, "Place a legal hold"),
        (policy_names.LIFT_HOLD, "Lift a legal hold"),
    ):
        declare(Action(code=code, title=title, scope="audit:write", is_proposed=True))


def _declare_governance() -> None:
    """Register what is done with the rules, which are the platform's; they are applied in each company."""
    declare(
        Action(policy_names.READ_GOVERNANCE, "See the rules of governance", "platform:read"),
        Action(policy_names.WRITE_GOVERNANCE, "Write rules of governance", "platform:write"),
        Action(
            code=policy_names.ACTIVATE_GOVERNANCE,
            title="Put rules of governance in force",
            scope="platform:write",
            is_proposed=True,
        ),
        Action(
            policy_names.CHECK_GOVERNANCE, "Hold the rules in force against the program", "platform:write"
        ),
        Action(policy_names.APPLY_RETENTION, "Delete what is due", "audit:write"),
        Action(policy_names.CLOSE_NIGHT, "Delete what is due on the platform", "platform:write"),
        Action(policy_names.RENEW_KEYS, "Bring what is sealed under the latest keys", "audit:write"),
    )
