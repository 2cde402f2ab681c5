# SPDX-License-Identifier: Apache-2.0
"""One changed byte, wherever it is and whoever changed it, is refused with the sentence of its place."""

import io
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest

from apps.audit.domain.compliance.pack_schema import pack_of_text
from apps.audit.management.verifier import verify as verifier
from tests.factories.assessed import AT, DAY, PACK_KEYS, PACK_TEXT, House
from tests.factories.denied import Denier
from tests.factories.evidence_log import (
    VERIFIER,
    LogInMemory,
    company_archive,
    company_archive_files,
    content,
    document_archive,
    forged,
    keys_text,
    leaf_archive,
    log_archive,
    packed,
    range_archive,
    verdict,
)
from tests.factories.flipped import Refusal, in_each_line, places, wrongly_told
from tests.factories.log_custody import Custodian

OURS, OTHERS = UUID(int=1 << 90), UUID(int=2 << 90)
# Nobody believes them: they are for people, and the manifest finds damage. What the archive says it is, is
# compared with the rest, and OSCAL holds titles and remedies of which no leaf knows.
NOT_PROVED = {"README.txt", "verify.py", "MANIFEST.sha256", "archive.json"}
STEP, SEED = 61, 20261128


def two_checkpoints(verify: bytes) -> tuple[LogInMemory, bytes, UUID]:
    """Return a log of two companies, its first checkpoint, and the leaf of a document."""
    log = LogInMemory(verifier=verify)
    leaf_id = log.append(OURS, day=date(2026, 1, 5), text="Miete")
    log.append(OTHERS, day=date(2026, 1, 6), text="Lohn")
    log.seal()
    log.earlier, earlier = len(log.bodies), log.checkpoint()
    log.append(OURS, day=date(2026, 2, 5))
    log.append(OURS, text="Grund")
    log.append(None)
    log.seal()
    return log, earlier, leaf_id


def house_of(verify: bytes) -> House:
    """Return a house in which everything was recorded that an archive can tell of controls."""
    house = House(
        log=LogInMemory(verifier=verify),
        pack=pack_of_text(PACK_TEXT.replace("[CC6.1, A.5.1]", "[CC6.1]")),
    )
    house.log.append(OURS, day=date(2026, 1, 5), text="Miete")
    house.run({"access": "pass", "keys": "pass"}, at=AT - 2 * DAY)
    house.run({"access": "fail"}, at=AT - DAY / 4, evidence='{"offending":3}')
    house.end(house.let_fail("CC6.1", until=(AT + DAY).date()), at=AT - DAY / 8)
    house.perform("read", "passed", on=(AT - DAY).date())
    house.review()
    house.restore()
    house.log.seal()
    return house


def denials_archives(verify: bytes) -> dict[str, bytes]:
    """Return archives that tell what was denied, in a company and in all of them."""
    log = LogInMemory(verifier=verify)
    own, of_all = Denier(log, OURS), Denier(log)
    for denier in (own, of_all):
        denier.seal(denier.deny(2))
        denier.seal(denier.deny(3))
    house = House(log=log)
    house.run({"access": "pass", "keys": "pass"}, at=AT - DAY)
    log.seal()
    return {
        "denials": packed(company_archive_files(log, OURS, denials=own.files())),
        "denials of all": house.archive(denials=of_all.files(forgotten=[1])),
    }


def segments_archive(directory: Path, verify: bytes) -> bytes:
    """Return a whole log that keeps a process's log in custody."""
    custodian, log = Custodian(directory), LogInMemory(verifier=verify)
    for _ in range(3):
        custodian.write()
        custodian.seal()
    for segment in custodian.segments:
        log.seal_segment(segment.statement)
    log.seal()
    return log_archive(log)


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    """Return an archive of each kind, each file and each record that there is in at least one of them."""

    def archives(verify: bytes = b"# The verifier.\n") -> dict[str, bytes]:
        log, _, leaf_id = two_checkpoints(verify)
        house = house_of(verify)
        books = company_archive_files(house.log, OURS, compliance=house.files(company_id=OURS))
        return {
            "log": log_archive(log),
            "segments": segments_archive(tmp_path, verify),
            "range": range_archive(log, 6, 9),
            "company": company_archive(log, OURS),
            "documents": document_archive(log, OURS, [leaf_id]),
            # Of a company, of another, and of the platform, in which no text is committed to.
            "leaves": leaf_archive(log, [1, 5, 7]),
            "compliance": house.archive(),
            "company with compliance": packed(books),
            **denials_archives(verify),
        }

    return archives


