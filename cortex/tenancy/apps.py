# SPDX-License-Identifier: Apache-2.0
"""Django's description of the tenancy room."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """Owns companies."""

    name = "cortex.tenancy"
    label = "tenancy"
    verbose_name = "Companies"
