# SPDX-License-Identifier: Apache-2.0
"""A version of a plugin as one file: a ZIP in its only form, so that no two programs can read it differently.

Stored without compression (compressors differ), members sorted, dates of 1980, and no member but these.
"""

import io
import struct
import zipfile
from collections.abc import Mapping

from apps.plugins.domain.errors import BundleMustBeCanonical

MANIFEST, COMPONENT, BILL, ATTESTATION = (
    "plugin.yaml",
    "component.wasm",
    "sbom.cdx.json",
    "attestation.dsse.json",
)
# Bytes that a member may have.
MEMBERS_MAX: Mapping[str, int] = {
    MANIFEST: 64 << 10,
    COMPONENT: 64 << 20,
    BILL: 4 << 20,
    ATTESTATION: 64 << 10,
}
BUNDLE_BYTES_MAX = 70 << 20
SUFFIX = ".cortex-plugin"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_UNIX, _REGULAR_FILE = 3, 0o100644 << 16
# A member's header before its name: signature, size, length of name. Source: APPNOTE 6.3.10, section 4.3.7.
_HEADER, _SIGNATURE = struct.Struct("<4s18xIH2x"), b"PK\3\4"


def pack_bundle(members: Mapping[str, bytes]) -> bytes:
    """Return the one file; the same members give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.create_system, info.external_attr = _UNIX, _REGULAR_FILE
            archive.writestr(info, members[name])
    return out.getvalue()


def unpack_bundle(untrusted_bundle: bytes) -> dict[str, bytes]:
    """Return the members; raises BundleMustBeCanonical.

    Each member is where the only form has it; a directory, which may name a million, is never read. Whatever
    could be read in two ways – twice the same name, a path, a comment, bytes before or behind, other sizes in
    the directory than in the file – is not what packing the members again gives, byte for byte.
    """
    if len(untrusted_bundle) > BUNDLE_BYTES_MAX:
        raise _refused(f"at most {BUNDLE_BYTES_MAX} bytes", str(len(untrusted_bundle)))
    members, at = {}, 0
    for name in sorted(MEMBERS_MAX):
        begin = at + _HEADER.size + len(name)
        size = _size_of(name, untrusted_bundle[at:begin])
        at = begin + size
        members[name] = untrusted_bundle[begin:at]
    if pack_bundle(members) != untrusted_bundle:
        raise _refused("the members in their only form", "other bytes in or around them")
    return members


def _size_of(name: str, header: bytes) -> int:
    """Return the size that a member's header tells, where it is this member's."""
    if len(header) != _HEADER.size + len(name):
        raise _refused(f"a ZIP file with {name}", "its end")
    signature, size, name_length = _HEADER.unpack_from(header)
    if signature != _SIGNATURE:
        raise _refused(f"a ZIP file with {name}", "other bytes")
    if (found := header[_HEADER.size :]) != name.encode() or name_length != len(name):
        raise _refused(f"{name}, of {', '.join(sorted(MEMBERS_MAX))}", ascii(found.decode("latin-1")))
    if size > MEMBERS_MAX[name]:
        raise _refused(f"at most {MEMBERS_MAX[name]} bytes of {name}", str(size))
    return int(size)


def _refused(expected: str, got: str) -> BundleMustBeCanonical:
    return BundleMustBeCanonical(
        f"Bundle: expected {expected}, got {got}.",
        evidence={"object": "bundle", "expected": expected, "got": got},
    )
