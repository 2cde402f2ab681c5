# SPDX-License-Identifier: Apache-2.0
"""Wires the schemas room."""

from django.apps import AppConfig


class SchemasConfig(AppConfig):
    """Owns subjects and their versions."""

    name = "cortex.schemas"
    label = "schemas"
    verbose_name = "Schemas"
