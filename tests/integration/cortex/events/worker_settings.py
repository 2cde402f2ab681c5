# SPDX-License-Identifier: Apache-2.0
"""What the processes of the kill test run with: the real settings, one subscriber more, a faster clock."""

from settings.base import *  # noqa: F403
from settings.base import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.integration.cortex.events.counting"]
CELERY_BEAT_SCHEDULER = "celery.beat:PersistentScheduler"
# The scheduler of a file knows other options than the one of the database.
_OPTIONS = {"queue": "events", "expires": 5}
CELERY_BEAT_SCHEDULE = {
    name: {**CELERY_BEAT_SCHEDULE[name], "schedule": seconds, "options": _OPTIONS}
    for name, seconds in {"relay-events": 0.3, "deliver-events": 1.0, "trim-events": 2.0}.items()
}
# Nobody waits longer than this for what a killed process had leased.
EVENT_LEASE_SECONDS = 2
EVENT_BACKOFF_SECONDS = 1
