# SPDX-License-Identifier: Apache-2.0
"""What is refused, and with which sentence. A forger makes manifest, checksums and headers fit again."""

import io
import struct
from base64 import b64encode
from collections.abc import Callable
from datetime import date
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.frame import Period
from apps.audit.domain.archive.proof_text import place_text
from apps.audit.domain.merkle.hashes import leaf_hash
from apps.audit.management.verifier import verify as verifier
from tests.factories.evidence_log import (
    ENTRY,
    SEEN_AT,
    WITNESSES,
    LogInMemory,
    company_archive,
    company_archive_files,
    content,
    forged,
    keys_text,
    log_archive,
    packed,
    verdict,
)

OURS, OTHERS = UUID(int=1 << 90), UUID(int=2 << 90)
DOCUMENTS = f"documents/{ENTRY}.jsonl"


@pytest.fixture
def log() -> LogInMemory:
    """Return a log of two companies in two checkpoints."""
    log = LogInMemory()
    log.append(OURS, day=date(2026, 1, 5), text="Miete")
    log.append(OTHERS, day=date(2026, 1, 6), text="Lohn")
    log.seal()
    log.append(OURS, day=date(2026, 2, 5))
    log.append(OURS, text="Grund")
    log.append(None)
    log.seal()
    return log


class TestWholeLog:
    def test_names_the_bundle_and_leaf_whose_head_is_false(self, log: LogInMemory) -> None:
        log.bodies[2] = log.bodies[2].replace(b'"count":1', b'"count":2')
        assert "tile/entries/000.p/10, leaf 2: the head of" in str(verdict(log_archive(log)).refused)

    def test_refuses_heads_that_leave_a_company_out(self, log: LogInMemory) -> None:
        log.bodies.append(log.own[OURS][0])
        log.bodies.append(log.bodies[9])
        refused = str(verdict(log_archive(log)).refused)
        assert refused == f"tile/entries/000.p/12, leaf 11: {OURS} has leaves that no head counts."

    def test_refuses_an_older_head_in_the_heads(self, log: LogInMemory) -> None:
        log.append(OURS)
        older = dict(log.newest)
        log.seal()
        log.newest = older
        log.bodies.pop()
        log.own = {}
        log.seal()
        assert "have another root" in str(verdict(log_archive(log)).refused)

    def test_refuses_a_tree_that_does_not_end_with_the_heads(self, log: LogInMemory) -> None:
        log.append(None)
        assert verdict(log_archive(log)).refused == (
            "the log: its last leaf, 10, does not hold the heads of all companies."
        )

    def test_refuses_leaves_in_another_order(self, log: LogInMemory) -> None:
        archive, checkpoint = log_archive(log), log.checkpoint()
        log.bodies[0], log.bodies[1] = log.bodies[1], log.bodies[0]
        assert verdict(log_archive(log, checkpoint)).refused == (
            "the log: its 10 leaves do not have the root of the signed checkpoint."
        )
        assert verdict(archive).refused is None

    @pytest.mark.parametrize(
        "member",
        [b'"company" :', b'"comp\\u0061ny":', b'"x":"\\"company\\"","company":'],
        ids=["space", "escape", "quoted"],
    )
    def test_refuses_leaves_whose_company_two_readers_could_read_differently(
        self, log: LogInMemory, member: bytes
    ) -> None:
        log.bodies.insert(9, log.own[OURS][0].replace(b'"company":', member))
        assert "expected a" in str(verdict(log_archive(log)).refused)

    @pytest.mark.parametrize(
        "change",
        [
            (b'"v":1,', b'"v":1'),
            (b'"v":1,', b'"v":2,'),
            (b'"v":1,', b'"v":1,"verb":"x",'),
            (b'{"actor":"', b'{"actor":"\t'),
            (b'{"actor":"', b'{"actor":"\xff'),
            (b'{"actor":"', b'{"actor": "'),
            (b'{"actor":"', b'{"actor":'),
            (b'"commitments":{}', b'"commitments":{"a":1}'),
            (b'"commitments":{}', b'"commitments":[]'),
            (b'"counts_on":"2026-01-05"', b'"counts_on":"today"'),
            (b'"digest":"', b'"digest":"\\'),
            (b'"object":{', b'"object":{"more":"x",'),
            (b'"type":"', b'"kind":"'),
            (b'.post"}', b'.post"}}'),
            (b'.post"}', b'.post"} '),
            (b'.post"}', b".post"),
            (b'.post"}', b'.post"}\n'),
        ],
    )
    def test_names_the_signed_leaf_that_is_malformed_or_of_another_form(
        self, log: LogInMemory, change: tuple[bytes, bytes]
    ) -> None:
        """The log signed it, and its head counts it; whoever reads its company alone would take it."""
        broken = log.own[OURS][0].replace(*change, 1)
        assert broken != log.own[OURS][0]
        other = LogInMemory(bodies=[log.bodies[7], broken], own={OURS: [broken]})
        other.seal()
        refused = str(verdict(log_archive(other)).refused)
        assert refused.startswith("tile/entries/000.p/4, leaf 1: expected a")

    def test_reads_plain_leaves_as_the_reader_of_json_does(self) -> None:
        """What the quick form takes, the reader takes, too, and finds the same company."""
        told = LogInMemory()
        for day, text in ((None, ""), (None, "Grund"), (date(2026, 1, 5), "Miete"), (None, 'Grüße "\\')):
            told.append(OURS, day=day, text=text)
        for body in told.bodies:
            found = verifier.PLAIN_LEAF.fullmatch(body)
            assert found is not None
            assert verifier.leaf_of_verb(body, "leaf")["company"].encode() == found[1]

    @pytest.mark.parametrize("cut", [1, 2, 50])
    def test_refuses_a_bundle_that_is_cut(self, log: LogInMemory, cut: int) -> None:
        archive, name = log_archive(log), "tile/entries/000.p/10"
        refused = verdict(forged(archive, {name: content(archive, name)[:-cut]})).refused
        assert str(refused).startswith(name)


