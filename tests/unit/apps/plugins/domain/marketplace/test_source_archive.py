# SPDX-License-Identifier: Apache-2.0
"""An archive of sources has one form, and leads nowhere."""

import io
import struct
import warnings
import zipfile
from collections.abc import Iterable

import pytest

from apps.plugins.domain.marketplace.publishing_errors import SourceArchiveMustBeCanonical
from apps.plugins.domain.marketplace.source_archive import (
    BYTES_MAX,
    FILES_MAX,
    pack_sources,
    python_files,
    unpack_sources,
)

MANIFEST = b"format: 1\n"
SOURCES = {"plugin.py": b"import rules\n", "rules/__init__.py": b"", "rules/amounts.py": b"LIMIT = 1\n"}
ARCHIVE = pack_sources(manifest=MANIFEST, sources=SOURCES)
NAMES = [*SOURCES, "plugin.yaml"]


def zipped(
    entries: Iterable[tuple[str, bytes]],
    *,
    comment: bytes = b"",
    method: int = zipfile.ZIP_STORED,
    **changed: int,
) -> bytes:
    """Return a ZIP file that differs from ours in what is given alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for name, content in entries:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr, info.compress_type = 3, 0o100644 << 16, method
            for attribute, value in changed.items():
                setattr(info, attribute, value)
            archive.writestr(info, content)
        archive.comment = comment
    return out.getvalue()


def members(**more: bytes) -> list[tuple[str, bytes]]:
    named = {"plugin.yaml": MANIFEST, **SOURCES, **more}
    return sorted(named.items())


def refusal_of(archive: bytes) -> str:
    with pytest.raises(SourceArchiveMustBeCanonical) as refused:
        unpack_sources(archive)
    assert refused.value.message.isprintable()
    return str(refused.value.evidence["expected"])


class TestSourceArchive:
    def test_gives_back_what_was_packed(self) -> None:
        assert unpack_sources(ARCHIVE) == {"plugin.yaml": MANIFEST, **SOURCES}
        assert python_files(unpack_sources(ARCHIVE)) == SOURCES

    def test_is_the_same_bytes_whatever_the_order(self) -> None:
        assert pack_sources(manifest=MANIFEST, sources=dict(reversed(SOURCES.items()))) == ARCHIVE
        assert zipped(members()) == ARCHIVE

    @pytest.mark.parametrize(
        "archive",
        [
            zipped(members(), comment=b"x"),
            zipped(members(), method=zipfile.ZIP_DEFLATED),
            zipped(members(), external_attr=0o120777 << 16),
            zipped(members(), create_system=0),
            ARCHIVE[:6] + b"\x01" + ARCHIVE[7:],
            zipped(reversed(members())),
            zipped([*members(), ("plugin.py", b"evil = 1\n")]),
            b"junk" + ARCHIVE,
            ARCHIVE + b"junk",
            ARCHIVE[:-30],
            b"",
            b"PK\x05\x06" + bytes(18),
        ],
        ids=[
            *("a comment", "compressed", "a link", "another system", "encrypted", "another order"),
            *("a name twice", "junk before", "junk behind", "cut off", "nothing", "no member"),
        ],
    )
    def test_has_no_second_form(self, archive: bytes) -> None:
        assert refusal_of(archive)

    @pytest.mark.parametrize(
        "name",
        [
            *("../plugin.py", "/plugin.py", "a/../../b.py", "./a.py", "a//b.py", "C:\\a.py", "a\\b.py"),
            *(".hidden.py", "a/.git/b.py", "tests/test_a.py", "__pycache__/a.py", "a/__pycache__/b.py"),
            *(
                "a.pyc",
                "a.so",
                "a.txt",
                "plugin.yaml/a.py/",
                "a b.py",
                "a\n.py",
                "con:.py",
                f"{'a' * 201}.py",
            ),
            "/".join(["a"] * 11) + ".py",
        ],
    )
    def test_has_plain_names_alone(self, name: str) -> None:
        assert refusal_of(zipped(members(**{name: b""})))

    @pytest.mark.parametrize("name", ["plug\u0131n.py", "\u0430mounts.py", "a\u202e.py", "\u00e9.py"])
    def test_has_names_in_ascii(self, name: str) -> None:
        assert refusal_of(zipped(members(**{name: b""})))

    def test_has_no_names_that_differ_by_case_alone(self) -> None:
        assert "case" in refusal_of(zipped(members(**{"Plugin.py": b""})))

    @pytest.mark.parametrize("missing", ["plugin.yaml", "plugin.py"])
    def test_has_a_manifest_and_an_entry(self, missing: str) -> None:
        assert refusal_of(zipped([each for each in members() if each[0] != missing]))

    def test_is_bounded_in_files_and_bytes(self) -> None:
        assert refusal_of(zipped(members(**{f"m{n}.py": b"" for n in range(FILES_MAX + 1)})))
        assert refusal_of(zipped(members(**{"big.py": bytes(BYTES_MAX + 1)})))
        assert refusal_of(bytes(20 << 20))

    def test_tells_no_other_size_in_its_directory(self) -> None:
        """A reader that believes the directory would read another file than one that walks the members."""
        place = ARCHIVE.rindex(b"PK\x01\x02")
        out = bytearray(ARCHIVE)
        struct.pack_into("<I", out, place + 24, 3)
        assert refusal_of(bytes(out))
