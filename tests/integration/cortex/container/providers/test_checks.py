# SPDX-License-Identifier: Apache-2.0
"""Limits of a provider that is not there are told before the program starts."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


class TestCheckLimits:
    def test_names_a_key_that_would_limit_nothing(self, settings: Settings) -> None:
        settings.PROVIDER_LIMITS = {"vault": {}, "valut": {"burst": 1}}
        with pytest.raises(SystemCheckError, match="PROVIDER_LIMITS: valut: expected one of bus, bus/redis"):
            call_command("check")

    def test_is_content_with_those_that_are_there(self, settings: Settings) -> None:
        settings.PROVIDER_LIMITS = {"vault": {}, "storage/database": {}}
        assert [found.id for found in run_checks() if (found.id or "").startswith("providers.")] == []
