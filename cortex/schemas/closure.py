# SPDX-License-Identifier: Apache-2.0
"""Read what a schema refers to from the registry, and from nowhere else."""

from dataclasses import dataclass, field

from cortex.ports.principal import Principal
from cortex.schemas.candidates import Candidate, ReferenceName
from cortex.schemas.errors import SchemaMustBeValid, SchemaMustNotBeTooLarge
from cortex.schemas.models import Content, Version
from cortex.schemas.source import Source
from cortex.schemas.visibility import visible_versions

DEPTH_MAX = 10
DOCUMENTS_MAX = 50
BYTES_MAX = 524_288


@dataclass
class _Closure:
    """What was read so far: each version once, all of them together bounded."""

    read: dict[tuple[str, int], Source] = field(default_factory=dict)
    size: int = 0

    def source(self, wanted: Candidate, under_way: tuple[tuple[str, int], ...]) -> Source:
        self.size += len(wanted.text.encode())
        if len(under_way) > DEPTH_MAX or len(self.read) > DOCUMENTS_MAX or self.size > BYTES_MAX:
            raise SchemaMustNotBeTooLarge(
                f"References: expected at most {DEPTH_MAX} levels, {DOCUMENTS_MAX} schemas and {BYTES_MAX} "
                "bytes in all.",
                evidence={"object": "references", "expected": DOCUMENTS_MAX},
            )
        named = {each.name: self._referred(each, wanted, under_way) for each in wanted.references}
        return Source(wanted.schema_type, wanted.text, named)

    def _referred(
        self, reference: ReferenceName, wanted: Candidate, under_way: tuple[tuple[str, int], ...]
    ) -> Source:
        key = (reference.subject, reference.version)
        if key in under_way:
            raise _invalid(reference, "it refers back to itself")
        if key not in self.read:
            referred = stored_candidate(referred_version(reference).content)
            if referred.schema_type != wanted.schema_type:
                raise _invalid(reference, f"it is written in {referred.schema_type}")
            self.read[key] = self.source(referred, (*under_way, key))
        return self.read[key]


def read_source(wanted: Candidate, *, seen_by: Principal) -> Source:
    """Return the candidate with all it refers to; itself it may name only what the principal sees.

    Raises: SchemaMustBeValid, SchemaMustNotBeTooLarge.
    """
    seen = visible_versions(seen_by=seen_by)
    for reference in wanted.references:
        if not seen.filter(subject__name=reference.subject, number=reference.version).exists():
            raise _nothing_there(reference)
    return _Closure().source(wanted, ())


def read_stored_source(content: Content) -> Source:
    """Return stored content with all it refers to: whoever registered it saw that."""
    return _Closure().source(stored_candidate(content), ())


def referred_version(reference: ReferenceName) -> Version:
    """Return the version that a reference names; raises SchemaMustBeValid when there is none."""
    versions = Version.objects.select_related("content")
    found = versions.filter(subject__name=reference.subject, number=reference.version).first()
    if found is None:
        raise _nothing_there(reference)
    return found


def stored_candidate(content: Content) -> Candidate:
    """Return stored content as it was handed in."""
    references = content.references.select_related("version__subject").order_by("place")
    return Candidate(
        content.schema_type,
        content.text,
        tuple(
            ReferenceName(each.name, each.version.subject.name, each.version.number) for each in references
        ),
    )


def _nothing_there(reference: ReferenceName) -> SchemaMustBeValid:
    return _invalid(reference, "there is no such version")


def _invalid(reference: ReferenceName, reason: str) -> SchemaMustBeValid:
    what = f"{reference.name[:100]} ({reference.subject[:100]}, version {reference.version})"
    return SchemaMustBeValid(
        f"Reference {what}: {reason}.", evidence={"object": "reference", "got": what, "expected": reason}
    )