class TestCompany:
    def change(self, log: LogInMemory, name: str, change: Callable[[bytes], bytes | None]) -> str:
        archive = company_archive(log, OURS)
        return str(verdict(forged(archive, {name: change(content(archive, name))})).refused)

    def test_refuses_a_leaf_that_was_left_out_everywhere(self, log: LogInMemory) -> None:
        log.own[OURS].pop(1)
        log.documents[OURS].pop()
        assert "expected 3 leaves as the newest head says, got 2" in str(
            verdict(company_archive(log, OURS)).refused
        )

    def test_refuses_an_older_head_in_place_of_the_newest(self, log: LogInMemory) -> None:
        """Everything of the older head is there and right but its place among the newest heads."""
        older, leaves = log.bodies[2], log.own[OURS][:1]
        assert b'"count":1' in older
        archive = company_archive(log, OURS)
        other = leaf_hash(log.newest[OTHERS])
        refused = verdict(
            forged(
                archive,
                {
                    "company/head.json": older,
                    "company/head.place": place_text(place=0, proof=[other]),
                    "company/hashes": leaf_hash(leaves[0]),
                    "company/leaves": len(leaves[0]).to_bytes(2, "big") + leaves[0],
                    DOCUMENTS: log.documents[OURS][0][1] + b"\n",
                },
            )
        ).refused
        assert refused == "company/head.place: the proof does not lead from leaf 0 to the root of 2 leaves."

    def test_refuses_the_archive_of_another_company(self, log: LogInMemory) -> None:
        ours, others = company_archive(log, OURS), company_archive(log, OTHERS)
        mixed = {name: content(others, name) for name in ("company/head.json", "company/head.place")}
        assert "expected the head of" in str(verdict(forged(ours, mixed)).refused)
        mixed = {name: content(others, name) for name in ("company/leaves", "company/hashes")}
        assert "expected a leaf of" in str(verdict(forged(ours, mixed)).refused)

    def test_refuses_another_leaf_than_the_last_one_as_heads(self, log: LogInMemory) -> None:
        archive = company_archive(log, OURS)
        text = content(archive, "heads.tlog-proof").replace(b"index 9", b"index 4")
        assert verdict(forged(archive, {"heads.tlog-proof": text})).refused == (
            "heads.tlog-proof: expected the last leaf, 9, got 4."
        )

    def test_names_the_document_that_was_changed_and_the_leaf_that_knows_better(
        self, log: LogInMemory
    ) -> None:
        refused = self.change(log, DOCUMENTS, lambda lines: lines.replace(b'"EUR",0', b'"EUR",1'))
        assert refused.startswith("company/leaves, leaf 0: leaf ")
        assert f"its document is not in {DOCUMENTS}: line 1 speaks of" in refused

    def test_refuses_a_document_that_is_missing(self, log: LogInMemory) -> None:
        refused = self.change(log, DOCUMENTS, lambda lines: lines.split(b"\n", 1)[1])
        assert "counts on 2026-01-05, and its document is not in" in refused

    def test_refuses_a_document_without_a_leaf(self, log: LogInMemory) -> None:
        others = log.documents[OTHERS][0][1]
        refused = self.change(log, DOCUMENTS, lambda lines: lines + others + b"\n")
        assert (
            refused == f"{DOCUMENTS}, line 3: no leaf that counts in the period has this document's digest."
        )

    def test_refuses_a_document_twice(self, log: LogInMemory) -> None:
        refused = self.change(log, DOCUMENTS, lambda lines: lines + lines)
        assert refused == f"{DOCUMENTS}, line 3: the same document is there twice."

    def test_refuses_a_document_of_another_period(self, log: LogInMemory) -> None:
        archive = company_archive(log, OURS, period=Period(date(2026, 2, 1), date(2026, 2, 28)))
        lines = b"".join(document + b"\n" for _, document in log.documents[OURS])
        assert "line 1: no leaf that counts in the period" in str(
            verdict(forged(archive, {DOCUMENTS: lines})).refused
        )

    def test_refuses_a_document_whose_leaf_says_another_day(self, log: LogInMemory) -> None:
        other = LogInMemory()
        other.append(OURS, day=date(2026, 1, 5))
        changed = other.own[OURS][0].replace(b'"counts_on":"2026-01-05"', b'"counts_on":"2031-01-05"')
        other.own, other.bodies = {OURS: [changed]}, [changed]
        other.seal()
        assert "counts on 2026-01-05, and its leaf says 2031-01-05" in str(
            verdict(company_archive(other, OURS)).refused
        )

    def test_refuses_another_text_than_the_one_that_was_committed_to(self, log: LogInMemory) -> None:
        refused = self.change(log, "openings.jsonl", lambda lines: lines.replace(b"Miete", b"Moete"))
        assert refused.startswith("openings.jsonl, line 1: the text is not the one that leaf ")

    def test_refuses_a_text_that_no_leaf_knows(self, log: LogInMemory) -> None:
        refused = self.change(log, "openings.jsonl", lambda lines: lines.replace(b"narration", b"reason", 1))
        assert refused == "openings.jsonl, line 1: no leaf here is committed to this text."

    @pytest.mark.parametrize("name", ["company/leaves", DOCUMENTS, "openings.jsonl"])
    def test_refuses_a_file_that_is_cut(self, log: LogInMemory, name: str) -> None:
        assert self.change(log, name, lambda data: data[:-1]).startswith(name)


