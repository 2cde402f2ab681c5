# SPDX-License-Identifier: Apache-2.0
"""Wires the api room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Owns idempotency keys."""

    name = "cortex.api"
    label = "api"
    verbose_name = "API"
