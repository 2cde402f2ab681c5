# SPDX-License-Identifier: Apache-2.0
"""All that other contexts may import from audit."""

from apps.audit.domain.commitment import SALT_BYTES, Commitment, commit, opens
from apps.audit.domain.merkle.hashes import leaf_hash

__all__ = ["SALT_BYTES", "Commitment", "commit", "leaf_hash", "opens"]
