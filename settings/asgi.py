# SPDX-License-Identifier: Apache-2.0
"""The door for ASGI servers."""

import os

from django.core.asgi import get_asgi_application

from cortex.database.checks import refuse_powerful_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")

application = get_asgi_application()
# Here and not in an AppConfig: the registry is full, and no request has been answered.
refuse_powerful_role()
