# SPDX-License-Identifier: Apache-2.0
"""Check the headers of a log, as somebody does who has the file and a public key and trusts nothing else."""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cortex.boot.log_header.header import FIELDS, MARK, SIGNATURE, VERSION, header_bytes, signed_bytes

# A header has about 600 bytes; whatever is longer is read in pieces of this size and never kept.
LINE_BYTES_MAX = 64 * 1024
# A file of nothing but forged headers must not fill the memory, nor the screen.
FINDINGS_MAX = 1000
_START = b'{"' + MARK.encode() + b'"'
_NAMED = b'"' + MARK.encode() + b'"'
# JSON may write any character of a name like this, and every other reader would see the name.
_ESCAPE = b"\\u"
# One header has one form; a value of another type could have the canonical form of the signed one (1.0, 1).
_NUMBERS = frozenset({MARK, "pid"})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One header, or the place where one should be; `reason` is empty when it holds."""

    line: int
    reason: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Verdict:
    """What was found; lists are cut at FINDINGS_MAX, counts are not."""

    lines: int = 0
    headers: int = 0
    refused: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Tell whether there is a header and every one of them holds."""
        return self.headers > 0 and self.refused == 0

    def add(self, finding: Finding) -> None:
        """Count a finding."""
        self.headers += not finding.reason
        self.refused += bool(finding.reason)
        if len(self.findings) < FINDINGS_MAX or (finding.reason and self.refused == 1):
            self.findings.append(finding)


def verify_log(*, stream: BinaryIO, keys: Mapping[str, Ed25519PublicKey]) -> Verdict:
    """Check the first line and every later header of a log, in one pass and bounded memory.

    Shapes: `keys` by key id. Lines after a header are not covered by its signature.
    """
    verdict = Verdict()
    for number, line in enumerate(_lines(stream), start=1):
        verdict.lines = number
        if _claims_to_be_header(line):
            verdict.add(_judged(line, number=number, keys=keys))
        elif number == 1:
            verdict.add(Finding(line=1, reason="missing header: the log must begin with one"))
    if verdict.lines == 0:
        verdict.add(Finding(line=1, reason="missing header: the file is empty"))
    return verdict


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield each line, of an over-long one only its beginning; the end of line is kept where there is one."""
    while line := stream.readline(LINE_BYTES_MAX):
        rest = line
        while not rest.endswith(b"\n") and (rest := stream.readline(LINE_BYTES_MAX)):
            pass
        yield line


def _claims_to_be_header(line: bytes) -> bool:
    """Tell whether a line is a header, a damaged one, or one in another dress.

    A message that speaks of headers does not: inside a JSON text its quotation marks are escaped.
    """
    if line.startswith(_START):
        return True
    if not line.lstrip().startswith(b"{") or not (_NAMED in line or _ESCAPE in line):
        return False
    try:
        return MARK in orjson.loads(line)
    except orjson.JSONDecodeError:
        return _NAMED in line


def _judged(line: bytes, *, number: int, keys: Mapping[str, Ed25519PublicKey]) -> Finding:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError:
        return Finding(line=number, reason="truncated or damaged: this is no whole JSON object")
    for check in _CHECKS:
        reason = check(line, fields, keys)
        if reason:
            return Finding(line=number, reason=reason, fields=_known(fields))
    return Finding(line=number, fields=_known(fields))


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what can be told of a header: what somebody put in the place of a value may be anything."""
    return {name: fields[name] for name in FIELDS if name in fields and _is_of_its_type(name, fields[name])}


_Check = Callable[[bytes, dict[str, Any], Mapping[str, Ed25519PublicKey]], str]


def _shape(line: bytes, fields: dict[str, Any], _keys: Mapping[str, Ed25519PublicKey]) -> str:
    if not line.endswith(b"\n"):
        return "truncated: the line has no end"
    missing, foreign = _names(set(FIELDS) - fields.keys()), _names(fields.keys() - set(FIELDS))
    if missing or foreign:
        told = [f"without {missing}"] * bool(missing) + [f"with unknown {foreign}"] * bool(foreign)
        return f"changed: a header {' and '.join(told)}"
    if fields[MARK] != VERSION:
        return f"version {VERSION} of headers is known here, this one says {fields[MARK]!r:.20}"
    if not all(_is_of_its_type(name, value) for name, value in fields.items()):
        return "changed: a header with a value of another type"
    # A name given twice, or anything else that two readers could understand differently.
    if line != header_bytes(fields):
        return "changed: a header in another form than it is written in"
    return ""


def _is_of_its_type(name: str, value: object) -> bool:
    return type(value) is int if name in _NUMBERS else value is None or type(value) is str


def _signed(_line: bytes, fields: dict[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> str:
    key = fields["key_id"]
    if key is None and fields[SIGNATURE] is None:
        return "UNSIGNED: the process had no LOG_SIGNING_KEY"
    if key not in keys:
        return f"unknown key {key!r:.40}; known here: {_names(keys) or 'none'}"
    try:
        keys[key].verify(base64.b64decode(fields[SIGNATURE], validate=True), signed_bytes(fields))
    except (InvalidSignature, binascii.Error, TypeError, ValueError):
        return f"changed: the signature of key {key} is not over these fields"
    return ""


def _names(names: Iterable[str]) -> str:
    # Escaped, so that a name draws no line of its own on the screen of whoever checks.
    return ", ".join(name.encode("unicode_escape").decode()[:40] for name in sorted(names)[:10])


_CHECKS: tuple[_Check, ...] = (_shape, _signed)
