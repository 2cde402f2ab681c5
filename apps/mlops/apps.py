# SPDX-License-Identifier: Apache-2.0
"""Django's description of the MLOps context."""

from django.apps import AppConfig


class MlopsConfig(AppConfig):
    """Owns features, models and drift."""

    name = "apps.mlops"
    label = "mlops"
    verbose_name = "Machine learning"
