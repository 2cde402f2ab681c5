# SPDX-License-Identifier: Apache-2.0
"""The log's state is judged: what is in order, what to look at, and when to act."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from apps.audit.domain.standing import (
    LastComparison,
    LastDenialComparison,
    LastLogComparison,
    LastPlatformComparison,
    LogStanding,
    WitnessWord,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL = LogStanding(
    now=NOW,
    has_signer=True,
    tree_size=12,
    checkpoint_size=12,
    root="ab" * 32,
    signed_at=NOW,
    cosigned_size=12,
    lease_until=None,
    fence=7,
    backlog=0,
    backlog_max=10,
    unsigned_for=timedelta(),
    uncosigned_for=timedelta(),
    witnesses=[WitnessWord("tower", 12, NOW), WitnessWord("gate", 9, NOW)],
)
COMPARED = LastComparison(
    company_id=UUID(int=1),
    company_code="ACME",
    since=NOW - timedelta(days=9),
    finished_at=NOW - timedelta(hours=25),
    document_count=3,
    difference_count=0,
)
MINUTES, HOURS = timedelta(minutes=5), timedelta(hours=3)
HASHED = LastLogComparison(finished_at=NOW - timedelta(hours=25), tree_size=12, difference_count=0)
SEALED = LastDenialComparison(finished_at=NOW - timedelta(hours=25), denial_count=7, difference_count=0)
LATE = replace(COMPARED, finished_at=NOW - timedelta(hours=27))
PLATFORM = LastPlatformComparison(
    finished_at=NOW - timedelta(hours=25), object_count=40, earlier_count=0, difference_count=0
)


@pytest.mark.parametrize(
    ("standing", "part", "level", "told"),
    [
        (replace(WELL, has_signer=False), "Signer", "look", "No signer"),
        (replace(WELL, unsigned_for=MINUTES), "Signer", "look", "5 minutes"),
        (replace(WELL, unsigned_for=HOURS), "Signer", "act", "3 hours"),
        (replace(WELL, checkpoint_size=None, unsigned_for=HOURS), "Signer", "act", "No tree"),
        (replace(WELL, witnesses=[]), "Witnesses", "look", "No witness"),
        (replace(WELL, uncosigned_for=MINUTES), "Witnesses", "look", "gate"),
        (replace(WELL, uncosigned_for=HOURS), "Witnesses", "act", "3 hours"),
        (replace(WELL, backlog=4, unsigned_for=HOURS), "Integrator", "act", "4 leaves wait"),
        (replace(WELL, backlog=4, has_signer=False), "Integrator", "look", "4 leaves wait"),
        (
            replace(WELL, standby_count=1),
            "Standbys",
            "look",
            "A standby follows the database, and commits wait",
        ),
        (replace(WELL, standby_count=2), "Standbys", "look", "2 standbys follow"),
        (replace(WELL, comparisons=[COMPARED]), "Leaves", "look", "not compared with the signed tree yet"),
        (
            replace(WELL, log_comparison=replace(HASHED, finished_at=NOW - timedelta(hours=27))),
            "Leaves",
            "look",
            "within 26 hours",
        ),
        (replace(WELL, log_comparison=replace(HASHED, difference_count=4)), "Leaves", "act", "tree: 4."),
        (replace(WELL, comparisons=[COMPARED]), "Denials", "look", "not compared with their seals yet"),
        (
            replace(WELL, denial_comparison=replace(SEALED, finished_at=NOW - timedelta(hours=27))),
            "Denials",
            "look",
            "within 26 hours",
        ),
        (replace(WELL, denial_comparison=replace(SEALED, difference_count=4)), "Denials", "act", "seals: 4."),
        (replace(WELL, comparisons=[LATE]), "Comparison", "look", "26 hours: ACME"),
        (
            replace(WELL, comparisons=[replace(COMPARED, difference_count=2)]),
            "Comparison",
            "act",
            "log: 2.",
        ),
        (replace(WELL, comparisons=[replace(COMPARED, finished_at=None)]), "Comparison", "look", "ACME"),
        (replace(WELL, comparisons=[replace(COMPARED, object_count=9)]), "Platform", "look", "not compared"),
        (
            replace(WELL, platform_comparison=replace(PLATFORM, difference_count=2)),
            "Platform",
            "act",
            "log: 2.",
        ),
        (
            replace(WELL, platform_comparison=replace(PLATFORM, finished_at=NOW - timedelta(hours=27))),
            "Platform",
            "look",
            "within 26 hours",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_part_that_needs_somebody_says_so(standing: LogStanding, part: str, level: str, told: str) -> None:
    found = next(finding for finding in standing.findings if finding.part == part)
    assert (found.level, told in found.sentence) == (level, True)
    assert found.runbook.endswith(".md")
    assert standing.worst == ("act" if any(each.level == "act" for each in standing.findings) else "look")


@pytest.mark.parametrize("comparison", [COMPARED, replace(COMPARED, since=NOW, finished_at=None)])
def test_what_is_in_order_is_told_in_words_too(comparison: LastComparison) -> None:
    standing = replace(
        WELL,
        comparisons=[comparison],
        log_comparison=HASHED,
        platform_comparison=PLATFORM,
        denial_comparison=SEALED,
        lease_until=NOW + timedelta(seconds=1),
        backlog=3,
        standby_count=2,
        are_standbys_awaited=True,
    )
    assert {finding.word for finding in standing.findings} == {"In order"}
    assert (standing.word, standing.is_integrating) == ("In order", True)


@pytest.mark.parametrize(
    ("comparisons", "told"),
    [
        ([], "Nothing was compared yet"),
        ([replace(COMPARED, since=NOW, finished_at=None)], "Nothing was compared yet"),
        ([COMPARED, replace(COMPARED, since=NOW, finished_at=None)], "Some companies were not compared"),
        ([COMPARED], "The last comparison found every document"),
    ],
    ids=["no company", "none", "some", "all"],
)
def test_nothing_is_called_compared_that_was_not(comparisons: list[LastComparison], told: str) -> None:
    standing = replace(WELL, comparisons=comparisons)
    (found,) = [finding for finding in standing.findings if finding.part == "Comparison"]
    assert found.sentence.startswith(told)


def test_what_could_not_be_compared_is_counted_beside_what_could() -> None:
    standing = replace(
        WELL,
        comparisons=[replace(COMPARED, object_count=9, earlier_count=4)],
        platform_comparison=replace(PLATFORM, earlier_count=7),
    )
    told = {finding.part: finding for finding in standing.findings}
    for part, count in (("Comparison", 4), ("Platform", 7)):
        assert f"; {count} are from before leaves said what an object is" in told[part].sentence
        assert told[part].level == "good"
