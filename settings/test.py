# SPDX-License-Identifier: Apache-2.0
"""The tests' installation: nothing of the machine is read; the test run gives the databases."""

import os

# Names that lead nowhere: a test that needs a server gets one from the fixtures.
os.environ.setdefault("SECRET_KEY", "tests-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2)
for _role in ("APP", "OWNER", "SERVICE"):
    _variable = "DATABASE_URL" if _role == "APP" else f"DATABASE_{_role}_URL"
    os.environ.setdefault(_variable, f"postgresql://cortex_{_role.lower()}@/cortex_test?host=/nonexistent")
os.environ.setdefault("REDIS_URL", "unix:///nonexistent/valkey.sock?db=0")

from settings.base import *  # noqa: E402

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Nobody collects static files for a test; they are found where they lie, on demand.
STATIC_ROOT = None
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
CELERY_BROKER_URL = "memory://"
