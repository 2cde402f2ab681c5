# SPDX-License-Identifier: Apache-2.0
"""Wires the policy room."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Owns who may do what."""

    name = "cortex.policy"
    label = "policy"
    verbose_name = "Policy"
