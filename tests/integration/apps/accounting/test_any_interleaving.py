# SPDX-License-Identifier: Apache-2.0
"""Balances equal the sum of lines, numbers have no gap, leaves and events are complete: whatever happens."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.frame.clones import Clone
from tests.integration.apps.accounting.books_machine import BooksMachine

MODEST = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
LONG = settings(MODEST, max_examples=400, stateful_step_count=60, deadline=timedelta(seconds=30))


class TestBooks:
    @pytest.mark.slow
    def test_hold_after_any_interleaving(self, committed_database: Clone) -> None:
        run_state_machine_as_test(BooksMachine, settings=MODEST)

    @pytest.mark.soak
    def test_hold_after_very_many_interleavings(self, committed_database: Clone) -> None:
        run_state_machine_as_test(BooksMachine, settings=LONG)
