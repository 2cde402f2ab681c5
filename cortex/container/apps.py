# SPDX-License-Identifier: Apache-2.0
"""Wires the container room."""

from django.apps import AppConfig


class ContainerConfig(AppConfig):
    """Owns how adapters are made and called."""

    name = "cortex.container"
    label = "container"
    verbose_name = "Providers"
