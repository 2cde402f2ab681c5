# SPDX-License-Identifier: Apache-2.0
"""Bundles of a plugin whose component is a few bytes, with keys that are the same at every run."""

import base64
import io
import json
import struct
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, SSlibKey

from apps.plugins.domain.bundle import ATTESTATION, BILL, COMPONENT, MANIFEST, pack_bundle
from tests.factories.plugin_manifests import FULL

MEMBERS: Mapping[str, bytes] = {MANIFEST: FULL.encode(), COMPONENT: b"\0asm", BILL: b"{}"}
WHOLE: Mapping[str, bytes] = {**MEMBERS, ATTESTATION: b"[]"}


def signer_of(number: int) -> CryptoSigner:
    """Return the signer with this number."""
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


PUBLISHER, REVIEWER, STRANGER = map(signer_of, (1, 2, 3))


def public_of(signer: CryptoSigner) -> str:
    """Return the public half, hexadecimal."""
    return str(signer.public_key.keyval["public"])


def renamed(key: Any, keyid: str) -> SSlibKey:
    """Return the same key under another id."""
    return SSlibKey(keyid, key.keytype, key.scheme, dict(key.keyval))


def enveloped(
    payload: bytes,
    signatures: Iterable[Mapping[str, Any]],
    *,
    payload_type: str = "application/vnd.in-toto+json",
) -> bytes:
    """Return a bundle with this envelope, in its only form."""
    written = {"payload": _base64(payload), "payloadType": payload_type, "signatures": list(signatures)}
    return pack_bundle({**MEMBERS, ATTESTATION: json.dumps(written, sort_keys=True).encode()})


def signature(
    payload: bytes,
    signer: CryptoSigner,
    *,
    keyid: str | None = None,
    payload_type: str = "application/vnd.in-toto+json",
) -> dict[str, str]:
    """Return one signature of an envelope, that may name another key than the one that made it."""
    pae = b"DSSEv1 %d %b %d %b" % (len(payload_type), payload_type.encode(), len(payload), payload)
    made = signer.sign(pae)
    return {"keyid": keyid or made.keyid, "sig": _base64(bytes.fromhex(made.signature))}


def zipped(
    entries: Iterable[tuple[str, bytes]] = tuple(sorted(WHOLE.items())),
    *,
    comment: bytes = b"",
    **attributes: Any,
) -> bytes:
    """Return a ZIP file as another program might write it; attributes are those of its members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            told = {"create_system": 3, "external_attr": 0o100644 << 16, **attributes}
            for attribute, value in told.items():
                setattr(info, attribute, value)
            archive.writestr(info, content)
        archive.comment = comment
    return out.getvalue()


def patched(bundle: bytes, at: int, form: str, *values: int) -> bytes:
    """Return the bytes with numbers written over them, little-endian."""
    out = bytearray(bundle)
    struct.pack_into(f"<{form}", out, at, *values)
    return bytes(out)


def directory_of(bundle: bytes) -> int:
    """Return where the ZIP's directory begins, by its end record."""
    return int.from_bytes(bundle[-6:-2], "little")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
