# SPDX-License-Identifier: Apache-2.0
"""Every command runs in a scope of its own."""

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cortex.container.commands import ScopedCommand
from cortex.container.scopes import current_scope
from cortex.ports.registry import get
from tests.integration.cortex.container.lamps import Lamp, lit

pytestmark = pytest.mark.usefixtures("lamps")


class Light(ScopedCommand):
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--broken", action="store_true")

    def handle(self, *args: Any, broken: bool, **options: Any) -> str:
        if broken:
            raise CommandError(get(Lamp).name)
        return str(get(Lamp) is get(Lamp) and get(Lamp).is_burning)


class TestCommand:
    def test_shares_one_adapter_and_closes_it(self) -> None:
        assert call_command(Light()) == "True"
        assert [lamp.is_burning for lamp in lit] == [False]

    def test_closes_it_when_it_fails(self) -> None:
        with pytest.raises(CommandError):
            call_command(Light(), broken=True)
        assert [lamp.is_burning for lamp in lit] == [False]
        assert current_scope() is None
