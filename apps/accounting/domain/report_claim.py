# SPDX-License-Identifier: Apache-2.0
"""What a signature of a report says: these bytes are that report, and this key signed them then.

Every field but the signature itself is signed, behind a domain: no signature of the same key over anything
else can be taken for one over a report.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.accounting.domain.errors import ReportMustBeTheSignedOne, ReportSignatureMustBeReadable
from cortex.canonical_json import canonical_json

FORMAT_VERSION = 1
ALGORITHM = "Ed25519"
DOMAIN = b"codexion-cortex report signature v1\n"

_TEXT, _NUMBER, _OPTIONAL = (str,), (int,), (str, type(None))
_FIELDS: Mapping[str, tuple[type, ...]] = {
    "format_version": _NUMBER,
    "id": _TEXT,
    "report": _TEXT,
    "company": _TEXT,
    "from": _OPTIONAL,
    "as_of": _OPTIONAL,
    "format": _TEXT,
    "sha256": _TEXT,
    "keeper": _TEXT,
    "key": _TEXT,
    "key_version": _NUMBER,
    "algorithm": _TEXT,
    "signed_at": _TEXT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportClaim:
    """What is signed; days and instants are in ISO 8601, `sha256` is hexadecimal."""

    id: UUID
    report: str
    company: str
    from_date: str | None
    as_of_date: str | None
    format: str
    sha256: str
    keeper: str
    key: str
    key_version: int
    signed_at: str
    algorithm: str = ALGORITHM

    def fields(self) -> dict[str, Any]:
        """Return the claim as JSON has it."""
        return {
            "format_version": FORMAT_VERSION,
            "id": str(self.id),
            "report": self.report,
            "company": self.company,
            "from": self.from_date,
            "as_of": self.as_of_date,
            "format": self.format,
            "sha256": self.sha256,
            "keeper": self.keeper,
            "key": self.key,
            "key_version": self.key_version,
            "algorithm": self.algorithm,
            "signed_at": self.signed_at,
        }

    def signed_bytes(self) -> bytes:
        """Return what is signed: the domain, then the canonical JSON (RFC 8785) of the fields."""
        return DOMAIN + canonical_json(self.fields())


def digest_of(report: bytes) -> str:
    """Return the digest that a claim names, in hexadecimal."""
    return hashlib.sha256(report).hexdigest()


def claim_of(read: Mapping[str, Any]) -> ReportClaim:
    """Return the claim of these fields, none missing and none added; raises ReportSignatureMustBeReadable."""
    version = read.get("format_version")
    if version != FORMAT_VERSION:
        raise unreadable("format_version", expected=str(FORMAT_VERSION), got=version)
    odd = sorted(_FIELDS.keys() ^ read.keys())
    if odd:
        raise unreadable(odd[0], expected="the fields of a signature and no others", got=f"fields {odd}")
    for name, kinds in _FIELDS.items():
        if type(read[name]) not in kinds:
            raise unreadable(name, expected=" or ".join(kind.__name__ for kind in kinds), got=read[name])
    try:
        claim = _claim(read)
        claim.signed_bytes()
    except ValueError as error:
        raise unreadable(
            "fields", expected="a UUID as id, and texts with a canonical form", got=error
        ) from None
    if claim.fields() != read:
        raise unreadable("id", expected="the usual form of a UUID", got=read["id"])
    return claim


def check_claim(claim: ReportClaim, *, report: bytes, key: str) -> None:
    """Refuse a claim on other bytes, or under something else than `key`; raises ReportMustBeTheSignedOne.

    What this finds needs no key; whether somebody changed the fields, the signature tells.
    """
    for name, expected, got in (
        ("algorithm", ALGORITHM, claim.algorithm),
        ("key", key, claim.key),
        ("sha256", claim.sha256, digest_of(report)),
    ):
        if expected != got:
            raise refused(name, expected=expected, got=got)


def refused(name: str, *, expected: str, got: str) -> ReportMustBeTheSignedOne:
    """Return the refusal, which names the field."""
    return ReportMustBeTheSignedOne(
        f"Report signature, {name}: expected {expected[:200]}, got {got[:200]}. Ask for the report again, "
        "with its signature, where both came from.",
        evidence={"object": "report signature", "field": name, "expected": expected[:200], "got": got[:200]},
    )


def unreadable(name: str, *, expected: str, got: object) -> ReportSignatureMustBeReadable:
    """Return the refusal of what is no signature file of ours; what was got is shown quoted and short."""
    shown = json.dumps(str(got)[:60])
    return ReportSignatureMustBeReadable(
        f"Report signature, {name}: expected {expected}, got {shown}. Give the file that --signature wrote.",
        evidence={"object": "report signature", "field": name, "expected": expected, "got": shown},
    )


def described(claim: ReportClaim) -> str:
    """Return the claim as one phrase for people."""
    days: Sequence[str] = [f"from {claim.from_date}" if claim.from_date else "from the beginning"]
    days = [*days, f"up to {claim.as_of_date}" if claim.as_of_date else "up to the last entry of that moment"]
    return (
        f"{claim.report} of {claim.company} as {claim.format}, {' '.join(days)}; signed at {claim.signed_at} "
        f"by key {claim.key} version {claim.key_version} of keeper {claim.keeper}"
    )


def _claim(read: Mapping[str, Any]) -> ReportClaim:
    return ReportClaim(
        id=UUID(read["id"]),
        report=read["report"],
        company=read["company"],
        from_date=read["from"],
        as_of_date=read["as_of"],
        format=read["format"],
        sha256=read["sha256"],
        keeper=read["keeper"],
        key=read["key"],
        key_version=read["key_version"],
        algorithm=read["algorithm"],
        signed_at=read["signed_at"],
    )
