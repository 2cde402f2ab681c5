# SPDX-License-Identifier: Apache-2.0
"""Wires the jobs room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Owns jobs."""

    name = "cortex.jobs"
    label = "jobs"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Declare who may look at jobs; load the kinds, which the web process must know to enqueue."""
        from cortex.jobs.actions import declare_actions
        from cortex.jobs.logged import declare_logged
        from cortex.jobs.policy_objects import register_objects
        from cortex.jobs.retained import declare_retained

        declare_actions()
        register_objects()
        declare_retained()
        declare_logged()
        import_module("cortex.jobs.waiting_verbs")
        autodiscover_modules("tasks")
