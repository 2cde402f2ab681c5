# SPDX-License-Identifier: Apache-2.0
"""What the rest of the marketplace asks the signing service for; it never has a key itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

# The vault's keys by what they sign. `releases` signs the lists of publishers, `reviewer` bundles.
KEY_IDS: Mapping[str, str] = {
    "targets": "cortex-marketplace-targets",
    "snapshot": "cortex-marketplace-snapshot",
    "timestamp": "cortex-marketplace-timestamp",
    "releases": "cortex-marketplace-releases",
    "reviewer": "cortex-marketplace-reviewer",
}
# Which of them the root names; the others are named by `targets`, and by administrators who trust reviewers.
ONLINE_ROLES = ("targets", "snapshot", "timestamp")


@dataclass(frozen=True, slots=True)
class MadeSignature:
    """A signature of metadata; hexadecimal."""

    keyid: str
    signature: str


@dataclass(frozen=True, slots=True)
class SignerState:
    """Public halves (hexadecimal) by what they sign, and the version that was signed last by role."""

    keys: Mapping[str, str]
    versions: Mapping[str, int]


class MarketplaceSigner(Protocol):
    """Raises MarketplaceSignerMustAnswer, MarketplaceSignerMustAccept and what rules refuse."""

    def state(self) -> SignerState:
        """Return keys and versions."""
        ...

    def review(self, *, bundle: bytes) -> bytes:
        """Return the attestation of a bundle with the reviewer's signature added."""
        ...

    def sign(self, *, role: str, payload: bytes) -> MadeSignature:
        """Return the signature over the canonical bytes of a role's metadata."""
        ...