class TestCheckpoint:
    def test_refuses_fewer_witnesses_than_the_quorum(self, log: LogInMemory) -> None:
        archive = log_archive(log, log.checkpoint(witnesses=WITNESSES[:1]))
        assert verdict(archive).refused == "checkpoint: expected the quorum two of your witnesses, got w0."

    def test_refuses_what_nobody_saw_lately(self, log: LogInMemory) -> None:
        archive = log_archive(log)
        assert verdict(archive, max_age=60, now=SEEN_AT + 60).refused is None
        refused = verdict(archive, max_age=60, now=SEEN_AT + 61).refused
        assert "expected one that the quorum two saw in the last 60 seconds; it was seen by w0 at 20" in str(
            refused
        )

    @pytest.mark.parametrize(
        ("clocks", "is_fresh"),
        [
            ([0, 0, 0], True),
            ([-99, 0, 0], True),
            ([-99, 300, -10], True),
            # One witness alone makes no old tree a young one, least of all by a clock of the future.
            ([-99, -99, 0], False),
            ([-99, -99, 10**9], False),
            ([-99, 301, 0], False),
        ],
    )
    def test_asks_a_quorum_when_it_was_seen(
        self, log: LogInMemory, clocks: list[int], is_fresh: bool
    ) -> None:
        assert len(WITNESSES) == len(clocks)
        note = log.checkpoint(clocks=[SEEN_AT + each for each in clocks])
        told = verdict(log_archive(log, note), max_age=60, now=SEEN_AT)
        assert (told.refused is None) is is_fresh

    def test_refuses_an_age_that_no_witness_tells(self, log: LogInMemory) -> None:
        archive = log_archive(log, log.checkpoint(witnesses=[]))
        told = verdict(archive, keys=keys_text(quorum="none"), max_age=60)
        assert "no witness of yours says when" in str(told.refused)

    def test_refuses_a_root_that_the_log_never_signed(self, log: LogInMemory) -> None:
        archive, root = log_archive(log), b64encode(bytes(32))
        lines = content(archive, "checkpoint").split(b"\n")
        lines[2] = root
        assert "the signature of the log" in str(
            verdict(forged(archive, {"checkpoint": b"\n".join(lines)})).refused
        )


