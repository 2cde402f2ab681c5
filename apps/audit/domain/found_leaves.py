# SPDX-License-Identifier: Apache-2.0
"""What is searched for in the log, and a leaf as it is found."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafFilters:
    """Which leaves; None does not filter.

    `actor` is one of the log's own, such as `service:scheduler`, or the name of a user. `verb` is a whole
    verb, or the beginning of some, which ends in a dot. `from_at` is inclusive, `before_at` exclusive.
    Without looks there are the leaves of what was done.
    """

    actor: str | None = None
    object_id: UUID | None = None
    verb: str | None = None
    from_at: datetime | None = None
    before_at: datetime | None = None
    with_looks: bool = True


@dataclass(frozen=True, slots=True)
class LeafPlace:
    """A leaf's place in a list, the newest first; the id breaks ties."""

    recorded_at: datetime
    entry_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLeaf:
    """A leaf. `leaf_index` is its position in the log, None until it is integrated.

    `digest_before` is what `digest` was before the verb, None of a leaf that does not say.
    """

    entry_id: int
    leaf_id: UUID
    company_id: UUID | None
    verb: str
    actor: str
    object_type: str
    object_id: UUID
    digest: str | None
    recorded_at: datetime
    leaf_hash: str
    leaf_index: int | None
    body: str
    digest_before: str | None = None

    @property
    def place(self) -> LeafPlace:
        """Return where the list goes on."""
        return LeafPlace(self.recorded_at, self.entry_id)
