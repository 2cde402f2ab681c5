# SPDX-License-Identifier: Apache-2.0
"""What the schedule sends is a task that a worker knows."""

from django.conf import settings

from settings.celery import app


def test_every_scheduled_task_is_one_that_a_worker_knows() -> None:
    app.loader.import_default_modules()
    named = {name: entry["task"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}
    assert {name: task for name, task in named.items() if task not in app.tasks} == {}
