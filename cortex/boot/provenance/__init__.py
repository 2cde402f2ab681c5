# SPDX-License-Identifier: Apache-2.0
"""What exactly runs here: digests of the program, of its locks and of its schema, without asking a server."""

from cortex.boot.provenance.build import build_digest
from cortex.boot.provenance.configured import configuration_digest
from cortex.boot.provenance.lock import lock_digest
from cortex.boot.provenance.schema import schema_head

__all__ = ["build_digest", "configuration_digest", "lock_digest", "schema_head"]