class TestContainer:
    @pytest.mark.parametrize("length", [0, 21, 22, 500, -1, -23])
    def test_refuses_an_archive_that_is_cut(self, log: LogInMemory, length: int) -> None:
        assert str(verdict(company_archive(log, OURS)[:length]).refused).startswith("the archive: ")

    def test_refuses_what_stands_before_or_behind_it(self, log: LogInMemory) -> None:
        archive = company_archive(log, OURS)
        assert verdict(b"x" + archive).refused
        assert verdict(archive + b"x").refused

    def test_refuses_a_file_that_is_not_listed(self, log: LogInMemory) -> None:
        archive = company_archive(log, OURS)
        manifest = b"".join(
            line
            for line in content(archive, "MANIFEST.sha256").splitlines(keepends=True)
            if b"README" not in line
        )
        assert _with_manifest(archive, manifest) == "MANIFEST.sha256: README.txt is there and not listed."

    def test_refuses_a_file_that_is_listed_and_not_there(self, log: LogInMemory) -> None:
        archive = company_archive(log, OURS)
        manifest = content(archive, "MANIFEST.sha256") + b"0" * 64 + b"  other\n"
        assert _with_manifest(archive, manifest) == "MANIFEST.sha256: other is listed and not there."

    def test_refuses_a_manifest_with_another_digest(self, log: LogInMemory) -> None:
        archive = company_archive(log, OURS)
        manifest = b"0" * 64 + content(archive, "MANIFEST.sha256")[64:]
        assert "README.txt: its content was changed" in str(_with_manifest(archive, manifest))

    @pytest.mark.parametrize("name", ["more.txt", "documents/more.txt", "proofs/x.json", "tile/entries/001"])
    def test_refuses_a_file_that_does_not_belong_here(self, log: LogInMemory, name: str) -> None:
        refused = verdict(forged(company_archive(log, OURS), {name: b"{}"})).refused
        assert refused == f"{name}: it does not belong into an archive of this kind."

    @pytest.mark.parametrize(
        "name",
        [
            "archive.json",
            "checkpoint",
            "company/hashes",
            "company/head.place",
            "heads.json",
            "README.txt",
            "verify.py",
        ],
    )
    def test_names_the_file_that_was_removed(self, log: LogInMemory, name: str) -> None:
        refused = verdict(forged(company_archive(log, OURS), {name: None})).refused
        assert refused == f"{name}: expected in the archive, and it is not there."

    def test_refuses_files_in_another_order(self, log: LogInMemory) -> None:
        files = company_archive_files(log, OURS)
        with ZipFile(io.BytesIO(packed(files))) as opened:
            raw = [ArchiveFile(info.filename, [opened.read(info)]) for info in opened.infolist()]
        raw[0], raw[1] = raw[1], raw[0]
        refused = verdict(_container(raw)).refused
        assert refused == "the archive: expected files in order of their names and MANIFEST.sha256 last."

    def test_refuses_a_bomb_without_unpacking_it(self) -> None:
        out = io.BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as bomb:
            bomb.writestr("checkpoint", bytes(50_000_000))
        assert "the header of 'checkpoint' was changed" in str(verdict(out.getvalue()).refused)

    def test_refuses_names_that_lead_out_of_it(self) -> None:
        for name in ("/etc/passwd", "a//b", "a/", "a\\b", "../../etc/passwd"):
            refused = verdict(_container([ArchiveFile(name, [b""])])).refused
            assert refused == f"the archive: {name!r} is no name of a file here, or it is there twice."

    @pytest.mark.parametrize(
        "about",
        [
            b"{}",
            b"[]",
            b'{"format":2,"kind":"log","size":10}',
            b'{"format":1,"kind":"tax","size":10}',
            b'{"format":1,"kind":"company","size":10}',
            b'{"company":"x","format":1,"kind":"log","size":10}',
            b'{"format":1,"from":"2026","kind":"log","size":10}',
            b'{"format":1,"kind":"log","size": 10}',
            b"[" * 100_000,
            b'{"format":' + b"1" * 10_000 + b"}",
        ],
    )
    def test_refuses_what_says_nothing_known_of_itself(self, log: LogInMemory, about: bytes) -> None:
        refused = verdict(forged(log_archive(log), {"archive.json": about})).refused
        assert str(refused).startswith("archive.json: expected ")

    def test_says_that_the_verifier_inside_is_another_one(self, log: LogInMemory) -> None:
        told = verdict(forged(log_archive(log), {"verify.py": b"print('VERIFIED')"}))
        assert told.refused is None
        assert "vouch for the verify.py in the archive" in [one["what"] for one in told.report.could_not]


def _with_manifest(archive: bytes, manifest: bytes) -> str | None:
    """Verify the archive with another manifest whose checksum fits."""
    with ZipFile(io.BytesIO(archive)) as old:
        files = [ArchiveFile(name, [old.read(name)]) for name in old.namelist()[:-1]]
    return verdict(_container([*files, ArchiveFile("MANIFEST.sha256", [manifest])])).refused


def _container(files: list[ArchiveFile]) -> bytes:
    """Write a container by hand: the one that is tested would refuse this order or make another manifest."""
    import zlib

    out, directory = b"", b""
    for file in files:
        data, name = b"".join(file.pieces), file.name.encode()
        same = struct.pack("<5H3L2H", 20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name), 0)
        directory += (
            b"PK\x01\x02\x14\x03" + same + struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, len(out)) + name
        )
        out += b"PK\x03\x04" + same + name + data
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(files), len(files), len(directory), len(out), 0)
    return out + directory + end
