# SPDX-License-Identifier: Apache-2.0
"""The digest of a configuration: the same wherever the same values are in force.

It covers the effective values, whatever source gave them, and leaves out what may differ between two
machines that do the same: secrets count as set or unset, and places on a machine (directories, sockets,
certificate files) as one word. Who signed the files is told by the artefacts, beside it.
"""

import hashlib

from cortex.boot.configuration.catalogue import entries
from cortex.boot.configuration.model import Configuration
from cortex.canonical_json import canonical_json

# A digest of another kind, over equal bytes, must never be taken for one of these.
DOMAIN = b"codexion-cortex/configuration-digest/v1\n"


def digest_of(configuration: Configuration) -> str:
    """Return the SHA-256, in hexadecimal, of the canonical form of what counts of each value."""
    counted = {name: entry.reader.counted(entry.value_in(configuration)) for name, entry in entries().items()}
    return hashlib.sha256(DOMAIN + canonical_json(counted)).hexdigest()
