# SPDX-License-Identifier: Apache-2.0
"""An earlier checkpoint: what is proved of the time since, what is refused, and what could not be told."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from apps.audit.domain.note.witness_request import WitnessRequest
from apps.audit.management.verifier import verify as verifier
from tests.factories.evidence_log import (
    LOG,
    WITNESSES,
    LogInMemory,
    Signer,
    company_archive,
    content,
    document_archive,
    forged,
    keys_text,
    log_archive,
    range_archive,
    signing_key,
    verdict,
)

OURS = UUID(int=1 << 90)
PROOF = "consistency.tlog-proof"
COULD_NOT = "tell whether this log grew out of the one that you saw earlier"
Made = Callable[[LogInMemory], bytes]


def grown(*, until: int, text: str = "Miete") -> LogInMemory:
    """Return a log of some checkpoints; the same words give the same log."""
    log = LogInMemory()
    for number in range(until):
        log.append(OURS, day=date(2026, 1, 1 + number), text=f"{text} {number}")
        log.append(None)
        log.seal()
    return log


def one_document(log: LogInMemory) -> bytes:
    leaf_id = UUID(log.own[OURS][0].split(b'"id":"')[1][:36].decode())
    return document_archive(log, OURS, [leaf_id])


MADE: dict[str, Made] = {
    "log": log_archive,
    "company": lambda log: company_archive(log, OURS),
    "documents": one_document,
    "range": lambda log: range_archive(log, 0, 3),
}


@pytest.fixture(params=MADE)
def made(request: pytest.FixtureRequest) -> Made:
    """Return how an archive of each kind is made."""
    return MADE[request.param]


class TestSince:
    @pytest.mark.parametrize("until", [1, 2, 4, 7])
    def test_proves_that_the_earlier_tree_is_the_beginning(self, made: Made, until: int) -> None:
        """The sizes are 4, 8, 16 and 28: of the perfect ones the proof leaves the root out."""
        earlier, log = grown(until=until), grown(until=8)
        log.earlier = len(earlier.bodies)
        told = verdict(made(log), since=earlier.checkpoint())
        assert told.refused is None
        assert (
            f"The log of your earlier checkpoint ({4 * until} leaves, seen by a witness at 2026-05-28"
            " 20:26:40 UTC) is the beginning of this one: nothing in it was changed, moved or removed since."
        ) in told.report.proved
        assert COULD_NOT not in [one["what"] for one in told.report.could_not]

    def test_names_no_time_where_no_witness_does(self, made: Made) -> None:
        earlier, log = grown(until=2), grown(until=3)
        log.earlier = 8
        told = verdict(made(log), since=earlier.checkpoint(witnesses=[]))
        assert any("earlier checkpoint (8 leaves) is the beginning" in each for each in told.report.proved)

    @pytest.mark.parametrize(
        ("until", "sentence"),
        [
            (
                2,
                "the proof does not lead from your earlier 8 leaves to these 16: this log did not grow",
            ),
            (
                3,
                "the first 12 leaves of this log are not those of your earlier checkpoint: they were",
            ),
        ],
    )
    def test_refuses_a_log_whose_beginning_was_rewritten(self, made: Made, until: int, sentence: str) -> None:
        """The root of a perfect tree is not in the proof, so that nobody can tell which one differs."""
        earlier, log = grown(until=until, text="Lohn"), grown(until=4)
        log.earlier = len(earlier.bodies)
        refused = str(verdict(made(log), since=earlier.checkpoint()).refused)
        whole = f"the log: its first {4 * until} leaves are not those of your earlier checkpoint."
        assert refused == whole if made is log_archive else refused.startswith(f"{PROOF}: {sentence}")

    def test_refuses_two_histories_of_one_size(self, made: Made) -> None:
        earlier, log = grown(until=2, text="Lohn"), grown(until=2)
        refused = str(verdict(made(log), since=earlier.checkpoint()).refused)
        assert "two histories" in refused or refused.startswith("the log: its first 8 leaves are not those")

    def test_says_that_the_very_same_tree_was_seen(self, made: Made) -> None:
        log = grown(until=2)
        for log.earlier in (None, 8):
            told = verdict(made(log), since=log.checkpoint())
            assert told.refused is None
            assert "Your earlier checkpoint is of the very same tree." in told.report.proved

    def test_refuses_a_tree_that_became_smaller(self, made: Made) -> None:
        refused = verdict(made(grown(until=1)), since=grown(until=2).checkpoint()).refused
        assert refused == (
            "checkpoint: 4 leaves of books.example.com/log cannot follow your earlier 8: this archive is the "
            "older one of the two, or leaves were removed."
        )

    def test_refuses_a_checkpoint_of_another_log(self, made: Made) -> None:
        other = Signer("other.example.com/log", 1, signing_key(9))
        keys = f"log {other.vkey}\n{keys_text()}"
        since = grown(until=1).checkpoint(log=other)
        assert verdict(made(grown(until=2)), keys=keys, since=since).refused == (
            "checkpoint: it is of the log books.example.com/log, your earlier one of another,"
            " other.example.com/log."
        )

    @pytest.mark.parametrize("kind", ["company", "documents"])
    @pytest.mark.parametrize(
        ("asked", "found"), [(None, "it holds no proof"), (4, "it holds a proof from 4")]
    )
    def test_says_how_to_get_a_proof_that_is_not_here(self, kind: str, asked: int | None, found: str) -> None:
        log = grown(until=3)
        log.earlier = asked
        told = verdict(MADE[kind](log), since=grown(until=2).checkpoint())
        assert told.refused is None
        (because,) = (one["because"] for one in told.report.could_not if one["what"] == COULD_NOT)
        assert because.startswith(f"your earlier checkpoint is of 8 leaves, and {found}")
        assert "ask for an archive that is made with --since and your checkpoint" in because

    def test_says_that_a_proof_is_here_and_no_checkpoint_was_given(self, made: Made) -> None:
        log = grown(until=3)
        log.earlier = 8
        told = verdict(made(log))
        assert told.refused is None
        because = "a proof from 8 leaves is here, and you gave no checkpoint (--since)"
        # A whole log needs no proof, and holds none.
        assert ({"what": COULD_NOT, "because": because} in told.report.could_not) == (made is not log_archive)

    @pytest.mark.parametrize("kind", ["company", "documents"])
    def test_refuses_a_proof_with_any_byte_changed_by_a_forger_who_makes_the_rest_fit(
        self, kind: str
    ) -> None:
        earlier, log = grown(until=3), grown(until=5)
        log.earlier = 12
        archive = MADE[kind](log)
        proof = content(archive, PROOF)
        for place in range(len(proof)):
            changed = bytearray(proof)
            changed[place] ^= 1
            told = verdict(forged(archive, {PROOF: bytes(changed)}), since=earlier.checkpoint())
            grew = any("is the beginning of this one" in each for each in told.report.proved)
            # With the number of another tree it is a proof of that one, and none of this.
            assert told.refused or not grew, place
            assert "no sentence" not in str(told.refused)

    @pytest.mark.parametrize(
        "proof", [b"old 0\n", b"old 99\n", b"old 12", b"old x\n", b"new 8\n", b"old 8\nxxxx\n", b""]
    )
    def test_refuses_a_file_that_is_no_proof(self, proof: bytes) -> None:
        log = grown(until=3)
        tail = b"\n" + log.checkpoint()
        archive = forged(company_archive(log, OURS), {PROOF: proof + tail})
        assert str(verdict(archive).refused).startswith(f"{PROOF}: ")

    def test_takes_what_a_log_sends_to_a_witness(self) -> None:
        log = grown(until=3)
        log.earlier = 8
        asked = WitnessRequest.parse(content(company_archive(log, OURS), PROOF))
        assert (asked.old_size, list(asked.proof)) == (8, log.proof_from(8))
        assert asked.note.whole.encode() == log.checkpoint()


class TestSinceAtTheBordersOfBundles:
    @pytest.mark.parametrize("size", [2, 201, 255, 256, 257, 301])
    def test_proves_of_a_whole_log_without_a_proof_and_of_a_range_that_it_ends_in(self, size: int) -> None:
        log = LogInMemory()
        for number in range(600):
            log.append(None)
            if number == size - 2:
                log.seal()
                earlier = log.checkpoint()
        log.seal()
        other = LogInMemory()
        for _ in range(size):
            other.append(OURS)
        for archive in (log_archive(log), range_archive(log, size - 1, 400), range_archive(log, 0, size)):
            told = verdict(archive, since=earlier)
            assert told.refused is None
            assert any("is the beginning of this one" in each for each in told.report.proved)
            assert verdict(archive, since=other.checkpoint()).refused == (
                f"the log: its first {size} leaves are not those of your earlier checkpoint."
            )

    def test_could_not_tell_of_a_range_that_begins_behind_it(self) -> None:
        log = grown(until=4)
        told = verdict(range_archive(log, 9, 12), since=grown(until=2).checkpoint())
        assert told.refused is None
        assert COULD_NOT in [one["what"] for one in told.report.could_not]


class TestKeptFile:
    def given(self, tmp_path: Path, kept: bytes) -> tuple[verifier.Keys, verifier.Checkpoint | None]:
        (tmp_path / "kept").write_bytes(kept)
        (tmp_path / "keys").write_text(keys_text())
        return verifier.read_given(tmp_path / "keys", tmp_path / "kept")

    def test_may_be_the_checkpoint_or_the_archive_that_it_lies_in(self, tmp_path: Path, made: Made) -> None:
        log = grown(until=2)
        for kept in (log.checkpoint(), made(log)):
            since = self.given(tmp_path, kept)[1]
            assert since is not None
            assert (since.size, since.text) == (8, log.checkpoint().split(b"\n\n")[0] + b"\n")

    def test_is_not_read_where_it_is_damaged(self, tmp_path: Path) -> None:
        archive = bytearray(company_archive(grown(until=1), OURS))
        archive[archive.index(b"books.example.com/log\n4")] ^= 1
        with pytest.raises(verifier.Unreadable, match="checkpoint: its content was changed"):
            self.given(tmp_path, bytes(archive))

    def test_is_not_believed_where_another_key_signed_it(self, tmp_path: Path) -> None:
        stranger = Signer(LOG.name, 1, signing_key(7))
        with pytest.raises(verifier.Unreadable, match="expected a signature by your log key"):
            self.given(tmp_path, grown(until=1).checkpoint(log=stranger))

    def test_says_that_nothing_follows_from_an_empty_log(self, tmp_path: Path) -> None:
        with pytest.raises(verifier.Unreadable, match="it is of an empty log"):
            self.given(tmp_path, LogInMemory().checkpoint(witnesses=WITNESSES))
