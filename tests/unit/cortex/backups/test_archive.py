# SPDX-License-Identifier: Apache-2.0
"""The file of a backup: sealed whole, opened whole or not at all, without a word about what is secret."""

from datetime import UTC, datetime
from io import BytesIO

import pyrage
import pytest

from cortex.backups.archive import measured_in, parse_identities, parse_recipient, seal, unseal
from cortex.backups.errors import BackupKeyMustBeReadable, BackupMustBeReadable, BackupMustBeWritten
from cortex.backups.measures import Measured
from cortex.backups.report import Contents, Differing, differences

IDENTITY = pyrage.x25519.Identity.generate()
DUMP = bytes(range(256)) * 1_000
CONTENTS = Contents(
    taken_at=datetime(2026, 11, 27, 20, tzinfo=UTC),
    database="books",
    server_version=180_004,
    system_identifier=1,
    next_xid=1,
    migrations=("ledger.0001_books",),
    measured={"log": Measured({"root": "ab"}, ("a doubt",))},
)


def sealed(measured: bytes = b"{}", dump: bytes = DUMP) -> bytes:
    out = BytesIO()
    seal(measured=measured, dump=BytesIO(dump), out=out, recipients=[IDENTITY.to_public()])
    return out.getvalue()


def opened(archive: bytes, identity: pyrage.x25519.Identity = IDENTITY) -> tuple[list[bytes], bytes]:
    measured: list[bytes] = []
    dump = BytesIO()

    def take(line: bytes) -> BytesIO:
        measured.append(line)
        return dump

    try:
        unseal(archive=BytesIO(archive), identities=[identity], take=take)
    finally:
        LAST.append(dump.getvalue())
    return measured, dump.getvalue()


LAST: list[bytes] = []


class TestArchive:
    def test_gives_back_what_was_sealed(self) -> None:
        archive = sealed(CONTENTS.pack())
        assert opened(archive) == ([CONTENTS.pack()], DUMP)
        assert Contents.parse(measured_in(archive=BytesIO(archive), identities=[IDENTITY])) == CONTENTS
        assert b"books" not in archive

    @pytest.mark.parametrize("cut", [1, 17, 70_000, 200_000])
    def test_that_was_cut_never_hands_on_its_end(self, cut: int) -> None:
        with pytest.raises(BackupMustBeReadable):
            opened(sealed()[:-cut])
        assert len(LAST[-1]) < len(DUMP)

    @pytest.mark.parametrize("place", [0, 30, 170, 5_000, -1])
    def test_with_a_changed_byte_is_refused(self, place: int) -> None:
        archive = bytearray(sealed())
        archive[place] ^= 1
        with pytest.raises(BackupMustBeReadable):
            opened(bytes(archive))

    def test_is_refused_to_another_identity(self) -> None:
        with pytest.raises(BackupMustBeReadable):
            opened(sealed(), pyrage.x25519.Identity.generate())
        assert LAST[-1] == b""

    @pytest.mark.parametrize("text", [b"cortex-backup/2\n{}\n", b"", b"cortex-backup/1\n{}"])
    def test_of_another_format_is_refused(self, text: bytes) -> None:
        with pytest.raises(BackupMustBeReadable):
            opened(pyrage.encrypt(text, [IDENTITY.to_public()]))

    def test_that_is_no_seal_is_refused(self) -> None:
        with pytest.raises(BackupMustBeReadable):
            measured_in(archive=BytesIO(b"PGDMP"), identities=[IDENTITY])

    def test_on_a_full_disk_is_refused_with_the_reason(self) -> None:
        # The device that always says so; its buffer could not be written when it is closed, either.
        with (
            open("/dev/full", "wb", buffering=0) as full,  # noqa: PTH123 - unbuffered
            pytest.raises(BackupMustBeWritten, match="No space left"),
        ):
            seal(measured=b"{}", dump=BytesIO(DUMP), out=full, recipients=[IDENTITY.to_public()])


class TestKeys:
    def test_are_read_as_age_writes_them(self) -> None:
        text = f"# created: today\n# public key: {IDENTITY.to_public()}\n{IDENTITY}\n"
        (read,) = parse_identities(text.encode(), name="backup.key")
        assert str(read) == str(IDENTITY)
        assert str(parse_recipient(str(IDENTITY.to_public()))) == str(IDENTITY.to_public())

    @pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe", b"AGE-SECRET-KEY-1NO\n"])
    def test_of_another_kind_are_refused_without_a_word_of_them(self, content: bytes) -> None:
        with pytest.raises(BackupKeyMustBeReadable) as refused:
            parse_identities(content, name="backup.key")
        assert "SECRET-KEY-1NO" not in refused.value.message
        assert refused.value.__cause__ is None

    def test_that_are_secret_are_no_recipients_and_not_told(self) -> None:
        with pytest.raises(BackupKeyMustBeReadable) as refused:
            parse_recipient(str(IDENTITY))
        assert str(IDENTITY)[:30] not in f"{refused.value.message} {refused.value.evidence}"


class TestContents:
    @pytest.mark.parametrize(
        "line", [b"", b"[]", b"{}", b"null", CONTENTS.pack().replace(b'"books"', b"")], ids=repr
    )
    def test_that_are_none_are_refused(self, line: bytes) -> None:
        with pytest.raises(BackupMustBeReadable):
            Contents.parse(line)

    def test_differ_where_one_side_knows_something_else(self) -> None:
        before = {"log": Measured({"root": "ab", "leaves": "1"}), "tables": Measured({"a": "1"})}
        after = {"log": Measured({"root": "cd", "leaves": "1"}), "books": Measured({"DEMO EUR": "0"})}
        assert list(differences(expected=before, got=after)) == [
            Differing(name="books: DEMO EUR", expected=None, got="0"),
            Differing(name="log: root", expected="ab", got="cd"),
            Differing(name="tables: a", expected="1", got=None),
        ]
