# SPDX-License-Identifier: Apache-2.0
"""What the schedule sends is a task that a worker knows, and the log waits for nothing else."""

from django.conf import settings

from apps.audit.services.advance_log import SECONDS
from cortex import serve
from cortex.embedded import programs
from cortex.jobs.kinds import all_kinds
from settings.celery import app

CHECKPOINT_SECONDS_MAX = 5.0


def test_every_scheduled_task_is_one_that_a_worker_knows() -> None:
    app.loader.import_default_modules()
    named = {name: entry["task"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}
    assert {name: task for name, task in named.items() if task not in app.tasks} == {}


def test_a_tree_is_signed_within_five_seconds_however_much_waits() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["advance-log"]
    assert entry["schedule"] + SECONDS <= CHECKPOINT_SECONDS_MAX


def test_each_queue_of_the_schedule_is_served_on_one_machine_and_in_an_image() -> None:
    queues = {
        entry.get("options", {}).get("queue", settings.CELERY_TASK_DEFAULT_QUEUE)
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
    }
    assert queues - {*programs.QUEUES, programs.LOG_QUEUE} == set()
    assert queues - set(serve.QUEUES) == set()
    assert programs.LOG_QUEUE not in programs.QUEUES


def test_nothing_but_the_log_waits_in_the_queue_of_the_log() -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE.items()
    of_log = [name for name, entry in schedule if entry.get("options", {}).get("queue") == programs.LOG_QUEUE]
    assert of_log == ["advance-log"]
    assert [kind.name for kind in all_kinds() if kind.queue == programs.LOG_QUEUE] == []
