# SPDX-License-Identifier: Apache-2.0
from itertools import product

import pytest

from apps.accounting.domain.errors import PeriodStateMustAllowTheChange
from apps.accounting.domain.period_state import PeriodState, check_change

ALLOWED = {
    ("open", "soft_closed"), ("open", "closed"),
    ("soft_closed", "open"), ("soft_closed", "closed"),
    ("closed", "open"), ("closed", "soft_closed"), ("closed", "locked"),
}  # fmt: skip


class TestChangeOfState:
    @pytest.mark.parametrize(("state", "wanted"), list(product(PeriodState, PeriodState)))
    def test_follows_the_life_of_a_period(self, state: PeriodState, wanted: PeriodState) -> None:
        if (state, wanted) in ALLOWED:
            check_change(period="2026-01", state=state, wanted=wanted)
            return
        with pytest.raises(PeriodStateMustAllowTheChange) as refusal:
            check_change(period="2026-01", state=state, wanted=wanted)
        followers = sorted(after for before, after in ALLOWED if before == state)
        evidence = refusal.value.evidence
        assert (evidence["object"], evidence["state"], evidence["expected"], evidence["got"]) == (
            "2026-01", state, followers, wanted,
        )  # fmt: skip

    def test_ends_with_a_lock(self) -> None:
        with pytest.raises(PeriodStateMustAllowTheChange, match="a lock is for good"):
            check_change(period="2026-01", state=PeriodState.LOCKED, wanted=PeriodState.OPEN)
