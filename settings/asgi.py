# SPDX-License-Identifier: Apache-2.0
"""The door for ASGI servers."""

import os

from django.core.asgi import get_asgi_application

from cortex.boot.lifecycle import start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")

start(process="web")
application = get_asgi_application()
