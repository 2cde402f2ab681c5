# SPDX-License-Identifier: Apache-2.0
"""Lets Celery's programs read the configuration first: they ask for a setting before they start anything."""

from typing import Any

from celery.loaders.app import AppLoader

from cortex.boot.configuration.ending import ending_in_one_sentence


class ConfiguredLoader(AppLoader):  # type: ignore[misc] # the library has no types
    """Celery's loader; a refused configuration is one sentence, for worker, beat and inspection alike."""

    def config_from_object(self, obj: Any, silent: bool = False) -> bool:
        """Read Django's settings as a whole before Celery takes the first of them."""
        from django.conf import settings  # noqa: PLC0415 - settings stand above this room, and may import it

        with ending_in_one_sentence():
            _ = settings.INSTALLED_APPS
        loaded: bool = super().config_from_object(obj, silent=silent)
        return loaded
