# SPDX-License-Identifier: Apache-2.0
"""The tests' installation: nothing of the machine is read; the test run gives the databases."""

import os
import tempfile
from pathlib import Path

from cortex.boot.configuration import begin

begin("test")

from settings.base import *  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Nobody collects static files for a test; they are found where they lie, on demand.
STATIC_ROOT = None
# Compiled once for all workers; what another run sealed is compiled anew.
PLUGIN_DIRECTORY = str(Path(tempfile.gettempdir()) / f"cortex-plugins-of-tests-{os.getuid()}")
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
CELERY_BROKER_URL = "memory://"
