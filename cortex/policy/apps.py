# SPDX-License-Identifier: Apache-2.0
"""Wires the policy room."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Owns who may do what."""

    name = "cortex.policy"
    label = "policy"
    verbose_name = "Policy"

    def ready(self) -> None:
        """Bind the authorizer; register the checks of routes."""
        from cortex.policy import checks  # noqa: F401 - registers its checks
        from cortex.policy.authorizer import CedarAuthorizer
        from cortex.ports import registry
        from cortex.ports.authorizer import Authorizer

        registry.bind(Authorizer, CedarAuthorizer())
