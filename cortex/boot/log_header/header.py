# SPDX-License-Identifier: Apache-2.0
"""The first line of a log: what runs, where, since when, under whose signature."""

import base64
import os
import socket
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cortex.boot.configuration.artefact.keys import key_id
from cortex.boot.lifecycle.hooks import ProcessKind
from cortex.boot.provenance import build_digest, configuration_digest, lock_digest, schema_head
from cortex.canonical_json import canonical_json

MARK = "cortex_log_header"
VERSION = 1
SIGNATURE = "signature"
# No signature of this key over anything else can be taken for one over a header.
DOMAIN = b"codexion-cortex log header v1\n"
FIELDS = (
    MARK,
    "build_digest",
    "configuration_digest",
    "lock_digest",
    "schema_head",
    "host",
    "process",
    "pid",
    "time",
    "key_id",
    SIGNATURE,
)


def header_line(*, process: ProcessKind, at: datetime, key: Ed25519PrivateKey | None) -> bytes:
    """Return the line for this process, its end included; without a key both `key_id` and signature are null.

    The mark stands first, so that the start of the line tells what it is even when its end is lost.
    """
    unsigned: dict[str, Any] = {
        MARK: VERSION,
        "build_digest": build_digest(),
        "configuration_digest": configuration_digest(),
        "lock_digest": lock_digest(process=process),
        "schema_head": schema_head(),
        "host": socket.gethostname(),
        "process": process,
        "pid": os.getpid(),
        "time": at.isoformat(timespec="milliseconds"),
        "key_id": key_id(key.public_key()) if key is not None else None,
    }
    signature = base64.b64encode(key.sign(signed_bytes(unsigned))).decode() if key is not None else None
    return header_bytes({**unsigned, SIGNATURE: signature})


def header_bytes(fields: Mapping[str, Any]) -> bytes:
    """Return the one form in which these fields are written: in their order, without spaces."""
    return orjson.dumps({name: fields[name] for name in FIELDS}) + b"\n"


def signed_bytes(header: Mapping[str, Any]) -> bytes:
    """Return what is signed: the domain, then the canonical JSON (RFC 8785) of the other fields."""
    return DOMAIN + canonical_json({name: value for name, value in header.items() if name != SIGNATURE})
