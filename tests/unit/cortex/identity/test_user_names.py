# SPDX-License-Identifier: Apache-2.0
"""What people are called."""

from cortex.identity.models import User


class TestName:
    def test_to_show_is_never_empty(self) -> None:
        assert User(username="alice").get_full_name() == "alice"
        assert User(username="alice", full_name="Alice Archer").get_full_name() == "Alice Archer"
