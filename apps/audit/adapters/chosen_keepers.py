# SPDX-License-Identifier: Apache-2.0
"""Who signs and cosigns in this installation, as the settings say."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from apps.audit.adapters.asking_errors import SignerMustAnswer, WitnessesMustBeReadable
from apps.audit.adapters.http_witnesses import HttpWitnesses
from apps.audit.adapters.socket_signer import SocketSigner
from apps.audit.domain.note.policy import LogPolicy
from apps.audit.domain.note.policy_file import BYTES_MAX, parse_log_policy
from apps.audit.domain.publishing import Cosigned, ProofFrom, Signer, Witnesses


def chosen_signer() -> Signer:
    """Return the signer behind AUDIT_SIGNER_SOCKET, or one that refuses where none is named."""
    path = settings.AUDIT_SIGNER_SOCKET
    return SocketSigner(path=path) if path else NoSigner()


def chosen_witnesses() -> Witnesses:
    """Return the witnesses of AUDIT_WITNESSES; nobody where none is named.

    Raises: WitnessesMustBeReadable, LogPolicyMustBeWellFormed, AddressMustBeSafe.
    """
    policy = chosen_policy()
    return HttpWitnesses(policy=policy) if policy else NoWitnesses()


def chosen_policy() -> LogPolicy | None:
    """Return the keys that AUDIT_WITNESSES names, None without one; raises as `chosen_witnesses`."""
    path = settings.AUDIT_WITNESSES
    if not path:
        return None
    try:
        with Path(path).open("rb") as file:
            content = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise WitnessesMustBeReadable(
            f"AUDIT_WITNESSES: expected a file that can be read, got {error.strerror}. Correct it.",
            evidence={"object": "AUDIT_WITNESSES", "got": error.strerror},
        ) from error
    return parse_log_policy(content)


class NoSigner:
    """Stands where no signer is configured: leaves are ordered, and nothing is signed."""

    def sign(self, *, size: int, root: bytes, published: int, proof_from: ProofFrom) -> str:
        """Refuse; raises SignerMustAnswer."""
        raise SignerMustAnswer(
            "Signer: expected AUDIT_SIGNER_SOCKET to name its socket, got none. See docs/operations/log.md.",
            evidence={"object": "AUDIT_SIGNER_SOCKET", "remedy": "see docs/operations/log.md"},
        )


class NoWitnesses:
    """Stands where no witness is configured."""

    def cosign(self, *, note: str, proof_from: ProofFrom) -> Sequence[Cosigned]:
        """Return nobody's word."""
        return ()
