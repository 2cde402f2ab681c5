# SPDX-License-Identifier: Apache-2.0
"""Wires the jobs room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Owns jobs."""

    name = "cortex.jobs"
    label = "jobs"
    verbose_name = "Background work"
