# SPDX-License-Identifier: Apache-2.0
"""Wires the room of sealed fields."""

from django.apps import AppConfig


class SealedFieldsConfig(AppConfig):
    """Owns the keys of sealed fields."""

    name = "cortex.sealed_fields"
    label = "sealed_fields"
    verbose_name = "Sealed fields"

    def ready(self) -> None:
        """Check what rooms declare against their models."""
        from django.core.checks import register

        from cortex.sealed_fields.checks import fields_fit_their_models

        register(fields_fit_their_models)
