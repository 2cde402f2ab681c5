# SPDX-License-Identifier: Apache-2.0
"""Sources of a plugin as one file: a ZIP in its only form, bounded, whose names lead nowhere.

What a submission's digest is about is exactly what is read, checked and built: no two programs read the
file differently, and no name leaves the directory it is unpacked in – nothing is ever unpacked on disk by it.
"""

import io
import re
import struct
import zipfile
from collections.abc import Mapping

from apps.plugins.domain.bundle import MANIFEST
from apps.plugins.domain.marketplace.publishing_errors import SourceArchiveMustBeCanonical

ENTRY = "plugin.py"
FILES_MAX, BYTES_MAX, NAME_MAX, DEPTH_MAX = 1_000, 8 << 20, 200, 10
ARCHIVE_BYTES_MAX = BYTES_MAX + FILES_MAX * 2 * (NAME_MAX + 100)
_EARLIEST, _UNIX, _REGULAR_FILE = (1980, 1, 1, 0, 0, 0), 3, 0o100644 << 16
_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_NAME = re.compile(rf"(?:{_PART}/)*{_PART}\.py")
# A member's header before its name: signature, size, length of name. Source: APPNOTE 6.3.10, section 4.3.7.
_HEADER, _MEMBER, _DIRECTORY = struct.Struct("<4s18xIH2x"), b"PK\3\4", b"PK\1\2"


def pack_sources(*, manifest: bytes, sources: Mapping[str, bytes]) -> bytes:
    """Return the one file of a folder's manifest and Python files; raises SourceArchiveMustBeCanonical."""
    members = {MANIFEST: manifest, **sources}
    _require_allowed(members)
    return _packed(members)


def unpack_sources(untrusted_archive: bytes) -> dict[str, bytes]:
    """Return manifest and sources by their names; raises SourceArchiveMustBeCanonical.

    Members are read where they stand, up to their bounds; the directory, which may lie, is not read but
    compared: packing the members anew must give the same bytes. So twice the same name, a link, compression,
    encryption, a comment, bytes around it or other sizes in the directory are all one refusal.
    """
    if len(untrusted_archive) > ARCHIVE_BYTES_MAX:
        raise _refused(f"at most {ARCHIVE_BYTES_MAX} bytes", str(len(untrusted_archive)))
    members, at = dict[str, bytes](), 0
    while untrusted_archive[at : at + 4] == _MEMBER:
        if len(members) > FILES_MAX:
            raise _refused(f"at most {FILES_MAX} Python files", "more")
        name, begin, end = _member_at(untrusted_archive, at)
        if name in members:
            raise _refused("each name once", ascii(name))
        members[name], at = untrusted_archive[begin:end], end
    if untrusted_archive[at : at + 4] != _DIRECTORY:
        raise _refused("a ZIP file of stored members", "other bytes")
    _require_allowed(members)
    if _packed(members) != untrusted_archive:
        raise _refused("the members in their only form", "other bytes in or around them")
    return members


def python_files(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the sources without the manifest, in order."""
    return {name: content for name, content in sorted(members.items()) if name != MANIFEST}


def _member_at(archive: bytes, at: int) -> tuple[str, int, int]:
    """Return the name of the member that begins here, and where its content begins and ends."""
    if len(archive) < at + _HEADER.size:
        raise _refused("a whole member", "the end of the file")
    _, size, length = _HEADER.unpack_from(archive, at)
    begin = at + _HEADER.size + length
    name = archive[at + _HEADER.size : begin]
    if length > NAME_MAX or size > BYTES_MAX or len(archive) < begin + size:
        raise _refused(
            f"members of at most {BYTES_MAX} bytes, with names of at most {NAME_MAX}", "a longer one"
        )
    try:
        return name.decode("ascii"), begin, begin + size
    except UnicodeDecodeError:
        raise _refused("names in ASCII", ascii(name.decode("latin-1"))[:80]) from None


def _require_allowed(members: Mapping[str, bytes]) -> None:
    for name in members:
        if name != MANIFEST and not _is_plain(name):
            raise _refused(f"{MANIFEST} and Python files with plain names", ascii(name)[:80])
    missing = {MANIFEST, ENTRY} - members.keys()
    if missing:
        raise _refused(f"{MANIFEST} and {ENTRY}", f"no {min(missing)}")
    # Where upper and lower case are one, one of two files would take the other's place.
    if len({name.casefold() for name in members}) < len(members):
        raise _refused("names that differ by more than their case", "two that do not")
    if len(members) > FILES_MAX or sum(map(len, members.values())) > BYTES_MAX:
        raise _refused(f"at most {FILES_MAX} files of {BYTES_MAX} bytes together", "more")


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    is_ours = len(name) <= NAME_MAX and len(parts) <= DEPTH_MAX and bool(_NAME.fullmatch(name))
    # As in the author's folder: these are no part of a plugin, and nobody would look for code in them.
    return is_ours and "__pycache__" not in parts and parts[0] != "tests"


def _packed(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.create_system, info.external_attr = _UNIX, _REGULAR_FILE
            archive.writestr(info, members[name])
    return out.getvalue()


def _refused(expected: str, got: str) -> SourceArchiveMustBeCanonical:
    return SourceArchiveMustBeCanonical(
        f"Source archive: expected {expected}, got {got}. `cortex plugin publish` packs it.",
        evidence={"object": "source archive", "expected": expected, "got": got},
    )
