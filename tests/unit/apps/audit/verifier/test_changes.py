# SPDX-License-Identifier: Apache-2.0
"""Changes that follow one another are counted, and what came in between is found."""

import hashlib
from typing import Any
from uuid import UUID

import pytest

from apps.audit.management.verifier.verify import Changes, Refused, leaf_of_verb
from cortex.canonical_json import canonical_json
from tests.factories.evidence_log import (
    LogInMemory,
    Verdict,
    company_archive,
    document_archive,
    log_archive,
    verdict,
)

COMPANY, OTHER, ACCOUNT = UUID(int=7 << 90), UUID(int=8 << 90), UUID(int=5)
BETWEEN = (
    "accounting.account {} was changed between leaf 0 and leaf 1, past the program: no leaf says by whom."
)
FOLLOWED = "{} changes begin with exactly what the leaf before had left of the object."


def digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


class Scene:
    """A log whose leaves make and change objects."""

    def __init__(self) -> None:
        self.log = LogInMemory()

    def made(self, now: str, **given: Any) -> None:
        self._leave(digest(now), {"new": True}, **given)

    def changed(self, was: str, now: str | None, **given: Any) -> None:
        self._leave(now and digest(now), {"before": digest(was)}, **given)

    def told(self, now: str, **given: Any) -> None:
        self._leave(digest(now), {}, **given)

    def _leave(
        self,
        now: str | None,
        more: dict[str, Any],
        company_id: UUID | None = COMPANY,
        thing: UUID = ACCOUNT,
        kind: str = "accounting.account",
        commitments: dict[str, str] | None = None,
    ) -> None:
        body = canonical_json(
            {
                "v": 1,
                "id": str(UUID(int=0x7000_8000 << 64 | len(self.log.bodies) + 1)),
                "company": str(company_id) if company_id else None,
                "actor": "user:alice",
                "verb": f"{kind}.update",
                "object": {"type": kind, "id": str(thing)},
                "digest": now,
                "commitments": commitments or {},
                **more,
            }
        )
        self.log.bodies.append(body)
        if company_id:
            self.log.own.setdefault(company_id, []).append(body)

    @property
    def verdicts(self) -> list[Verdict]:
        """Return what is said of the whole log, and of the company's own archive."""
        self.log.seal()
        return [verdict(log_archive(self.log)), verdict(company_archive(self.log, COMPANY))]


def said(told: Verdict) -> tuple[list[str], list[str]]:
    assert told.refused is None
    return [each for each in told.report.proved if "begin with exactly" in each], told.report.found


class TestChanges:
    def test_that_follow_one_another_are_counted(self) -> None:
        scene = Scene()
        scene.made("one")
        scene.told("something else, of the same account")
        scene.changed("one", "two")
        scene.changed("two", "three")
        assert [said(told) for told in scene.verdicts] == [([FOLLOWED.format(2)], [])] * 2

    def test_past_the_program_are_found_and_refuse_nothing(self) -> None:
        scene = Scene()
        scene.made("one")
        scene.changed("one by hand in the database", "two")
        scene.changed("two", "three")
        assert [said(told) for told in scene.verdicts] == [
            (
                [FOLLOWED.format(1)],
                [
                    BETWEEN.format(ACCOUNT),
                ],
            )
        ] * 2

    def test_are_of_one_object_of_one_company(self) -> None:
        scene = Scene()
        scene.made("one")
        for given in ({"company_id": OTHER}, {"company_id": None}, {"thing": UUID(int=6)}, {"kind": "a.b"}):
            scene.made("another", **given)
        scene.changed("one", "two")
        assert [said(told) for told in scene.verdicts] == [([FOLLOWED.format(1)], [])] * 2

    def test_of_something_removed_begin_anew(self) -> None:
        scene = Scene()
        scene.made("one")
        scene.changed("one", None)
        scene.made("two")
        scene.changed("two", "three")
        assert [said(told) for told in scene.verdicts] == [([FOLLOWED.format(2)], [])] * 2

    def test_that_made_or_removed_it_past_the_program_are_named_so(self) -> None:
        scene = Scene()
        scene.made("one")
        scene.made("two")
        scene.changed("two", None)
        scene.changed("three", "four")
        ((_, found), _) = [said(told) for told in scene.verdicts]
        assert [each.split(" between ")[0].rpartition(" was ")[2] for each in found] == ["removed", "made"]

    def test_before_the_first_that_says_so_could_not_be_told(self) -> None:
        scene = Scene()
        scene.told("older than the rule")
        scene.changed("one", "two")
        for told in scene.verdicts:
            assert said(told) == ([], [])
            assert "tell what became of 1 objects before the first leaf that says what they were" in [
                entry["what"] for entry in told.report.could_not
            ]

    def test_of_many_objects_are_told_up_to_a_number(self) -> None:
        scene = Scene()
        for number in range(Changes.TOLD_MAX + 3):
            scene.made("one", thing=UUID(int=100 + number))
            scene.changed("two", "three", thing=UUID(int=100 + number))
        for told in scene.verdicts:
            assert len(told.report.found) == Changes.TOLD_MAX + 1
            assert told.report.found[-1] == "3 more objects were changed past the program."

    def test_are_not_judged_where_leaves_were_chosen(self) -> None:
        scene = Scene()
        scene.made("one")
        scene.changed("two", "three")
        scene.log.seal()
        ids = [UUID(int=0x7000_8000 << 64 | number) for number in (1, 2)]
        told = verdict(document_archive(scene.log, COMPANY, ids))
        assert (told.refused, told.report.found) == (None, [])

    def test_are_not_mistaken_for_a_text_of_that_name(self) -> None:
        scene = Scene()
        scene._leave(digest("one"), {}, commitments={"a": "b" * 64, "before": "c" * 64})
        assert [said(told) for told in scene.verdicts] == [([], [])] * 2


class TestLeaf:
    @pytest.mark.parametrize(
        "more",
        [
            {"before": "ab"},
            {"before": None},
            {"before": 7},
            {"new": False},
            {"new": "true"},
            {"new": 1},
            {"new": True, "before": "ab" * 32},
            {"after": "ab" * 32},
        ],
    )
    def test_of_another_shape_is_refused(self, more: dict[str, Any]) -> None:
        scene = Scene()
        scene._leave(digest("one"), more)
        with pytest.raises(Refused):
            leaf_of_verb(scene.log.bodies[0], "a leaf")
