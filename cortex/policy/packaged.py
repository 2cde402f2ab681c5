# SPDX-License-Identifier: Apache-2.0
"""The policies that the program brings along: version 0, in force until people activate their own."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from cortex.canonical_json import canonical_digest
from cortex.policy.actions import declared_actions
from cortex.policy.schema import packaged_files, schema_text

VERSION = 0
_DISTRIBUTION = "codexion-cortex"


@dataclass(frozen=True, slots=True)
class Packaged:
    """A text of policies, what it could speak of, and the release that brought both."""

    text: str
    schema_digest: str
    release: str

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the text, which decisions carry."""
        return text_digest(self.text)

    @property
    def content_digest(self) -> str:
        """Return the digest of all that decides: another release may bring the same policies."""
        return content_digest(text=self.digest, schema=self.schema_digest)


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text, as the database takes it too."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_digest(*, text: str, schema: str) -> str:
    """Return what a leaf says of packaged policies, from the digests of their text and schema."""
    return canonical_digest({"text": text, "schema": schema})


@cache
def packaged_text() -> str:
    """Return the policies of all rooms as one text.

    Read once: a process goes on deciding by what it began with, whatever becomes of its files.
    """
    return "\n".join(path.read_text(encoding="utf-8") for path in packaged_files("*.cedar"))


def packaged_now() -> Packaged:
    """Return what the running program brings along."""
    schema = schema_text(declared_actions())
    return Packaged(
        text=packaged_text(),
        schema_digest=text_digest(schema),
        release=metadata.version(_DISTRIBUTION),
    )
