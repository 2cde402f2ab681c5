# SPDX-License-Identifier: Apache-2.0
"""All that was recorded for the installation, as one number and one root: so nothing is left out unseen.

Leaves of the platform are counted by no head. A run of checks counts those of these verbs instead, among all
that were in order when it was kept; its own leaf fixes what it says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.audit.domain.merkle.hashes import tree_root

# A run names them, so that later releases may register more. Runs form a chain of their own.
REGISTERED = (
    "access_reviews.platform_review.complete",
    "audit.control.except",
    "audit.exception.end",
    "audit.pack.approve",
    "audit.procedure.record",
    "backups.backup.taken",
    "backups.restore.differed",
    "backups.restore.verified",
)


@dataclass(frozen=True, slots=True)
class Register:
    """The leaf hashes of the registered verbs among the first `size` leaves of the log, in log order."""

    size: int
    hashes: Sequence[bytes]

    @property
    def document(self) -> Mapping[str, Any]:
        """Return what a run says of it."""
        return {
            "count": len(self.hashes),
            "root": tree_root(hashes=self.hashes).hex(),
            "size": self.size,
            "verbs": list(REGISTERED),
        }
