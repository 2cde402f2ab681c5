# SPDX-License-Identifier: Apache-2.0
"""Single leaves of any company and of none: what each says is told, and nothing beyond it."""

from datetime import date
from uuid import UUID

import pytest

from apps.audit.domain.archive.single_documents import PlacedLeaf
from apps.audit.domain.archive.single_leaves import leaf_archive_files
from cortex.canonical_json import canonical_json
from tests.factories.evidence_log import (
    LogInMemory,
    content,
    forged,
    leaf_archive,
    packed,
    verdict,
)

OURS, OTHERS = UUID(int=1 << 90), UUID(int=2 << 90)


@pytest.fixture
def log() -> LogInMemory:
    """Return a log: a document of ours, a leaf of others, of the platform, a head each, `heads`."""
    log = LogInMemory()
    log.append(OURS, day=date(2026, 1, 5), text="Miete")
    log.append(OTHERS)
    log.fix("policy.version.activate", "policy.version", UUID(int=7), "ab" * 32)
    log.seal()
    return log


class TestSingleLeaves:
    def test_are_told_in_words_whoever_they_belong_to(self, log: LogInMemory) -> None:
        told = verdict(leaf_archive(log, [2, 0]))
        assert told.refused is None
        of_ours, of_nobody = (line for line in told.report.proved if line.startswith("Leaf "))
        assert of_ours.startswith(
            'Leaf 0 is unchanged since the log signed. It says that "urn:cortex:user:alice" did'
            ' "accounting.journal_entry.post" to "accounting.journal_entry"'
        )
        assert f'(company "{OURS}", SHA-256 before "not said", after "' in of_ours
        assert of_nobody.endswith(
            f'that "service:scheduler" did "policy.version.activate" to "policy.version" "{UUID(int=7)}"'
            f' (company null, SHA-256 before "not said", after "{"ab" * 32}").'
        )

    def test_say_what_they_cannot_tell(self, log: LogInMemory) -> None:
        missing = [one["what"] for one in verdict(leaf_archive(log, [0])).report.could_not]
        assert "tell what else the log holds, also of the same objects" in missing
        assert "show what it was done to, or texts about it" in missing

    def test_write_no_line_of_the_report_by_their_words(self) -> None:
        log = LogInMemory()
        log.fix("made\nVERIFIED", "a\x1b[2J", UUID(int=1), "ab" * 32)
        log.seal()
        [said] = [line for line in verdict(leaf_archive(log, [0])).report.proved if "made" in line]
        assert "\n" not in said
        assert "\x1b" not in said

    def test_of_another_tree_are_refused(self, log: LogInMemory) -> None:
        other = LogInMemory()
        other.append(OTHERS)
        other.append(OURS)
        other.seal()
        name = next(iter(names(leaf_archive(log, [1]))))
        swapped = forged(leaf_archive(log, [1]), {name: other.bodies[0]})
        refused = verdict(swapped).refused
        assert refused is not None
        assert "does not lead from leaf 1" in refused

    def test_under_another_id_are_refused(self, log: LogInMemory) -> None:
        archive = leaf_archive(log, [1])
        name = next(iter(names(archive)))
        proof = name.replace(".json", ".tlog-proof")
        renamed = {
            name: None,
            proof: None,
            "proofs/other.json": content(archive, name),
            "proofs/other.tlog-proof": content(archive, proof),
        }
        refused = verdict(forged(archive, renamed)).refused
        assert refused is not None
        assert refused.startswith("proofs/other.json: expected the leaf of that id")

    def test_are_at_least_one(self, log: LogInMemory) -> None:
        assert verdict(leaf_archive(log, [])).refused == (
            "the archive: expected at least one leaf in proofs/, got none."
        )

    @pytest.mark.parametrize("place", [3, 5])
    def test_are_leaves_of_verbs_and_no_heads(self, log: LogInMemory, place: int) -> None:
        head = PlacedLeaf(UUID(int=place), place, log.bodies[place])
        files = leaf_archive_files(frame=log.frame(), leaves=[head], read=log.read_tile)
        assert "expected a leaf of version 1" in str(verdict(packed(list(files))).refused)

    def test_bring_no_document_along(self, log: LogInMemory) -> None:
        """What no leaf here is compared with would look proved."""
        told = verdict(forged(leaf_archive(log, [0]), {"documents/accounting.journal_entry.jsonl": b"{}\n"}))
        assert told.refused is not None
        assert "does not belong into an archive of this kind" in told.refused

    def test_of_documents_are_not_passed_off_as_those_of_one_company(self, log: LogInMemory) -> None:
        about = {"format": 1, "kind": "documents", "company": str(OURS), "size": len(log.bodies)}
        archive = leaf_archive(log, [1])
        refused = verdict(forged(archive, {"archive.json": canonical_json(about)})).refused
        assert refused is not None
        assert refused.endswith(f"expected a leaf of the company {OURS}.")

    @pytest.mark.parametrize(
        "about", [{"kind": "leaves", "company": str(OURS)}, {"kind": "documents"}, {"kind": "leaf"}]
    )
    def test_name_no_company_of_the_archive(self, log: LogInMemory, about: dict[str, str]) -> None:
        changed = canonical_json({"format": 1, "size": len(log.bodies), **about})
        refused = verdict(forged(leaf_archive(log, [0]), {"archive.json": changed})).refused
        assert refused is not None
        assert refused.startswith("archive.json: expected an archive of format 1")


def names(archive: bytes) -> set[str]:
    """Return the files of leaves in it."""
    text = content(archive, "MANIFEST.sha256").decode()
    return {line.split("  ")[1] for line in text.splitlines() if "proofs/" in line and ".json" in line}
