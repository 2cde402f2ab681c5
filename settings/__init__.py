# SPDX-License-Identifier: Apache-2.0
"""How one installation is put together; every value of a machine comes from its configuration."""

# Celery's shared tasks look for the application that was imported last; every process needs ours.
from settings.celery import app as celery_app

__all__ = ["celery_app"]
