# SPDX-License-Identifier: Apache-2.0
"""The door for WSGI servers."""

import os

from django.core.wsgi import get_wsgi_application

from cortex.boot.lifecycle import start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")

start(process="web")
application = get_wsgi_application()
