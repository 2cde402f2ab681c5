# SPDX-License-Identifier: Apache-2.0
"""The door for WSGI servers."""

import os

from django.core.wsgi import get_wsgi_application

from cortex.database.checks import refuse_powerful_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")

application = get_wsgi_application()
# Here and not in an AppConfig: the registry is full, and no request has been answered.
refuse_powerful_role()
