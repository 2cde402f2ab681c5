# SPDX-License-Identifier: Apache-2.0
"""What the measured workers run with: the settings of the bench and one subscriber more."""

from settings.dev import *  # noqa: F403
from settings.dev import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench.counting"]
# The scheduler of a file knows other options than the one of the database.
CELERY_BEAT_SCHEDULER = "celery.beat:PersistentScheduler"
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "options": {"queue": "events", "expires": 5}}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
    if str(entry["task"]).startswith("cortex.events.")
}
