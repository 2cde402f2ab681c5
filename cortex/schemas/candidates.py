# SPDX-License-Identifier: Apache-2.0
"""A schema as somebody hands it in: text, language and references, and the two digests it is known by."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cortex.schemas.errors import SchemaMustBeValid, SchemaMustNotBeTooLarge, SubjectMustBeWellFormed
from cortex.schemas.models import SchemaType
from cortex.schemas.strict_json import JsonMustBeStrict, read_strict_json, written_json

TEXT_BYTES_MAX = 65_536
DEPTH_MAX = 64
REFERENCES_MAX = 30
_SUBJECT = re.compile(r"\A[^\x00-\x20\x7f\ud800-\udfff][^\x00-\x1f\x7f\ud800-\udfff]{0,254}\Z")
# Paths end in these words; a subject with one in it could be taken for another.
_WORDS_OF_PATHS = re.compile(r"(^|/)(versions|\.{1,2})?(/|$)")


@dataclass(frozen=True, slots=True)
class ReferenceName:
    """`name` in the text stands for this version of this subject."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A schema that is asked for or handed in. `text` is JSON without white space."""

    schema_type: str
    text: str
    references: tuple[ReferenceName, ...] = ()

    @property
    def digest(self) -> bytes:
        """Return the SHA-256 of language, text and references."""
        return self._digest(self.text)

    @property
    def normalized_digest(self) -> bytes:
        """Return the same with the keys of the text sorted."""
        return self._digest(self.normalized.text)

    @property
    def normalized(self) -> "Candidate":
        """Return the candidate with the keys of its text sorted and its references in order."""
        value = read_strict_json(self.text, depth_max=DEPTH_MAX)
        ordered = tuple(sorted(self.references, key=lambda reference: reference.name))
        return replace(self, text=written_json(value, sort_keys=True), references=ordered)

    def _digest(self, text: str) -> bytes:
        references = sorted((each.name, each.subject, str(each.version)) for each in self.references)
        parts = [self.schema_type, text, *(part for reference in references for part in reference)]
        digest = hashlib.sha256()
        for part in parts:
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8) + encoded)
        return digest.digest()


def candidate(*, schema_type: str, text: str, references: Sequence[ReferenceName] = ()) -> Candidate:
    """Return the candidate; raises SchemaMustBeValid, SchemaMustNotBeTooLarge."""
    if schema_type not in SchemaType.values:
        raise SchemaMustBeValid(
            f"Schema type {schema_type[:40]}: expected one of {', '.join(sorted(SchemaType.values))}.",
            evidence={
                "object": "schema type",
                "expected": sorted(SchemaType.values),
                "got": schema_type[:40],
            },
        )
    if len(references) > REFERENCES_MAX or len({each.name for each in references}) != len(references):
        raise SchemaMustBeValid(
            f"References: expected at most {REFERENCES_MAX}, each with a name of its own.",
            evidence={"object": "references", "expected": REFERENCES_MAX, "got": len(references)},
        )
    return Candidate(schema_type, _written(text), tuple(references))


def require_subject_name(name: str) -> None:
    """Raise SubjectMustBeWellFormed unless the name can stand in a path and in a log."""
    if not _SUBJECT.match(name) or _WORDS_OF_PATHS.search(name):
        raise SubjectMustBeWellFormed(
            f"Subject {name[:80]!r}: expected 1 to 255 visible characters, and no path segment `versions`.",
            evidence={"object": "subject", "got": name[:80]},
        )


def _written(text: str) -> str:
    try:
        written = written_json(read_strict_json(text, depth_max=DEPTH_MAX), sort_keys=False)
        size = len(written.encode())
    except JsonMustBeStrict as error:
        raise SchemaMustBeValid(
            f"Schema: {error}.", evidence={"object": "schema", "got": str(error)}
        ) from error
    except UnicodeEncodeError as error:
        raise SchemaMustBeValid("Schema: half of a surrogate pair.", evidence={"object": "schema"}) from error
    if "\\u0000" in written:
        raise SchemaMustBeValid("Schema: it holds the character NUL.", evidence={"object": "schema"})
    if size > TEXT_BYTES_MAX:
        raise SchemaMustNotBeTooLarge(
            f"Schema: expected at most {TEXT_BYTES_MAX} bytes, got {size}. Split it and refer to its parts.",
            evidence={"object": "schema", "expected": TEXT_BYTES_MAX, "got": size, "unit": "bytes"},
        )
    return written
