# SPDX-License-Identifier: Apache-2.0
"""What the processes of these tests run with: the real settings, one application more, no server."""

import os

from settings.base import *  # noqa: F403
from settings.base import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.integration.cortex.boot.recording.apps.RecordingConfig"]
CELERY_BROKER_URL = "memory://"
CELERY_BEAT_SCHEDULER = "celery.beat:PersistentScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = os.environ.get("BEAT_FILE", "beat")
CELERY_BEAT_SCHEDULE = {}
