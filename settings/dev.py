# SPDX-License-Identifier: Apache-2.0
"""One machine for trying and developing; `.cortex/env` holds what the embedded servers chose."""

from cortex.boot.configuration import begin

configuration = begin("dev")

from settings.base import *  # noqa: E402

DEBUG = configuration.application.is_debug
# Files are served as they lie there: nobody collects them while changing them.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Without DEBUG, which `make run` switches off, WhiteNoise would ask for collected files.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
