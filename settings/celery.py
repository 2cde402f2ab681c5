# SPDX-License-Identifier: Apache-2.0
"""The Celery application: JSON only; each kind of job names its queue."""

import os
from functools import cached_property
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")


class BootedCelery(Celery):
    """Celery whose worker and beat run the hooks of the lifecycle; nobody else asks for these classes."""

    loader_cls = "cortex.boot.configuration.celery_loader:ConfiguredLoader"

    @cached_property
    def Worker(self) -> Any:  # noqa: N802 - Celery's name
        """Return the class behind `celery worker`."""
        return self.subclass_with_self("cortex.boot.lifecycle.celery_programs:BootedWorker")

    @cached_property
    def Beat(self) -> Any:  # noqa: N802 - Celery's name
        """Return the class behind `celery beat`."""
        return self.subclass_with_self("cortex.boot.lifecycle.celery_programs:BootedBeat")


app = BootedCelery("cortex")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
