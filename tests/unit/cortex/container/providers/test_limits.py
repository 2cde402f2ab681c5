# SPDX-License-Identifier: Apache-2.0
"""Limits are configuration, and a wrong one stops the start with the name of its field."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from cortex.container.providers.limits import Limits, limits_in_force, unknown_keys
from cortex.container.providers.ports import VAULT


def in_force() -> Limits:
    return limits_in_force(capability="vault", name="openbao", defaults=VAULT.limits)


class TestLimitsInForce:
    def test_are_those_of_the_capability_unless_configured(self) -> None:
        assert in_force() == VAULT.limits

    def test_of_one_provider_stand_over_those_of_its_capability(self, settings: Settings) -> None:
        settings.PROVIDER_LIMITS = {
            "vault": {"burst": 7, "timeout_ms": 900},
            "vault/openbao": {"burst": 9},
            "vault/environment": {"burst": 1},
        }
        assert (in_force().burst, in_force().timeout_ms) == (9, 900)

    @pytest.mark.parametrize(
        ("limits", "words"),
        [
            ({"burst": 0}, "vault.burst: Input should be greater than or equal to 1"),
            ({"burst": "9"}, "vault.burst: Input should be a valid integer"),
            ({"bursts": 9}, "vault.bursts: Extra inputs are not permitted"),
            ({"without_valkey": "open"}, "vault.without_valkey: Input should be 'local' or 'refuse'"),
            (9, "vault: expected an object of limits"),
        ],
        ids=["too-small", "text", "unknown", "no-option", "no-object"],
    )
    def test_are_refused_by_name_when_malformed(self, settings: Settings, limits: Any, words: str) -> None:
        settings.PROVIDER_LIMITS = {"vault": limits}
        with pytest.raises(ImproperlyConfigured, match=f"PROVIDER_LIMITS: {words}"):
            in_force()


class TestUnknownKeys:
    def test_are_those_that_no_provider_has(self, settings: Settings) -> None:
        settings.PROVIDER_LIMITS = {"vault": {}, "vault/openbao": {}, "vault/paper": {}, "oracle": {}}
        assert unknown_keys(capabilities={"vault": frozenset({"openbao"})}) == ["oracle", "vault/paper"]
