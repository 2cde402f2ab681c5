# SPDX-License-Identifier: Apache-2.0
"""Wires the pages of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Owns the doors under /accounts/; what they do is done by services of identity."""

    name = "cortex.people"
    label = "people"
    verbose_name = "Sign-in and accounts"

    def ready(self) -> None:
        """Declare the actions, say of whom a second factor is asked, and how memberships look in policies."""
        from cortex.container.providers.registry import providers
        from cortex.people.actions import declare_actions
        from cortex.people.federation.calls import register_configured
        from cortex.people.obligations import PolicyAsksForFactors
        from cortex.people.policy_objects import register_objects
        from cortex.ports import registry
        from cortex.ports.second_factors import SecondFactorDuty

        registry.bind(SecondFactorDuty, PolicyAsksForFactors())
        register_configured(providers)
        declare_actions()
        register_objects()
