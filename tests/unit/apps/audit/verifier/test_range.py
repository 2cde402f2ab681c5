# SPDX-License-Identifier: Apache-2.0
"""Some leaves in a row: they lead to the signed root with hashes in place of all others."""

import json
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.domain.merkle.errors import TreeMustHaveTheSize
from cortex.canonical_json import canonical_json
from tests.factories.evidence_log import LogInMemory, content, forged, log_archive, range_archive, verdict

OURS, OTHERS = UUID(int=1 << 90), UUID(int=2 << 90)


def logged(checkpoints: int, *, leaves: int = 2) -> LogInMemory:
    """Return a log of two companies and the platform: each checkpoint adds 2 heads, 1 `heads`, and leaves."""
    log = LogInMemory()
    for _ in range(checkpoints):
        for _ in range(leaves):
            log.append(OURS)
        log.append(OTHERS)
        log.append(None)
        log.seal()
    return log


LOG = logged(3)  # 0-3 verbs, 4 and 5 heads, 6 `heads`; 7-10, 11, 12, 13; 14-17, 18, 19, 20.


class TestRange:
    @pytest.mark.parametrize(
        ("first", "end"), [(0, 1), (0, 21), (20, 21), (3, 4), (7, 14), (5, 20), (16, 17)]
    )
    def test_leads_to_the_signed_root(self, first: int, end: int) -> None:
        told = verdict(range_archive(LOG, first, end))
        assert told.refused is None
        assert (
            f"All leaves from {first} to {end - 1} are here, in order and unchanged since the log signed."
            in told.report.proved
        )

    @settings(max_examples=30, deadline=None)
    @given(size=st.integers(1, 700), data=st.data())
    def test_of_any_tree_leads_to_its_root_and_without_a_leaf_does_not(
        self, size: int, data: st.DataObject
    ) -> None:
        first = data.draw(st.integers(0, size))
        end = data.draw(st.integers(first + 1, size + 1))
        log = LogInMemory()
        for _ in range(size):
            log.append(None)
        log.seal()
        archive = range_archive(log, first, end)
        assert verdict(archive).refused is None
        changed = forged(archive, {"range/leaves": len(log.bodies[0]).to_bytes(2) + log.bodies[0]})
        assert verdict(changed).refused is not None or (first, end) == (0, 1)

    def test_says_what_it_could_not_tell(self) -> None:
        told = verdict(range_archive(LOG, 7, 14))
        assert [each["what"] for each in told.report.could_not][:3] == [
            "tell what the log holds before leaf 7 or from leaf 14 on",
            "tell whether the roots in heads are true",
            "compare documents with their leaves",
        ]
        for first, end, said in ((0, 14, "from leaf 14 on"), (7, 21, "before leaf 7")):
            whats = [each["what"] for each in verdict(range_archive(LOG, first, end)).report.could_not]
            assert whats[0] == f"tell what the log holds {said}"
        assert "what the log holds" not in str(verdict(range_archive(LOG, 0, 21)).report.could_not)

    def test_compares_heads_with_the_leaves_since_the_head_before(self) -> None:
        assert "2 heads count exactly their company's leaves since the head before." in (
            verdict(range_archive(LOG, 4, 14)).report.proved
        )
        assert not any("heads count" in each for each in verdict(range_archive(LOG, 7, 14)).report.proved)

    def test_says_nothing_of_the_whole_log_in_the_same_bytes(self) -> None:
        assert verdict(log_archive(LOG)).refused is None
        assert range_archive(LOG, 4, 14) == range_archive(logged(3), 4, 14)

    @pytest.mark.parametrize(("first", "end"), [(-1, 3), (3, 3), (4, 3), (0, 22)])
    def test_that_the_tree_does_not_have_is_not_made(self, first: int, end: int) -> None:
        with pytest.raises(TreeMustHaveTheSize, match=f"Range {first}:{end}"):
            range_archive(LOG, first, end)


