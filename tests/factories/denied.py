# SPDX-License-Identifier: Apache-2.0
"""Denials and their seals in a log in memory, as the schedule makes them every five minutes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.denial_section import SealedDenials, denial_files
from apps.audit.domain.denials.interval import BEGINNING, Interval, Position
from apps.audit.domain.denials.seal import Denial, Seal
from apps.audit.domain.merkle.hashes import leaf_hash
from cortex.canonical_json import canonical_json
from tests.factories.evidence_log import LogInMemory

SEAL_VERB, SEAL_TYPE = "audit.denials.seal", "audit.denial_seal"
FIRST_AT = datetime(2026, 1, 10, 8, tzinfo=UTC)


@dataclass
class Denier:
    """Denies, and seals what it denied, of one company or, without one, of the installation."""

    log: LogInMemory
    company_id: UUID | None = None
    seals: list[Seal] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)

    def deny(self, count: int) -> list[Denial]:
        """Return denials with ids in order."""
        made = []
        for _ in range(count):
            decision_id = UUID(int=6000 + len(self.documents))
            # No bit makes one of another.
            nonce = hashlib.sha256(decision_id.bytes).hexdigest()
            document = canonical_json(
                {"id": str(decision_id), "question": nonce, "reason": "Only controllers."}
            )
            self.documents.append(document)
            made.append(Denial(decision_id, leaf_hash(document)))
        return made

    def seal(
        self, denials: Sequence[Denial], *, after: Seal | None = None, at: datetime | None = None
    ) -> Seal:
        """Seal them behind the last seal, or another one, with a leaf in the log."""
        before = after or (self.seals[-1] if self.seals else None)
        ordinal = self.seals[-1].ordinal + 1 if self.seals else 0
        now = Position(0, f"{10 + ordinal}:{10 + ordinal}:", at or FIRST_AT + timedelta(days=ordinal))
        return self.keep(
            Seal(
                company_id=self.company_id,
                ordinal=ordinal,
                interval=before.interval.next(now=now) if before else Interval(BEGINNING, now),
                denials=denials,
                former=before.digest if before else None,
            )
        )

    def keep(self, seal: Seal) -> Seal:
        """Keep a seal with its leaf."""
        digest = hashlib.sha256(seal.statement).hexdigest()
        thing = UUID(int=7000 + len(self.seals))
        self.seals.append(seal)
        self.places.append(self.log.fix(SEAL_VERB, SEAL_TYPE, thing, digest, self.company_id))
        return seal

    def files(
        self,
        *,
        with_denied: bool = True,
        told: Sequence[int] | None = None,
        leaves: Sequence[int] = (-1,),
        forgotten: Sequence[int] = (),
    ) -> list[ArchiveFile]:
        """Return the files of an archive, of all seals or some; of the installation with these leaves."""
        seals = self.seals if told is None else [self.seals[each] for each in told]
        kept = [document for place, document in enumerate(self.documents) if place not in forgotten]
        placed = [self.log.placed(self.places[each]) for each in leaves]
        sealed = SealedDenials(
            statements=lambda: [seal.statement for seal in seals],
            hashes=lambda: [denial.hash for seal in seals for denial in seal.denials],
            denied=(lambda: kept) if with_denied else None,
            leaves=[] if self.company_id else placed,
        )
        files = denial_files(frame=self.log.frame(), sealed=sealed, read=self.log.read_tile)
        return [ArchiveFile(file.name, list(file.pieces)) for file in files]
