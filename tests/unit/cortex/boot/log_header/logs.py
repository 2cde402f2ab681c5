# SPDX-License-Identifier: Apache-2.0
"""Logs to be judged: a key, headers that it signed, and lines of a program."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cortex.boot.configuration.artefact.keys import key_id
from cortex.boot.log_header.header import header_line
from cortex.boot.log_header.verification import Verdict, verify_log

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
AT = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
LINE = b'{"event":"posted","level":"info"}\n'


def header(key: Ed25519PrivateKey | None = KEY) -> bytes:
    """Return the header of a web process."""
    return header_line(process="web", at=AT, key=key)


def changed(fields: Mapping[str, Any]) -> bytes:
    """Return a header in which somebody changed fields after it was signed."""
    return orjson.dumps({**orjson.loads(header()), **fields}) + b"\n"


def verdict(*lines: bytes, known: Ed25519PrivateKey = KEY) -> Verdict:
    """Judge a log with one known key."""
    public = known.public_key()
    return verify_log(stream=io.BytesIO(b"".join(lines)), keys={key_id(public): public})


def reasons(*lines: bytes, known: Ed25519PrivateKey = KEY) -> list[tuple[int, str]]:
    """Return the line and reason of each refusal."""
    return [(found.line, found.reason) for found in verdict(*lines, known=known).findings if found.reason]