def refusal(archive: bytes) -> str | None:
    """Verify as an auditor does who has all keys and an earlier checkpoint, if the archive has a proof."""
    earlier = two_checkpoints(b"")[1] if b"  consistency.tlog-proof\n" in archive else None
    told = verdict(archive, keys=keys_text(quorum="every"), pack_keys=PACK_KEYS, since=earlier)
    if told.refused is None and earlier and "the beginning of this one" not in str(told.report.proved):
        # With another number it is the proof from another tree: nobody is deceived, for it is said.
        return "not told"
    return told.refused


KINDS = [
    *("log", "segments", "range", "company", "documents", "leaves", "compliance"),
    *("company with compliance", "denials", "denials of all"),
]


class TestOneFlippedByte:
    @pytest.mark.slow
    def test_is_refused_with_the_sentence_of_its_place_at_every_byte_of_a_document_archive(
        self, made: Callable[..., dict[str, bytes]]
    ) -> None:
        archive = made()["documents"]
        assert refusal(archive) is None
        assert wrongly_told(archive, range(len(archive)), refusal) == []

    @pytest.mark.parametrize("kind", KINDS)
    def test_is_refused_in_each_line_of_each_file_and_each_field_of_each_header(
        self, made: Callable[..., dict[str, bytes]], kind: str
    ) -> None:
        archive = made()[kind]
        assert refusal(archive) is None
        assert wrongly_told(archive, places(archive, step=STEP), refusal) == []

    @pytest.mark.soak
    @pytest.mark.parametrize("kind", KINDS)
    def test_is_refused_at_every_byte(self, made: Callable[..., dict[str, bytes]], kind: str) -> None:
        archive = made()[kind]
        assert wrongly_told(archive, range(len(archive)), refusal) == []

    @pytest.mark.soak
    @pytest.mark.parametrize("kind", KINDS)
    def test_is_refused_in_the_copy_of_the_verifier_too(
        self, made: Callable[..., dict[str, bytes]], kind: str
    ) -> None:
        """With another seed each time; it is told where something is wrong."""
        archive, seed = made(VERIFIER.read_bytes())[kind], random.SystemRandom().getrandbits(32)
        chosen = random.Random(seed).sample(range(len(archive)), 4_000)
        assert wrongly_told(archive, chosen, refusal) == [], f"seed {seed}"

    @pytest.mark.soak
    def test_is_refused_whichever_bit_of_a_document_archive_it_is(
        self, made: Callable[..., dict[str, bytes]]
    ) -> None:
        archive = made()["documents"]
        assert wrongly_told(archive, range(len(archive)), refusal, bits=range(8)) == []


def accepted_forgeries(archive: bytes, refusal: Refusal, *, step: int) -> list[str]:
    """Return where a forger who makes manifest, checksums and headers fit changes a byte and is believed."""
    with ZipFile(io.BytesIO(archive)) as opened:
        names = [name for name in opened.namelist() if name not in NOT_PROVED]
    found = []
    for name in names:
        original = content(archive, name)
        lines = set() if name.startswith("oscal/") else set(in_each_line(original))
        for place in sorted(lines | set(range(0, 0 if name.startswith("oscal/") else len(original), step))):
            changed = bytearray(original)
            changed[place] ^= 1
            refused = refusal(forged(archive, {name: bytes(changed)}))
            if refused is None or "no sentence" in refused:
                found.append(f"{name}, byte {place}: {refused}")
    return found


class TestOneForgedByte:
    @pytest.mark.parametrize("kind", KINDS)
    def test_is_refused_in_each_line_of_all_that_proves_something(
        self, made: Callable[..., dict[str, bytes]], kind: str
    ) -> None:
        assert accepted_forgeries(made()[kind], refusal, step=STEP) == []

    @pytest.mark.soak
    @pytest.mark.parametrize("kind", KINDS)
    def test_is_refused_at_every_byte_of_it(self, made: Callable[..., dict[str, bytes]], kind: str) -> None:
        assert accepted_forgeries(made()[kind], refusal, step=1) == []


class TestWhatIsFlipped:
    def test_is_each_file_and_each_record_that_an_archive_can_hold(
        self, made: Callable[..., dict[str, bytes]]
    ) -> None:
        """A kind of record that is new to the verifier is new here, too."""
        named: set[str] = set()
        for archive in made().values():
            with ZipFile(io.BytesIO(archive)) as opened:
                named |= set(opened.namelist())
        records = {name.split("/")[1] for name in named if name.startswith("compliance/")}
        assert records == {*verifier.RECORDS, "evidence", "leaves", "packs", "register"}
        tops = {name.split("/")[0] for name in named}
        assert tops == {
            *("MANIFEST.sha256", "README.txt", "archive.json", "checkpoint", "company", "compliance"),
            *(
                "denials",
                "consistency.tlog-proof",
                "documents",
                "heads.json",
                "heads.tlog-proof",
                "log_segments.jsonl",
            ),
            *("openings.jsonl", "oscal", "proofs", "range", "tile", "verify.py"),
        }
