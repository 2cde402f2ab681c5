# SPDX-License-Identifier: Apache-2.0
"""What the workers of these tests run with: the real settings, and one task more that keeps them busy."""

from settings.base import *  # noqa: F403

CELERY_IMPORTS = ("tests.integration.apps.audit.programs.busy_tasks",)
