# SPDX-License-Identifier: Apache-2.0
"""A part of a repository in one file, for machines without a network.

A ZIP in its only form: members stored, sorted, dated 1980, at paths that the repository itself serves.
Packing them anew must give the same bytes, so that no two programs read it differently; nothing is extracted.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface

from apps.plugins.domain.bundle import BUNDLE_BYTES_MAX
from apps.plugins.domain.repository_errors import ArchiveMustBeCanonical

MEMBERS_MAX, ARCHIVE_BYTES_MAX = 1_000, 512 << 20
_METADATA_BYTES_MAX = 5_000_000
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_UNIX, _REGULAR_FILE = 3, 0o100644 << 16
_METADATA = re.compile(r"metadata/(?:timestamp|[1-9][0-9]{0,8}\.[a-z0-9][a-z0-9.-]{0,59})\.json", re.ASCII)
_TARGET = re.compile(
    r"targets/[a-z0-9.-]{1,60}/[a-z0-9.-]{1,100}/[0-9a-f]{64}\.[A-Za-z0-9.+-]{1,180}", re.ASCII
)
# No server has this name; the client needs an address to put paths behind.
BASE_URL = "https://archive.invalid/"


def pack_archive(members: Mapping[str, bytes]) -> bytes:
    """Return the one file; raises ArchiveMustBeCanonical for what could not be read again."""
    _require_names(list(members))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.create_system, info.external_attr = _UNIX, _REGULAR_FILE
            archive.writestr(info, members[name])
    return out.getvalue()


def unpack_archive(untrusted_archive: bytes) -> dict[str, bytes]:
    """Return the members by path; raises ArchiveMustBeCanonical.

    Sizes are told by a directory that may lie, so nothing is read that is not stored as it is: an archive is
    never larger in memory than on the disk.
    """
    if len(untrusted_archive) > ARCHIVE_BYTES_MAX:
        raise _refused(f"at most {ARCHIVE_BYTES_MAX} bytes", str(len(untrusted_archive)))
    try:
        with zipfile.ZipFile(io.BytesIO(untrusted_archive)) as archive:
            infos = archive.infolist()
            _require_names([info.filename for info in infos])
            for info in infos:
                _require_stored(info)
            # Members that lie over each other are many times as large as the file.
            if (told := sum(info.file_size for info in infos)) > len(untrusted_archive):
                raise _refused(f"at most {len(untrusted_archive)} bytes in all", str(told))
            members = {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        raise _refused("a ZIP file", "something else") from None
    if pack_archive(members) != untrusted_archive:
        raise _refused("the members in their only form", "other bytes in or around them")
    return members


class ArchiveSource(FetcherInterface):
    """Answers from the members of an archive as the web would."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        """Hold the members by path."""
        self._members = members

    def _fetch(self, url: str) -> Iterator[bytes]:
        content = self._members.get(url.removeprefix(BASE_URL))
        if content is None:
            # The library takes it for the end of the chain of roots, as it does from the web.
            raise DownloadHTTPError("not in the archive", 404)
        return iter((content,))


def _require_names(names: list[str]) -> None:
    if len(names) > MEMBERS_MAX or len(set(names)) != len(names):
        raise _refused(f"at most {MEMBERS_MAX} different members", str(len(names)))
    for name in names:
        if not (_METADATA.fullmatch(name) or _TARGET.fullmatch(name)) or ".." in name:
            raise _refused("metadata and targets of a repository", ascii(name)[:120])


def _require_stored(info: zipfile.ZipInfo) -> None:
    most = BUNDLE_BYTES_MAX if info.filename.startswith("targets/") else _METADATA_BYTES_MAX
    is_stored = info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size
    if not is_stored or info.file_size > most or info.flag_bits & 0x1:
        raise _refused(f"members of at most {most} bytes, stored", ascii(info.filename)[:120])


def _refused(expected: str, got: str) -> ArchiveMustBeCanonical:
    return ArchiveMustBeCanonical(
        f"Archive: expected {expected}, got {got}. Nothing was imported.",
        evidence={"object": "archive", "expected": expected, "got": got},
    )
