# SPDX-License-Identifier: Apache-2.0
"""Wires the container room."""

from django.apps import AppConfig


class ContainerConfig(AppConfig):
    """Owns how adapters are made and called. It stands last: when it is ready, every port is bound."""

    name = "cortex.container"
    label = "container"
    verbose_name = "Providers"

    def ready(self) -> None:
        """Bind the clock, which no other room owns; then build the container, which checks all wiring."""
        from django.core.checks import register

        from cortex.clock import SystemClock
        from cortex.container import hooks  # noqa: F401 - declares them
        from cortex.container.providers.checks import check_limits
        from cortex.container.scopes import build
        from cortex.container.tasks import give_every_task_a_scope
        from cortex.ports import registry
        from cortex.ports.clock import Clock

        registry.bind(Clock, SystemClock())
        build()
        give_every_task_a_scope()
        register(check_limits)
