# SPDX-License-Identifier: Apache-2.0
"""What ails a keeper of secrets is told of that keeper alone."""

import pytest

from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.health import SecretsHealth


class TestParts:
    @pytest.mark.parametrize("kind", [VaultMustBeReachable, KeyError, OSError])
    def test_tell_a_keeper_that_fails_in_whatever_way(self, kind: type[Exception]) -> None:
        def check() -> None:
            raise kind("it holds words of another's")

        health = SecretsHealth()
        health.watch("vault", check)
        health.watch("sealed_file", lambda: None)
        assert health.parts() == {"vault": False, "sealed_file": True}
