# SPDX-License-Identifier: Apache-2.0
"""Rules as they are written, versioned and checked."""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from apps.audit.domain.governance.errors import GovernanceMustBeWellFormed
from cortex.canonical_json import canonical_json

BYTES_MAX = 200_000
RULES_MAX = 500


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RetentionRule(_Rule):
    """How long one kind of data is kept, on which legal basis, and what happens then."""

    data: str = Field(max_length=100)
    legal_basis: str = Field(min_length=1, max_length=500)
    keep_days: int = Field(ge=1, le=36_600)
    action: Literal["delete", "keep"]


class FieldRule(_Rule):
    """Under which key a field with personal or secret content is sealed at rest.

    `subject`: under a key of whom it speaks of; `object`: under a key of its row; `company`: under one of its
    company for this class of data; `none`: in the clear, and why. `blind_index`: whether rows can be found by
    the exact content all the same.
    """

    field: str = Field(max_length=100)
    key_class: Literal["subject", "object", "company", "none"]
    blind_index: bool = False
    why: str = Field(min_length=1, max_length=500)


class AccessRule(_Rule):
    """Which action opens one kind of data to people."""

    data: str = Field(max_length=100)
    action: str = Field(max_length=100)


class GovernanceRules(_Rule):
    """One version of all rules."""

    retention: tuple[RetentionRule, ...] = Field(max_length=RULES_MAX)
    fields: tuple[FieldRule, ...] = Field(max_length=RULES_MAX)
    access: tuple[AccessRule, ...] = Field(max_length=RULES_MAX)

    @property
    def canonical(self) -> str:
        """Return the text that is stored and that its digest covers."""
        return canonical_json(self.model_dump(mode="json")).decode()

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the canonical text."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()


def parse_rules(untrusted: str) -> GovernanceRules:
    """Return the rules of a JSON text; raises GovernanceMustBeWellFormed."""
    if len(untrusted.encode()) > BYTES_MAX:
        raise _malformed(f"a text of more than {BYTES_MAX} bytes")
    try:
        return GovernanceRules.model_validate_json(untrusted)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the text"
        raise _malformed(f"at {place}: {first['msg']}") from None


def _malformed(got: str) -> GovernanceMustBeWellFormed:
    return GovernanceMustBeWellFormed(
        f"Governance rules: expected JSON with retention, fields and access, got {got}. "
        "Begin from what `cortex governance show 0` prints.",
        evidence={"object": "governance rules", "got": got, "remedy": "cortex governance show 0"},
    )
