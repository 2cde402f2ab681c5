# SPDX-License-Identifier: Apache-2.0
"""One machine for trying and developing; `.cortex/env` holds what the embedded servers chose."""

from pathlib import Path

from settings import env

env.read_defaults(Path(__file__).resolve().parent.parent / ".cortex" / "env")

from settings.base import *  # noqa: E402

DEBUG = env.boolean("DEBUG", True)
ALLOWED_HOSTS = env.text_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
# Files are served as they lie there: nobody collects them while changing them.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Without DEBUG, which `make run` switches off, WhiteNoise would ask for collected files.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