class TestRefusing:
    def change(self, index: int, body: bytes, *, first: int = 0) -> str:
        """Return what is said of a signed log in which this leaf reads so."""
        log = logged(3)
        log.bodies[index] = body
        return str(verdict(range_archive(log, first, 21)).refused)

    def test_refuses_leaves_that_another_range_holds(self) -> None:
        other = content(range_archive(LOG, 8, 15), "range/leaves")
        refused = verdict(forged(range_archive(LOG, 7, 14), {"range/leaves": other})).refused
        assert refused == "range/leaves: leaves 7 to 13 do not lead to the root of the checkpoint."

    @pytest.mark.parametrize(("given", "got"), [((7, 13), 6), ((7, 15), 8)])
    def test_refuses_one_more_and_one_less(self, given: tuple[int, int], got: int) -> None:
        other = content(range_archive(LOG, *given), "range/leaves")
        refused = verdict(forged(range_archive(LOG, 7, 14), {"range/leaves": other})).refused
        assert refused == f"range/leaves: expected the leaves 7 to 13, got {got}."

    @pytest.mark.parametrize("members", [{"first": 8}, {"end": 13}, {"first": 6, "end": 13}])
    def test_refuses_another_place_than_the_one_where_they_stand(self, members: dict[str, int]) -> None:
        archive = range_archive(LOG, 7, 14)
        about = canonical_json({**json.loads(content(archive, "archive.json")), **members})
        assert str(verdict(forged(archive, {"archive.json": about})).refused).startswith("range/")

    @pytest.mark.parametrize(
        "members",
        [{"first": -1}, {"first": 14}, {"end": 22}, {"first": True}, {"end": "14"}, {"kind": "log"}],
    )
    def test_refuses_what_is_no_range(self, members: dict[str, object]) -> None:
        archive = range_archive(LOG, 7, 14)
        about = canonical_json({**json.loads(content(archive, "archive.json")), **members})
        refused = str(verdict(forged(archive, {"archive.json": about})).refused)
        assert refused.startswith("archive.json: expected an archive of format 1")

    def test_refuses_edges_that_are_too_few(self) -> None:
        archive = range_archive(LOG, 7, 14)
        edges = content(archive, "range/edges").splitlines(keepends=True)
        refused = verdict(forged(archive, {"range/edges": b"".join(edges[:-1])})).refused
        assert refused == "range/edges: expected codexion-cortex/edges@v1 and 6 hashes."

    def test_names_the_leaf_that_is_no_leaf(self) -> None:
        assert self.change(8, b'{"v":1}') == (
            "range/leaves, leaf 8: expected a leaf of version 1, got b'{\"v\":1}'."
        )
        assert "range/leaves, leaf 9: expected a JSON object" in self.change(9, b'{"v":1', first=7)

    def test_refuses_a_head_that_counts_others_than_stand_there(self) -> None:
        body = LOG.bodies[11].replace(b'"count":4', b'"count":5')
        assert body != LOG.bodies[11]
        assert self.change(11, body, first=4) == (
            f"range/leaves, leaf 11: the head of {OURS} is false; it counts 5 leaves, the head before counted"
            " 2, and 2 stand between them."
        )

    def test_refuses_a_head_that_counts_fewer_than_stand_before_it(self) -> None:
        body = LOG.bodies[11].replace(b'"count":4', b'"count":1')
        assert self.change(11, body, first=7) == (
            f"range/leaves, leaf 11: the head of {OURS} is false; 2 leaves stand before it here."
        )

    def test_refuses_leaves_that_no_head_counts(self) -> None:
        assert self.change(11, LOG.bodies[3], first=7) == (
            f"range/leaves, leaf 13: {OURS} has leaves that no head counts."
        )

    @pytest.mark.parametrize("change", [(b'"count":4', b'"count":"4"'), (b'"root":"', b'"root":"x')])
    def test_refuses_a_head_of_another_form(self, change: tuple[bytes, bytes]) -> None:
        assert self.change(11, LOG.bodies[11].replace(*change), first=7) == (
            "range/leaves, leaf 11: expected the head of a company."
        )

    def test_refuses_an_end_that_does_not_hold_the_heads(self) -> None:
        assert self.change(20, LOG.bodies[3], first=14) == (
            "range/leaves: the last leaf, 20, does not hold the heads of all companies."
        )
