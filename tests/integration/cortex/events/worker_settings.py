# SPDX-License-Identifier: Apache-2.0
"""What the processes of the kill test run with: the real settings, one subscriber more, a faster clock."""

from settings.base import *  # noqa: F403
from settings.base import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.integration.cortex.events.counting"]
CELERY_BEAT_SCHEDULER = "celery.beat:PersistentScheduler"
CELERY_BEAT_SCHEDULE = {
    "relay-events": {**CELERY_BEAT_SCHEDULE["relay-events"], "schedule": 0.3},
    "deliver-events": {**CELERY_BEAT_SCHEDULE["deliver-events"], "schedule": 1.0},
    "trim-events": {**CELERY_BEAT_SCHEDULE["trim-events"], "schedule": 2.0},
}
# Nobody waits longer than this for what a killed process had leased.
EVENT_LEASE_SECONDS = 2
EVENT_BACKOFF_SECONDS = 1
