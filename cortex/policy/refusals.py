# SPDX-License-Identifier: Apache-2.0
"""The sentence of a refusal, and what would help."""

from cortex.ports.authorizer import (
    AccessMustBeGranted,
    ApprovalMustComeFirst,
    CertificateMustBeShown,
    Decision,
    StepUpMustComeFirst,
)

# The first that is needed is told first: a connection, then a person's proof, then a colleague.
_NEEDED: tuple[tuple[str, type[AccessMustBeGranted], str], ...] = (
    ("certificate", CertificateMustBeShown, "connect with the certificate of the client"),
    ("step_up", StepUpMustComeFirst, "sign in again, then repeat"),
    ("approval", ApprovalMustComeFirst, "propose it to a second person"),
)


def refusal(*, action: str, decision: Decision, remedy: str | None = None) -> AccessMustBeGranted:
    """Return the error that says why the answer is no, and what turns it into a yes."""
    cause: type[AccessMustBeGranted] = AccessMustBeGranted
    remedy = remedy or "ask an administrator of the company for access"
    for need, error, way in reversed(_NEEDED):
        if need in decision.needs:
            cause, remedy = error, way
    return cause(
        f"Action {action}: {decision.reason}. {remedy[0].upper()}{remedy[1:]}.",
        evidence={
            "object": action,
            "expected": "a yes",
            "got": decision.reason,
            "remedy": remedy,
            **({"needs": sorted(decision.needs)} if decision.needs else {}),
        },
    )
