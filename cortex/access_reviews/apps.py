# SPDX-License-Identifier: Apache-2.0
"""Wires the room of access reviews."""

from importlib import import_module

from django.apps import AppConfig


class AccessReviewsConfig(AppConfig):
    """Owns campaigns over memberships."""

    name = "cortex.access_reviews"
    label = "access_reviews"
    verbose_name = "Access reviews"

    def ready(self) -> None:
        """Declare who may review whom."""
        from cortex.access_reviews.actions import declare_actions
        from cortex.access_reviews.logged import declare_logged

        declare_actions()
        declare_logged()
        import_module("cortex.access_reviews.waiting_verbs")
