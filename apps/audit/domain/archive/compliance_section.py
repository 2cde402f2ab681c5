# SPDX-License-Identifier: Apache-2.0
"""What an archive tells of compliance: packs, runs, evidence, their leaves, and OSCAL over all of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.frame import Frame
from apps.audit.domain.archive.proof_text import proof_text
from apps.audit.domain.archive.single_documents import PlacedLeaf
from apps.audit.domain.archive.whole_log import behind_lengths
from apps.audit.domain.compliance.assessment import Assessment
from apps.audit.domain.compliance.exception_document import exception_end_document
from apps.audit.domain.merkle.proofs import inclusion_proof
from apps.audit.domain.merkle.tiles import TileReader
from apps.audit.domain.oscal.assessment_results import assessment_results
from cortex.canonical_json import canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Compliance:
    """What is told of the installation. `records` are other documents that leaves fix, by name of the file.

    `company_id` is whom the archive is for: evidence that holds more than figures may name what is others',
    so it stays out, and its digest alone goes along. Without a company the archive is the installation's.
    """

    company_id: UUID | None
    assessments: Sequence[Assessment]
    leaves: Sequence[PlacedLeaf]
    records: Mapping[str, bytes]
    as_of: datetime
    # Of all that was recorded for the installation, in log order: runs fix how many, and their root.
    registered: Sequence[bytes] = ()

    def is_shown(self, evidence: str) -> bool:
        """Return whether evidence with this text goes along."""
        return self.company_id is None or _holds_figures_only(json.loads(evidence), str(self.company_id))

    def results(self, assessment: Assessment, *, frame: Frame) -> dict[str, Any]:
        """Return OSCAL's assessment results of one pack."""
        return assessment_results(
            assessment, origin=frame.origin, size=frame.size, as_of=self.as_of, is_shown=self.is_shown
        )


def _holds_figures_only(value: Any, own: str) -> bool:
    """Return whether there is no text in it but the company's own id: names of clients say much, too."""
    if isinstance(value, dict):
        return all(_holds_figures_only(member, own) for member in value.values())
    if isinstance(value, list):
        return all(_holds_figures_only(member, own) for member in value)
    return not isinstance(value, str) or value == own


def compliance_files(
    *, frame: Frame, compliance: Compliance, oscal: Mapping[str, Mapping[str, Any]], read: TileReader
) -> list[ArchiveFile]:
    """Return the files in their order; `oscal` are the assessment results by pack and version."""
    contents: dict[str, bytes] = {**compliance.records, **dict(_found(compliance))}
    for leaf in compliance.leaves:
        proof = inclusion_proof(leaf_index=leaf.leaf_index, tree_size=frame.size, read=read)
        name = f"compliance/leaves/{leaf.leaf_id}"
        contents[f"{name}.json"] = leaf.body
        contents[f"{name}.tlog-proof"] = proof_text(
            leaf_index=leaf.leaf_index, proof=proof, checkpoint=frame.checkpoint
        )
    if (newest := _newest_register(compliance.assessments)) is not None:
        contents["compliance/register"] = behind_lengths(_registered(compliance.registered, newest))
    for name, document in oscal.items():
        contents[f"oscal/assessment-results-{name}.json"] = canonical_json(document)
    return [ArchiveFile(name, [contents[name]]) for name in sorted(contents)]


def _newest_register(assessments: Sequence[Assessment]) -> Mapping[str, Any] | None:
    """Return what the last run that is told of says was recorded; nothing of runs from before that."""
    found = [run.kept.register for each in assessments for run in each.runs]
    return max((each for each in found if each is not None), key=lambda each: int(each["size"]), default=None)


def _registered(bodies: Sequence[bytes], register: Mapping[str, Any]) -> list[bytes]:
    """Return the leaves that a register counts: a run may be older than a verb."""
    counted = [body for body in bodies if json.loads(body)["verb"] in register["verbs"]]
    return counted[: register["count"]]


def _found(compliance: Compliance) -> Iterator[tuple[str, bytes]]:
    """Yield packs with signatures, runs, exceptions, what was done by hand, and each evidence once."""
    for assessment in compliance.assessments:
        pack = assessment.pack
        name = f"compliance/packs/{pack.name}-{pack.version}"
        yield f"{name}.json", canonical_json(dict(pack.document))
        yield f"{name}.note", assessment.note.encode()
        for run in assessment.runs:
            yield f"compliance/runs/{run.kept.id}.json", run.kept.document
            for result in run.kept.results:
                if compliance.is_shown(result.evidence):
                    yield f"compliance/evidence/{result.digest}.json", result.evidence.encode()
        for granted in assessment.exceptions:
            yield f"compliance/exceptions/{granted.id}.json", granted.document
            if granted.ended is not None:
                document = exception_end_document(
                    exception_id=granted.id, reason=granted.ended.reason, ended_at=granted.ended.ended_at
                )
                yield f"compliance/exception-ends/{granted.ended.id}.json", document
        for performed in assessment.performed:
            yield f"compliance/procedures/{performed.id}.json", performed.document
