# SPDX-License-Identifier: Apache-2.0
"""All that other contexts may import from audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Protocol
from uuid import UUID

from apps.audit.domain.commitment import SALT_BYTES, Commitment, commit, opens
from apps.audit.domain.differences import Difference
from apps.audit.domain.found_leaves import FoundLeaf, LeafFilters, LeafPlace
from apps.audit.domain.merkle.hashes import leaf_hash
from apps.audit.domain.policy_names import EXPORT, READ
from apps.audit.domain.standing import LogStanding
from cortex.ports.principal import Principal

__all__ = [
    "EXPORT",
    "READ",
    "SALT_BYTES",
    "Commitment",
    "Difference",
    "DocumentEvidence",
    "DocumentText",
    "FiscalPeriods",
    "FoundLeaf",
    "LeafEvidence",
    "LeafFilters",
    "LeafPlace",
    "LogSearch",
    "LogStanding",
    "LogStandings",
    "PlatformLeafEvidence",
    "PostedDocument",
    "PostedDocuments",
    "commit",
    "leaf_hash",
    "opens",
]


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A text that a document is committed to; an erased one is not there."""

    name: str
    salt: bytes
    value: str


@dataclass(frozen=True, slots=True)
class PostedDocument:
    """A document as its rows are now. Its leaf's digest is the SHA-256 of `canonical`.

    `doubts` are columns that no digest covers and that contradict those that are covered.
    """

    object_id: UUID
    counts_on: date
    canonical: bytes
    texts: Sequence[DocumentText] = ()
    doubts: Sequence[Difference] = ()


class PostedDocuments(Protocol):
    """How a context shows its posted documents to the log; every company in scope, read only."""

    object_type: str

    def of_objects(self, *, company_id: UUID, object_ids: Sequence[UUID]) -> list[PostedDocument]:
        """Return those of the documents that are there, in the order of their ids."""
        ...

    def after(self, *, company_id: UUID, after: UUID | None, limit: int) -> list[PostedDocument]:
        """Return the documents behind that id, in the order of their ids."""
        ...

    def difference(
        self, *, company_id: UUID, object_id: UUID, digest: str, posted_by: str, counts_on: date | None
    ) -> Difference:
        """Return which column must have been changed since a leaf with this digest was written."""
        ...

    def contradictions(self, *, company_id: UUID) -> Sequence[Difference]:
        """Return what is stored beside the documents, such as sums of them, and is not what they say."""
        ...

    def require_whole(self, *, company_id: UUID, reader: Principal) -> None:
        """Refuse whoever is shown a part of the documents: an archive holds all of them."""
        ...


class FiscalPeriods(Protocol):
    """How a context shows which of its periods are closed; every company in scope, read only."""

    def ended_before(self, *, day: date) -> tuple[int, list[UUID]]:
        """Return how many periods ended before that day, and the ids of those that still take entries."""
        ...


class DocumentEvidence(Protocol):
    """Archives of single documents, for the contexts that posted them."""

    def write(
        self,
        *,
        company_id: UUID,
        object_id: UUID,
        out: BinaryIO,
        taken_by: Principal,
        earlier_size: int | None = None,
    ) -> None:
        """Write the archive that proves a document of a company in scope, as of the newest checkpoint.

        It is part of the document for whoever may read that, which the context asks; nothing is changed, and
        that it was taken leaves a leaf when the answer is out. With the size of a tree that somebody saw
        earlier, it holds the proof that the log grew out of that.
        Raises: LogMustCoverIt while no checkpoint covers the document, EarlierTreeMustNotBeLarger.
        """
        ...


class LeafEvidence(Protocol):
    """Archives of single leaves, for the contexts that show them."""

    def write(
        self,
        *,
        company_id: UUID | None,
        leaf_id: UUID,
        out: BinaryIO,
        taken_by: Principal,
        earlier_size: int | None = None,
    ) -> None:
        """Write the archive that proves a leaf that whoever takes it may see, as of the newest checkpoint.

        The leaf is one of a company in scope; without a company it may be any. What it was done to is not in
        the archive. That it was taken leaves a leaf when the answer is out.
        Raises: AccessMustBeGranted, LeafMustExist, LogMustCoverIt, EarlierTreeMustNotBeLarger.
        """
        ...


class PlatformLeafEvidence(Protocol):
    """Archives of leaves of the platform, for contexts that show to everybody what they were left for."""

    def write(self, *, verb: str, object_id: UUID, out: BinaryIO) -> None:
        """Write the archive that proves the first leaf of this verb and object, as of the newest checkpoint.

        It has no company, and the context answers for it that everybody may see it.
        Raises: LeafMustExist, LogMustCoverIt.
        """
        ...


class LogSearch(Protocol):
    """Leaves of a company by what people look for, for the contexts that show them."""

    def leaves(
        self,
        *,
        company_id: UUID,
        reader: Principal,
        filters: LeafFilters,
        after: LeafPlace | None = None,
        limit: int,
    ) -> list[FoundLeaf]:
        """Return the newest leaves behind a place that the reader may see, of a company in scope."""
        ...


class LogStandings(Protocol):
    """How the log stands, for the contexts that show it to the watchers of a company."""

    def of_company(self, *, company_id: UUID, reader: Principal) -> LogStanding:
        """Return the log with the comparison of one company's books; raises AccessMustBeGranted."""
        ...
