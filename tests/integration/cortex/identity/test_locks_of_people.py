# SPDX-License-Identifier: Apache-2.0
"""Whoever changes a person keeps other changers away, and nobody who only refers to the person."""

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest

from cortex.database.transactions import transactional
from cortex.identity.credentials import lock_credentials
from cortex.identity.users import locked_user
from tests.factories.people import create_user
from tests.frame.clones import Clone

LOCKERS: list[Callable[[UUID], object]] = [
    lambda user_id: lock_credentials(user_id=user_id),
    lambda user_id: locked_user(user_id=user_id),
]


@pytest.mark.parametrize("lock", LOCKERS, ids=["credentials", "account"])
def test_a_changed_person_can_be_referred_to_and_not_changed(
    committed_database: Clone, lock: Callable[[UUID], object]
) -> None:
    user_id = create_user(username="alice").id

    @transactional
    def change() -> None:
        lock(user_id)
        with psycopg.connect(committed_database.admin_dsn) as other:
            # What the foreign key of a new row takes.
            other.execute("SELECT FROM identity_user WHERE id = %s FOR KEY SHARE NOWAIT", [user_id])
        with (
            psycopg.connect(committed_database.admin_dsn) as other,
            pytest.raises(psycopg.errors.LockNotAvailable),
        ):
            other.execute("SELECT FROM identity_user WHERE id = %s FOR NO KEY UPDATE NOWAIT", [user_id])

    change()
