# SPDX-License-Identifier: Apache-2.0
"""A hook that asks the database leaves nothing that a fork would share."""

import pytest
from django.db import connections

from cortex.boot.lifecycle.bounded import WorkFailed, run_bounded


@pytest.mark.django_db
@pytest.mark.parametrize("fails", [False, True])
def test_are_closed_behind_a_hook(fails: bool) -> None:
    opened = []

    def ask() -> None:
        connection = connections["default"]
        connection.ensure_connection()
        opened.append((connection, connection.connection))
        if fails:
            raise ValueError("no answer")

    try:
        run_bounded(work=ask, name="asking", seconds=30)
    except WorkFailed:
        assert fails
    ((connection, wire),) = opened
    assert connection is not connections["default"]
    assert wire.closed
