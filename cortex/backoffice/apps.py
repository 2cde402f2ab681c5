# SPDX-License-Identifier: Apache-2.0
"""Wires the administration."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """Owns no rows; shows those of the other rooms."""

    name = "cortex.backoffice"
    label = "backoffice"
    verbose_name = "Administration"
