# SPDX-License-Identifier: Apache-2.0
"""A version of a plugin as one file: a ZIP in its only form, so that no two programs can read it differently.

Stored without compression (compressors differ), members sorted, dates of 1980, and no member but these.
"""

import io
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
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_UNIX, _REGULAR_FILE = 3, 0o100644 << 16


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

    Whatever could be read in two ways – twice the same name, a path, a comment, bytes before or behind, other
    sizes in the directory than in the file – is not what packing the members again gives, byte for byte.
    """
    if len(untrusted_bundle) > BUNDLE_BYTES_MAX:
        raise _refused(f"at most {BUNDLE_BYTES_MAX} bytes", str(len(untrusted_bundle)))
    try:
        with zipfile.ZipFile(io.BytesIO(untrusted_bundle)) as archive:
            _require_members(archive.infolist())
            members = {name: archive.read(name) for name in MEMBERS_MAX}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError):
        raise _refused("a ZIP file", "something else, or a damaged one") from None
    if pack_bundle(members) != untrusted_bundle:
        raise _refused("the members in their only form", "other bytes around them")
    return members


def _require_members(infos: list[zipfile.ZipInfo]) -> None:
    names = sorted(info.filename for info in infos)
    if names != sorted(MEMBERS_MAX):
        raise _refused(", ".join(sorted(MEMBERS_MAX)), ascii(names)[:200])
    for info in infos:
        # A small file may say that it unpacks to a large one: nothing is read before its sizes agree.
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise _refused("members without compression", info.filename)
        if info.file_size > MEMBERS_MAX[info.filename]:
            raise _refused(
                f"at most {MEMBERS_MAX[info.filename]} bytes of {info.filename}", str(info.file_size)
            )


def _refused(expected: str, got: str) -> BundleMustBeCanonical:
    return BundleMustBeCanonical(
        f"Bundle: expected {expected}, got {got}.",
        evidence={"object": "bundle", "expected": expected, "got": got},
    )
