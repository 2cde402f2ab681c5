# SPDX-License-Identifier: Apache-2.0
"""What a leaf says of a party's name: a commitment that only the row of the name opens.

The blind index stays the same when the name is sealed anew under another key, and so does the digest. The key
of the index is never replaced; so the salt is what an erasure takes away: without it nobody can test a guess.
"""

from cortex.canonical_json import canonical_digest

PARTY_NAME_OBJECT = "accounting.party_name"
SALT_BYTES = 32
# As Django reads a column of bytes.
Stored = bytes | memoryview


def name_digest(*, index: Stored | None, salt: Stored | None) -> str:
    """Return the digest of a name; one from before has no salt, and one that is not yet sealed no index."""
    return canonical_digest({"index": _hex(index), "salt": _hex(salt)})


def _hex(data: Stored | None) -> str | None:
    return None if data is None else bytes(data).hex()
