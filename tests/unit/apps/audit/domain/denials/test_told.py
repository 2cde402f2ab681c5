# SPDX-License-Identifier: Apache-2.0
"""Which seals an archive tells: of the days that it is for, and none that cannot be proved."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from apps.audit.domain.archive.frame import Period
from apps.audit.domain.denials.seal import packed
from apps.audit.domain.denials.told import ends_of_chains, in_groups, is_of, readable, told_seal
from tests.factories.denied import Denier
from tests.factories.evidence_log import LogInMemory

JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))
MIDNIGHT = datetime(2026, 2, 1, tzinfo=UTC)


def denier_until(*ats: datetime) -> Denier:
    """Return seals that end at these instants, each with one denial."""
    denier = Denier(LogInMemory())
    for at in ats:
        denier.seal(denier.deny(1), at=at)
    return denier


class TestSealsOfAPeriod:
    @pytest.mark.parametrize(
        ("since", "until", "expected"),
        [
            (datetime(2025, 12, 30, tzinfo=UTC), datetime(2025, 12, 31, 23, 59, tzinfo=UTC), False),
            (datetime(2025, 12, 31, tzinfo=UTC), datetime(2026, 1, 1, 0, 1, tzinfo=UTC), True),
            (datetime(2026, 1, 30, tzinfo=UTC), datetime(2026, 2, 3, tzinfo=UTC), True),
            (MIDNIGHT, datetime(2026, 2, 3, tzinfo=UTC), False),
            # The clock was set back over midnight between two seals.
            (MIDNIGHT, datetime(2026, 1, 31, 23, 59, tzinfo=UTC), True),
        ],
    )
    def test_are_those_whose_interval_touches_it(
        self, since: datetime, until: datetime, expected: bool
    ) -> None:
        assert is_of(JANUARY, denier_until(since, until).seals[1]) is expected

    def test_have_the_first_of_all_where_the_period_begins_with_the_log(self) -> None:
        first = denier_until(datetime(2026, 2, 3, tzinfo=UTC)).seals[0]
        assert is_of(JANUARY, first)
        assert is_of(Period(), first)
        assert not is_of(Period(date(2026, 2, 4), None), first)


class TestReadable:
    def test_is_a_seal_with_all_of_its_denials(self) -> None:
        seal = denier_until(MIDNIGHT).seals[0]
        known = {"company_id": None, "ordinal": 0}
        assert readable(**known, statement=seal.statement, stored=packed(seal.denials)) == seal  # type: ignore[arg-type]
        assert readable(**known, statement=seal.statement, stored=b"") is None  # type: ignore[arg-type]
        assert readable(**known, statement=b"x", stored=packed(seal.denials)) is None  # type: ignore[arg-type]
        other = replace(seal, ordinal=1).statement
        assert readable(**known, statement=other, stored=packed(seal.denials)) is None  # type: ignore[arg-type]


class TestEndsOfChains:
    def test_are_the_last_seal_and_each_that_no_next_one_names(self) -> None:
        denier = denier_until(*[MIDNIGHT.replace(day=day) for day in (1, 2, 3)])
        denier.seal([], after=denier.seals[1])
        told = [
            told_seal(leaf_index=seal.ordinal, leaf_id=UUID(int=1), seal_id=UUID(int=1), seal=seal)
            for seal in denier.seals
        ]
        assert [each.leaf_index for each in ends_of_chains(told)] == [2, 3]
        assert ends_of_chains([]) == []


@dataclass(frozen=True)
class Counted:
    denial_count: int


class TestGroups:
    def test_hold_as_many_denials_as_fit_and_the_last_seals_rest(self) -> None:
        counts = [9_999, 10_000, 1, *[0] * 501]
        groups = [[each.denial_count for each in group] for group in in_groups(map(Counted, counts))]
        assert [len(group) for group in groups] == [2, 500, 2]
        assert [count for group in groups for count in group] == counts
